"""When people are usually free and when they are away: what they say of themselves. Only this module writes it."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from django.db import transaction

from roster import refusals
from roster.models import Absence, UsualTime
from routing_rules.models import Counsellor
from routing_rules.weekly import Interval

BANDS: Final = ((480, 720), (720, 840), (840, 1080), (1080, 1260))
"""The parts of a day that the page offers, in minutes from midnight."""


@transaction.atomic
def set_usual_times(*, counsellor: Counsellor, intervals: Collection[Interval]) -> None:
    """Replace what this person said. Intervals are in whole half hours and none touches another on the same day."""
    Counsellor.objects.select_for_update(no_key=True).get(pk=counsellor.pk)
    UsualTime.objects.filter(counsellor=counsellor).delete()
    UsualTime.objects.bulk_create(
        UsualTime(counsellor=counsellor, weekday=one.weekday, start_minute=one.start, end_minute=one.end)
        for one in sorted(intervals)
    )


@transaction.atomic
def add_absence(*, counsellor: Counsellor, first: date, last: date, now: datetime) -> bool:
    """Say that one is away on these days, both included. Shifts on them stay one's own until they are given back. Return whether
    those who plan them are told at once.
    """
    absence = Absence.objects.get_or_create(counsellor=counsellor, first_day=first, last_day=last)[0]
    return refusals.tell_of_absence(absence, now=now)


def drop_absence(*, counsellor: Counsellor, absence: int) -> None:
    """Not away after all."""
    Absence.objects.filter(counsellor=counsellor, pk=absence).delete()
