"""Small random worlds for the property tests: few skills, people and pools, so that they get in each
other's way."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from chat.visible_text import has_visible_text
from routing_rules.plans import (
    CONDITIONS,
    MOST_STEPS,
    NAME_LENGTH,
    RULE_BOUNDS,
    STEP_BOUNDS,
    Plan,
    Rule,
    Step,
)
from routing_rules.presence import Presence
from routing_rules.snapshot import (
    AvailabilityState,
    Booking,
    ConversationId,
    CounsellorId,
    CounsellorOnDuty,
    PoolState,
    RoutingSnapshot,
    WaitingRequest,
)

NOW = 10_000.0
RECEPTION = "accueil"
THEMES = ("orientation", "emploi", RECEPTION)
LANGUAGES = ("fr", "nl", "uk")
POOLS = ("cefo", "diores", "isp")
CLASSES = ("5A", "6B")

#: No test may depend on how fast the machine is, nor on luck: the same examples in each run.
unhurried = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)

ages = st.integers(0, 400).map(float)
some_pools = st.frozensets(st.sampled_from(POOLS), min_size=1)
some_themes = st.frozensets(st.sampled_from(THEMES), min_size=1)
some_languages = st.frozensets(st.sampled_from(LANGUAGES), min_size=1)


@st.composite
def rule_steps(draw: st.DrawFn) -> tuple[Step, ...]:
    delays = sorted(draw(st.lists(st.integers(0, 300), max_size=2)))
    return tuple(Step(after_s, draw(st.none() | some_pools)) for after_s in (0, *delays))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    conditional = st.builds(
        Rule,
        name=st.just("some"),
        themes=st.frozensets(st.sampled_from(THEMES)),
        languages=st.frozensets(st.sampled_from(LANGUAGES)),
        priority=st.integers(0, 2),
        ring_size=st.integers(1, 4),
        steps=rule_steps(),
    )
    everything = st.builds(Rule, name=st.just("all"), ring_size=st.integers(1, 4), steps=rule_steps())
    return Plan(1, (*draw(st.lists(conditional, max_size=2)), draw(everything)))


@st.composite
def counsellors(draw: st.DrawFn, id: CounsellorId) -> CounsellorOnDuty:
    capacity = draw(st.integers(0, 3))
    return CounsellorOnDuty(
        id=id,
        pools=draw(some_pools),
        themes=draw(some_themes),
        languages=draw(some_languages),
        capacity=capacity,
        active=draw(st.integers(0, capacity)),
        state=draw(st.sampled_from([AvailabilityState.AVAILABLE] * 4 + list(AvailabilityState))),
        presence=draw(st.sampled_from([Presence.PRESENT] * 3 + list(Presence))),
        idle_since=NOW - draw(ages),
    )


@st.composite
def requests(draw: st.DrawFn, id: ConversationId, people: int) -> WaitingRequest:
    asked = draw(st.permutations(range(people)))[: draw(st.integers(0, people))]
    split = draw(st.integers(0, len(asked)))
    theme = draw(st.sampled_from(THEMES))
    return WaitingRequest(
        id=id,
        theme=theme,
        reception=theme == RECEPTION,
        language=draw(st.sampled_from(LANGUAGES)),
        site="miti",
        asked_at=NOW - draw(ages),
        missed={each: draw(st.integers(1, 2)) for each in asked[:split]},
        refused={each: NOW - draw(ages) for each in asked[split:]},
    )


@st.composite
def with_offers(draw: st.DrawFn, snapshot: RoutingSnapshot) -> RoutingSnapshot:
    """The same with offers that ring already, no more at anybody than they have slots."""
    room = {each.id: each.capacity - each.active for each in snapshot.counsellors}
    held = dict.fromkeys(room, 0)
    queue = []
    for waiting in snapshot.waiting:
        offers: dict[CounsellorId, float] = {}
        for each in draw(st.lists(st.sampled_from(sorted(room)), max_size=2, unique=True)) if room else []:
            if room[each] > held[each] and each not in waiting.missed and each not in waiting.refused:
                offers[each] = NOW + draw(st.integers(-5, 40))
                held[each] += 1
        queue.append(replace(waiting, offers=offers))
    people = tuple(replace(each, held=held[each.id]) for each in snapshot.counsellors)
    return replace(snapshot, counsellors=people, waiting=tuple(queue))


@st.composite
def classes(draw: st.DrawFn, code: str) -> Booking:
    return Booking(
        code=code,
        starts_at=NOW - draw(st.integers(0, 100)),
        ends_at=NOW + draw(st.integers(-50, 100)),
        places=draw(st.integers(0, 4)),
        themes=draw(st.frozensets(st.sampled_from(THEMES))),
        pools=draw(st.none() | some_pools),
        active=draw(st.integers(0, 1)),
    )


@st.composite
def snapshots(draw: st.DrawFn, *, extras: bool = True, offers: bool = True, size: int = 5) -> RoutingSnapshot:
    """Any moment; `extras` are classes' sessions and conversations handed over to a pool or a person."""
    people = draw(st.integers(0, size))
    queue = [draw(requests(f"r{number}", people)) for number in range(draw(st.integers(0, size)))]
    bookings: tuple[Booking, ...] = ()
    if extras:
        bookings = tuple(draw(classes(code)) for code in CLASSES[: draw(st.integers(0, 2))])
        queue = [
            replace(
                each,
                booking=draw(st.sampled_from([None, None, *CLASSES])),
                to_pool=draw(st.sampled_from([None, None, None, *POOLS])),
                to_counsellor=draw(st.sampled_from([None] * 4 + list(range(people)))),
            )
            for each in queue
        ]
    snapshot = RoutingSnapshot(
        now=NOW,
        plan=draw(plans()),
        pools=tuple(PoolState(slug, open=draw(st.sampled_from([True, True, False]))) for slug in POOLS),
        counsellors=tuple(draw(counsellors(id)) for id in range(people)),
        waiting=tuple(queue),
        bookings=bookings,
        scarce=draw(st.frozensets(st.sampled_from(THEMES + LANGUAGES))),
    )
    return draw(with_offers(snapshot)) if offers else snapshot


