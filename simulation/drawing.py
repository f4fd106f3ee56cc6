"""One day drawn from an observed one: who asks when, who is on duty, who looks at the screen. Pure.

Each person and request has random numbers of its own, keyed by the seed and by what it is. So two settings with the same seed differ
in what was changed and in nothing else, and few pairs show a difference.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil
from random import Random

from simulation.model import Behaviour
from simulation.observations import (
    QUARTER_S,
    SLOT_S,
    DutyQuarter,
    HalfHourCount,
    ObservedDay,
    PoolHours,
    SkillProfile,
)
from simulation.setting import HoursChange, ReplayLimits, Setting, StaffingChange

LEAST_PART = 0.1
"""Less than this part of a quarter of an hour on duty is left out."""
EDGE_S = 1200.0
"""Who signs in or out so near to hours that are added stays for them."""
STAYS_S = 300.0
"""After closing people stay signed in so long."""
NEAR_SLOTS = 2


@dataclass(frozen=True, slots=True)
class DrawnPerson:
    """Somebody on duty; routers must not see `spells` and what follows."""

    id: int
    profile: SkillProfile
    login: float
    logout: float
    spells: tuple[tuple[float, float], ...]
    response: float
    seed: int


@dataclass(frozen=True, slots=True)
class DrawnRequest:
    """A visitor; routers must not see `patience_s` and what follows. `transferred_to` is the theme for which a second leg begins."""

    id: int
    at: float
    theme: str
    language: str
    site: str
    audience: str
    patience_s: float
    talk_s: float
    transferred_to: str
    second_patience_s: float
    silent: bool
    seed: int


@dataclass(frozen=True, slots=True)
class DrawnDay:
    hours: tuple[PoolHours, ...]
    people: tuple[DrawnPerson, ...]
    requests: tuple[DrawnRequest, ...]


def draw_day(
    day: ObservedDay,
    groups: Mapping[str, tuple[SkillProfile, ...]],
    behaviour: Behaviour,
    setting: Setting,
    limits: ReplayLimits,
    *,
    seed: str,
) -> DrawnDay:
    """The same seed gives the same people and requests, apart from what the setting changes."""
    changes = tuple(each for each in setting.hours if each.weekday == day.weekday)
    hours = tuple(_hours(day.hours, changes))
    people = [
        _kept_longer(each, changes, behaviour, seed) for each in _people(day.duty, groups, behaviour, seed)
    ]
    for number, each in enumerate(setting.staffing):
        if each.weekday == day.weekday:
            people = _with(people, each, behaviour, f"{seed}:change{number}")
    numbered = (replace(each, id=number) for number, each in enumerate(people))
    counts = [*day.arrivals, *_new_demand(day, hours, limits)]
    requests = sorted(
        _requests(counts, hours, behaviour, setting.demand, limits, seed),
        key=lambda each: (each.at, each.seed),
    )
    return DrawnDay(
        hours, tuple(numbered), tuple(replace(each, id=number) for number, each in enumerate(requests))
    )


# Hours


def _hours(hours: Iterable[PoolHours], changes: Iterable[HoursChange]) -> Iterator[PoolHours]:
    shut = [each for each in changes if each.closed]
    added = [
        PoolHours(pool, each.start_s, each.end_s)
        for each in changes
        if not each.closed
        for pool in sorted(each.pools)
    ]
    for each in joined([*hours, *added]):
        pieces = [each]
        for hole in shut:
            if each.pool in hole.pools:
                pieces = [piece for whole in pieces for piece in _outside(whole, hole)]
        yield from pieces


def _outside(whole: PoolHours, hole: HoursChange) -> Iterator[PoolHours]:
    if whole.start_s < min(hole.start_s, whole.end_s):
        yield PoolHours(whole.pool, whole.start_s, min(hole.start_s, whole.end_s))
    if max(hole.end_s, whole.start_s) < whole.end_s:
        yield PoolHours(whole.pool, max(hole.end_s, whole.start_s), whole.end_s)


def joined(hours: Iterable[PoolHours]) -> list[PoolHours]:
    """In order, those of a pool that touch or overlap as one."""
    found: list[PoolHours] = []
    for each in sorted(hours):
        if found and found[-1].pool == each.pool and each.start_s <= found[-1].end_s:
            found[-1] = PoolHours(each.pool, found[-1].start_s, max(found[-1].end_s, each.end_s))
        else:
            found.append(each)
    return found


# People


def _people(
    duty: Iterable[DutyQuarter],
    groups: Mapping[str, tuple[SkillProfile, ...]],
    behaviour: Behaviour,
    seed: str,
) -> Iterator[DrawnPerson]:
    by_group: dict[str, dict[int, float]] = defaultdict(dict)
    for each in duty:
        if each.group in groups:
            by_group[each.group][each.quarter] = each.people
    for group, means in sorted(by_group.items()):
        members = list(groups[group])
        Random(f"{seed}:{group}").shuffle(members)
        response = behaviour.responds.get(group, behaviour.response)
        stays = (each for rank in range(ceil(max(means.values()))) for each in stays_of(means, rank))
        for number, (login, logout) in enumerate(stays):
            profile = members[number % len(members)]
            yield person(profile, login, logout, response, behaviour, f"{seed}:{group}:{number}")


def stays_of(means: Mapping[int, float], rank: int) -> Iterator[tuple[float, float]]:
    """When the person of this rank (0: the first) is on duty, from how many were on average in each quarter of an hour."""
    begin = end = -QUARTER_S * 1.0
    for quarter in range(min(means), max(means) + 1):
        part = min(1.0, max(0.0, means.get(quarter, 0.0) - rank))
        if part < LEAST_PART:
            continue
        # A part of a quarter is its end where somebody comes, its beginning where they leave.
        comes = means.get(quarter + 1, 0.0) > means.get(quarter - 1, 0.0)
        start = (quarter + (1 - part if comes else 0.0)) * QUARTER_S
        if start > end + 1:
            if end > begin:
                yield begin, end
            begin = start
        end = start + part * QUARTER_S
    if end > begin:
        yield begin, end


def person(
    profile: SkillProfile, login: float, logout: float, response: float, behaviour: Behaviour, seed: str
) -> DrawnPerson:
    """Somebody on duty, with when they look at the screen."""
    chance = Random(seed)
    own = chance.getrandbits(32)
    spells = behaviour.attention.spells(chance, login, logout)
    return DrawnPerson(0, profile, login, logout, spells, min(1.0, response), own)


def _kept_longer(
    one: DrawnPerson, changes: Iterable[HoursChange], behaviour: Behaviour, seed: str
) -> DrawnPerson:
    login, logout = one.login, one.logout
    for each in changes:
        if each.closed or each.pools.isdisjoint(one.profile.pools):
            continue
        if abs(logout - each.start_s) <= EDGE_S:
            logout = max(logout, each.end_s + STAYS_S)
        if abs(login - each.end_s) <= EDGE_S:
            login = min(login, each.start_s)
    if (login, logout) == (one.login, one.logout):
        return one
    longer = person(one.profile, login, logout, one.response, behaviour, f"{seed}:longer:{one.seed}")
    return replace(longer, seed=one.seed)


def _with(
    people: list[DrawnPerson], change: StaffingChange, behaviour: Behaviour, seed: str
) -> list[DrawnPerson]:
    """With those who are added, or without those who are taken away for that time."""
    if change.people >= 0:
        return people + [
            person(
                change.profile,
                change.start_s,
                change.end_s,
                behaviour.response,
                behaviour,
                f"{seed}:{number}",
            )
            for number in range(change.people)
        ]
    left, kept = -change.people, []
    for one in people:
        overlaps = one.login < change.end_s and change.start_s < one.logout
        if left and overlaps and not one.profile.pools.isdisjoint(change.profile.pools):
            left -= 1
            if one.login < change.start_s:
                kept.append(replace(one, logout=change.start_s))
            if change.end_s < one.logout:
                kept.append(replace(one, login=change.end_s, seed=one.seed ^ 1))
        else:
            kept.append(one)
    return kept


# Requests


def _new_demand(
    day: ObservedDay, hours: tuple[PoolHours, ...], limits: ReplayLimits
) -> Iterator[HalfHourCount]:
    """In half hours that were closed before: as many as in the nearest half hour that was open."""
    before = {slot for slot in range(48) if _intake(slot, day.hours, limits)}
    for slot in range(48):
        if slot in before or not _intake(slot, hours, limits):
            continue
        near = sorted((abs(other - slot), other) for other in before if abs(other - slot) <= NEAR_SLOTS)
        if near:
            yield from (replace(each, slot=slot) for each in day.arrivals if each.slot == near[0][1])


def _intake(slot: int, hours: Iterable[PoolHours], limits: ReplayLimits) -> list[tuple[float, float]]:
    """The parts of a half hour in which some pool takes requests."""
    start, end = slot * SLOT_S, (slot + 1) * SLOT_S
    spans = sorted(
        (max(start, each.start_s), min(end, each.end_s - limits.last_intake_s))
        for each in hours
        if each.start_s < end and each.end_s - limits.last_intake_s > start
    )
    merged: list[tuple[float, float]] = []
    for begin, until in spans:
        if until <= begin:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((begin, until))
    return merged


def _requests(
    counts: Iterable[HalfHourCount],
    hours: tuple[PoolHours, ...],
    behaviour: Behaviour,
    demand: float,
    limits: ReplayLimits,
    seed: str,
) -> Iterator[DrawnRequest]:
    intakes: dict[int, list[tuple[float, float]]] = {}
    for each in counts:
        if each.slot not in intakes:
            # Where all is closed they ask all the same, and are counted as asked while closed.
            whole = [(each.slot * float(SLOT_S), (each.slot + 1) * float(SLOT_S))]
            intakes[each.slot] = _intake(each.slot, hours, limits) or whole
        kind = (
            f"{seed}:{each.slot}:{each.kind.theme}:{each.kind.language}:{each.kind.site}:{each.kind.audience}"
        )
        expected = each.count * demand
        times = int(expected) + (Random(kind).random() < expected - int(expected))
        for number in range(times):
            yield _request(each, intakes[each.slot], behaviour, Random(f"{kind}:{number}"))


def _request(
    one: HalfHourCount, intake: list[tuple[float, float]], behaviour: Behaviour, chance: Random
) -> DrawnRequest:
    spot = chance.random() * sum(end - start for start, end in intake)
    at = intake[0][0]
    for start, end in intake:
        if spot <= end - start:
            at = start + spot
            break
        spot -= end - start
    kind = one.kind
    talk = behaviour.talks.get(kind.theme, behaviour.all_talks).draw(chance)
    return DrawnRequest(
        id=0,
        at=at,
        theme=kind.theme,
        language=kind.language,
        site=kind.site,
        audience=kind.audience,
        patience_s=behaviour.patience.draw(chance),
        talk_s=max(15.0, (talk.minutes + chance.uniform(-0.5, 0.5)) * 60),
        transferred_to=talk.transferred_to,
        second_patience_s=behaviour.patience.draw(chance),
        silent=chance.random() < behaviour.silent_share,
        seed=chance.getrandbits(32),
    )
