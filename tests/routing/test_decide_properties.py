"""What holds for every decision, whatever the queue, the people and the plan."""

import random
from collections import Counter
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from routing_rules.class_places import class_places
from routing_rules.decide import decide
from routing_rules.decision import Decision, Why
from routing_rules.eligibility import has_skills
from routing_rules.plans import Rule
from routing_rules.presence import Presence
from routing_rules.queue import queue_order
from routing_rules.snapshot import AvailabilityState, CounsellorOnDuty, RoutingSnapshot, WaitingRequest
from tests.routing.worlds import NOW, by_id, counsellors, ringing, snapshots, unhurried, waiting_of


def rule_of(snapshot: RoutingSnapshot, waiting: WaitingRequest) -> Rule:
    position = snapshot.plan.position_for(
        theme=waiting.theme, language=waiting.language, site=waiting.site, audience=waiting.audience
    )
    assert position is not None
    return snapshot.plan.rules[position]


def open_slugs(snapshot: RoutingSnapshot) -> set[str]:
    return {pool.slug for pool in snapshot.pools if pool.open}


def rung_at(decision: Decision, waiting: WaitingRequest) -> set[int]:
    return {ring.counsellor for ring in decision.rings if ring.conversation == waiting.id}


@unhurried
@given(snapshots())
def test_nobody_is_rung_without_the_language_and_the_theme(snapshot: RoutingSnapshot) -> None:
    people, queue = by_id(snapshot), waiting_of(snapshot)
    for ring in decide(snapshot).rings:
        counsellor, waiting = people[ring.counsellor], queue[ring.conversation]
        assert waiting.language in counsellor.languages
        if waiting.to_counsellor != counsellor.id and waiting.to_pool not in counsellor.pools:
            assert waiting.theme in counsellor.themes


@unhurried
@given(snapshots())
def test_only_people_who_are_present_and_available_are_rung(snapshot: RoutingSnapshot) -> None:
    people = by_id(snapshot)
    for ring in decide(snapshot).rings:
        assert people[ring.counsellor].presence.connected
        assert people[ring.counsellor].state is AvailabilityState.AVAILABLE


@unhurried
@given(snapshots())
def test_nobody_is_rung_beyond_their_slots(snapshot: RoutingSnapshot) -> None:
    people = by_id(snapshot)
    for counsellor, rings in Counter(ring.counsellor for ring in decide(snapshot).rings).items():
        assert people[counsellor].active + people[counsellor].held + rings <= people[counsellor].capacity


@unhurried
@given(snapshots())
def test_nobody_is_rung_through_a_closed_pool_unless_a_colleague_named_them(
    snapshot: RoutingSnapshot,
) -> None:
    people, queue, is_open = by_id(snapshot), waiting_of(snapshot), open_slugs(snapshot)
    for ring in decide(snapshot).rings:
        waiting = queue[ring.conversation]
        pools = rule_of(snapshot, waiting).pools()
        meant = is_open if pools is None else is_open & (pools | {waiting.to_pool or ""})
        if waiting.to_counsellor != ring.counsellor:
            assert people[ring.counsellor].pools & meant


@unhurried
@given(snapshots())
def test_a_ring_is_never_larger_than_the_rule_says(snapshot: RoutingSnapshot) -> None:
    decision = decide(snapshot)
    for waiting in snapshot.waiting:
        before, new = ringing(snapshot, waiting), rung_at(decision, waiting)
        assert not new & set(waiting.offers)
        assert len(new) <= max(0, rule_of(snapshot, waiting).ring_size - len(before))


@unhurried
@given(snapshots())
def test_a_ring_lasts_as_long_as_the_rule_says(snapshot: RoutingSnapshot) -> None:
    queue = waiting_of(snapshot)
    for ring in decide(snapshot).rings:
        assert ring.expires_at == NOW + rule_of(snapshot, queue[ring.conversation]).ring_time_s


