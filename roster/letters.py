"""Sends the letters about shifts: a periodic job, in whichever process it runs."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from partners import audit
from partners.letters import LetterText
from partners.queued_letters import LetterQueue
from roster import letters_due
from roster.letter_words import text_of
from roster.models import RosterLetter, RosterNotice

LONGEST: Final = timedelta(minutes=1)
"""Then the rest waits for the next time, as the worker's other jobs wait for this one."""
RETRY: Final = timedelta(minutes=5)


@dataclass(slots=True)
class RosterDraft:
    """A letter about shifts as the roster is now."""

    letter: RosterLetter
    now: datetime

    @property
    def key(self) -> str:
        return f"shift-{self.letter.pk}"

    def text(self) -> LetterText | None:
        return text_of(self.letter, now=self.now)

    def dealt_with(self, *, now: datetime) -> None:
        RosterNotice.objects.filter(letter=self.letter, letter_at=None).update(letter_at=now)
        # Of what did not lack anybody when the letter left its reader is told should it lack somebody again.
        RosterLetter.objects.filter(pk=self.letter.pk).update(shifts=self.letter.shifts)


QUEUE: Final = LetterQueue(RosterLetter.objects.all, RosterDraft, RETRY)


def send_due(*, now: datetime, longest: timedelta = LONGEST) -> int:
    """Write down what is due, and send everything that waits; return how many letters the mail server took."""
    letters_due.write_all(now=now)
    sent = QUEUE.send_waiting(now=now, longest=longest)
    # Without whom: the log is kept for longer than who was on which shift.
    for kind, people in Counter(one.kind for one in sent).items():
        audit.record(actor=None, action="letters.sent", detail={"letter": kind, "people": people})
    return len(sent)
