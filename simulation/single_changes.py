"""The single changes that gain most: a person more, half an hour more, another number in a rule. Pure.

Candidates come from where requests are lost. Each is played in pairs with what is in force, first for a few weeks only; those that are
behind go, and the rest is played again with more seeds. Each round has seeds of its own, so that nobody wins by the luck of an earlier
one. In a round all candidates have as many replications: where its time is up, fewer.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TypeAlias

from routing_rules.plans import RULE_BOUNDS, Plan, Rule, Step
from simulation.estimates import Estimate, estimate
from simulation.observations import Observations, SkillProfile
from simulation.outcomes import PeriodTally
from simulation.pacing import AT_LEISURE, Pace
from simulation.replication import Replay
from simulation.setting import HoursChange, Setting, StaffingChange

HOUR_S, HALF_HOUR_S = 3600, 1800
MOST_PEOPLE_CHANGES = 32
USUAL_SHARE = 0.5
"""A skill that so many have is a usual one."""


@dataclass(frozen=True, slots=True)
class OnePersonMore:
    """`skill` is the language or the theme that this person is wanted for; empty: usual skills."""

    change: StaffingChange
    skill: str


@dataclass(frozen=True, slots=True)
class HalfHourMore:
    """Before opening, or after closing."""

    change: HoursChange


@dataclass(frozen=True, slots=True)
class RuleNumber:
    """One number of the rule at this index (of its step, where `step` is one); `field` as `Rule` and `Step` declare it."""

    plan: Plan
    rule: int
    field: str
    before: int
    after: int
    step: int | None = None


Change: TypeAlias = OnePersonMore | HalfHourMore | RuleNumber


@dataclass(frozen=True, slots=True)
class Gain:
    """What a change brings: people served more in a week, take-up and rings in an hour more (or fewer)."""

    change: Change
    served: Estimate
    take_up: Estimate
    rings_per_hour: Estimate


def changed(setting: Setting, change: Change) -> Setting:
    """The setting with this change."""
    match change:
        case OnePersonMore():
            return replace(setting, staffing=(*setting.staffing, change.change))
        case HalfHourMore():
            return replace(setting, hours=(*setting.hours, change.change))
        case RuleNumber():
            return replace(setting, plan=change.plan)


# Candidates


def candidates(
    observed: Observations, setting: Setting, lost: Mapping[tuple[int, int, str, str], int]
) -> list[Change]:
    """Everything worth a try; `lost` counts requests by weekday, hour, theme and language."""
    return [*_people(observed, lost), *_half_hours(observed), *_rule_numbers(setting.plan)]


def _people(observed: Observations, lost: Mapping[tuple[int, int, str, str], int]) -> list[OnePersonMore]:
    profiles = [each for members in observed.groups.values() for each in members]
    if not profiles:
        return []
    wanted: Counter[tuple[int, int, str]] = Counter()
    usual = usual_skills(profiles)
    for (weekday, hour, theme, language), n in lost.items():
        # A request in a language that few speak asks for a speaker; else one of a theme that few handle for somebody who does.
        skill = language if language not in usual else theme if theme not in usual else ""
        wanted[weekday, hour, skill] += n
    return [
        OnePersonMore(
            StaffingChange(weekday, hour * HOUR_S, (hour + 1) * HOUR_S, typical(profiles, skill)), skill
        )
        for (weekday, hour, skill), _ in wanted.most_common(MOST_PEOPLE_CHANGES)
    ]


def usual_skills(profiles: Sequence[SkillProfile]) -> frozenset[str]:
    """The themes and languages that most people have."""
    counts = Counter(skill for each in profiles for skill in (*each.themes, *each.languages))
    return frozenset(skill for skill, n in counts.items() if n >= USUAL_SHARE * len(profiles))


def typical(profiles: Sequence[SkillProfile], skill: str = "") -> SkillProfile:
    """Somebody with the usual skills and this one, of the team where most people have it."""
    usual = usual_skills(profiles)
    languages = frozenset(each for one in profiles for each in one.languages)
    themes = frozenset(each for one in profiles for each in one.themes)
    able = [each for each in profiles if not skill or skill in each.themes or skill in each.languages]
    pools = Counter(pool for each in able or profiles for pool in sorted(each.pools))
    extra = frozenset({skill}) if skill else frozenset()
    return SkillProfile(
        pools=frozenset(pool for pool, _ in pools.most_common(1)),
        themes=(usual & themes) | (extra & themes),
        # What nobody has is a language: themes are lost only where some counsellor could be asked for them.
        languages=(usual & languages) | (extra - themes),
        capacity=max(1, int(median(each.capacity for each in profiles))),
    )


def _half_hours(observed: Observations) -> Iterator[HalfHourMore]:
    for weekday in sorted({day.weekday for day in observed.days}):
        hours = {each for day in observed.days if day.weekday == weekday for each in day.hours}
        if not hours:
            continue
        first, last = min(each.start_s for each in hours), max(each.end_s for each in hours)
        early = frozenset(each.pool for each in hours if each.start_s == first)
        late = frozenset(each.pool for each in hours if each.end_s == last)
        if first >= HALF_HOUR_S:
            yield HalfHourMore(HoursChange(weekday, first - HALF_HOUR_S, first, early))
        if last <= 24 * HOUR_S - HALF_HOUR_S:
            yield HalfHourMore(HoursChange(weekday, last, last + HALF_HOUR_S, late))


def _rule_numbers(plan: Plan) -> Iterator[RuleNumber]:
    for index, rule in enumerate(plan.rules):
        for name, bounds in RULE_BOUNDS.items():
            before, much = getattr(rule, name), bounds.usual // 3
            for value in (before - much, before + much, before + 2 * much) if much else ():
                if bounds.allow(value):
                    other = Rule.from_dict({**rule.to_dict(), name: value})
                    yield RuleNumber(_with_rule(plan, index, other), index, name, before, value)
        for number, step in enumerate(rule.steps):
            for value in sorted({step.after_s // 2, step.after_s - 10}):
                before = rule.steps[number - 1].after_s if number else 0
                if number and before < value < step.after_s:
                    steps = [*rule.steps]
                    steps[number] = Step(value, step.pools)
                    other = replace(rule, steps=tuple(steps))
                    yield RuleNumber(
                        _with_rule(plan, index, other), index, "after_s", step.after_s, value, number
                    )


def _with_rule(plan: Plan, index: int, rule: Rule) -> Plan:
    rules = [rule if number == index else each for number, each in enumerate(plan.rules)]
    return replace(plan, rules=tuple(rules))


# Ranking


@dataclass(frozen=True, slots=True)
class Round:
    """How many replications of so many weeks (0: the whole period), how many candidates are left then, and its part of the work."""

    replications: int
    leaves: int
    weeks: int
    part: float


ROUNDS = (Round(4, 24, 4, 0.25), Round(8, 12, 4, 0.15), Round(20, 10, 0, 0.6))
FEWEST_REPLICATIONS = 3


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best, the most people served first; `hurried`: fewer replications were played than there should be, for lack of time."""

    gains: list[Gain]
    hurried: bool


