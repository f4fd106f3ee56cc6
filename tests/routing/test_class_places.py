"""What a booked class takes from everybody else: what its own teams can give, never the last place, and not for long."""

from dataclasses import replace

import pytest

from routing_rules.class_places import ClassPlaces, class_places
from routing_rules.decide import decide
from routing_rules.door import DoorState, door
from routing_rules.plans import Plan, Rule
from routing_rules.presence import Presence
from routing_rules.queue import queue_order
from routing_rules.snapshot import (
    UNUSED_PLACES_S,
    AvailabilityState,
    Booking,
    CounsellorOnDuty,
    PoolState,
    RoutingSnapshot,
    WaitingRequest,
)
from routing_rules.waiting_time import estimates

NOW = 50_000.0
CLASS = Booking("6B", NOW - 60, NOW + 3_000, places=25, pools=frozenset({"isp"}))
ONE_BY_ONE = Plan(1, (Rule("one", ring_size=1),))


def person(number: int, *, pool: str = "isp", capacity: int = 3, active: int = 0) -> CounsellorOnDuty:
    skills = frozenset({"emploi"}), frozenset({"fr"})
    return CounsellorOnDuty(number, frozenset({pool}), *skills, capacity=capacity, active=active)


def request(id: str, *, waited: float = 30, booking: str | None = None) -> WaitingRequest:
    return WaitingRequest(id, "emploi", "fr", "miti", asked_at=NOW - waited, booking=booking)


def moment(*people: CounsellorOnDuty, waiting: tuple[WaitingRequest, ...] = ()) -> RoutingSnapshot:
    pools = tuple(PoolState(slug, open=True) for slug in ("cefo", "isp"))
    return RoutingSnapshot(NOW, ONE_BY_ONE, pools, people, waiting, bookings=(CLASS,))


def rung(snapshot: RoutingSnapshot) -> dict[int | str, int]:
    return {ring.conversation: ring.counsellor for ring in decide(snapshot).rings}


@pytest.mark.parametrize("free", [1, 2, 3])
def test_however_many_are_booked_the_last_free_place_is_everybodys(free: int) -> None:
    visitor = request("visitor")
    snapshot = moment(person(1, active=3 - free), waiting=(visitor,))
    assert rung(snapshot) == {"visitor": 1}
    assert door(replace(snapshot, waiting=()), visitor).state is DoorState.OPEN
    assert estimates(snapshot, queue_order(snapshot)) == {"visitor": 60}


def test_a_class_of_25_and_an_ordinary_visitor_are_both_served() -> None:
    pupils = tuple(request(f"pupil {number}", waited=5, booking="6B") for number in range(25))
    found = rung(moment(person(1), waiting=(request("visitor"), *pupils)))
    assert "visitor" in found
    assert len(found) == 3


def test_other_partners_people_are_kept_for_no_class() -> None:
    snapshot = moment(person(1, capacity=2), person(2, pool="cefo", capacity=1))
    visitors = tuple(request(f"v{number}") for number in range(3))
    assert class_places(snapshot, CLASS) == ClassPlaces(first=1, kept=1)
    # One place of the class's own team and the other partner's are anybody's.
    assert len(rung(replace(snapshot, waiting=visitors))) == 2
    elsewhere = replace(CLASS, pools=frozenset({"diores"}))
    assert len(rung(replace(snapshot, waiting=visitors, bookings=(elsewhere,)))) == 3


def test_places_that_nobody_used_in_ten_minutes_are_everybodys() -> None:
    visitors = tuple(request(f"v{number}") for number in range(3))
    begun = replace(CLASS, starts_at=NOW - UNUSED_PLACES_S)
    assert len(rung(moment(person(1), waiting=visitors))) == 1
    assert len(rung(replace(moment(person(1), waiting=visitors), bookings=(begun,)))) == 3


@pytest.mark.parametrize(("waited", "first"), [(200, "pupil"), (30, "visitor")])
def test_a_pupil_keeps_the_place_asked_for_in_the_first_ten_minutes(waited: float, first: str) -> None:
    begun = replace(CLASS, starts_at=NOW - UNUSED_PLACES_S - 100)
    queue = request("visitor", waited=300), request("pupil", waited=waited, booking="6B")
    snapshot = replace(moment(person(1), waiting=queue), bookings=(begun,))
    assert queue_order(snapshot)[0].waiting.id == first


def test_people_who_are_not_there_give_a_class_no_place() -> None:
    absent = replace(person(1), presence=Presence.PROBABLY_ABSENT)
    away = replace(person(2), state=AvailabilityState.AWAY)
    assert class_places(moment(absent, away), CLASS) == ClassPlaces(first=0, kept=0)
