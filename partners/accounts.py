"""Reacts to sign-ins and to changes of how one signs in: writes the audit log, ends sessions, and makes open pages check whether they
may stay."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import F

from partners import audit
from partners.models import Role, Staff
from wakeups import publish

MOST_NAMED = 5


def signed_in(*, person: Staff) -> None:
    audit.record(actor=person, action="signed_in")


def signed_out(*, person: Staff) -> None:
    audit.record(actor=person, action="signed_out")
    publish.rights_changed(person.pk)


def end_sessions(*, person: Staff) -> None:
    """End every session of this account, in all browsers; its open pages close."""
    Staff.objects.filter(pk=person.pk).update(session_generation=F("session_generation") + 1)
    person.refresh_from_db(fields=["session_generation"])
    publish.rights_changed(person.pk)


def who_may_do_more(person: Staff) -> list[str]:
    """The names of those whom this person can ask: the coordinators of their partner, else those of the platform."""
    active = Staff.objects.filter(is_active=True).exclude(pk=person.pk)
    own = active.filter(role=Role.COORDINATOR, partner=person.partner_id)
    if person.role == Role.COORDINATOR or person.partner_id is None or not own.exists():
        own = active.filter(role=Role.PLATFORM)
    return [str(one) for one in own[:MOST_NAMED]]


def access_changed(*, person: Staff, action: str, detail: dict[str, Any] | None = None) -> None:
    """The owner changed how one gets into the account: every session that began before ends."""
    audit.record(actor=person, action=action, detail=detail)
    end_sessions(person=person)


def address_confirmed(*, person: Staff, email: str) -> None:
    """The owner's institution, or a letter, says that this address is theirs."""
    EmailAddress.objects.update_or_create(
        user=person,
        email=email.lower(),
        defaults={"verified": True},
        create_defaults={"verified": True, "primary": True},
    )


def password_changed(*, person: Staff) -> None:
    """The owner changed it, with the old password or a link by e-mail. Every other session of the account ends."""
    access_changed(person=person, action="password_changed")


def disable_demo_account(*, person: Staff) -> None:
    """An operator ended the demo: nobody comes in with the password that everybody knows."""
    person.set_unusable_password()
    person.is_active = False
    person.save()
    audit.record(actor=None, action="person.deactivated", subject=f"person {person.pk}")
    end_sessions(person=person)
    # Nothing rings at a counsellor without an active account.
    publish.routing_changed()


def password_set(*, actor: Staff, person: Staff) -> None:
    """An administrator set it."""
    audit.record(actor=actor, action="account.password_set", subject=f"person {person.pk}")
    end_sessions(person=person)
