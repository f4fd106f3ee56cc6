"""Sends letters that wait. Of several processes one sends each, and what the mail server did not take is tried again for as long as it
is of use; only this module moves them on.

A process may die between the moment at which the mail server took a letter and the one at which this is noted. Such a letter is sent
again, with the same Message-ID: mail programs that have it already show it once. No order of the two would lose none and double none.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import override

from partners import letter_choices
from partners.letter_kinds import LetterKind
from partners.letters import LetterContent, MailConnection, connected
from partners.models import QueuedLetter

CLAIM: Final = timedelta(minutes=15)
"""Longer than a job may run: when it is over, whoever claimed the letter has ended."""
LONGEST_RETRY: Final = timedelta(hours=2)
L = TypeVar("L", bound=QueuedLetter)
log = structlog.stdlib.get_logger(__name__)


class LetterDraft(Protocol):
    """What a letter says as things are now."""

    @property
    def key(self) -> str:
        """Of what is sent once: letters with the same key say the same."""

    def text(self) -> LetterContent | None:
        """In the language in force. None: there is nothing to say any more."""

    def dealt_with(self, *, now: datetime) -> None:
        """Called in the transaction that notes that it left, or that its reader wants none, or that there was nothing to say."""


@dataclass(frozen=True, slots=True)
class LetterQueue(Generic[L]):
    """The letters of one table. `retry` is how soon a letter is tried again for the first time; then at growing distances."""

    rows: "Callable[[], QuerySet[L]]"
    draft: Callable[[L, datetime], LetterDraft]
    """Called once the letter is claimed."""
    retry: timedelta

    def send_waiting(self, *, now: datetime, longest: timedelta) -> list[L]:
        """Send everything that waits, the most urgent first, for at most so long; return the letters that the mail server took."""
        waiting = self.waiting(now)
        if not waiting:
            return []
        began, sent = time.monotonic(), []
        with connected() as server:
            if server is None:
                return []
            for letter in waiting:
                if server.failing or time.monotonic() - began > longest.total_seconds():
                    break
                if self.claim(letter, now=now) and self._send(server, letter, now=now):
                    sent.append(letter)
        return sent

    def waiting(self, now: datetime) -> list[L]:
        """Those that can be sent now; those that nobody needs any more are done."""
        self.rows().filter(done_at=None, until__lte=now).update(done_at=now)
        return list(self.rows().filter(_free(now)).select_related("person").order_by("until", "pk"))

    def claim(self, letter: L, *, now: datetime) -> bool:
        """Whether this process is the one that sends it. Of several that try at once, one finds the row as it was."""
        free = self.rows().filter(_free(now), pk=letter.pk)
        return bool(free.update(claimed_until=now + CLAIM, tries=F("tries") + 1))

    def _send(self, server: MailConnection, letter: L, *, now: datetime) -> bool:
        """Whether it left. If the database goes away once it has left, the letter stays claimed: nobody sends it again soon."""
        kind = LetterKind(letter.kind)
        wants = letter_choices.who_wants(kind, [letter.person])
        try:
            draft = self.draft(letter, now)
            text = None
            for _person, language in wants:
                with override(language):
                    text = draft.text()
        except Exception as fault:  # of this letter alone: the others must not wait for it
            log.error("a letter could not be written", exc_info=fault)
            self._try_again(letter, now=now)
            return False
        for person, language in wants:
            if text is not None and not server.send(kind, person, text, language, key=draft.key):
                self._try_again(letter, now=now)
                return False
        left = text is not None
        with transaction.atomic():
            self.rows().filter(pk=letter.pk).update(done_at=now, sent=left)
            draft.dealt_with(now=now)
        return left

    def _try_again(self, letter: L, *, now: datetime) -> None:
        """The mail server did not take it: later once more, for as long as it is of use."""
        wait = min(self.retry * 2 ** min(letter.tries, 10), LONGEST_RETRY)
        self.rows().filter(pk=letter.pk).update(claimed_until=now + wait)


def _free(now: datetime) -> Q:
    return Q(done_at=None) & (Q(claimed_until=None) | Q(claimed_until__lte=now))
