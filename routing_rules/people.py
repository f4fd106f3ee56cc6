"""The people who answer: what they can take, who joins, who leaves. Only this module writes them."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone

from partners import audit
from partners.models import Partner, Role, Staff
from routing_rules.models import Counsellor, Pool, Theme


class PeopleError(Exception):
    """Why a person was left as they are."""


class AddressInUseError(PeopleError):
    """Somebody has this e-mail address already."""


class YourselfError(PeopleError):
    """Nobody takes their own access away."""


@transaction.atomic
def invite(*, actor: Staff, email: str, first_name: str, role: Role, partner: Partner | None) -> Staff:
    """An account without a password; whoever calls sends the person a link to choose one.

    Raises:
        AddressInUseError: nothing was written.
    """
    email = email.strip().lower()
    if Staff.objects.filter(email__iexact=email).exists() or Staff.objects.filter(username=email).exists():
        raise AddressInUseError
    person = Staff(username=email, email=email, first_name=first_name, role=role, partner=partner)
    person.set_unusable_password()
    person.save()
    if role is Role.COUNSELLOR:
        Counsellor.objects.create(staff=person)
    audit.record(
        actor=actor, action="person.invited", subject=f"person {person.pk}", detail={"role": role.value}
    )
    return person


@transaction.atomic
def set_skills(
    *,
    actor: Staff,
    counsellor: Counsellor,
    first_name: str,
    pools: Iterable[Pool],
    among: Collection[Pool],
    themes: Iterable[Theme],
    languages: Iterable[str],
    capacity: int,
) -> None:
    """What somebody can take. Memberships of pools outside `among` (other partners') stay as they are."""
    kept = counsellor.pools.exclude(pk__in=[pool.pk for pool in among])
    counsellor.pools.set([*kept, *pools])
    counsellor.themes.set(themes)
    counsellor.languages = list(languages)
    counsellor.capacity = capacity
    counsellor.save()
    Staff.objects.filter(pk=counsellor.staff_id).update(first_name=first_name)
    audit.record(
        actor=actor,
        action="person.changed",
        subject=f"person {counsellor.staff_id}",
        detail={
            "pools": sorted(pool.slug for pool in counsellor.pools.all()),
            "themes": sorted(theme.code for theme in counsellor.themes.all()),
            "languages": counsellor.languages,
            "capacity": capacity,
        },
    )


@transaction.atomic
def set_role(*, actor: Staff, person: Staff, role: Role) -> None:
    """Give somebody another role; whoever calls has their sockets look whether they may stay.

    Who is a counsellor no longer leaves their teams: nothing is sent to them, nobody counts on them.

    Raises:
        YourselfError: it is one's own account.
    """
    if person.pk == actor.pk:
        raise YourselfError
    if role == person.role:
        return
    Staff.objects.filter(pk=person.pk).update(role=role)
    if role is Role.COUNSELLOR:
        Counsellor.objects.get_or_create(staff=person)
    else:
        Counsellor.pools.through.objects.filter(counsellor__staff=person).delete()
    audit.record(
        actor=actor,
        action="person.role_changed",
        subject=f"person {person.pk}",
        detail={"from": person.role, "to": role.value},
    )


@transaction.atomic
def deactivate(*, actor: Staff, person: Staff) -> None:
    """Take somebody's access away; whoever calls has their sockets closed.

    Raises:
        YourselfError: it is one's own account.
    """
    if person.pk == actor.pk:
        raise YourselfError
    Staff.objects.filter(pk=person.pk).update(is_active=False, left_at=timezone.now())
    audit.record(actor=actor, action="person.deactivated", subject=f"person {person.pk}")


@transaction.atomic
def reactivate(*, actor: Staff, person: Staff) -> None:
    """Give it back."""
    Staff.objects.filter(pk=person.pk).update(is_active=True, left_at=None)
    audit.record(actor=actor, action="person.reactivated", subject=f"person {person.pk}")
