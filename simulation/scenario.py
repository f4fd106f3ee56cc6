"""Invented demand and presence, where there is no past yet: the shared scenarios, on an installation's own hours, teams and people. Pure.

The numbers are those of the shared scenarios' parameters; nothing in them is a real person's.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, exp
from random import Random

from routing_rules.presence import PROBABLY_ABSENT_AFTER_S
from simulation.observations import (
    QUARTER_S,
    SLOT_S,
    DutyQuarter,
    HalfHourCount,
    Observations,
    ObservedDay,
    PoolHours,
    RequestKind,
    SignSums,
    SkillProfile,
    TalkLength,
    WaitCounts,
)

VISITORS, TALKS = 2_000, 500
DAY_SHAPE = 8.0
PATIENCE_SHAPE, PATIENCE_SCALE_S = 0.9, 228.0
TALK_MEAN_MIN, TALK_VARIATION = 17.0, 0.65
ATTENTIVE_S = 1500.0
LANGUAGE_SHARES = {"fr": 0.885, "nl": 0.035, "en": 0.06, "uk": 0.02}
RARE_LANGUAGE = 0.01
THEME_SHARES = (0.3, 0.27, 0.17, 0.08, 0.05)
RARE_THEME = 0.05
RECEPTION_SHARE = 0.13
TRANSFERRED = 0.65


@dataclass(frozen=True, slots=True)
class Scenario:
    """`requests_an_hour` while something is open; so many people on duty in each open team; how long they look away."""

    requests_an_hour: float
    people_a_pool: float
    away_s: float


SCENARIOS: Mapping[str, Scenario] = {
    "today": Scenario(3.5, 1.0, 1135.0),
    "growth": Scenario(6.0, 1.8, 320.0),
}


@dataclass(frozen=True, slots=True)
class Offered:
    """What may be asked: themes in their order without the reception's, languages, sites."""

    themes: Sequence[str]
    languages: Sequence[str]
    sites: Sequence[str]
    reception: str | None


def observations(
    scenario: Scenario,
    days: Iterable[tuple[int, tuple[PoolHours, ...]]],
    groups: Mapping[str, tuple[SkillProfile, ...]],
    offered: Offered,
) -> Observations:
    """As if these days (weekday, hours) had been observed; always the same."""
    chance = Random(2021)
    return Observations(
        days=tuple(
            ObservedDay(
                weekday,
                hours,
                tuple(_arrivals(scenario, hours, offered, chance)),
                tuple(_duty(scenario, hours, groups, chance)),
            )
            for weekday, hours in days
        ),
        groups=groups,
        signs=_signs(scenario),
        rings={},
        waits=WaitCounts(left=_patience(chance)),
        talks=_talks(offered, chance),
    )


def _arrivals(
    scenario: Scenario, hours: tuple[PoolHours, ...], offered: Offered, chance: Random
) -> Iterator[HalfHourCount]:
    busy = chance.gammavariate(DAY_SHAPE, 1 / DAY_SHAPE)
    kinds = _kinds(offered)
    for slot in range(48):
        start, end = slot * SLOT_S, (slot + 1) * SLOT_S
        if not any(each.start_s < end and start < each.end_s for each in hours) or not kinds:
            continue
        many = _poisson(busy * scenario.requests_an_hour / 2, chance)
        drawn = Counter(chance.choices(list(kinds), weights=list(kinds.values()), k=many))
        yield from (HalfHourCount(slot, kind, n) for kind, n in sorted(drawn.items()))


def _kinds(offered: Offered) -> dict[RequestKind, float]:
    themes = dict(zip(offered.themes, THEME_SHARES, strict=False))
    themes = {theme: themes.get(theme, RARE_THEME) for theme in offered.themes}
    if offered.reception is not None:
        themes[offered.reception] = RECEPTION_SHARE
    return {
        RequestKind(theme, language, site): share * LANGUAGE_SHARES.get(language, RARE_LANGUAGE)
        for theme, share in themes.items()
        for language in offered.languages
        for site in offered.sites
    }


def _poisson(mean: float, chance: Random) -> int:
    many, passed = 0, chance.expovariate(1.0)
    while passed < mean:
        many += 1
        passed += chance.expovariate(1.0)
    return many


def _duty(
    scenario: Scenario,
    hours: tuple[PoolHours, ...],
    groups: Mapping[str, tuple[SkillProfile, ...]],
    chance: Random,
) -> Iterator[DutyQuarter]:
    means: Counter[tuple[int, str]] = Counter()
    for each in hours:
        members = [
            (group, profile)
            for group, some in sorted(groups.items())
            for profile in some
            if each.pool in profile.pools
        ]
        wanted = scenario.people_a_pool
        many = int(wanted) + (chance.random() < wanted - int(wanted))
        for group, _ in chance.sample(members, min(many, len(members))):
            for quarter in range(int(each.start_s // QUARTER_S), ceil(each.end_s / QUARTER_S)):
                means[quarter, group] += 1
    yield from (DutyQuarter(quarter, group, float(n)) for (quarter, group), n in sorted(means.items()))


def _signs(scenario: Scenario) -> SignSums:
    """Sums from which the spells of the scenario are found again."""
    spells = 10_000
    seen = round(spells * exp(-PROBABLY_ABSENT_AFTER_S / scenario.away_s))
    minutes = spells * (ATTENTIVE_S + scenario.away_s) / 60
    return SignSums(minutes, minutes - seen * scenario.away_s / 60, seen)


def _patience(chance: Random) -> Counter[int]:
    return Counter(
        5 * ceil(chance.weibullvariate(PATIENCE_SCALE_S, PATIENCE_SHAPE) / 5) for _ in range(VISITORS)
    )


def _talks(offered: Offered, chance: Random) -> dict[str, Counter[TalkLength]]:
    shape = 1 / TALK_VARIATION**2
    talks: dict[str, Counter[TalkLength]] = {}
    everything = [*offered.themes, *([offered.reception] if offered.reception else [])]
    for theme in everything:
        drawn: Counter[TalkLength] = Counter()
        for _ in range(TALKS):
            talk = TalkLength(round(chance.gammavariate(shape, TALK_MEAN_MIN / shape)))
            if theme == offered.reception and offered.themes and chance.random() < TRANSFERRED:
                talk = replace(talk, transferred_to=chance.choice(list(offered.themes)))
            drawn[talk] += 1
        talks[theme] = drawn
    return talks
