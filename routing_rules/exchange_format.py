"""Plans and timetables as one YAML or JSON file: read it and report all its mistakes at once. Pure.

miti: 1
plan:
  rules:
    - {name: Formation, themes: [formation], languages: [nl], steps: [{after_s: 0, pools: [cdm-bruxelles]}]}
    - {name: Tout, steps: [{pools: all}]}
timetables:
  - {pool: cdm-bruxelles, valid_from: 2027-01-04, hours: {monday: "9:00-12:00, 13:00-16:00"}}
exceptions:
  - {pool: all, date: 2026-12-24, kind: closed, reason: Noël}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, TypeAlias

from routing_rules.exchange_yaml import LARGEST_FILE, NotReadableError, load
from routing_rules.holidays_be import LAST_YEAR
from routing_rules.hours_text import parse_hours
from routing_rules.plans import (
    ALL_POOLS,
    CONDITIONS,
    MOST_STEPS,
    NAME_LENGTH,
    RULE_BOUNDS,
    STEP_BOUNDS,
    Bounds,
    Rule,
    Step,
)
from routing_rules.schedule_checks import HoursError, Trouble, date_of, timetable_problems
from routing_rules.weekly import DAY_MINUTES, ExceptionKind, Interval

VERSION = 1
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_RULES = 200
MOST_WEEKS = 300
MOST_EXCEPTIONS = 1_000
"""Writing so many holds up others for half a second."""
MOST_PROBLEMS = 100
"""Nobody reads more at once."""
__all__ = ["LARGEST_FILE", "FileRead", "ImportProblem", "read"]

#: Keys and list indices, from the outermost inwards.
Place: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One thing that is wrong: where, what (a code), and what was written."""

    place: Place
    code: str
    value: str = ""

    @property
    def where(self) -> str:
        """plan.rules[2].steps[1]: lists count from 1."""
        told = ""
        for part in self.place:
            told += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if told else part
        return told


@dataclass(frozen=True, slots=True)
class WeekRead:
    """A timetable of the file, with its path in the file."""

    place: Place
    pool: str
    valid_from: date
    intervals: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class ExceptionRead:
    """An exception of the file; `pool` None means all."""

    place: Place
    pool: str | None
    date: date
    kind: ExceptionKind
    start: int
    end: int
    reason: str


@dataclass(slots=True)
class FileRead:
    """What could be read, and everything that could not. `rules` None: the file has no plan."""

    rules: list[Rule] | None = None
    weeks: list[WeekRead] = field(default_factory=list)
    exceptions: list[ExceptionRead] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)


def read(text: str) -> FileRead:
    """Read a file. Codes that name pools, themes and so on are not looked up here."""
    reader = _Reader()
    try:
        content = load(text)
    except NotReadableError as error:
        reader.wrong((), error.code, "" if error.line is None else error.line)
        return reader.found
    reader.file(content)
    return reader.found


