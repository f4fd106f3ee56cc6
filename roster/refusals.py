"""Somebody who is counted on cannot come: who was put on a shift refuses, or somebody on a shift of these days says that they are away.
Those who plan the team are told at once, though they knew before that the shift had lacked somebody.
"""

from datetime import datetime
from typing import Final

from partners.letter_kinds import LetterKind
from roster import letter_queue, letter_times, loading
from roster.letter_times import DueDay
from roster.models import Absence, Assignment, RosterLetter, Shift
from roster.planners import planners_of

ABOUT: Final = "refused "


def tell(left: Assignment, shift: Shift, *, now: datetime) -> None:
    """Each once. It does not say who it is."""
    due = DueDay(shift.date, now, loading.time_of(shift).end)
    letter_queue.write(
        LetterKind.SHIFT_LACKS,
        planners_of([shift.pool]),
        due,
        about=f"{ABOUT}{left.pk}",
        shifts=[shift.pk],
    )


def tell_of_absence(absence: Absence, *, now: datetime) -> bool:
    """Tell whoever was told by now that a shift lacked somebody, and believes that somebody was found: the letters of a day tell of each
    shift once. Return whether anybody is told.
    """
    days = {due.day: due for due in letter_times.warnings(now)}
    told = False
    shifts = Shift.objects.filter(
        date__range=(absence.first_day, absence.last_day), date__in=days, pool__active=True
    )
    rows = loading.standing(shifts).filter(counsellor=absence.counsellor_id)
    for row in rows.select_related("shift__pool"):
        time = loading.time_of(row.shift)
        if time.start <= now:
            continue
        knew = letter_queue.who_was_told(
            LetterKind.SHIFT_LACKS, row.shift_id, planners_of([row.shift.pool]).keys(), days[row.shift.date]
        )
        letter_queue.write(
            LetterKind.SHIFT_LACKS,
            knew,
            DueDay(row.shift.date, now, time.end),
            about=f"away {row.pk} {absence.pk}",
            shifts=[row.shift_id],
        )
        told = told or bool(knew)
    return told


def is_about_one(letter: RosterLetter) -> bool:
    """Does this letter tell of a refusal?"""
    return letter.about.startswith(ABOUT)
