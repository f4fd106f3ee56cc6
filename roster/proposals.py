"""Shifts that the timetable suggests: one for each opening, two where it lasts the whole day. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from roster.rules import LONGEST_MINUTES, moments, overlap
from routing_rules.schedule import Opening
from routing_rules.weekly import DAY_MINUTES

HALF_DAY: Final = 5 * 60
"""An opening that lasts longer than this, in minutes, is parted at the hour at which the half-days meet."""
BETWEEN_HALVES: Final = 13 * 60
MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, order=True)
class ProposedShift:
    """Local day and minutes from its midnight; an end beyond 1440 is on the next day."""

    day: date
    start: int
    end: int


def proposals(
    openings: Iterable[Opening], taken: Collection[Opening], *, zone: str, first: date, last: date
) -> list[ProposedShift]:
    """What is suggested for openings that begin on these days, in order; nothing for those that a shift covers already, and nothing
    for whoever is open for longer than a shift may last.
    """
    local = ZoneInfo(zone)
    found = []
    for opening in openings:
        day = opening.start.astimezone(local).date()
        if not first <= day <= last or opening.end - opening.start > LONGEST_MINUTES * MINUTE:
            continue
        start, end = (_minute(moment, day, local) for moment in (opening.start, opening.end))
        for begins, ends in _halves(start, end):
            if not any(overlap(moments(day, begins, ends, zone), one) for one in taken):
                found.append(ProposedShift(day, begins, ends))
    return sorted(found)


def _minute(moment: datetime, day: date, zone: ZoneInfo) -> int:
    wall = moment.astimezone(zone).replace(tzinfo=None)
    return (wall - datetime.combine(day, time.min)) // MINUTE


def _halves(start: int, end: int) -> list[tuple[int, int]]:
    if start >= DAY_MINUTES or end <= start:
        return []
    if end - start > HALF_DAY and start < BETWEEN_HALVES < end:
        return [(start, BETWEEN_HALVES), (BETWEEN_HALVES, end)]
    return [(start, end)]
