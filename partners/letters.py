"""Letters leave by a mail server of the operators, which may be away: whoever asked for one is told, and no page fails."""

from collections.abc import Callable
from contextlib import suppress
from smtplib import SMTPException

import structlog
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from partners.fault_kinds import kind_of

NOT_SENT = _("The letter could not be sent: the mail server does not answer. Try once more in some minutes.")
FAILED = "letter-failed"
REMEMBERED_S = 3 * 86_400
log = structlog.stdlib.get_logger(__name__)


def was_sent(send: Callable[[], object]) -> bool:
    """Send a letter; False if the mail server did not take it, which is in the log."""
    try:
        send()
    except (OSError, SMTPException) as fault:
        _note(kind_of(fault))
        log.error(
            "a letter could not be sent: look at the mail server and MITI_EMAIL_URL", fault=kind_of(fault)
        )
        return False
    _note("")
    return True


def last_failure() -> str:
    """The kind of the fault of the last letter, within some days; empty when it left, or when the stores do not say."""
    with suppress(RedisError, OSError):
        return str(cache.get(FAILED, ""))
    return ""


def _note(fault: str) -> None:
    with suppress(RedisError, OSError):
        cache.set(FAILED, fault, REMEMBERED_S)