@unhurried
@given(snapshots(), st.randoms())
def test_the_same_input_gives_the_same_decision_in_whatever_order_it_comes(
    snapshot: RoutingSnapshot, chance: random.Random
) -> None:
    people, queue = list(snapshot.counsellors), list(snapshot.waiting)
    chance.shuffle(people)
    chance.shuffle(queue)
    shuffled = replace(snapshot, counsellors=tuple(people), waiting=tuple(queue))
    assert decide(snapshot) == decide(snapshot)
    assert decide(snapshot).rings == decide(shuffled).rings
    assert decide(snapshot).give_ups == decide(shuffled).give_ups


def could_be_rung(
    snapshot: RoutingSnapshot, decision: Decision, waiting: WaitingRequest, counsellor: CounsellorOnDuty
) -> bool:
    """Written anew from the rules' words: could one more offer of this conversation ring at this
    counsellor?"""
    held = counsellor.held + sum(ring.counsellor == counsellor.id for ring in decision.rings)
    rule = rule_of(snapshot, waiting)
    pools = rule.steps[0].pools
    at_once = open_slugs(snapshot) if pools is None else open_slugs(snapshot) & pools
    return (
        counsellor.presence.connected
        and counsellor.state is AvailabilityState.AVAILABLE
        and waiting.theme in counsellor.themes
        and waiting.language in counsellor.languages
        and bool(counsellor.pools & at_once)
        and counsellor.active + held < counsellor.capacity
        and counsellor.id not in {*waiting.refused, *waiting.offers}
    )


@unhurried
@given(snapshots(extras=False))
def test_every_request_that_a_free_present_counsellor_can_serve_is_offered(
    snapshot: RoutingSnapshot,
) -> None:
    decision = decide(snapshot)
    for waiting in snapshot.waiting:
        rings = ringing(snapshot, waiting) | rung_at(decision, waiting)
        if len(rings) < rule_of(snapshot, waiting).ring_size:
            idle = [each for each in snapshot.counsellors if could_be_rung(snapshot, decision, waiting, each)]
            assert not [each for each in idle if each.id not in rings]


@unhurried
@given(snapshots(extras=False, offers=False))
def test_a_newcomer_never_takes_the_slot_that_an_older_request_could_have_had(
    snapshot: RoutingSnapshot,
) -> None:
    """Whoever is rung for a newcomer is rung for, or could not be rung for, everybody older whose ring is
    not full."""
    decision = decide(snapshot)
    people = by_id(snapshot)
    places = [place.waiting for place in queue_order(snapshot)]
    for index, newcomer in enumerate(places):
        for older in places[:index]:
            if len(rung_at(decision, older)) >= rule_of(snapshot, older).ring_size:
                continue
            for counsellor in rung_at(decision, newcomer) - rung_at(decision, older):
                without = replace(
                    decision,
                    rings=tuple(
                        ring
                        for ring in decision.rings
                        if (ring.conversation, ring.counsellor) != (newcomer.id, counsellor)
                    ),
                )
                assert not could_be_rung(snapshot, without, older, people[counsellor])


@unhurried
@given(snapshots(offers=False))
def test_with_a_class_in_session_too_positions_are_the_order_of_the_rings(snapshot: RoutingSnapshot) -> None:
    """Nobody is rung at somebody who could be rung for a conversation that has a better position and no ring."""
    plain = tuple(replace(each, to_pool=None, to_counsellor=None) for each in snapshot.waiting)
    snapshot = replace(snapshot, waiting=plain, bookings=snapshot.bookings[:1])
    decision = decide(snapshot)
    people = by_id(snapshot)
    order = [entry.waiting for entry in queue_order(snapshot)]
    for index, later in enumerate(order):
        for first in order[:index]:
            if not rung_at(decision, first):
                for counsellor in rung_at(decision, later):
                    rest = tuple(ring for ring in decision.rings if ring.conversation != later.id)
                    without = replace(decision, rings=rest)
                    assert not could_be_rung(snapshot, without, first, people[counsellor])