class _Reader:
    """Reads the content and collects every mistake instead of stopping at the first one."""

    def __init__(self) -> None:
        self.found = FileRead()

    def wrong(self, place: Place, code: str, value: object = "") -> None:
        if len(self.found.problems) < MOST_PROBLEMS:
            self.found.problems.append(ImportProblem(place, code, str(value)[:80]))

    def file(self, content: object) -> None:
        whole = self.mapping(content, (), {"miti", "plan", "timetables", "exceptions"})
        if whole is None:
            return
        if whole.get("miti") != VERSION:
            self.wrong(("miti",), "not_this_version", whole.get("miti"))
        if "plan" in whole:
            plan = self.mapping(whole["plan"], ("plan",), {"rules", "number"})
            if plan is not None:
                rules = self.items(plan.get("rules"), ("plan", "rules"), most=MOST_RULES)
                self.found.rules = [
                    self.rule(one, ("plan", "rules", place)) for place, one in enumerate(rules)
                ]
        for place, one in enumerate(
            self.items(whole.get("timetables", []), ("timetables",), most=MOST_WEEKS)
        ):
            self.week(one, ("timetables", place))
        for place, one in enumerate(
            self.items(whole.get("exceptions", []), ("exceptions",), most=MOST_EXCEPTIONS)
        ):
            self.exception(one, ("exceptions", place))
        if (
            not self.found.problems
            and self.found.rules is None
            and not self.found.weeks
            and not self.found.exceptions
        ):
            self.wrong((), "nothing_in_it")

    def rule(self, content: object, place: Place) -> Rule:
        row = self.mapping(content, place, {each.name for each in fields(Rule)})
        if row is None:
            return Rule(name="")
        steps = self.items(row.get("steps", []), (*place, "steps"))
        if not steps:
            self.wrong((*place, "steps"), "no_steps")
        if len(steps) > MOST_STEPS:
            self.wrong((*place, "steps"), "too_many_steps", f"{len(steps)} (1-{MOST_STEPS})")
        conditions: dict[str, Any] = {each.name: self.codes(row, each.name, place) for each in CONDITIONS}
        return Rule(
            name=self.text(row, "name", place, longest=NAME_LENGTH),
            steps=tuple(self.step(one, (*place, "steps", at)) for at, one in enumerate(steps)),
            **conditions,
            **self.numbers(row, RULE_BOUNDS, place),
        )

    def step(self, content: object, place: Place) -> Step:
        row = self.mapping(content, place, {each.name for each in fields(Step)})
        if row is None:
            return Step()
        numbers = self.numbers(row, STEP_BOUNDS, place)
        if row.get("pools") == ALL_POOLS:
            return Step(**numbers, pools=None)
        pools = self.codes(row, "pools", place)
        if not pools:
            self.wrong((*place, "pools"), "no_pools")
        return Step(**numbers, pools=pools)

    def week(self, content: object, place: Place) -> None:
        row = self.mapping(content, place, {"pool", "valid_from", "hours"})
        if row is None:
            return
        pool, valid_from = self.text(row, "pool", place), self.day(row, "valid_from", place)
        hours = self.mapping(row.get("hours"), (*place, "hours"), set(WEEKDAYS)) or {}
        intervals: list[Interval] = []
        for weekday, name in enumerate(WEEKDAYS):
            intervals += self.hours(hours.get(name), (*place, "hours", name), weekday)
        for problem in timetable_problems(intervals):
            if problem.trouble is Trouble.OVERLAP:
                later = intervals[max(problem.items)]
                self.wrong((*place, "hours", WEEKDAYS[later.weekday]), Trouble.OVERLAP)
        if valid_from is not None:
            self.found.weeks.append(WeekRead(place, pool, valid_from, tuple(intervals)))

    def exception(self, content: object, place: Place) -> None:
        row = self.mapping(content, place, {"pool", "date", "kind", "hours", "reason"})
        if row is None:
            return
        pool, day = self.text(row, "pool", place), self.day(row, "date", place)
        if row.get("kind") not in list(ExceptionKind):
            self.wrong((*place, "kind"), "not_a_kind", row.get("kind"))
            return
        reason = self.text(row, "reason", place, longest=100) if row.get("reason") else ""
        spans = self.hours(row.get("hours"), (*place, "hours"), 0) or [Interval(0, 0, DAY_MINUTES)]
        if day is not None:
            self.found.exceptions += [
                ExceptionRead(
                    place,
                    None if pool == ALL_POOLS else pool,
                    day,
                    ExceptionKind(row["kind"]),
                    one.start,
                    one.end,
                    reason,
                )
                for one in spans
            ]

    def hours(self, content: object, place: Place, weekday: int) -> list[Interval]:
        if content in (None, ""):
            return []
        if not isinstance(content, str):
            self.wrong(place, Trouble.NOT_A_TIME, content)
            return []
        try:
            return parse_hours(content, weekday=weekday)
        except HoursError as error:
            self.wrong(place, error.problem.trouble, error.problem.value)
            return []

    def mapping(self, content: object, place: Place, known: set[str]) -> Mapping[str, Any] | None:
        if not isinstance(content, dict):
            self.wrong(place, "not_a_mapping", "" if content is None else content)
            return None
        for key in content:
            if key not in known:
                self.wrong(place, "unknown_key", key)
        return content

    def items(self, content: object, place: Place, *, most: int | None = None) -> Sequence[object]:
        if not isinstance(content, list):
            self.wrong(place, "not_a_list", "" if content is None else content)
            return []
        if most is not None and len(content) > most:
            self.wrong(place, "too_many_rows", f"{len(content)} ({most})")
            return []
        return content

    def text(self, row: Mapping[str, Any], key: str, place: Place, *, longest: int = 50) -> str:
        value = row.get(key)
        if not isinstance(value, str) or not value.strip():
            self.wrong((*place, key), "not_text", "" if value is None else value)
            return ""
        if len(value) > longest:
            self.wrong((*place, key), "too_long_text", value)
        return value.strip()

    def numbers(self, row: Mapping[str, Any], bounds: Mapping[str, Bounds], place: Place) -> dict[str, Any]:
        return {name: self.number(row, name, place, allowed) for name, allowed in bounds.items()}

    def number(self, row: Mapping[str, Any], key: str, place: Place, bounds: Bounds) -> int:
        value = row.get(key, bounds.usual)
        if isinstance(value, bool) or not isinstance(value, int) or not bounds.allow(value):
            self.wrong((*place, key), "not_a_number", f"{value} ({bounds.least}-{bounds.most})")
            return bounds.usual
        return value

    def codes(self, row: Mapping[str, Any], key: str, place: Place) -> frozenset[str]:
        found = []
        for at, one in enumerate(self.items(row.get(key, []), (*place, key))):
            if isinstance(one, str):
                found.append(one)
            else:
                self.wrong((*place, key, at), "not_text", one)
        return frozenset(found)

    def day(self, row: Mapping[str, Any], key: str, place: Place) -> date | None:
        value = row.get(key)
        try:
            day = date_of(str(value), where=key)
        except HoursError:
            self.wrong((*place, key), Trouble.NOT_A_DATE, "" if value is None else value)
            return None
        if day.year > LAST_YEAR:
            self.wrong((*place, key), "far_away", f"{value} ({LAST_YEAR})")
            return None
        return day
