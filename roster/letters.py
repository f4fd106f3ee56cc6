"""Sends the letters about shifts: a periodic job, in whichever process it runs."""

import time
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.utils.translation import override

from partners import audit, letter_choices
from partners.letter_kinds import LetterKind
from partners.letters import MailConnection, connected
from roster import letter_queue, letters_due
from roster.letter_words import text_of
from roster.models import RosterLetter

LONGEST: Final = timedelta(minutes=1)
"""Then the rest waits for the next time, as the worker's other jobs wait for this one."""
log = structlog.stdlib.get_logger(__name__)


def send_due(*, now: datetime, longest: timedelta = LONGEST) -> int:
    """Write down what is due, and send everything that waits; return how many letters the mail server took."""
    letters_due.write_all(now=now)
    waiting = letter_queue.waiting(now)
    if not waiting:
        return 0
    began, sent = time.monotonic(), []
    with connected() as server:
        if server is None:
            return 0
        for letter in waiting:
            if server.failing or time.monotonic() - began > longest.total_seconds():
                break
            if letter_queue.claim(letter, now=now) and _send(server, letter, now=now):
                sent.append(letter)
    # Without whom: the log is kept for longer than who was on which shift.
    for kind, people in letter_queue.sent_of(sent).items():
        audit.record(actor=None, action="letters.sent", detail={"letter": kind, "people": people})
    return len(sent)


def _send(server: MailConnection, letter: RosterLetter, *, now: datetime) -> bool:
    """Whether it left. If the database goes away once it has left, the letter stays claimed: nobody sends it again soon."""
    kind = LetterKind(letter.kind)
    for person, language in letter_choices.who_wants(kind, [letter.person]):
        try:
            with override(language):
                text = text_of(letter, now=now)
        except Exception as fault:  # of this letter alone: the others must not wait for it
            log.error("a letter about shifts could not be written", exc_info=fault)
            letter_queue.try_again(letter, now=now)
            return False
        if text is not None:
            if sent := server.send(kind, person, text, language, key=f"shift-{letter.pk}"):
                letter_queue.done(letter, sent=True, now=now)
            else:
                letter_queue.try_again(letter, now=now)
            return sent
    letter_queue.done(letter, sent=False, now=now)
    return False