@unhurried
@given(snapshots(extras=False, offers=False), st.data())
def test_one_more_ready_counsellor_never_lowers_what_is_served_now(
    snapshot: RoutingSnapshot, data: st.DataObject
) -> None:
    newcomer = replace(
        data.draw(counsellors(99)),
        presence=Presence.PRESENT,
        state=AvailabilityState.AVAILABLE,
        capacity=3,
        active=0,
    )
    more = replace(snapshot, counsellors=(*snapshot.counsellors, newcomer))
    served = {ring.conversation for ring in decide(snapshot).rings}
    assert served <= {ring.conversation for ring in decide(more).rings}


@unhurried
@given(snapshots())
def test_a_counsellor_who_refused_is_not_rung_while_anybody_else_is_left(snapshot: RoutingSnapshot) -> None:
    decision = decide(snapshot)
    for waiting in snapshot.waiting:
        rings = ringing(snapshot, waiting) | rung_at(decision, waiting)
        if rung_at(decision, waiting) & set(waiting.refused):
            assert rings <= set(waiting.refused)


@unhurried
@given(snapshots(offers=False))
def test_a_counsellor_who_missed_it_is_rung_after_those_not_rung_yet(snapshot: RoutingSnapshot) -> None:
    decision = decide(snapshot, explain=[waiting.id for waiting in snapshot.waiting])
    for waiting in snapshot.waiting:
        if rung_at(decision, waiting) & set(waiting.missed):
            others = decision.explanations[waiting.id].counsellors
            assert Why.OTHERS_FIRST not in {each.why for each in others}


@unhurried
@given(snapshots(extras=False, offers=False))
def test_a_probably_absent_person_is_rung_only_after_those_who_are_there(snapshot: RoutingSnapshot) -> None:
    decision = decide(snapshot, explain=[waiting.id for waiting in snapshot.waiting])
    people = by_id(snapshot)
    for waiting in snapshot.waiting:
        new = rung_at(decision, waiting) - set(waiting.missed) - set(waiting.refused)
        if any(people[each].presence is Presence.PROBABLY_ABSENT for each in new):
            others = decision.explanations[waiting.id].counsellors
            assert Why.OTHERS_FIRST not in {each.why for each in others}


@unhurried
@given(snapshots(offers=False))
def test_requests_from_outside_leave_a_running_class_its_places(snapshot: RoutingSnapshot) -> None:
    decision = decide(snapshot)
    rings = Counter(ring.counsellor for ring in decision.rings)
    queue = waiting_of(snapshot)
    is_open = open_slugs(snapshot)
    for booking in snapshot.bookings:
        if not booking.runs_at(NOW):
            continue
        pools = is_open if booking.pools is None else is_open & booking.pools
        able_to = [
            each
            for each in snapshot.counsellors
            if each.ready
            and each.presence is Presence.PRESENT
            and each.pools & pools
            and (not booking.themes or booking.themes & each.themes)
        ]
        from_outside = [
            ring
            for ring in decision.rings
            if queue[ring.conversation].booking != booking.code
            and queue[ring.conversation].to_counsellor is None
            and ring.counsellor in {each.id for each in able_to}
        ]
        pupils = {r.conversation for r in decision.rings if queue[r.conversation].booking == booking.code}
        if from_outside and not pupils:
            left = sum(each.free - rings[each.id] for each in able_to)
            named = sum(queue[ring.conversation].to_counsellor is not None for ring in decision.rings)
            assert left + named >= class_places(snapshot, booking).kept


