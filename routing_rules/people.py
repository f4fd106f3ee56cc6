"""The people who answer: what they can take, who joins, who leaves. Only this module writes them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from partners import accounts, audit
from partners.models import AuditEntry, Partner, Role, Staff
from routing_rules.models import Counsellor, Pool, Theme
from wakeups import publish


class PeopleError(Exception):
    """Why a person was not changed."""


class AddressInUseError(PeopleError):
    """Somebody has this e-mail address already."""

    def __init__(self, person: Staff) -> None:
        self.person = person
        super().__init__(str(person.pk))


class YourselfError(PeopleError):
    """Nobody takes their own access away."""


@dataclass(frozen=True, slots=True)
class SkillsWanted:
    """The skills of a counsellor, as they are to be written."""

    first_name: str
    pools: Collection[Pool]
    themes: Iterable[Theme]
    languages: Collection[str]
    capacity: int


@transaction.atomic
def invite(*, actor: Staff, email: str, first_name: str, role: Role, partner: Partner | None) -> Staff:
    """Create an account without a password; the caller sends the person a link to choose one.

    Somebody of this role whose account was disabled, here or at another partner, comes back with it: without the old password, without
    the old teams.

    Raises:
        AddressInUseError: nothing was written.
    """
    email = email.strip().lower()
    person = Staff.objects.filter(Q(email__iexact=email) | Q(username=email)).select_for_update().first()
    if person is not None and (person.is_active or person.role != role):
        raise AddressInUseError(person)
    came_from = ""
    if person is None:
        person = Staff(username=email, email=email, role=role)
    else:
        came_from = person.partner.slug if person.partner else ""
        person.is_active = True
        Counsellor.pools.through.objects.filter(counsellor__staff=person).delete()
        accounts.end_sessions(person=person)
    person.first_name, person.partner = first_name, partner
    person.set_unusable_password()
    person.save()
    _follow_role(person, role)
    audit.record(
        actor=actor,
        action="person.invited",
        subject=f"person {person.pk}",
        detail={"role": role.value} | ({"came_from": came_from} if came_from else {}),
    )
    publish.routing_changed()
    return person


def letter_sent(*, actor: Staff, person: Staff, sent: bool) -> None:
    """Note what became of the letter with the link."""
    action = "person.letter_sent" if sent else "person.letter_failed"
    audit.record(actor=actor, action=action, subject=f"person {person.pk}")


def invited_only(people: Iterable[Staff]) -> dict[int, bool]:
    """Those of these people who were invited and have neither chosen a password nor signed in otherwise; and whether the letter went."""
    waiting = {
        f"person {one.pk}": one.pk
        for one in people
        if one.is_active and one.last_login is None and not one.has_usable_password()
    }
    entries = AuditEntry.objects.filter(
        subject__in=waiting, action__in=["person.invited", "person.letter_sent", "person.letter_failed"]
    )
    latest = dict(entries.order_by("at").values_list("subject", "action"))
    return {waiting[subject]: action != "person.letter_failed" for subject, action in latest.items()}


@transaction.atomic
def set_skills(
    *, actor: Staff, counsellor: Counsellor, wanted: SkillsWanted, among: Collection[Pool]
) -> None:
    """Set what somebody can take. Memberships of pools outside `among` (those of other partners) stay as they are."""
    was = _told(counsellor)
    kept = counsellor.pools.exclude(pk__in=[pool.pk for pool in among])
    counsellor.pools.set([*kept, *wanted.pools])
    counsellor.themes.set(wanted.themes)
    counsellor.languages = list(wanted.languages)
    counsellor.capacity = wanted.capacity
    counsellor.save()
    Staff.objects.filter(pk=counsellor.staff_id).update(first_name=wanted.first_name)
    audit.record(
        actor=actor,
        action="person.changed",
        subject=f"person {counsellor.staff_id}",
        detail={**_told(counsellor), "was": was},
    )
    publish.routing_changed()


def _told(counsellor: Counsellor) -> dict[str, Any]:
    """What the log tells of somebody's skills."""
    return {
        "pools": sorted(pool.slug for pool in counsellor.pools.all()),
        "themes": sorted(theme.code for theme in counsellor.themes.all()),
        "languages": counsellor.languages,
        "capacity": counsellor.capacity,
    }


