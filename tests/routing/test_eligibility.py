"""Who can serve a request: the one predicate, and that everything which uses it agrees."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from routing_rules.decide import decide
from routing_rules.decision import Why
from routing_rules.door import DoorReason, DoorState, door
from routing_rules.eligibility import can_serve, reachable_pools
from routing_rules.plans import Plan, Rule, Step
from routing_rules.queue import queue_order
from routing_rules.snapshot import CounsellorOnDuty, RoutingSnapshot, WaitingRequest
from routing_rules.waiting_time import estimates
from tests.routing.worlds import snapshots, unhurried

REQUEST = WaitingRequest("a", "emploi", "fr", "miti", asked_at=0.0)
IN_CEFO = frozenset({"cefo"})
WAITED_LONG_S = 1_000.0
"""Longer than any step of these plans waits."""


def person(
    number: int = 1, *, theme: str = "emploi", language: str = "fr", pool: str = "cefo"
) -> CounsellorOnDuty:
    return CounsellorOnDuty(number, frozenset({pool}), frozenset({theme}), frozenset({language}), capacity=2)


def test_serving_needs_the_theme_the_language_and_a_reached_pool() -> None:
    assert can_serve(person(), REQUEST, pools=IN_CEFO)
    assert not can_serve(person(theme="formation"), REQUEST, pools=IN_CEFO)
    assert not can_serve(person(language="nl"), REQUEST, pools=IN_CEFO)
    assert not can_serve(person(pool="isp"), REQUEST, pools=IN_CEFO)


def test_a_transfer_to_a_person_overrides_theme_and_hours_but_not_language() -> None:
    named = replace(REQUEST, to_counsellor=1)
    assert can_serve(person(theme="formation", pool="isp"), named, pools=IN_CEFO, identity=1)
    assert not can_serve(person(language="nl"), named, pools=IN_CEFO, identity=1)
    assert not can_serve(person(theme="formation"), named, pools=IN_CEFO, identity=2)


def test_a_pool_that_received_a_transfer_without_a_theme_needs_no_reception() -> None:
    sent_on = replace(REQUEST, theme="accueil", reception=True, to_pool="cefo")
    assert can_serve(person(), sent_on, pools=IN_CEFO)
    assert not can_serve(person(pool="isp"), sent_on, pools=IN_CEFO)
    assert not can_serve(person(), replace(sent_on, reception=False), pools=IN_CEFO)
    assert not can_serve(person(), replace(sent_on, to_pool=None), pools=IN_CEFO)


def test_a_transfer_to_a_closed_pool_still_needs_the_theme_of_a_reception() -> None:
    sent_on = replace(REQUEST, theme="accueil", reception=True, to_pool="cefo")
    in_both = replace(person(), pools=frozenset({"cefo", "isp"}))
    assert not can_serve(in_both, sent_on, pools=frozenset({"isp"}))
    assert can_serve(replace(in_both, themes=frozenset({"accueil"})), sent_on, pools=frozenset({"isp"}))


def test_a_transfer_reaches_its_pool_besides_those_of_the_rule() -> None:
    plan = Plan(1, (Rule("cefo", steps=(Step(0, IN_CEFO),)),))
    is_open = {"cefo", "isp"}
    assert reachable_pools(plan, REQUEST, is_open) == IN_CEFO
    assert reachable_pools(plan, replace(REQUEST, to_pool="isp"), is_open) == is_open
    assert reachable_pools(plan, replace(REQUEST, to_pool="isp"), {"cefo"}) == IN_CEFO


def test_a_request_that_no_rule_takes_reaches_nobody() -> None:
    assert (
        reachable_pools(Plan(1, (Rule("nl", languages=frozenset({"nl"})),)), REQUEST, {"cefo"}) == frozenset()
    )


def open_pools(snapshot: RoutingSnapshot) -> frozenset[str]:
    return frozenset(pool.slug for pool in snapshot.pools if pool.open)


@unhurried
@given(snapshots())
def test_nobody_is_ever_rung_who_could_not_serve(snapshot: RoutingSnapshot) -> None:
    people = {each.id: each for each in snapshot.counsellors}
    waiting = {each.id: each for each in snapshot.waiting}
    for ring in decide(snapshot).rings:
        request, who = waiting[ring.conversation], people[ring.counsellor]
        pools = reachable_pools(snapshot.plan, request, open_pools(snapshot))
        assert can_serve(who, request, pools=pools, identity=who.id)


@unhurried
@given(snapshots())
def test_an_explanation_denies_skill_and_reach_only_to_who_cannot_serve(snapshot: RoutingSnapshot) -> None:
    people = {each.id: each for each in snapshot.counsellors}
    decision = decide(snapshot, explain=[each.id for each in snapshot.waiting])
    for request in snapshot.waiting:
        pools = reachable_pools(snapshot.plan, request, open_pools(snapshot))
        for each in decision.explanations[request.id].counsellors:
            if each.why in {Why.NO_LANGUAGE, Why.NO_THEME, Why.OTHER_POOL, Why.POOL_CLOSED}:
                who = people[each.counsellor]
                assert not can_serve(who, request, pools=pools, identity=who.id)


@unhurried
@given(snapshots(), st.sampled_from(["emploi", "orientation"]), st.sampled_from(["fr", "nl"]))
def test_the_door_says_that_nobody_is_ready_only_where_nobody_could_be_rung(
    snapshot: RoutingSnapshot, theme: str, language: str
) -> None:
    newcomer = WaitingRequest("new", theme, language, "miti", asked_at=snapshot.now)
    pools = reachable_pools(snapshot.plan, newcomer, open_pools(snapshot))
    somebody = [
        each
        for each in snapshot.counsellors
        if each.ready and each.capacity and can_serve(each, newcomer, pools=pools)
    ]
    answer = door(snapshot, newcomer)
    assert (answer.reason is DoorReason.NOBODY_READY) == (bool(pools) and not somebody)


@unhurried
@given(snapshots(), st.sampled_from(["emploi", "orientation"]), st.sampled_from(["fr", "nl"]))
def test_whoever_is_let_in_by_an_open_door_is_given_an_estimate_and_only_they(
    snapshot: RoutingSnapshot, theme: str, language: str
) -> None:
    newcomer = WaitingRequest("new", theme, language, "miti", asked_at=snapshot.now)
    joined = replace(snapshot, waiting=(*snapshot.waiting, newcomer))
    estimate = estimates(joined, queue_order(joined))["new"]
    assert (door(snapshot, newcomer).state is DoorState.OPEN) == (estimate is not None)


@unhurried
@given(snapshots(offers=False))
def test_alone_in_the_queue_a_request_rings_at_once_exactly_where_a_ready_counsellor_could_serve_it(
    snapshot: RoutingSnapshot,
) -> None:
    """Nobody refused or missed it, everybody has a free slot: nothing but skills and reach is left to decide."""
    request = replace(
        (*snapshot.waiting, REQUEST)[0],
        refused={},
        missed={},
        booking=None,
        asked_at=snapshot.now - WAITED_LONG_S,
    )
    idle = tuple(replace(each, active=0, held=0, capacity=1) for each in snapshot.counsellors)
    alone = replace(snapshot, counsellors=idle, waiting=(request,), bookings=())
    pools = reachable_pools(alone.plan, request, open_pools(alone))
    able = [each for each in idle if each.ready and can_serve(each, request, pools=pools, identity=each.id)]
    assert bool(decide(alone).rings) == bool(able)
