"""How long a wait will be: honest, of those who are there and can serve, ahead in the order in which they will be rung."""

from dataclasses import replace

import pytest
from hypothesis import given

from routing_rules.decide import decide
from routing_rules.door import DoorReason, door
from routing_rules.plans import Plan, Rule, default_plan
from routing_rules.presence import Presence
from routing_rules.queue import queue_order
from routing_rules.snapshot import (
    USUAL_CHAT_S,
    AvailabilityState,
    Booking,
    CounsellorOnDuty,
    PoolState,
    RoutingSnapshot,
    WaitingRequest,
)
from routing_rules.waiting_time import (
    PRIOR_CHATS,
    as_told_s,
    estimates,
    expected_wait_s,
    usual_chat_s,
    wait_of_newcomer_s,
)
from tests.routing.worlds import snapshots, unhurried

NOW = 10_000.0
MINUTE = 60


def person(number: int, *, theme: str = "emploi", language: str = "fr", active: int = 0) -> CounsellorOnDuty:
    return CounsellorOnDuty(
        number, frozenset({"cefo"}), frozenset({theme}), frozenset({language}), capacity=2, active=active
    )


def request(
    number: int, *, theme: str = "emploi", language: str = "fr", site: str = "miti"
) -> WaitingRequest:
    return WaitingRequest(f"r{number}", theme, language, site, asked_at=NOW - 100 + number)


