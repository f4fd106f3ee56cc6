"""Sends the figures of a month or quarter that is over to whoever asked for them: a periodic job, in whichever process it runs.

A letter is written down once its period has all of its rows, in the first days of the next one, and says what its reader's own page
of that period says when it leaves. Of several processes one sends each (`partners.queued_letters`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from indicators import current_day
from indicators.letters import contents
from indicators.models import FiguresLetter
from indicators.periods import Period, midnight, month_of, quarter_of
from indicators.rows import pending
from indicators.sums.kept import are_whole_months
from partners import audit, letter_choices
from partners.letter_kinds import LetterKind
from partners.letters import LetterContent
from partners.models import Staff
from partners.permissions import Action, may
from partners.queued_letters import LetterQueue

KINDS: Final = {LetterKind.FIGURES_MONTH: month_of, LetterKind.FIGURES_QUARTER: quarter_of}
"""And of which period that holds a day each is."""
FIRST_DAYS: Final = timedelta(days=10)
"""Who asks for them within so many days of the end of a period gets its letter at once; who asks later gets the next one."""
OF_USE: Final = timedelta(days=28)
"""Until the next one."""
RETRY: Final = timedelta(minutes=10)
LONGEST: Final = timedelta(minutes=1)
"""Then the rest waits for the next time, as the worker's other jobs wait for this one."""


def period_of(letter: FiguresLetter) -> Period:
    return KINDS[LetterKind(letter.kind)](letter.first)


@dataclass(slots=True)
class FiguresDraft:
    """A letter with the figures as they are now, if its reader may still read them."""

    letter: FiguresLetter
    now: datetime

    @property
    def key(self) -> str:
        return f"figures-{self.letter.pk}"

    def text(self) -> LetterContent | None:
        # Read anew: the right may have gone since the letters were listed.
        person = Staff.objects.select_related("partner").get(pk=self.letter.person_id)
        if not may(person, Action.READ_FIGURES):
            return None
        return contents.letter_to(person, LetterKind(self.letter.kind), period_of(self.letter))

    def dealt_with(self, *, now: datetime) -> None:
        """The row itself says so."""


QUEUE: Final = LetterQueue(FiguresLetter.objects.all, FiguresDraft, RETRY)


def send_due(*, now: datetime, longest: timedelta = LONGEST) -> int:
    """Write down what is due, and send everything that waits; return how many letters the mail server took."""
    write_due(today=current_day.today())
    sent = QUEUE.send_waiting(now=now, longest=longest)
    for letter in sent:
        period = period_of(letter)
        audit.record(
            actor=None,
            action="figures.mailed",
            subject=f"person {letter.person_id}",
            detail={"letter": letter.kind, "from": f"{period.first}", "to": f"{period.last}"},
        )
    return len(sent)


def write_due(*, today: date) -> None:
    """Write down the letters of each period that is over and complete, to everybody who has none of it yet."""
    for kind, period in due(today):
        missing = _without_letter(kind, period)
        if not missing or not pending.are_counted(period.last):
            continue
        until = midnight(period.last + OF_USE)
        # Another process may write them in this moment.
        FiguresLetter.objects.bulk_create(
            [FiguresLetter(person=one, kind=kind.value, first=period.first, until=until) for one in missing],
            ignore_conflicts=True,
        )


def due(today: date) -> Iterator[tuple[LetterKind, Period]]:
    """The last month and the last quarter, in the first days after them, but not before their last requests have ended."""
    for kind, period_with in KINDS.items():
        period = period_with(period_with(today).first - timedelta(days=1))
        if are_whole_months(period, today=today) and today <= period.last + FIRST_DAYS:
            yield kind, period


def _without_letter(kind: LetterKind, period: Period) -> list[Staff]:
    written = FiguresLetter.objects.filter(kind=kind.value, first=period.first)
    people = letter_choices.subscribers(kind).exclude(pk__in=written.values("person"))
    wanted = letter_choices.who_wants(kind, people.order_by("pk"))
    return [one for one, _language in wanted if may(one, Action.READ_FIGURES)]
