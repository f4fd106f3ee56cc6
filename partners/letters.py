"""Letters leave by a mail server of the operators, which may be away: whoever asked for one is told, and no page fails."""

from collections.abc import Callable
from smtplib import SMTPException

import structlog
from django.utils.translation import gettext_lazy as _

from partners.fault_kinds import kind_of

NOT_SENT = _("The letter could not be sent: the mail server does not answer. Try once more in some minutes.")
log = structlog.stdlib.get_logger(__name__)


def was_sent(send: Callable[[], object]) -> bool:
    """Send a letter; False if the mail server did not take it, which is in the log."""
    try:
        send()
    except (OSError, SMTPException) as fault:
        log.error(
            "a letter could not be sent: look at the mail server and MITI_EMAIL_URL", fault=kind_of(fault)
        )
        return False
    return True
