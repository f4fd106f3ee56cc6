"""Who is planned, by the roster. There is none yet: no team is planned, and the board shows none as planned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PlannedTeam:
    """A team with a shift at this moment."""

    needed: int
    people: tuple[int, ...]
    """The counsellors who signed up."""
    until: datetime


@dataclass(frozen=True, slots=True)
class LackingShift:
    """A shift to come for which fewer have signed up than are needed."""

    pool: int
    starts_at: datetime
    ends_at: datetime
    missing: int


def planned_at(now: datetime) -> Mapping[int, PlannedTeam]:
    """The teams that have a shift now, by the pool's id."""
    return {}


def next_shifts_lacking(now: datetime, days: int) -> Sequence[LackingShift]:
    """The shifts of the next days that lack somebody, in order."""
    return ()
