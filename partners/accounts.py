"""What becomes of an account at its sign-ins and passwords: it is written in the audit log, and open pages look whether they may stay."""

from partners import audit
from partners.models import Staff
from wakeups import publish


def signed_in(*, person: Staff) -> None:
    audit.record(actor=person, action="signed_in")


def signed_out(*, person: Staff) -> None:
    audit.record(actor=person, action="signed_out")
    publish.rights_changed(person.pk)


def password_changed(*, person: Staff) -> None:
    """By its owner, who knew the old one or had a letter: whoever else was signed in to the account is no longer."""
    audit.record(actor=person, action="password_changed")
    publish.rights_changed(person.pk)


def password_set(*, actor: Staff, person: Staff) -> None:
    """By an administrator."""
    audit.record(actor=actor, action="account.password_set", subject=f"person {person.pk}")
    publish.rights_changed(person.pk)