@dataclass(slots=True)
class _Played:
    """Replications of what is in force by weekday, kept for all candidates."""

    replay: Replay
    setting: Setting
    kept: dict[tuple[int, int, int | None], PeriodTally] = field(default_factory=dict)

    def tally(self, seed: int, weekdays: Iterable[int], weeks: int | None) -> PeriodTally:
        total = PeriodTally()
        for weekday in weekdays:
            key = seed, weekday, weeks
            if key not in self.kept:
                self.kept[key] = self.replay.play(self.setting, seed, weekdays={weekday}, weeks=weeks)
            total.add(self.kept[key])
        return total


@dataclass(slots=True)
class _Candidate:
    """A change, and what its pairs of replications gave in a round."""

    change: Change
    served: list[float] = field(default_factory=list)
    take_up: list[float] = field(default_factory=list)
    rings: list[float] = field(default_factory=list)

    @property
    def mean(self) -> float:
        return sum(self.served) / len(self.served)

    def gain(self) -> Gain:
        return Gain(self.change, estimate(self.served), estimate(self.take_up), estimate(self.rings))


def ranked(
    replay: Replay,
    setting: Setting,
    changes: Iterable[Change],
    *,
    rounds: Sequence[Round] = (),
    pace: Pace = AT_LEISURE,
) -> Ranking:
    """The best; `rounds` are `ROUNDS` unless others are given."""
    rounds = rounds or ROUNDS
    played, left = _Played(replay, setting), [_Candidate(each) for each in changes]
    first, begin, hurried = 0, 0.0, False
    parts = sum(each.part for each in rounds)
    for one in rounds:
        end = begin + one.part / parts
        left = [_Candidate(each.change) for each in left]
        made = _play_round(played, left, one, first, pace.part(begin, end))
        hurried = hurried or made < one.replications
        left.sort(key=lambda each: -each.mean)
        left, first, begin = left[: one.leaves], first + one.replications, end
        if pace.is_late:
            hurried = hurried or one is not rounds[-1]
            break
    best = [each.gain() for each in left[: rounds[-1].leaves] if each.mean > 0]
    pace.progress(1.0)
    return Ranking(best, hurried)


def _play_round(played: _Played, candidates: Sequence[_Candidate], one: Round, first: int, pace: Pace) -> int:
    """Returns how many replications each candidate had."""
    for number in range(one.replications):
        if pace.is_late and number >= FEWEST_REPLICATIONS:
            return number
        for done, each in enumerate(candidates):
            _play_pair(played, each, first + number, one.weeks or None)
            pace.progress((number + (done + 1) / len(candidates)) / one.replications)
    return one.replications


def _play_pair(played: _Played, candidate: _Candidate, seed: int, weeks: int | None) -> None:
    """One replication with and without the change; days that it does not touch are the same in both and are not played."""
    change, replay = candidate.change, played.replay
    every = sorted(replay.of_weekday)
    touched = every if isinstance(change, RuleNumber) else [change.change.weekday]
    whole, before = played.tally(seed, every, weeks), played.tally(seed, touched, weeks)
    after = replay.play(changed(played.setting, change), seed, weekdays=touched, weeks=weeks)
    more = after.total.served - before.total.served
    many = len(replay.observed.days) / 7
    candidate.served.append(more / (many if weeks is None else min(many, weeks)))
    asked = whole.total.requests + after.total.requests - before.total.requests
    candidate.take_up.append((whole.total.served + more) / asked - whole.total.take_up if asked else 0.0)
    open_s = whole.open_s + after.open_s - before.open_s
    rung = whole.total.rings + after.total.rings - before.total.rings
    candidate.rings.append(rung * HOUR_S / open_s - whole.rings_per_hour if open_s else 0.0)
