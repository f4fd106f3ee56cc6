"""What an imported file would do to what is stored. Data only."""

import hashlib
from dataclasses import dataclass, field

from routing_rules.exchange_format import ExceptionRead, WeekRead
from routing_rules.plans import Rule
from routing_rules.weekly import Interval


@dataclass(frozen=True, slots=True)
class WeekEffect:
    """A timetable that the file writes. `before`: the hours that hold from its day on without it; `replaces`: a timetable that begins on
    that very day."""

    week: WeekRead
    before: tuple[Interval, ...]
    replaces: bool


@dataclass(slots=True)
class FileEffect:
    """`rules` come into a new draft, None: none do; `plan_left`: they are those in force, which the person may not change. What is stored
    already, just so, is in none of these."""

    rules: list[Rule] | None = None
    plan_in_force: int | None = None
    weeks: list[WeekEffect] = field(default_factory=list)
    exceptions: list[ExceptionRead] = field(default_factory=list)
    plan_left: bool = False

    @property
    def anything(self) -> bool:
        return self.rules is not None or bool(self.weeks or self.exceptions)

    @property
    def seen(self) -> str:
        """The same only as long as the file would do the same to the same."""
        rules = [rule.to_dict() for rule in self.rules or ()]
        weeks = [
            (one.week.pool, one.week.valid_from, one.week.intervals, one.before, one.replaces)
            for one in self.weeks
        ]
        exceptions = [(one.pool, one.date, one.kind, one.start, one.end) for one in self.exceptions]
        told = repr((rules, self.plan_in_force if rules else None, weeks, exceptions))
        return hashlib.sha256(told.encode()).hexdigest()
