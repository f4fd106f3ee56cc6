"""Export plans and timetables to a file, and import them from one: all of it or nothing."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import yaml
from django.db import transaction

from partners import audit
from partners.models import Staff
from partners.permissions import may_edit_for
from routing_rules import drafts, plan_versions, timetables
from routing_rules.drafting import write_rules
from routing_rules.exchange_format import (
    MOST_PROBLEMS,
    VERSION,
    WEEKDAYS,
    ExceptionRead,
    FileRead,
    ImportProblem,
    WeekRead,
    read,
)
from routing_rules.facts import load_facts
from routing_rules.hours_text import format_hours
from routing_rules.loading import as_plan
from routing_rules.models import DatedException, Pool, Timetable
from routing_rules.plans import ALL_POOLS, CONDITIONS, Plan, Rule
from routing_rules.timetables import ExceptionWanted
from routing_rules.warnings import Facts, PlanTrouble, Severity, plan_problems
from routing_rules.weekly import DAY_MINUTES, Interval


class ImportRefusedError(Exception):
    """Nothing was imported; `problems` says everything that is wrong."""

    def __init__(self, problems: list[ImportProblem]) -> None:
        self.problems = problems
        super().__init__(f"{len(problems)} problems")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import wrote. `draft` is the number of the draft that holds the rules; `plan_left`: they are those in force, which the
    person may not change."""

    draft: int | None
    rules: int
    timetables: int
    exceptions: int
    plan_left: bool = False


def exported(*, today: date) -> dict[str, Any]:
    """The plan in force, every pool's present and coming hours, and the coming exceptions."""
    version = plan_versions.in_force()
    pools = Pool.objects.prefetch_related("timetables__intervals").order_by("slug")
    exceptions = DatedException.objects.filter(date__gte=today).select_related("pool")
    return {
        "miti": VERSION,
        **(
            {"plan": {"number": version.number, "rules": [rule.to_dict() for rule in as_plan(version)]}}
            if version
            else {}
        ),
        "timetables": [row for pool in pools for row in _weeks(pool, today)],
        "exceptions": [_exception(row) for row in exceptions],
    }


def as_yaml(content: dict[str, Any]) -> str:
    """For people: in the order of the keys, with accents."""
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)


