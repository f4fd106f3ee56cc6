"""Letters leave by a mail server of the operators, which may be away: whoever asked for one is told, and no page fails."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Protocol
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from redis.exceptions import RedisError

from partners import letter_choices
from partners.fault_kinds import kind_of
from partners.letter_kinds import LetterKind
from partners.models import Staff

NOT_SENT = _("The letter could not be sent: the mail server does not answer. Try once more in some minutes.")
FAILED = "letter-failed"
REMEMBERED_S = 3 * 86_400
GIVEN_UP_AFTER = 2
"""So many letters in a row that the mail server did not take: it has gone, and whoever pressed the button waits."""
log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LetterLink:
    """One of several things that a letter leads to: the path of its page, and how it is called."""

    page: str
    link: str

    @property
    def address(self) -> str:
        """With the scheme and host of the platform."""
        return f"{settings.LINK_ORIGIN}{self.page}"


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """A letter as mail programs get it: as text, the same as HTML, and heads of its own."""

    plain: str
    html: str
    headers: dict[str, str]


class LetterContent(Protocol):
    """What a letter says, in its reader's language. It names nobody but its reader."""

    @property
    def subject(self) -> str: ...

    def written(self, kind: LetterKind, person: Staff, language: str) -> WrittenLetter:
        """Called with the language in force."""


@dataclass(frozen=True, slots=True)
class LetterText:
    """What most letters are: some paragraphs, links to pages, and the address that ends their kind."""

    subject: str
    paragraphs: tuple[str, ...]
    page: str = ""
    """The path of the page to which it leads; empty for whoever can see none."""
    link: str = ""
    """How that is called."""
    links: tuple[LetterLink, ...] = ()
    """What else it leads to, before that page."""

    def written(self, kind: LetterKind, person: Staff, language: str) -> WrittenLetter:
        off = letter_choices.address_of(person, kind)
        told = {
            "person": person,
            "text": self,
            "address": f"{settings.LINK_ORIGIN}{self.page}" if self.page else "",
            "off": off,
            "choices": f"{settings.LINK_ORIGIN}{reverse('accounts:letters')}",
            "language": language,
        }
        return WrittenLetter(
            render_to_string("partners/letter.txt", told),
            render_to_string("partners/letter.html", told),
            # Mail programs show a button for it, which needs no page (RFC 8058).
            {"List-Unsubscribe": f"<{off}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        )


def was_sent(send: Callable[[], object]) -> bool:
    """Send a letter; False if the mail server did not take it, or nothing can take it (an address or a head that is none, a
    `ValueError` of the mail library): that is in the log, and the next letter may leave."""
    try:
        send()
    except (OSError, SMTPException, ValueError) as fault:
        _note(kind_of(fault))
        log.error(
            "a letter could not be sent: look at the mail server and MITI_EMAIL_URL", fault=kind_of(fault)
        )
        return False
    _note("")
    return True


def can_leave() -> bool:
    """Whether the mail server answers now, before anybody is told that a letter comes; if not, that is in the log."""
    with connected() as server:
        return server is not None


def last_failure() -> str:
    """The kind of the fault of the last letter, within some days; empty when it left, or when the stores do not say."""
    with suppress(RedisError, OSError):
        return str(cache.get(FAILED, ""))
    return ""


def _note(fault: str) -> None:
    with suppress(RedisError, OSError):
        cache.set(FAILED, fault, REMEMBERED_S)


def how_many_want(kind: LetterKind, people: Iterable[Staff]) -> int:
    """How many of these people would get a letter of this kind."""
    return len(letter_choices.who_wants(kind, people))


@dataclass(slots=True)
class MailConnection:
    """An open connection to the mail server."""

    backend: BaseEmailBackend
    failed: int = 0
    """Letters in a row that it took for nobody."""

    @property
    def failing(self) -> bool:
        """Whether to try no more now."""
        return self.failed >= GIVEN_UP_AFTER

    def send(
        self, kind: LetterKind, person: Staff, text: LetterContent, language: str, *, key: str = ""
    ) -> bool:
        """Send one letter; False if the mail server did not take it. A letter that is sent again has the same `key`: mail programs that
        have it already show it once.
        """
        with override(language):
            letter = _written(kind, person, text, language)
        if key:
            letter.extra_headers["Message-ID"] = (
                f"<{key}@{urlsplit(settings.LINK_ORIGIN).hostname or 'miti'}>"
            )
        return was_sent(lambda: self._deliver(letter))

    def _deliver(self, letter: EmailMultiAlternatives) -> None:
        self.failed += 1
        try:
            self.backend.send_messages([letter])
        except (SMTPRecipientsRefused, ValueError):
            # It is this letter or its address: the next one may go.
            self.failed = 0
            raise
        self.failed = 0


@contextmanager
def connected() -> Iterator[MailConnection | None]:
    """A connection for several letters; None if the mail server does not answer, which is in the log."""
    backend = get_connection()
    if not was_sent(backend.open):
        yield None
        return
    try:
        yield MailConnection(backend)
    finally:
        was_sent(backend.close)


def send_each(kind: LetterKind, people: Iterable[Staff], words: Callable[[Staff], LetterText]) -> int:
    """Send each of these people who wants it a letter of their own, in their language; return how many the mail server took.

    `words` is called once for each, with their language in force.
    """
    written = []
    for person, language in letter_choices.who_wants(kind, people):
        with override(language):
            written.append((person, words(person), language))
    if not written:
        return 0
    sent = 0
    with connected() as server:
        if server is None:
            return 0
        for person, text, language in written:
            sent += server.send(kind, person, text, language)
            if server.failing:
                break
    return sent


def _written(kind: LetterKind, person: Staff, text: LetterContent, language: str) -> EmailMultiAlternatives:
    written = text.written(kind, person, language)
    letter = EmailMultiAlternatives(
        # Names of teams stand in it, and a subject is one line.
        subject=f"[Miti] {' '.join(text.subject.split())}",
        body=written.plain,
        to=[person.email],
        headers=dict(written.headers),
    )
    letter.attach_alternative(written.html, "text/html")
    return letter
