"""Who may take a shift, what speaks against it, and what a shift lacks. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import Final
from zoneinfo import ZoneInfo

from routing_rules.schedule import Opening

LONGEST_MINUTES: Final = 12 * 60
MOST_NEEDED: Final = 60
GIVE_BACK_UNTIL: Final = timedelta(hours=24)
"""Until so long before it begins a shift can be given back; after that, only with somebody in one's place."""
CHANGE_OF_MIND: Final = timedelta(minutes=10)
"""For so long after taking a shift it can be given back in any case: somebody may have pressed the wrong button."""
ANSWER_WITHIN: Final = timedelta(hours=48)
"""Whoever was put on a shift, or whose shift was moved, did not choose it: for so long, until it begins, they can say that they cannot
come."""


@dataclass(frozen=True, slots=True)
class PersonSkills:
    """A counsellor who may work: `pools` by key, `languages` and `themes` by code."""

    id: int
    pools: frozenset[int]
    languages: frozenset[str]
    themes: frozenset[str]


@dataclass(frozen=True, slots=True)
class DaysAway:
    """First and last day included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """What somebody has planned already: their shifts (moments in UTC, by the shift's key, the first that they were put on first), and
    the days on which they are away.
    """

    shifts: tuple[tuple[int, Opening], ...] = ()
    away: tuple[DaysAway, ...] = ()


class Conflict(StrEnum):
    """What speaks against somebody's being on a shift."""

    OVER = "over"
    NOT_OF_TEAM = "not_of_team"
    ALREADY = "already"
    FULL = "full"
    ELSEWHERE = "elsewhere"
    """They are on another shift at that time."""
    AWAY = "away"
    CLOSED = "closed"
    """The team is not open at any moment of it."""
    PARTLY_CLOSED = "partly_closed"
    INACTIVE = "inactive"
    """The team takes no request at all."""
    KEPT_FOR_MISSING = "kept_for_missing"
    """It is the last place, and what is missing is not what they bring."""


@dataclass(frozen=True, slots=True)
class PlannedShift:
    """A shift with those who are on it and may still work for its team. `day` is the team's local date."""

    id: int
    pool: int
    day: date
    time: Opening
    needed: int
    languages: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    people: tuple[PersonSkills, ...] = ()
    replacement_wanted: frozenset[int] = frozenset()
    """Those of `people` who look for somebody in their place."""
    hindrances: Mapping[int, frozenset[Conflict]] = field(default_factory=dict)
    """Of those of `people` who are away that day, or on another shift at that time."""
    not_coming: frozenset[int] = frozenset()
    """Those of `people` who are away, or were put on the other shift first: they fill no place."""

    @property
    def coming(self) -> tuple[PersonSkills, ...]:
        """Those of `people` who can come."""
        return tuple(one for one in self.people if one.id not in self.not_coming)

    @property
    def holding(self) -> tuple[PersonSkills, ...]:
        """Those whose place nobody else takes: whoever comes, and whoever looks for somebody to come instead."""
        held = self.not_coming - self.replacement_wanted
        return tuple(one for one in self.people if one.id not in held)


FORBID_EVERYBODY: Final = frozenset(
    {Conflict.OVER, Conflict.NOT_OF_TEAM, Conflict.ALREADY, Conflict.FULL, Conflict.ELSEWHERE, Conflict.AWAY}
)
"""A coordinator cannot put somebody there either; the others are said to a coordinator, who may know better."""
FORBID_VOLUNTEERS: Final = FORBID_EVERYBODY | {Conflict.CLOSED, Conflict.KEPT_FOR_MISSING}


@dataclass(frozen=True, slots=True)
class ShiftCoverage:
    """Planned of needed, and what those who are planned do not bring, in order."""

    planned: int
    needed: int
    languages: tuple[str, ...]
    themes: tuple[str, ...]
    replacements: int
    """How many look for somebody in their place."""
    kept: int = 0
    """Places of those who cannot come themselves and look for somebody."""

    @property
    def free(self) -> int:
        """Places that nobody has taken."""
        return max(0, self.needed - self.planned - self.kept)

    @property
    def lacks(self) -> bool:
        """Is there something to be done about it?"""
        return bool(self.free or self.languages or self.themes or self.replacements)


def moments(day: date, start: int, end: int, zone: str) -> Opening:
    """From when to when a shift of these local minutes lasts, in UTC."""
    midnight, local = datetime.combine(day, time.min), ZoneInfo(zone)
    first, last = (
        (midnight + timedelta(minutes=minute)).replace(tzinfo=local).astimezone(UTC)
        for minute in (start, end)
    )
    return Opening(first, last)


def overlap(one: Opening, other: Opening) -> bool:
    """Do both last at some moment?"""
    return one.start < other.end and other.start < one.end


def coverage(shift: PlannedShift) -> ShiftCoverage:
    """What a shift has and lacks."""
    coming = shift.coming
    speak = {code for one in coming for code in one.languages}
    handle = {code for one in coming for code in one.themes}
    return ShiftCoverage(
        planned=len(coming),
        needed=shift.needed,
        languages=tuple(sorted(shift.languages - speak)),
        themes=tuple(sorted(shift.themes - handle)),
        replacements=len(shift.replacement_wanted),
        kept=len(shift.holding) - len(coming),
    )


def conflicts(
    person: PersonSkills,
    plan: PersonPlan,
    shift: PlannedShift,
    *,
    openings: Sequence[Opening],
    now: datetime,
    leaves: int | None = None,
) -> frozenset[Conflict]:
    """Everything that speaks against this person on this shift; `openings` are those of its team around it, in order.

    `leaves` is who would go in exchange, for somebody who comes in a colleague's place.
    """
    people = tuple(one for one in shift.holding if one.id != leaves)
    found = set()
    if shift.time.end <= now:
        found.add(Conflict.OVER)
    if shift.pool not in person.pools:
        found.add(Conflict.NOT_OF_TEAM)
    if person.id != leaves and any(one.id == person.id for one in shift.people):
        found.add(Conflict.ALREADY)
    elif len(people) >= shift.needed and leaves is None:
        found.add(Conflict.FULL)
    elif _kept_for_others(person, people, shift):
        found.add(Conflict.KEPT_FOR_MISSING)
    return frozenset(found | hindrances(plan, shift) | hours_conflicts(shift.time, openings))


def hindrances(plan: PersonPlan, shift: PlannedShift) -> frozenset[Conflict]:
    """Why somebody with this plan cannot come: they are away that day, or on another shift at that time."""
    found = set()
    if any(key != shift.id and overlap(shift.time, taken) for key, taken in plan.shifts):
        found.add(Conflict.ELSEWHERE)
    if any(each.first <= shift.day <= each.last for each in plan.away):
        found.add(Conflict.AWAY)
    return frozenset(found)


def with_hindrances(shift: PlannedShift, plans: Mapping[int, PersonPlan]) -> PlannedShift:
    """The shift with what keeps its people from coming. Of two shifts at once the one that somebody was put on first counts."""
    found = {one.id: why for one in shift.people if (why := hindrances(plans[one.id], shift))}
    return replace(
        shift,
        hindrances=found,
        not_coming=frozenset(
            one
            for one, why in found.items()
            if Conflict.AWAY in why or _on_another_first(plans[one].shifts, shift)
        ),
    )


def _on_another_first(shifts: Sequence[tuple[int, Opening]], shift: PlannedShift) -> bool:
    before = takewhile(lambda one: one[0] != shift.id, shifts)
    return any(overlap(shift.time, taken) for _key, taken in before)


def _kept_for_others(person: PersonSkills, people: Collection[PersonSkills], shift: PlannedShift) -> bool:
    if len(people) + 1 < shift.needed:
        return False
    languages = shift.languages.difference(*(one.languages for one in people))
    themes = shift.themes.difference(*(one.themes for one in people))
    brings = languages & person.languages or themes & person.themes
    return bool(languages or themes) and not brings


def hours_conflicts(stretch: Opening, openings: Sequence[Opening]) -> frozenset[Conflict]:
    """Whether the team is closed during all of it, or a part of it; `openings` in order, none touching another."""
    open_for = sum(
        (
            min(one.end, stretch.end) - max(one.start, stretch.start)
            for one in openings
            if overlap(one, stretch)
        ),
        timedelta(),
    )
    if not open_for:
        return frozenset({Conflict.CLOSED})
    return frozenset({Conflict.PARTLY_CLOSED}) if open_for < stretch.end - stretch.start else frozenset()


def may_give_back(
    *, starts: datetime, taken_at: datetime, put_there_at: datetime | None = None, now: datetime
) -> bool:
    """Can somebody leave this shift by themselves now? `put_there_at`: when a coordinator last put them there."""
    bounds = [starts - GIVE_BACK_UNTIL, min(taken_at + CHANGE_OF_MIND, starts)]
    if put_there_at is not None:
        bounds.append(min(put_there_at + ANSWER_WITHIN, starts))
    return now < max(bounds)
