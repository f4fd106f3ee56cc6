"""What a coordinator asks, and what is answered: data that a row keeps as JSON."""

from dataclasses import dataclass, field, replace
from typing import Any, Self, TypeVar

import msgspec

from routing_rules.plans import Plan, Rule
from simulation.calibration import Fit
from simulation.estimates import Comparison, Estimate
from simulation.setting import HoursChange, Setting, StaffingChange
from simulation.single_changes import Gain, HalfHourMore, OnePersonMore, RuleNumber
from simulation.staffing import Need

DAY_S = 86_400.0
PAST = "past"
"""The demand is that of the past; else it is the name of one of `simulation.scenario.SCENARIOS`."""


@dataclass(frozen=True, slots=True)
class PlanTold:
    """A plan as it was when somebody asked about it: a draft goes on changing."""

    number: int
    rules: list[dict[str, Any]]

    @classmethod
    def of(cls, plan: Plan) -> Self:
        return cls(plan.number, [rule.to_dict() for rule in plan])

    @property
    def plan(self) -> Plan:
        """As the engine's type."""
        return Plan(self.number, tuple(Rule.from_dict(each) for each in self.rules))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Another plan (`plan`, None: the one in force), other hours, other people; the ten best single changes; staffing for a take-up.

    `months` are whole ones that are over. `in_force` and `asked` are the plans as they were then, where another one is asked about.
    """

    demand_of: str = PAST
    months: int = 3
    demand: float = 1.0
    plan: int | None = None
    staffing: StaffingChange | None = None
    hours: HoursChange | None = None
    single_changes: bool = False
    wish: float | None = None
    in_force: PlanTold | None = None
    asked: PlanTold | None = None

    @property
    def compares(self) -> bool:
        """Is something changed?"""
        return self.plan is not None or self.staffing is not None or self.hours is not None

    @property
    def shows_figures(self) -> bool:
        """Are there figures to show: of what is changed, or, where nothing is asked, of how it is?"""
        return self.compares or not (self.single_changes or self.wish is not None)

    @property
    def plan_only(self) -> bool:
        """Is it about another plan and nothing else? Only then what comes of it can be set against what was foretold."""
        changed = self.staffing is not None or self.hours is not None or self.demand != 1.0
        return self.plan is not None and not changed and self.demand_of == PAST

    def setting(self, plan: Plan) -> Setting:
        """What is asked about, under this plan."""
        staffing = () if self.staffing is None else _by_day(self.staffing)
        hours = () if self.hours is None else _by_day(self.hours)
        return Setting(plan, staffing, hours, self.demand)

    def to_json(self) -> dict[str, Any]:
        """As the row keeps it."""
        return _json(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """What `to_json` wrote."""
        return msgspec.convert(kept, cls)


@dataclass(frozen=True, slots=True)
class GainTold:
    """One of the best single changes: exactly one of the three is given."""

    served: Estimate
    take_up: Estimate
    rings_per_hour: Estimate
    staffing: StaffingChange | None = None
    skill: str = ""
    hours: HoursChange | None = None
    plan: PlanTold | None = None

    @classmethod
    def of(cls, gain: Gain) -> Self:
        numbers = (gain.served, gain.take_up, gain.rings_per_hour)
        match gain.change:
            case OnePersonMore(change, skill):
                return cls(*numbers, staffing=change, skill=skill)
            case HalfHourMore(change):
                return cls(*numbers, hours=change)
            case RuleNumber(plan=plan):
                return cls(*numbers, plan=PlanTold.of(plan))


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfAnswer:
    """What was computed. `first` and `last` are the days of the past, `plans` those that took requests then.

    `invented`: demand and presence are a scenario's; `hurried`: for lack of time less was drawn than there should be.
    """

    first: str
    last: str
    weeks: float
    requests: int
    invented: bool
    in_force: PlanTold
    asked: PlanTold
    plans: list[int] = field(default_factory=list)
    fit: Fit | None = None
    comparison: Comparison | None = None
    gains: list[GainTold] | None = None
    needs: list[Need] | None = None
    hurried: bool = False

    def to_json(self) -> dict[str, Any]:
        """As the row keeps it."""
        return _json(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """What `to_json` wrote."""
        return msgspec.convert(kept, cls)


Stretch = TypeVar("Stretch", StaffingChange, HoursChange)


def _by_day(change: Stretch) -> tuple[Stretch, ...]:
    """A stretch that runs into the next day, as one of each day."""
    if change.end_s <= DAY_S:
        return (change,)
    next_day = (change.weekday + 1) % 7
    return (
        replace(change, end_s=DAY_S),
        replace(change, weekday=next_day, start_s=0.0, end_s=change.end_s - DAY_S),
    )


def _json(value: object) -> dict[str, Any]:
    builtins: dict[str, Any] = msgspec.to_builtins(value, order="deterministic")
    return builtins