@transaction.atomic
def set_membership(*, actor: Staff, people: Iterable[Staff], pool: Pool, member: bool) -> None:
    """Put these counsellors into a pool, or take them out of it."""
    for skills in Counsellor.objects.filter(
        staff__in=[one.pk for one in people], staff__role=Role.COUNSELLOR
    ):
        was = sorted(skills.pools.values_list("slug", flat=True))
        if member:
            skills.pools.add(pool)
        else:
            skills.pools.remove(pool)
        audit.record(
            actor=actor,
            action="person.changed",
            subject=f"person {skills.staff_id}",
            detail={"pools": sorted(skills.pools.values_list("slug", flat=True)), "was": {"pools": was}},
        )
    publish.routing_changed()


@transaction.atomic
def set_role(*, actor: Staff, person: Staff, role: Role) -> None:
    """Give somebody another role; their open pages close if they may not stay.

    Somebody who stops being a counsellor leaves their pools: no request is sent to them and no coverage counts them.

    Raises:
        YourselfError: it is one's own account.
    """
    if person.pk == actor.pk:
        raise YourselfError
    if role == person.role:
        return
    Staff.objects.filter(pk=person.pk).update(role=role)
    _follow_role(person, role)
    audit.record(
        actor=actor,
        action="person.role_changed",
        subject=f"person {person.pk}",
        detail={"from": person.role, "to": role.value},
    )
    _published(person.pk)


@transaction.atomic
def deactivate(*, actor: Staff, person: Staff) -> None:
    """Take somebody's access away: their open pages close.

    Raises:
        YourselfError: it is one's own account.
    """
    if person.pk == actor.pk:
        raise YourselfError
    Staff.objects.filter(pk=person.pk).update(is_active=False, left_at=timezone.now())
    audit.record(actor=actor, action="person.deactivated", subject=f"person {person.pk}")
    _published(person.pk)


@transaction.atomic
def reactivate(*, actor: Staff, person: Staff) -> None:
    """Give somebody their access back."""
    Staff.objects.filter(pk=person.pk).update(is_active=True, left_at=None)
    audit.record(actor=actor, action="person.reactivated", subject=f"person {person.pk}")
    _published(person.pk)


@transaction.atomic
def save_account(*, actor: Staff, person: Staff) -> Staff:
    """Save an account that an administrator made or changed; its pool memberships and open pages follow its role."""
    new = person.pk is None
    was = {} if new else {"was": _account(Staff.objects.select_related("partner").get(pk=person.pk))}
    person.save()
    _follow_role(person, Role(person.role))
    audit.record(
        actor=actor,
        action="account.created" if new else "account.changed",
        subject=f"person {person.pk}",
        detail=_account(person) | was,
    )
    _published(person.pk)
    return person


def _account(person: Staff) -> dict[str, Any]:
    """What the log tells of an account; never the name, which would outlive it there."""
    return {
        "role": person.role,
        "institution": person.partner.slug if person.partner else None,
        "active": person.is_active,
    }


@transaction.atomic
def delete_account(*, actor: Staff, person: Staff) -> None:
    """Delete the account and its skills, and close its open pages."""
    account = person.pk
    audit.record(actor=actor, action="account.deleted", subject=f"person {account}")
    person.delete()
    _published(account)


def _follow_role(person: Staff, role: Role) -> None:
    if role is Role.COUNSELLOR:
        Counsellor.objects.get_or_create(staff=person)
    else:
        Counsellor.pools.through.objects.filter(counsellor__staff=person).delete()


def _published(account: int) -> None:
    publish.rights_changed(account)
    publish.routing_changed()
