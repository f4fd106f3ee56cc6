"""Import plans and timetables from a file: all of it or nothing."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from partners import audit
from partners.models import Staff
from partners.permissions import may_edit_for
from routing_rules import drafts, plan_versions, timetables
from routing_rules.drafting import write_rules
from routing_rules.exchange_effect import FileEffect, WeekEffect
from routing_rules.exchange_format import (
    MOST_PROBLEMS,
    ExceptionRead,
    FileRead,
    ImportProblem,
    WeekRead,
    read,
)
from routing_rules.exporting import intervals_of
from routing_rules.facts import load_facts
from routing_rules.loading import as_plan
from routing_rules.models import DatedException, Pool, Timetable
from routing_rules.plans import ALL_POOLS, CONDITIONS, Plan, Rule
from routing_rules.timetables import ExceptionWanted
from routing_rules.warnings import Facts, PlanTrouble, Severity, plan_problems


class ImportRefusedError(Exception):
    """Nothing was imported; `problems` says everything that is wrong."""

    def __init__(self, problems: list[ImportProblem]) -> None:
        self.problems = problems
        super().__init__(f"{len(problems)} problems")


class FileOvertakenError(Exception):
    """Somebody changed what the file would change since it was looked at: nothing was imported."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import wrote. `draft` is the number of the draft that holds the rules; `plan_left`: they are those in force, which the
    person may not change."""

    draft: int | None
    rules: int
    timetables: int
    exceptions: int
    plan_left: bool = False


def what_it_does(*, actor: Staff, text: str, now: datetime) -> FileEffect:
    """What importing the file would write now.

    Raises:
        ImportRefusedError: nothing can be imported.
    """
    found, left = _found_in(actor, text)
    _check(actor=actor, found=found, now=now)
    return replace(_effect(found), plan_left=left)


def import_file(*, actor: Staff, text: str, now: datetime, seen: str | None = None) -> Imported:
    """Write what the file says, if that is still what was `seen` (None: it was not looked at). What exists already with the same values
    is left alone.

    Raises:
        ImportRefusedError, FileOvertakenError: nothing was written.
    """
    # Before anything is locked: a file that is refused keeps nobody waiting.
    found, left = _found_in(actor, text)
    _check(actor=actor, found=found, now=now)
    return replace(_write(actor=actor, found=found, now=now, seen=seen), plan_left=left)


def _found_in(actor: Staff, text: str) -> tuple[FileRead, bool]:
    """What the file says to this person, and whether its rules are left out."""
    found = read(text)
    left = _is_others_plan(actor, found)
    return (replace(found, rules=None) if left else found), left


def _is_others_plan(actor: Staff, found: FileRead) -> bool:
    """Are its rules those in force, which this person may not change? An unchanged export says nothing new about them."""
    version = plan_versions.in_force()
    if found.rules is None or version is None or may_edit_for(actor, None):
        return False
    return list(as_plan(version).rules) == list(found.rules)


@transaction.atomic
def _write(*, actor: Staff, found: FileRead, now: datetime, seen: str | None) -> Imported:
    # Once more: somebody may have changed what it was checked against.
    _check(actor=actor, found=found, now=now)
    effect = _effect(found)
    if seen is not None and effect.seen != seen:
        raise FileOvertakenError
    draft = _import_rules(actor=actor, rules=effect.rules) if effect.rules is not None else None
    pools = {pool.slug: pool for pool in Pool.objects.all()}
    for one in effect.weeks:
        timetables.set_week(
            actor=actor,
            pool=pools[one.week.pool],
            valid_from=one.week.valid_from,
            intervals=one.week.intervals,
            now=now,
        )
    timetables.add_for_pools(
        actor=actor,
        wanted=[
            (
                pools[one.pool] if one.pool else None,
                ExceptionWanted(one.date, one.kind, one.start, one.end, one.reason),
            )
            for one in effect.exceptions
        ],
    )
    audit.record(
        actor=actor,
        action="file.imported",
        detail={"draft": draft, "timetables": len(effect.weeks), "exceptions": len(effect.exceptions)},
    )
    return Imported(draft, len(effect.rules or []), len(effect.weeks), len(effect.exceptions))


def _effect(found: FileRead) -> FileEffect:
    stored, version = _Stored(found), plan_versions.in_force()
    return FileEffect(
        rules=found.rules,
        plan_in_force=version.number if version else None,
        weeks=[_week_effect(one) for one in found.weeks if not stored.has_week(one)],
        exceptions=[one for one in found.exceptions if not stored.has_exception(one)],
    )


def _week_effect(one: WeekRead) -> WeekEffect:
    before = timetables.timetable_on(pool=Pool.objects.get(slug=one.pool), day=one.valid_from)
    return WeekEffect(
        one,
        before=intervals_of(before) if before else (),
        replaces=before is not None and before.valid_from == one.valid_from,
    )


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
            (one.pool.slug, one.valid_from): intervals_of(one) for one in weeks.prefetch_related("intervals")
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
