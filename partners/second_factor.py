"""The second factor at signing in: which roles need one, who lacks it, and its reset."""

from collections.abc import Iterable

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from partners import audit
from partners.models import Staff
from wakeups import publish

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""An app with codes, or a passkey. Recovery codes alone are none."""


def is_missing(person: Staff) -> bool:
    """Whether this person's role needs a second factor that is not set up yet; until then they may do nothing else."""
    if person.role not in settings.SECOND_FACTOR_FOR:
        return False
    return not is_set_up(person)


def is_set_up(person: Staff) -> bool:
    """Queried once for each request or refresh, because `person` is read anew for each."""
    known: bool | None = person.__dict__.get("_second_factor")
    if known is None:
        # One that cannot be read counts as none.
        known = person.__dict__["_second_factor"] = bool(get_adapter().is_mfa_enabled(person, FACTORS))
    return known


@transaction.atomic
def reset(*, actor: Staff, person: Staff) -> bool:
    """Delete the second factor of somebody who lost their device. They sign in by password and set it up again.

    False: there was nothing to delete.
    """
    gone, _ = Authenticator.objects.filter(user=person).delete()
    person.__dict__.pop("_second_factor", None)
    if gone:
        audit.record(actor=actor, action="person.second_factor_reset", subject=f"person {person.pk}")
        publish.rights_changed(person.pk)
    return bool(gone)


@transaction.atomic
def forget_unreadable(*, person: Staff, factors: Iterable[Authenticator]) -> None:
    """Delete second factors that were encrypted with another content key; their owner sets up others."""
    Authenticator.objects.filter(pk__in=[one.pk for one in factors]).delete()
    person.__dict__.pop("_second_factor", None)
    audit.record(actor=None, action="person.second_factor_unreadable", subject=f"person {person.pk}")