@unhurried
@given(snapshots())
def test_every_conversation_can_be_explained_and_the_explanation_says_what_was_done(
    snapshot: RoutingSnapshot,
) -> None:
    decision = decide(snapshot, explain=[waiting.id for waiting in snapshot.waiting])
    assert replace(decision, explanations={}) == decide(snapshot)
    for waiting in snapshot.waiting:
        explanation = decision.explanations[waiting.id]
        assert len(explanation.counsellors) == len(snapshot.counsellors)
        rung = {each.counsellor for each in explanation.counsellors if each.why is Why.RUNG}
        assert rung == rung_at(decision, waiting)
        assert len(explanation.steps) == len(rule_of(snapshot, waiting).steps) + bool(
            waiting.to_pool or waiting.to_counsellor is not None
        )


@unhurried
@given(snapshots())
def test_an_explanation_never_blames_what_is_not_so(snapshot: RoutingSnapshot) -> None:
    decision = decide(snapshot, explain=[waiting.id for waiting in snapshot.waiting])
    people = by_id(snapshot)
    for waiting in snapshot.waiting:
        for each in decision.explanations[waiting.id].counsellors:
            counsellor = people[each.counsellor]
            holds = {
                Why.RINGING: counsellor.id in waiting.offers,
                Why.NOT_PRESENT: not counsellor.presence.connected,
                Why.AWAY: counsellor.state is AvailabilityState.AWAY,
                Why.FINISHING: counsellor.state is AvailabilityState.FINISHING,
                Why.NO_LANGUAGE: waiting.language not in counsellor.languages,
                Why.NO_THEME: not has_skills(counsellor, waiting, pools=open_slugs(snapshot))
                and waiting.theme not in counsellor.themes,
                Why.POOL_CLOSED: not counsellor.pools <= open_slugs(snapshot),
                Why.NO_SLOT: counsellor.active >= counsellor.capacity,
                Why.SLOT_HELD: counsellor.active < counsellor.capacity,
                Why.RESERVED: bool(snapshot.bookings),
                Why.REFUSED: counsellor.id in waiting.refused,
                Why.MISSED: counsellor.id in waiting.missed,
                Why.PROBABLY_ABSENT: counsellor.presence is Presence.PROBABLY_ABSENT,
            }
            assert holds.get(each.why, True)


@unhurried
@given(snapshots())
def test_offers_at_people_who_are_no_longer_ready_are_taken_back(snapshot: RoutingSnapshot) -> None:
    taken_back = {(each.conversation, each.counsellor) for each in decide(snapshot).withdrawals}
    people = by_id(snapshot)
    for waiting in snapshot.waiting:
        for counsellor, expires_at in waiting.offers.items():
            gone = expires_at > NOW and not people[counsellor].ready
            assert gone == ((waiting.id, counsellor) in taken_back)


@unhurried
@given(snapshots())
def test_nothing_that_rings_is_given_up_and_nothing_given_up_is_rung(snapshot: RoutingSnapshot) -> None:
    decision = decide(snapshot)
    given_up = {each.conversation for each in decision.give_ups}
    assert not given_up & {ring.conversation for ring in decision.rings}
    assert not given_up & {each.id for each in snapshot.waiting if ringing(snapshot, each)}


@unhurried
@given(snapshots(extras=False))
def test_a_conversation_is_given_up_only_when_all_its_pools_are_closed(snapshot: RoutingSnapshot) -> None:
    decision = decide(snapshot)
    given_up = {each.conversation for each in decision.give_ups}
    for waiting in snapshot.waiting:
        pools = rule_of(snapshot, waiting).pools()
        hopes = open_slugs(snapshot) if pools is None else open_slugs(snapshot) & pools
        assert (waiting.id in given_up) == (not hopes and not ringing(snapshot, waiting))


@unhurried
@given(snapshots())
def test_an_unknown_counsellor_in_old_offers_and_answers_does_no_harm(snapshot: RoutingSnapshot) -> None:
    assume(snapshot.counsellors)
    fewer = replace(snapshot, counsellors=snapshot.counsellors[1:])
    gone = snapshot.counsellors[0].id
    assert gone not in {ring.counsellor for ring in decide(fewer).rings}
