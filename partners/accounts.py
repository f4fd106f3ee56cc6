"""Reacts to sign-ins and password changes: writes the audit log, and makes open pages check whether they may stay."""

from partners import audit
from partners.models import Staff
from wakeups import publish


def signed_in(*, person: Staff) -> None:
    audit.record(actor=person, action="signed_in")


def signed_out(*, person: Staff) -> None:
    audit.record(actor=person, action="signed_out")
    publish.rights_changed(person.pk)


def password_changed(*, person: Staff) -> None:
    """The owner changed it, with the old password or a link by e-mail. Every other session of the account ends."""
    audit.record(actor=person, action="password_changed")
    publish.rights_changed(person.pk)


def password_set(*, actor: Staff, person: Staff) -> None:
    """An administrator set it."""
    audit.record(actor=actor, action="account.password_set", subject=f"person {person.pk}")
    publish.rights_changed(person.pk)
