"""Second factors whose secrets were encrypted with another content key: a changed or lost key must keep nobody out.

They count as none. They are kept until their owner, who has given the password, opens the pages of second factors: should the right key
come back before, nothing was lost.
"""

from collections.abc import Callable, Iterable

import structlog
from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidTag

from partners import second_factor
from partners.models import Staff

ENCRYPTED = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
"""The field of its data that holds a factor's secret. A passkey has none: the server knows its public key only."""

log = structlog.stdlib.get_logger(__name__)


def is_readable(factor: Authenticator, decrypt: Callable[[str], str]) -> bool:
    field = ENCRYPTED.get(factor.type)
    if field is None:
        return True
    try:
        decrypt(factor.data[field])
    except (InvalidTag, ValueError, KeyError):
        return False
    return True


def readable(person: Staff, decrypt: Callable[[str], str]) -> Iterable[Authenticator]:
    """Those of this person that can be used, with a log entry if there are others."""
    factors = list(Authenticator.objects.filter(user=person))
    usable = [one for one in factors if is_readable(one, decrypt)]
    if len(usable) < len(factors):
        log.warning("a second factor cannot be read and counts as none: was the content key changed?")
    return usable


def forget(person: Staff, decrypt: Callable[[str], str]) -> None:
    """Delete those that cannot be read, so that others can be set up."""
    gone = [one for one in Authenticator.objects.filter(user=person) if not is_readable(one, decrypt)]
    if gone:
        second_factor.forget_unreadable(person=person, factors=gone)
