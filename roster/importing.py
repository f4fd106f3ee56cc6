"""A file of shifts and the people on them, written all at once or not at all. What it would do is said first.

A line names a shift by its team, day and hours. A shift that is not there is planned; one that is there gets the line's needs. Where the
file has people, exactly those of the line are on the shift afterwards; shifts that are in no line stay as they are.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from partners import audit
from partners.models import Staff
from roster import loading, notices
from roster.joining import raise_revision
from roster.models import Assignment, RosterNoticeKind, Shift
from roster.planning import ShiftWanted
from roster.rules import (
    FORBID_EVERYBODY,
    Conflict,
    PersonPlan,
    PersonSkills,
    PlannedShift,
    conflicts,
    hours_conflicts,
)
from routing_rules.models import Counsellor, Pool
from routing_rules.schedule import Opening


class RosterChangedError(Exception):
    """Somebody changed the roster since it was said what the file would do; nothing was written."""


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """One line of the file; `people` are keys of counsellors, None: the file does not say."""

    line: int
    pool: Pool
    wanted: ShiftWanted
    people: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class LineChange:
    """What a line changes. `shift` is the one that is there; None: it is new. `added` and `removed` are keys of counsellors."""

    line: ShiftLine
    shift: Shift | None
    other_needs: bool
    added: tuple[int, ...]
    removed: tuple[int, ...]
    doubts: frozenset[Conflict] = frozenset()

    @property
    def anything(self) -> bool:
        return self.shift is None or self.other_needs or bool(self.added or self.removed)


@dataclass(frozen=True, slots=True)
class LineProblem:
    """Why a person of a line cannot be put on its shift."""

    line: int
    counsellor: int
    found: frozenset[Conflict]


@dataclass(slots=True)
class RosterImport:
    """What a file would do now."""

    changes: list[LineChange] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)
    over: int = 0
    """Lines of shifts that are over: nothing is done about them."""

    @property
    def seen(self) -> str:
        """The same only as long as the file would do the same to the same roster."""
        told = [
            (one.line.line, one.shift and (one.shift.pk, one.shift.revision), one.added, one.removed)
            for one in self.changes
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()

    @property
    def added(self) -> int:
        return sum(len(one.added) for one in self.changes)

    @property
    def removed(self) -> int:
        return sum(len(one.removed) for one in self.changes)

    @property
    def new(self) -> int:
        return sum(one.shift is None for one in self.changes)


def what_it_does(lines: Sequence[ShiftLine], *, now: datetime) -> RosterImport:
    """A bounded number of queries, however long the file is."""
    found = RosterImport()
    coming = [one for one in lines if loading.time_of(_as_shift(one)).end > now]
    found.over = len(lines) - len(coming)
    if not coming:
        return found
    there = _shifts_of(coming)
    on: dict[int, list[int]] = defaultdict(list)
    for shift, counsellor in Assignment.objects.filter(
        shift__in=[one.pk for one in there.values()]
    ).values_list("shift", "counsellor"):
        on[shift].append(counsellor)
    changes = [one for one in (_change(line, there.get(_key(line)), on) for line in coming) if one.anything]
    if changes:
        _check(found, changes, list(there.values()), now)
    return found


def _key(one: ShiftLine) -> tuple[object, ...]:
    return one.pool.pk, one.wanted.day, one.wanted.start, one.wanted.end


def _as_shift(one: ShiftLine) -> Shift:
    return Shift(
        pool=one.pool,
        date=one.wanted.day,
        start_minute=one.wanted.start,
        end_minute=one.wanted.end,
        needed=one.wanted.needed,
        languages=sorted(one.wanted.languages),
        themes=sorted(one.wanted.themes),
    )


def _shifts_of(lines: Collection[ShiftLine]) -> dict[tuple[object, ...], Shift]:
    days = [one.wanted.day for one in lines]
    rows = Shift.objects.filter(
        pool__in={one.pool.pk for one in lines}, date__range=(min(days), max(days))
    ).select_related("pool")
    wanted = {_key(one) for one in lines}
    found = {(row.pool_id, row.date, row.start_minute, row.end_minute): row for row in rows}
    return {key: row for key, row in found.items() if key in wanted}


def _change(one: ShiftLine, shift: Shift | None, on: dict[int, list[int]]) -> LineChange:
    before = on[shift.pk] if shift else []
    people = before if one.people is None else one.people
    copy = _as_shift(one)
    needs = ("needed", "languages", "themes")
    return LineChange(
        line=one,
        shift=shift,
        other_needs=shift is not None and any(getattr(shift, name) != getattr(copy, name) for name in needs),
        added=tuple(key for key in people if key not in before),
        removed=tuple(key for key in before if key not in people),
    )


def _check(found: RosterImport, changes: list[LineChange], there: list[Shift], now: datetime) -> None:
    """Each person against the roster as the lines before have changed it; those who go, go first."""
    people = {key for one in changes for key in (*one.added, *one.removed)}
    skills = loading.skills_of(loading.who_may_work().filter(pk__in=people).values_list("pk", flat=True))
    days = [one.line.wanted.day for one in changes]
    first, last = min(days), max(days)
    plans = loading.plans_of(people, first, last)
    hours = loading.openings_between({one.line.pool for one in changes}, first, last, now=now)
    states = loading.planned(there)
    for one in changes:
        for key in one.removed:
            kept = tuple(taken for taken in plans[key].shifts if one.shift and taken[0] != one.shift.pk)
            plans[key] = PersonPlan(kept, plans[key].away)
    for one in changes:
        state = _state(one, states)
        openings = hours[one.line.pool.pk]
        found.changes.append(replace(one, doubts=hours_conflicts(state.time, openings)))
        for key in one.added:
            against = _against(skills.get(key), plans[key], state, openings, now)
            if against & FORBID_EVERYBODY:
                found.problems.append(LineProblem(one.line.line, key, against & FORBID_EVERYBODY))
                continue
            state = replace(state, people=(*state.people, skills[key]))
            plans[key] = PersonPlan((*plans[key].shifts, (state.id, state.time)), plans[key].away)


def _state(one: LineChange, states: dict[int, PlannedShift]) -> PlannedShift:
    before = states[one.shift.pk] if one.shift else None
    return PlannedShift(
        # A shift that is not there yet has no key.
        id=one.shift.pk if one.shift else -one.line.line,
        pool=one.line.pool.pk,
        day=one.line.wanted.day,
        time=loading.time_of(_as_shift(one.line)),
        needed=one.line.wanted.needed,
        languages=frozenset(one.line.wanted.languages),
        themes=frozenset(one.line.wanted.themes),
        people=tuple(each for each in before.people if each.id not in one.removed) if before else (),
        replacement_wanted=before.replacement_wanted if before else frozenset(),
        not_coming=before.not_coming if before else frozenset(),
    )


def _against(
    person: PersonSkills | None,
    plan: PersonPlan,
    state: PlannedShift,
    openings: Sequence[Opening],
    now: datetime,
) -> frozenset[Conflict]:
    if person is None:
        return frozenset({Conflict.NOT_OF_TEAM})
    return conflicts(person, plan, state, openings=openings, now=now)


@transaction.atomic
def bring_in(*, actor: Staff, lines: Sequence[ShiftLine], seen: str, now: datetime) -> RosterImport:
    """Write what the file does, if it is still what was `seen`; whoever is put on a shift or taken off is told.

    Raises:
        RosterChangedError: nothing was written.
    """
    people = {key for one in lines for key in one.people or ()}
    list(Counsellor.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk"))
    # Nobody comes onto a shift between what is read and what is written.
    there = [shift.pk for shift in _shifts_of(lines).values()]
    list(Shift.objects.select_for_update(no_key=True).filter(pk__in=there).order_by("pk").values_list("pk"))
    found = what_it_does(lines, now=now)
    if found.problems or found.seen != seen:
        raise RosterChangedError
    for one in found.changes:
        if one.shift is not None and not raise_revision(one.shift):
            raise RosterChangedError
    shifts = _write_shifts(found.changes)
    _write_people(actor, [(one, shifts[one.line.line]) for one in found.changes], now)
    audit.record(
        actor=actor,
        action="roster.imported",
        detail={"shifts": len(found.changes), "people": found.added + found.removed},
    )
    return found


def _write_shifts(changes: Sequence[LineChange]) -> dict[int, Shift]:
    """By the number of their line."""
    shifts = {one.line.line: one.shift or _as_shift(one.line) for one in changes}
    try:
        with transaction.atomic():
            Shift.objects.bulk_create(shifts[one.line.line] for one in changes if one.shift is None)
    except IntegrityError:
        raise RosterChangedError from None
    for one in changes:
        if one.shift is not None and one.other_needs:
            copy = _as_shift(one.line)
            Shift.objects.filter(pk=one.shift.pk).update(
                needed=copy.needed,
                languages=copy.languages,
                themes=copy.themes,
                revision=F("revision") + 1,
            )
    return shifts


def _write_people(actor: Staff, changes: Sequence[tuple[LineChange, Shift]], now: datetime) -> None:
    told: list[tuple[RosterNoticeKind, Shift, int, dict[str, object]]] = []
    for one, shift in changes:
        if one.removed:
            Assignment.objects.filter(shift=shift, counsellor__in=one.removed).delete()
            notices.withdraw_requests(shift)
            told += [(RosterNoticeKind.REMOVED, shift, key, {}) for key in one.removed]
        told += [(RosterNoticeKind.ASSIGNED, shift, key, {}) for key in one.added]
    Assignment.objects.bulk_create(
        Assignment(shift=shift, counsellor_id=key, assigned_by=actor, assigned_at=now)
        for one, shift in changes
        for key in one.added
    )
    notices.write(told, now=now)
