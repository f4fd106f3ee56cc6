"""Who is planned, and what is still to be filled, as the board asks the roster for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from roster import planned
from roster.planned import PlannedTeam

__all__ = ["PlannedTeam", "ShiftToFill", "next_shifts_lacking", "planned_at"]


@dataclass(frozen=True, slots=True)
class ShiftToFill:
    """A shift to come with places that nobody has taken; `pool` is its team's key."""

    pool: int
    starts_at: datetime
    ends_at: datetime
    missing: int


def planned_at(now: datetime) -> Mapping[int, PlannedTeam]:
    """The teams that have a shift now, by the pool's id."""
    return planned.planned_at(now)


def next_shifts_lacking(now: datetime, days: int) -> Sequence[ShiftToFill]:
    """The shifts of the next days that lack somebody, in order."""
    return [
        ShiftToFill(one.shift.pool_id, one.time.start, one.time.end, one.coverage.free)
        for one in planned.next_shifts_lacking(now, days)
        if one.coverage.free
    ]
