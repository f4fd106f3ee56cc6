"""Pools: create, rename, deactivate, delete while nothing depends on them. Only this module writes them."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from partners import audit
from partners.models import Partner, Staff
from routing_rules.loading import as_plan
from routing_rules.models import PlanVersion, Pool
from routing_rules.plan_versions import in_force
from wakeups import publish


@dataclass(frozen=True, slots=True)
class PoolUse:
    """What depends on a pool."""

    plans: tuple[int, ...]
    counsellors: int

    def __bool__(self) -> bool:
        return bool(self.plans or self.counsellors)


class PoolInUseError(Exception):
    """Something depends on this pool: it is not deleted."""

    def __init__(self, use: PoolUse) -> None:
        self.use = use
        super().__init__(str(use))


def use_of(*, pool: Pool) -> PoolUse:
    """The plans, past ones too, that name this pool, and how many counsellors are in it."""
    versions = PlanVersion.objects.prefetch_related("rules").order_by("number")
    return PoolUse(
        plans=tuple(version.number for version in versions if _names(version, pool)),
        counsellors=pool.counsellors.count(),
    )


def named_in_force(*, pool: Pool) -> bool:
    """Does a rule of the plan in force name this pool?"""
    version = in_force()
    return version is not None and _names(version, pool)


def _names(version: PlanVersion, pool: Pool) -> bool:
    return any(pool.slug in (step.pools or ()) for rule in as_plan(version) for step in rule.steps)


@transaction.atomic
def create(*, actor: Staff, slug: str, name: str, partner: Partner | None, timezone: str) -> Pool:
    """Create a pool; it has no hours yet."""
    pool = Pool.objects.create(slug=slug, name=name, partner=partner, timezone=timezone)
    audit.record(actor=actor, action="pool.created", subject=f"pool {slug}", detail=_told(pool))
    publish.routing_changed()
    return pool


@transaction.atomic
def change(
    *, actor: Staff, pool: Pool, name: str, partner: Partner | None, timezone: str, active: bool
) -> None:
    """Change everything but the slug, which plans and figures hold."""
    was = _told(pool)
    pool.name, pool.partner, pool.timezone, pool.active = name, partner, timezone, active
    pool.save()
    audit.record(
        actor=actor,
        action="pool.changed",
        subject=f"pool {pool.slug}",
        detail={**_told(pool), "was": was},
    )
    publish.routing_changed()


def _told(pool: Pool) -> dict[str, Any]:
    """What the log tells of a pool."""
    return {
        "name": pool.name,
        "institution": pool.partner.slug if pool.partner else None,
        "active": pool.active,
        "timezone": pool.timezone,
    }


@transaction.atomic
def delete(*, actor: Staff, pool: Pool) -> None:
    """Delete a pool that nothing depends on, with its timetables and exceptions.

    Raises:
        PoolInUseError: nothing was changed.
    """
    use = use_of(pool=pool)
    if use:
        raise PoolInUseError(use)
    slug, told = pool.slug, _told(pool)
    pool.delete()
    audit.record(actor=actor, action="pool.deleted", subject=f"pool {slug}", detail=told)
    publish.routing_changed()
