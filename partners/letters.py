"""Letters leave by a mail server of the operators, which may be away: whoever asked for one is told, and no page fails."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from partners import letter_choices
from partners.fault_kinds import kind_of
from partners.letter_kinds import LetterKind
from partners.models import Staff

NOT_SENT = _("The letter could not be sent: the mail server does not answer. Try once more in some minutes.")
GIVEN_UP_AFTER = 2
"""So many letters in a row that the mail server did not take: it has gone, and whoever pressed the button waits."""
log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LetterText:
    """What a letter says, in its reader's language. It names nobody but its reader."""

    subject: str
    paragraphs: tuple[str, ...]
    page: str
    """The path of the page to which it leads."""
    link: str
    """How that is called."""


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


def how_many_want(kind: LetterKind, people: Iterable[Staff]) -> int:
    """How many of these people would get a letter of this kind."""
    return len(letter_choices.who_wants(kind, people))


def send_each(kind: LetterKind, people: Iterable[Staff], words: Callable[[Staff], LetterText]) -> int:
    """Send each of these people who wants it a letter of their own, in their language; return how many the mail server took.

    `words` is called once for each, with their language in force.
    """
    written = []
    for person, language in letter_choices.who_wants(kind, people):
        with override(language):
            written.append(_written(kind, person, words(person), language))
    connection = get_connection()
    if not written or not was_sent(connection.open):
        return 0
    sent = failed = 0
    try:
        for one in written:
            if was_sent(lambda one=one: connection.send_messages([one])):  # type: ignore[misc]
                sent, failed = sent + 1, 0
                continue
            failed += 1
            if failed >= GIVEN_UP_AFTER:
                break
    finally:
        was_sent(connection.close)
    return sent


def _written(kind: LetterKind, person: Staff, text: LetterText, language: str) -> EmailMultiAlternatives:
    off = letter_choices.address_of(person, kind)
    told = {
        "person": person,
        "text": text,
        "address": f"{settings.LINK_ORIGIN}{text.page}",
        "off": off,
        "choices": f"{settings.LINK_ORIGIN}{reverse('accounts:letters')}",
        "language": language,
    }
    letter = EmailMultiAlternatives(
        subject=f"[Miti] {text.subject}",
        body=render_to_string("partners/letter.txt", told),
        to=[person.email],
        # Mail programs show a button for it, which needs no page (RFC 8058).
        headers={"List-Unsubscribe": f"<{off}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    letter.attach_alternative(render_to_string("partners/letter.html", told), "text/html")
    return letter
