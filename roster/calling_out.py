"""Calling a shift out that lacks people: whoever could come gets a letter with the link that takes it. To each once for a shift."""

from datetime import datetime

from django.db import transaction

from partners import letter_choices
from partners.letter_kinds import LetterKind
from partners.models import Staff
from roster import letter_queue, loading, signing_up
from roster.letter_times import DueDay
from roster.models import RosterLetter, Shift
from roster.planning import record


def who_can_be_asked(shift: Shift, *, now: datetime) -> list[Staff]:
    """Those against whom nothing speaks, who want such letters, and were not asked for this shift before."""
    could = signing_up.could_come(shift, instead_of=None, now=now)
    if not could:
        return []
    asked = RosterLetter.objects.filter(
        kind=LetterKind.SHIFT_LACKS.value, day=shift.date, about=_about(shift)
    ).values("person")
    people = Staff.objects.filter(counsellor__in=could).exclude(pk__in=asked)
    return [person for person, _language in letter_choices.who_wants(LetterKind.SHIFT_LACKS, people)]


@transaction.atomic
def call_out(*, actor: Staff, shift: Shift, now: datetime) -> int:
    """Have each of them written to; the job sends the letters. Return how many: where two press at once, one letter leaves to each."""
    people = who_can_be_asked(shift, now=now)
    if not people:
        return 0
    due = DueDay(shift.date, now, loading.time_of(shift).end)
    letter_queue.write(
        LetterKind.SHIFT_LACKS, [one.pk for one in people], due, about=_about(shift), shifts=[shift.pk]
    )
    record(actor, "shift.called_out", shift, people=len(people))
    return len(people)


def _about(shift: Shift) -> str:
    return f"called {shift.pk}"
