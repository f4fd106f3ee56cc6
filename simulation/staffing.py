"""How many people a wished take-up needs: by simulation, with Erlang A beside it as a bound from below. Pure.

Erlang A takes everybody to know everything and never to look away, so fewer do not do; the simulation knows skills, absences and rules.
Both count the requests that somebody's hours take, and no others: whoever asks while it is closed is in no take-up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

from simulation.estimates import Estimate, estimate
from simulation.observations import QUARTER_S, DutyQuarter, ObservedDay, SkillProfile
from simulation.outcomes import PeriodTally
from simulation.pacing import AT_LEISURE, Pace
from simulation.replication import Replay, open_seconds
from simulation.setting import Setting

EVERYBODY = "everybody"
MOST_PEOPLE = 25
SEEDS, FEWEST_SEEDS = 12, 4
"""As many replications as there should be, and where time is short."""
USUAL_TRIES = 7
"""So many numbers of people are tried for a weekday, or fewer."""
WEIGHT = 200
LONGEST_QUEUE = 400


@dataclass(frozen=True, slots=True)
class Need:
    """Of one weekday: how many are on duty on average, and how many would be needed all the time; None: even `MOST_PEOPLE` do not do.

    `requests_an_hour` are of open time, those that are taken.
    """

    weekday: int
    requests_an_hour: float
    on_duty: float
    take_up: Estimate
    needed: int | None
    take_up_then: Estimate
    at_least: int
    """By Erlang A."""


def erlang_a(*, arrivals_an_hour: float, talk_s: float, patience_s: float, places: int) -> float:
    """The share of requests that are served in the long run by so many places, where nobody is ever missed."""
    if places <= 0 or arrivals_an_hour <= 0:
        return 1.0 if arrivals_an_hour <= 0 else 0.0
    arrive, serve, leave = arrivals_an_hour / 3600, 1 / talk_s, 1 / patience_s
    weight, total, leaving = 1.0, 1.0, 0.0
    for number in range(1, places + LONGEST_QUEUE):
        queue = max(0, number - places)
        weight *= arrive / (min(number, places) * serve + queue * leave)
        total += weight
        leaving += weight * queue * leave
        if weight < 1e-12 * total and number > places:
            break
    return 1 - leaving / (total * arrive)


@dataclass(frozen=True, slots=True)
class PeopleNeeded:
    """By weekday; `hurried`: fewer replications were played than there should be, for lack of time."""

    needs: list[Need]
    hurried: bool


def needs(
    replay: Replay, setting: Setting, wish: float, *, seeds: int = 0, pace: Pace = AT_LEISURE
) -> PeopleNeeded:
    """For each weekday that has hours, the fewest people on duty all the time with whom the expected take-up is `wish`."""
    weekdays = sorted(day for day, days in replay.of_weekday.items() if any(each.hours for each in days))
    found, hurried = [], False
    for number, weekday in enumerate(weekdays):
        part = pace.part(number / len(weekdays), (number + 1) / len(weekdays))
        many = seeds or SEEDS
        if number and pace.used() > number / len(weekdays):
            many, hurried = min(many, FEWEST_SEEDS), hurried or many > FEWEST_SEEDS
        found.append(_need(replay, setting, weekday, wish, _Tries(many, part)))
        part.progress(1.0)
    return PeopleNeeded(found, hurried)


@dataclass(slots=True)
class _Tries:
    """Plays each number of people so many times, and tells so."""

    seeds: int
    pace: Pace
    played: int = 0

    def of(self, replay: Replay, setting: Setting, weekday: int) -> list[PeriodTally]:
        found = []
        for seed in range(self.seeds):
            found.append(replay.play(setting, seed, weekdays={weekday}))
            self.played += 1
            self.pace.progress(self.played / (self.seeds * USUAL_TRIES))
        return found

    def with_people(self, replay: Replay, setting: Setting, weekday: int, people: int) -> Estimate:
        tallies = self.of(_staffed(replay, weekday, people), setting, weekday)
        return _take_up(tallies)


def _take_up(tallies: list[PeriodTally]) -> Estimate:
    return estimate([each.total.take_up for each in tallies], least=0.0, most=1.0)


def _need(replay: Replay, setting: Setting, weekday: int, wish: float, tries: _Tries) -> Need:
    days = replay.of_weekday[weekday]
    hours = sum(open_seconds(day.hours) for day in days) / 3600
    people = sum(each.people for day in days for each in day.duty if _is_open(day, each.quarter))
    played = tries.of(replay, setting, weekday)
    open_s = sum(each.open_s for each in played)
    an_hour = sum(each.total.requests for each in played) * 3600 / open_s if open_s else 0.0
    bound = _bound(replay, an_hour, wish, weighted(replay))
    needed, then = None, tries.with_people(replay, setting, weekday, MOST_PEOPLE)
    fewest, most = 1, MOST_PEOPLE
    # More people never make it worse in the long run, so the fewest are found by halves.
    while then.mean >= wish and fewest <= most:
        number = (fewest + most) // 2
        found = tries.with_people(replay, setting, weekday, number)
        if found.mean >= wish:
            needed, then, most = number, found, number - 1
        else:
            fewest = number + 1
    # Short hours begin with everybody free, which a queue in the long run does not: what is found by playing holds for both.
    least = bound if needed is None else min(bound, needed)
    on_duty = people * QUARTER_S / 3600 / hours if hours else 0.0
    return Need(weekday, an_hour, on_duty, _take_up(played), needed, then, least)


def _bound(replay: Replay, arrivals_an_hour: float, wish: float, everybody: tuple[SkillProfile, ...]) -> int:
    talks = replay.behaviour.all_talks
    steps = zip(talks.talks, talks.weights, (0.0, *talks.weights), strict=False)
    talk_s = (
        sum(max(0.25, one.minutes) * 60 * (upto - before) for one, upto, before in steps) / talks.weights[-1]
    )
    capacity = sum(each.capacity for each in everybody) / len(everybody) if everybody else 1.0
    for places in range(1, MOST_PEOPLE * ceil(capacity) + 1):
        share = erlang_a(
            arrivals_an_hour=arrivals_an_hour,
            talk_s=talk_s,
            patience_s=replay.behaviour.patience.mean_s,
            places=places,
        )
        if share >= wish:
            return ceil(places / capacity)
    return MOST_PEOPLE


def _staffed(replay: Replay, weekday: int, people: int) -> Replay:
    """With so many people on this weekday, whose skills are as mixed as of those on duty now."""
    days = tuple(
        replace(day, duty=tuple(_all_the_time(day, people)))
        for day in replay.observed.days
        if day.weekday == weekday
    )
    observed = replace(replay.observed, days=days, groups={EVERYBODY: weighted(replay)})
    return Replay(observed, replay.behaviour, replay.limits)


def _all_the_time(day: ObservedDay, people: int) -> Iterator[DutyQuarter]:
    for quarter in range(96):
        if _is_open(day, quarter):
            yield DutyQuarter(quarter, EVERYBODY, float(people))


def _is_open(day: ObservedDay, quarter: int) -> bool:
    start = quarter * QUARTER_S
    return any(each.start_s < start + QUARTER_S and start < each.end_s for each in day.hours)


def weighted(replay: Replay) -> tuple[SkillProfile, ...]:
    """The profiles of all groups, each as often as its group is on duty."""
    observed = replay.observed
    minutes = dict.fromkeys(observed.groups, 0.0)
    for day in observed.days:
        for each in day.duty:
            if each.group in minutes:
                minutes[each.group] += each.people
    total = sum(minutes.values()) or 1.0
    found: list[SkillProfile] = []
    for group, members in observed.groups.items():
        times = round(WEIGHT * minutes[group] / total / len(members)) if members else 0
        found += [each for each in members for _ in range(max(1, times))] if minutes[group] else []
    return tuple(found)