def by_id(snapshot: RoutingSnapshot) -> Mapping[CounsellorId, CounsellorOnDuty]:
    return {each.id: each for each in snapshot.counsellors}


def waiting_of(snapshot: RoutingSnapshot) -> Mapping[ConversationId, WaitingRequest]:
    return {each.id: each for each in snapshot.waiting}


def ringing(snapshot: RoutingSnapshot, waiting: WaitingRequest) -> set[CounsellorId]:
    """Those who can still answer an offer that rings now."""
    people = by_id(snapshot)
    return {
        each
        for each, expires_at in waiting.offers.items()
        if expires_at > snapshot.now and each in people and people[each].ready
    }


def rules(codes: Mapping[str, Sequence[str]], pools: Sequence[str]) -> st.SearchStrategy[Rule]:
    """Any rule that may be published, of these codes for each condition and of these pools."""
    letters = st.characters(categories=["L", "N", "P", "S", "Zs"])
    seconds = st.lists(st.integers(1, STEP_BOUNDS["after_s"].most), max_size=MOST_STEPS - 1, unique=True)
    delays = seconds.map(lambda some: (0, *sorted(some)))
    some_pools = st.none() | st.frozensets(st.sampled_from(pools), min_size=1)
    fields: dict[str, st.SearchStrategy[Any]] = {
        "name": st.text(letters, max_size=NAME_LENGTH).map(str.strip).filter(has_visible_text),
        "steps": delays.flatmap(
            lambda all_of: st.tuples(*(st.builds(Step, st.just(at), some_pools) for at in all_of))
        ),
        **{each.name: st.frozensets(st.sampled_from(codes[each.name])) for each in CONDITIONS},
        **{name: st.integers(bounds.least, bounds.most) for name, bounds in RULE_BOUNDS.items()},
    }
    return st.builds(Rule, **fields)
