"""How many people a wished take-up needs: by simulation, with Erlang A beside it as a bound from below. Pure.

Erlang A takes everybody to know everything and never to look away, so fewer can never do; the simulation knows skills, absences and rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

from simulation.calibration import Progress
from simulation.estimates import Estimate, estimate
from simulation.observations import QUARTER_S, DutyQuarter, ObservedDay, SkillProfile
from simulation.replication import Replay, open_seconds
from simulation.setting import Setting

EVERYBODY = "everybody"
MOST_PEOPLE = 25
SEEDS = 12
WEIGHT = 200
LONGEST_QUEUE = 400


@dataclass(frozen=True, slots=True)
class Need:
    """Of one weekday: how many are on duty on average, and how many would be needed all the time; None: even `MOST_PEOPLE` do not do."""

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


def needs(
    replay: Replay, setting: Setting, wish: float, *, seeds: int = 0, progress: Progress = lambda _: None
) -> list[Need]:
    """For each weekday that has hours, the fewest people on duty all the time with whom the expected take-up is `wish`."""
    weekdays = sorted(day for day, days in replay.of_weekday.items() if any(each.hours for each in days))
    found = []
    for number, weekday in enumerate(weekdays):
        found.append(_need(replay, setting, weekday, wish, seeds or SEEDS))
        progress((number + 1) / len(weekdays))
    return found


def _need(replay: Replay, setting: Setting, weekday: int, wish: float, seeds: int) -> Need:
    days = replay.of_weekday[weekday]
    hours = sum(open_seconds(day.hours) for day in days) / 3600
    asked = sum(each.count for day in days for each in day.arrivals) * setting.demand
    people = sum(each.people for day in days for each in day.duty) * QUARTER_S / 3600
    now = estimate([replay.play(setting, seed, weekdays={weekday}).total.take_up for seed in range(seeds)])
    everybody = weighted(replay)
    bound = _bound(replay, asked / hours if hours else 0.0, wish, everybody)
    needed, then = None, _with(replay, setting, weekday, MOST_PEOPLE, everybody, seeds)
    fewest, most = max(1, bound), MOST_PEOPLE
    # More people never make it worse in the long run, so the fewest are found by halves.
    while then.mean >= wish and fewest <= most:
        number = (fewest + most) // 2
        found = _with(replay, setting, weekday, number, everybody, seeds)
        if found.mean >= wish:
            needed, then, most = number, found, number - 1
        else:
            fewest = number + 1
    return Need(
        weekday, asked / hours if hours else 0.0, people / hours if hours else 0.0, now, needed, then, bound
    )


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


def _with(
    replay: Replay,
    setting: Setting,
    weekday: int,
    people: int,
    everybody: tuple[SkillProfile, ...],
    seeds: int,
) -> Estimate:
    """The take-up with so many people, whose skills are as mixed as of those on duty now."""
    days = tuple(
        replace(day, duty=tuple(_all_the_time(day, people)))
        for day in replay.observed.days
        if day.weekday == weekday
    )
    observed = replace(replay.observed, days=days, groups={EVERYBODY: everybody})
    other = Replay(observed, replay.behaviour, replay.limits)
    return estimate([other.play(setting, seed).total.take_up for seed in range(seeds)])


def _all_the_time(day: ObservedDay, people: int) -> Iterator[DutyQuarter]:
    spans = [(each.start_s, each.end_s) for each in day.hours]
    for quarter in range(96):
        start = quarter * QUARTER_S
        if any(begin < start + QUARTER_S and start < end for begin, end in spans):
            yield DutyQuarter(quarter, EVERYBODY, float(people))


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