def told(
    *people: CounsellorOnDuty, waiting: list[WaitingRequest], plan: Plan | None = None
) -> list[int | None]:
    """Minutes, in the order of the requests given."""
    snapshot = RoutingSnapshot(
        NOW, plan or default_plan(), (PoolState("cefo", open=True),), people, tuple(waiting)
    )
    found = estimates(snapshot, queue_order(snapshot))
    minutes = {key: None if value is None else value // MINUTE for key, value in found.items()}
    return [minutes[each.id] for each in waiting]


def test_a_free_slot_means_a_minute() -> None:
    assert told(person(1), waiting=[request(1), request(2)]) == [1, 1]


def test_earlier_requests_take_the_free_slots_first() -> None:
    # Two slots of a quarter of an hour each: the third waits half of one.
    assert told(person(1), waiting=[request(1), request(2), request(3), request(4)]) == [1, 1, 9, 16]


def test_there_is_no_estimate_without_a_present_counsellor_who_can_serve() -> None:
    waiting = [request(1, theme="formation")]
    assert told(waiting=waiting) == [None]
    assert told(person(1), waiting=waiting) == [None]
    assert told(person(1, theme="formation", language="nl"), waiting=waiting) == [None]


@pytest.mark.parametrize("there", [Presence.PROBABLY_ABSENT, Presence.SILENT, Presence.LOST])
def test_an_absent_counsellor_shortens_no_wait(there: Presence) -> None:
    assert told(replace(person(1), presence=there), waiting=[request(1)]) == [None]


@pytest.mark.parametrize("state", [AvailabilityState.AWAY, AvailabilityState.FINISHING])
def test_an_unavailable_counsellor_shortens_no_wait(state: AvailabilityState) -> None:
    assert told(replace(person(1), state=state), waiting=[request(1)]) == [None]


def test_a_queue_for_other_people_does_not_lengthen_the_wait() -> None:
    waiting = [*(request(number, theme="formation") for number in range(5)), request(9)]
    assert told(person(1), person(2, theme="formation"), waiting=waiting)[-1] == 1


def test_a_higher_priority_comes_first_in_queue_rings_and_estimates() -> None:
    plan = Plan(1, (Rule("school", sites=frozenset({"ecole"}), priority=9), Rule("all")))
    waiting = [request(1), request(2), request(3, site="ecole")]
    snapshot = RoutingSnapshot(
        NOW, plan, (PoolState("cefo", open=True),), (person(1, active=1),), tuple(waiting)
    )
    assert [entry.waiting.id for entry in queue_order(snapshot)] == ["r3", "r1", "r2"]
    # One slot is free: it goes to the first in that order, and only that one is told a minute.
    assert {ring.conversation for ring in decide(snapshot).rings} == {"r3"}
    assert told(person(1, active=1), waiting=waiting, plan=plan) == [9, 16, 1]


def test_a_classs_reserved_places_do_not_shorten_others_estimates() -> None:
    session = Booking("6B", NOW - 60, NOW + 3_600, places=2)
    outside, pupil = request(1), replace(request(2), booking="6B")
    snapshot = RoutingSnapshot(
        NOW,
        default_plan(),
        (PoolState("cefo", open=True),),
        (replace(person(1), capacity=3),),
        (request(0), outside, pupil),
        bookings=(session,),
    )
    queue = queue_order(snapshot)
    assert [entry.waiting.id for entry in queue] == ["r2", "r0", "r1"]
    assert estimates(snapshot, queue) == {"r2": MINUTE, "r0": MINUTE, "r1": 6 * MINUTE}
    # Who is told that they are first is rung first.
    assert {ring.conversation for ring in decide(snapshot).rings} == {"r2", "r0"}


@pytest.mark.parametrize(
    ("session", "order"),
    [
        (Booking("6B", NOW - 60, NOW + 3_600, places=1), ["r2", "r1", "r3"]),
        (Booking("6B", NOW - 60, NOW + 3_600, places=2, active=1), ["r2", "r1", "r3"]),
        (Booking("6B", NOW - 60, NOW + 3_600, places=1, active=1), ["r1", "r2", "r3"]),
        (Booking("6B", NOW + 60, NOW + 3_600, places=2), ["r1", "r2", "r3"]),
        (Booking("5A", NOW - 60, NOW + 3_600, places=2), ["r1", "r2", "r3"]),
    ],
)
def test_as_many_pupils_go_first_as_their_running_class_has_places_left(
    session: Booking, order: list[str]
) -> None:
    pupils = [replace(request(number), booking="6B") for number in (2, 3)]
    snapshot = RoutingSnapshot(
        NOW,
        default_plan(),
        (PoolState("cefo", open=True),),
        (replace(person(1), capacity=3),),
        (request(1), *pupils),
        bookings=(session,),
    )
    assert [entry.waiting.id for entry in queue_order(snapshot)] == order


def test_a_theme_that_the_class_has_not_booked_has_no_reserved_place() -> None:
    session = Booking("6B", NOW - 60, NOW + 3_600, places=2, themes=frozenset({"orientation"}))
    pupil = replace(request(2), booking="6B")
    snapshot = RoutingSnapshot(
        NOW, default_plan(), (PoolState("cefo", open=True),), (person(1),), (request(1), pupil), (session,)
    )
    assert [entry.waiting.id for entry in queue_order(snapshot)] == ["r1", "r2"]


def test_who_cannot_be_served_before_closing_has_no_estimate() -> None:
    """The door tells a newcomer the same."""
    snapshot = RoutingSnapshot(
        NOW,
        default_plan(),
        (PoolState("cefo", open=True, intake_until=NOW + 600, closes_at=NOW + 900),),
        (person(1, active=1),),
        (request(1),),
    )
    busy = replace(snapshot, counsellors=(replace(person(1), capacity=1, active=1),))
    assert estimates(busy, queue_order(busy)) == {"r1": 16 * MINUTE}
    later = replace(busy, pools=(replace(busy.pools[0], closes_at=NOW + 899),))
    assert estimates(later, queue_order(later)) == {"r1": None}
    assert door(replace(later, waiting=()), request(1)).reason is DoorReason.NOT_BEFORE_CLOSING


def test_the_usual_length_weighs_recent_conversations_by_their_number() -> None:
    assert usual_chat_s(chats=0, total_s=0) == USUAL_CHAT_S
    few, many = (usual_chat_s(chats=chats, total_s=chats * 300) for chats in (5, 2_000))
    assert 300 < many < few < USUAL_CHAT_S
    assert usual_chat_s(chats=PRIOR_CHATS, total_s=PRIOR_CHATS * 300) == (USUAL_CHAT_S + 300) / 2


def test_shorter_conversations_shorten_the_wait() -> None:
    assert expected_wait_s(slots=2, free=0, ahead=1, chat_s=600) == 600
    assert expected_wait_s(slots=2, free=0, ahead=1, chat_s=300) == 300
    assert expected_wait_s(slots=2, free=2, ahead=1, chat_s=600) == 0


def test_an_estimate_is_in_whole_minutes_rounded_up() -> None:
    assert [as_told_s(wait_s) for wait_s in (0, 1, 60, 61)] == [60, 120, 120, 180]


@unhurried
@given(snapshots())
def test_an_estimate_is_given_exactly_to_those_whom_somebody_there_could_serve(
    snapshot: RoutingSnapshot,
) -> None:
    queue = queue_order(snapshot)
    for entry, minutes in zip(queue, estimates(snapshot, queue).values(), strict=True):
        alone = replace(snapshot, waiting=(replace(entry.waiting, offers={}, missed={}, refused={}),))
        there = tuple(
            replace(each, active=0, held=0)
            for each in alone.counsellors
            if each.presence is Presence.PRESENT and each.capacity
        )
        rings = decide(replace(alone, counsellors=there, bookings=())).rings
        assert (minutes is not None) >= bool(rings)


@unhurried
@given(snapshots(extras=False, offers=False))
def test_a_later_request_of_the_same_kind_has_no_shorter_estimate(snapshot: RoutingSnapshot) -> None:
    queue = queue_order(snapshot)
    found = estimates(snapshot, queue)
    kinds: dict[tuple[str, str], int] = {}
    for entry in queue:
        told_s = found[entry.waiting.id]
        kind = (entry.waiting.theme, entry.waiting.language)
        if told_s is not None:
            assert told_s >= kinds.get(kind, 0)
            kinds[kind] = told_s


@unhurried
@given(snapshots(offers=False))
def test_the_door_and_the_queue_give_the_same_estimate(snapshot: RoutingSnapshot) -> None:
    """Somebody who has just come is told at the door what they are told in the queue a moment later."""
    newcomer = WaitingRequest("zz", "emploi", "fr", "miti", asked_at=NOW)
    there = [each for each in snapshot.counsellors if each.presence is Presence.PRESENT]
    snapshot = replace(snapshot, counsellors=tuple(there), now=NOW)
    joined = replace(snapshot, waiting=(*snapshot.waiting, newcomer))
    told_s = estimates(joined, queue_order(joined))["zz"]
    if told_s is not None:
        able = [
            each
            for each in there
            if each.ready and each.capacity and {"emploi"} <= each.themes and {"fr"} <= each.languages
        ]
        pools = {pool.slug for pool in snapshot.pools if pool.open}
        rule = snapshot.plan.rules[
            snapshot.plan.position_for(theme="emploi", language="fr", site="miti", audience="public") or 0
        ]
        named = rule.pools()
        reached = pools if named is None else pools & named
        servers = [each for each in able if each.pools & reached]
        assert as_told_s(wait_of_newcomer_s(snapshot, newcomer, servers)) == told_s
