"""Small days for tests: drawn by hand, or any at all."""

from dataclasses import replace

from hypothesis import strategies as st

from routing_rules.plans import Plan, Rule, Step
from simulation.attention import Attention
from simulation.drawing import DrawnDay, DrawnPerson, DrawnRequest
from simulation.model import Behaviour, TalkLengths
from simulation.observations import (
    DutyQuarter,
    HalfHourCount,
    ObservedDay,
    PoolHours,
    RequestKind,
    SkillProfile,
    TalkLength,
)
from simulation.setting import ReplayLimits
from simulation.survival import kaplan_meier

POOLS, THEMES, LANGUAGES = ("a", "b"), ("formation", "emploi", "accueil"), ("fr", "nl")
NINE, NOON = 9 * 3600.0, 12 * 3600.0
LIMITS = ReplayLimits(longest_wait_s=1800.0, last_intake_s=600.0, reception="accueil")
OPEN = tuple(PoolHours(pool, NINE, NOON) for pool in POOLS)
WHO = SkillProfile(frozenset(POOLS), frozenset(THEMES), frozenset(LANGUAGES), 2)
BEHAVIOUR = Behaviour(
    patience=kaplan_meier(left={30: 5, 120: 5, 600: 2}, censored={10: 50}),
    talks={},
    all_talks=TalkLengths((TalkLength(10), TalkLength(20, "emploi")), (3.0, 4.0)),
    attention=Attention(1500.0, 400.0),
    reaction_s=10.0,
    responds={},
    response=0.9,
    silent_share=0.05,
)


def somebody(id: int = 1, **fields: object) -> DrawnPerson:
    """At the screen all morning, and answers every ring."""
    return replace(DrawnPerson(id, WHO, NINE, NOON, ((NINE, NOON),), 1.0, id), **fields)  # type: ignore[arg-type]


def asked(id: int = 1, at: float = NINE + 60, **fields: object) -> DrawnRequest:
    """A visitor who waits for five minutes and talks for ten."""
    usual = DrawnRequest(id, at, "formation", "fr", "miti", "public", 300.0, 600.0, "", 300.0, False, id)
    return replace(usual, **fields)  # type: ignore[arg-type]


def profiles() -> st.SearchStrategy[SkillProfile]:
    return st.builds(
        SkillProfile,
        pools=st.frozensets(st.sampled_from(POOLS), min_size=1),
        themes=st.frozensets(st.sampled_from(THEMES), min_size=1),
        languages=st.frozensets(st.sampled_from(LANGUAGES), min_size=1),
        capacity=st.integers(1, 3),
    )


def plans() -> st.SearchStrategy[Plan]:
    first = st.builds(
        Rule,
        name=st.just("first"),
        themes=st.frozensets(st.sampled_from(THEMES)),
        ring_size=st.integers(1, 3),
        ring_time_s=st.integers(10, 60),
        steps=st.sampled_from([(Step(),), (Step(0, frozenset({"a"})), Step(20))]),
    )
    last = st.builds(Rule, name=st.just("all"), ring_size=st.integers(1, 3))
    return st.builds(lambda *rules: Plan(1, rules), first, last)


@st.composite
def days(draw: st.DrawFn) -> DrawnDay:
    """Any morning of a few people and requests."""
    people = []
    for number in range(draw(st.integers(0, 4))):
        login = draw(st.floats(NINE - 600, NOON - 60))
        logout = draw(st.floats(login + 30, NOON + 300))
        away = draw(st.floats(login, logout))
        back = draw(st.floats(away, logout))
        response = draw(st.sampled_from([0.2, 1.0]))
        people.append(
            DrawnPerson(
                number, draw(profiles()), login, logout, ((login, away), (back, logout)), response, number
            )
        )
    requests = [
        asked(
            number,
            draw(st.floats(NINE, NOON - 700)),
            theme=draw(st.sampled_from(THEMES)),
            language=draw(st.sampled_from(LANGUAGES)),
            patience_s=draw(st.floats(1, 2500)),
            talk_s=draw(st.floats(15, 4000)),
            transferred_to=draw(st.sampled_from(["", "", *THEMES])),
        )
        for number in range(draw(st.integers(0, 8)))
    ]
    return DrawnDay(OPEN, tuple(people), tuple(sorted(requests, key=lambda each: each.at)))


@st.composite
def observed_days(draw: st.DrawFn) -> ObservedDay:
    """Any past day: its counts and its duty."""
    slots = st.integers(18, 23)
    kinds = st.builds(RequestKind, st.sampled_from(THEMES), st.sampled_from(LANGUAGES), st.just("miti"))
    counts = draw(st.dictionaries(st.tuples(slots, kinds), st.integers(1, 4), max_size=6))
    means = draw(st.dictionaries(st.integers(36, 47), st.floats(0.0, 3.0), max_size=12))
    return ObservedDay(
        draw(st.integers(0, 4)),
        OPEN,
        tuple(HalfHourCount(slot, kind, n) for (slot, kind), n in sorted(counts.items())),
        tuple(DutyQuarter(quarter, "a", people) for quarter, people in sorted(means.items())),
    )