def as_json(content: dict[str, Any]) -> str:
    """For programs."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _weeks(pool: Pool, today: date) -> list[dict[str, Any]]:
    begun = [one for one in pool.timetables.all() if one.valid_from <= today][:1]
    coming = [one for one in pool.timetables.all() if one.valid_from > today]
    return [
        {
            "pool": pool.slug,
            "valid_from": one.valid_from.isoformat(),
            "hours": {
                name: format_hours(each for each in _intervals(one) if each.weekday == weekday)
                for weekday, name in enumerate(WEEKDAYS)
            },
        }
        for one in [*begun, *reversed(coming)]
    ]


def _intervals(timetable: Timetable) -> tuple[Interval, ...]:
    rows = timetable.intervals.all()
    return tuple(sorted(Interval(row.weekday, row.start_minute, row.end_minute) for row in rows))


def _exception(row: DatedException) -> dict[str, Any]:
    hours = Interval(0, row.start_minute, row.end_minute)
    whole_day = (row.start_minute, row.end_minute) == (0, DAY_MINUTES)
    return {
        "pool": row.pool.slug if row.pool else ALL_POOLS,
        "date": row.date.isoformat(),
        "kind": row.kind,
        "hours": "" if whole_day else format_hours([hours]),
        "reason": row.reason,
    }


def import_file(*, actor: Staff, text: str, now: datetime) -> Imported:
    """Write what the file says. What exists already with the same values is left alone.

    Raises:
        ImportRefusedError: nothing was written.
    """
    # Before anything is locked: a file that is refused keeps nobody waiting.
    found = read(text)
    left = _is_others_plan(actor, found)
    if left:
        found = replace(found, rules=None)
    _check(actor=actor, found=found, now=now)
    return replace(_write(actor=actor, found=found, now=now), plan_left=left)


def _is_others_plan(actor: Staff, found: FileRead) -> bool:
    """Are its rules those in force, which this person may not change? An unchanged export says nothing new about them."""
    version = plan_versions.in_force()
    if found.rules is None or version is None or may_edit_for(actor, None):
        return False
    return list(as_plan(version).rules) == list(found.rules)


@transaction.atomic
def _write(*, actor: Staff, found: FileRead, now: datetime) -> Imported:
    # Once more: somebody may have changed what it was checked against.
    _check(actor=actor, found=found, now=now)
    draft = _import_rules(actor=actor, rules=found.rules) if found.rules is not None else None
    stored = _Stored(found)
    weeks = [one for one in found.weeks if not stored.has_week(one)]
    for week in weeks:
        timetables.set_week(
            actor=actor,
            pool=Pool.objects.get(slug=week.pool),
            valid_from=week.valid_from,
            intervals=week.intervals,
            now=now,
        )
    new = [one for one in found.exceptions if not stored.has_exception(one)]
    pools = {pool.slug: pool for pool in Pool.objects.all()}
    timetables.add_for_pools(
        actor=actor,
        wanted=[
            (
                pools[one.pool] if one.pool else None,
                ExceptionWanted(one.date, one.kind, one.start, one.end, one.reason),
            )
            for one in new
        ],
    )
    audit.record(
        actor=actor,
        action="file.imported",
        detail={"draft": draft, "timetables": len(weeks), "exceptions": len(new)},
    )
    return Imported(draft, len(found.rules or []), len(weeks), len(new))


def _import_rules(*, actor: Staff, rules: list[Rule]) -> int:
    draft = drafts.begin_draft(actor=actor)
    write_rules(plan=draft, rules=rules)
    return draft.number


class _Stored:
    """What the database holds of what a file names, read at once."""

    def __init__(self, found: FileRead) -> None:
        weeks = Timetable.objects.filter(
            pool__slug__in={one.pool for one in found.weeks},
            valid_from__in={one.valid_from for one in found.weeks},
        ).select_related("pool")
        self._weeks = {
            (one.pool.slug, one.valid_from): _intervals(one) for one in weeks.prefetch_related("intervals")
        }
        rows = DatedException.objects.filter(date__in={one.date for one in found.exceptions})
        self._exceptions = set(rows.values_list("pool__slug", "date", "kind", "start_minute", "end_minute"))

    def has_week(self, week: WeekRead) -> bool:
        return self._weeks.get((week.pool, week.valid_from)) == tuple(sorted(week.intervals))

    def has_exception(self, one: ExceptionRead) -> bool:
        return _key(one) in self._exceptions


def _key(one: ExceptionRead) -> tuple[str | None, date, str, int, int]:
    return one.pool, one.date, one.kind.value, one.start, one.end


def _check(*, actor: Staff, found: FileRead, now: datetime) -> None:
    _Check(actor=actor, found=found, now=now).everything()
    if found.problems:
        raise ImportRefusedError(found.problems[:MOST_PROBLEMS])


class _Check:
    """The checks that need the database: whether codes exist, whether this person may change the pools, what is past."""

    def __init__(self, *, actor: Staff, found: FileRead, now: datetime) -> None:
        self.actor = actor
        self.found = found
        self.now = now
        self.pools = {pool.slug: pool for pool in Pool.objects.all()}
        self.stored = _Stored(found)

    def everything(self) -> None:
        if self.found.rules is not None:
            self.rules(self.found.rules)
        seen: set[tuple[str, date]] = set()
        for week in self.found.weeks:
            if (week.pool, week.valid_from) in seen:
                self.wrong(week, "valid_from", "twice", week.valid_from)
            seen.add((week.pool, week.valid_from))
            self.row(week, "valid_from", week.valid_from, same=self.stored.has_week(week))
        keys: set[tuple[str | None, date, str, int, int]] = set()
        for one in self.found.exceptions:
            if _key(one) in keys:
                self.wrong(one, "date", "twice", one.date)
            keys.add(_key(one))
            self.row(one, "date", one.date, same=self.stored.has_exception(one))

    def row(self, row: WeekRead | ExceptionRead, key: str, day: date, *, same: bool) -> None:
        pool = self.pools.get(row.pool) if row.pool else None
        if row.pool and pool is None:
            self.wrong(row, "pool", "unknown_code", row.pool)
        elif same:
            return
        elif not may_edit_for(self.actor, pool.partner_id if pool else None):
            self.wrong(row, "pool", "not_yours", row.pool or ALL_POOLS)
        elif day < (timetables.today_at(pool=pool, now=self.now) if pool else self.now.date()):
            self.wrong(row, key, "in_the_past", day)

    def wrong(self, row: WeekRead | ExceptionRead, key: str, code: str, value: object) -> None:
        self.found.problems.append(ImportProblem((*row.place, key), code, str(value)))

    def rules(self, rules: list[Rule]) -> None:
        problems = self.found.problems
        if not may_edit_for(self.actor, None):
            problems.append(ImportProblem(("plan",), "not_yours"))
            return
        if plan_versions.current_draft() is not None:
            problems.append(ImportProblem(("plan",), "draft_exists"))
        facts = load_facts(self.now)
        for at, rule in enumerate(rules):
            self.codes(at, rule, facts)
        told = {
            PlanTrouble.NO_STEPS,
            PlanTrouble.TOO_MANY_STEPS,
            PlanTrouble.EMPTY_STEP,
            PlanTrouble.OUT_OF_BOUNDS,
            PlanTrouble.UNKNOWN_VALUE,
            PlanTrouble.UNKNOWN_POOL,
        }
        # A draft may lack the last rule, which takes everything; it cannot be published without it.
        later = {PlanTrouble.NO_CATCH_ALL}
        for problem in plan_problems(Plan(0, tuple(rules)), facts):
            if problem.severity is Severity.ERROR and problem.trouble not in told | later:
                place: tuple[str | int, ...] = ("plan", "rules", problem.rule or 0)
                if problem.step is not None:
                    place = (*place, "steps", problem.step)
                problems.append(ImportProblem(place, problem.trouble))

    def codes(self, at: int, rule: Rule, facts: Facts) -> None:
        for condition in CONDITIONS:
            for unknown in sorted(facts.unknown(rule, condition)):
                place: tuple[str | int, ...] = ("plan", "rules", at, condition.name)
                self.found.problems.append(ImportProblem(place, "unknown_code", unknown))
        for number, step in enumerate(rule.steps):
            for unknown in sorted((step.pools or frozenset()) - facts.pools):
                place = ("plan", "rules", at, "steps", number, "pools")
                self.found.problems.append(ImportProblem(place, "unknown_code", unknown))
