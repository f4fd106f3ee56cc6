"""Somebody whom others put on a shift cannot come: those who plan the team are told at once, as they count on that person."""

from datetime import datetime
from typing import Final

from partners.letter_kinds import LetterKind
from roster import letter_queue, loading
from roster.letter_times import DueDay
from roster.models import Assignment, RosterLetter, Shift
from roster.planners import planners_of

ABOUT: Final = "refused "


def tell(left: Assignment, shift: Shift, *, now: datetime) -> None:
    """Each once, though they were told before that somebody is missing on this shift. It does not say who it is."""
    due = DueDay(shift.date, now, loading.time_of(shift).end)
    letter_queue.write(
        LetterKind.SHIFT_LACKS,
        planners_of([shift.pool]),
        due,
        about=f"{ABOUT}{left.pk}",
        shifts=[shift.pk],
    )


def is_about_one(letter: RosterLetter) -> bool:
    """Does this letter tell of it?"""
    return letter.about.startswith(ABOUT)
