"""Who is let in: open, full or closed, and why."""

from dataclasses import replace

import pytest

from routing_rules.door import Door, DoorReason, DoorState, door
from routing_rules.plans import Plan, Rule, Step, default_plan
from routing_rules.presence import Presence
from routing_rules.snapshot import (
    AvailabilityState,
    Booking,
    CounsellorOnDuty,
    PoolState,
    RoutingSnapshot,
    WaitingRequest,
)

NINE = 9 * 3600.0
NOON = 12 * 3600.0


def request(number: int = 0, *, theme: str = "emploi", booking: str | None = None) -> WaitingRequest:
    return WaitingRequest(number, theme, "fr", "miti", asked_at=NINE, booking=booking)


def newcomer(*, booking: str | None = None) -> WaitingRequest:
    return WaitingRequest("new", "emploi", "fr", "miti", asked_at=NOON, booking=booking)


def somebody(*, capacity: int = 2, active: int = 0) -> CounsellorOnDuty:
    return CounsellorOnDuty(
        1,
        pools=frozenset({"cefo"}),
        themes=frozenset({"emploi"}),
        languages=frozenset({"fr"}),
        capacity=capacity,
        active=active,
    )


def at_nine(*people: CounsellorOnDuty, plan: Plan | None = None) -> RoutingSnapshot:
    pool = PoolState("cefo", open=True, intake_until=NOON - 600, closes_at=NOON)
    return RoutingSnapshot(NINE, plan or default_plan(), (pool, PoolState("isp", open=False)), people, ())


def answer(snapshot: RoutingSnapshot, asked: WaitingRequest | None = None) -> tuple[DoorState, DoorReason]:
    found: Door = door(snapshot, asked or newcomer())
    return found.state, found.reason


def test_the_door_is_open_when_somebody_is_ready() -> None:
    assert answer(at_nine(somebody())) == (DoorState.OPEN, DoorReason.WELCOME)


def test_it_is_open_when_everybody_is_busy_but_has_time_before_closing() -> None:
    assert answer(at_nine(somebody(active=2)))[0] is DoorState.OPEN


def test_the_door_is_closed_when_every_pool_is() -> None:
    closed = replace(at_nine(somebody()), pools=(PoolState("cefo", open=False),))
    assert answer(closed) == (DoorState.CLOSED, DoorReason.ALL_CLOSED)


def test_a_pool_that_the_rule_does_not_send_to_does_not_open_the_door() -> None:
    plan = Plan(2, (Rule("isp only", steps=(Step(0, frozenset({"isp"})),)),))
    assert answer(at_nine(somebody(), plan=plan)) == (DoorState.CLOSED, DoorReason.ALL_CLOSED)


def test_the_door_closes_at_the_last_intake() -> None:
    late = replace(at_nine(somebody()), now=NOON - 600)
    assert answer(late) == (DoorState.CLOSED, DoorReason.LAST_INTAKE)
    assert answer(replace(late, now=NOON - 601))[0] is DoorState.OPEN


def test_another_pool_that_still_takes_requests_keeps_it_open() -> None:
    late = replace(at_nine(replace(somebody(), pools=frozenset({"isp"}))), now=NOON - 600)
    still = replace(late, pools=(*late.pools[:1], PoolState("isp", open=True)))
    assert answer(still)[0] is DoorState.OPEN


@pytest.mark.parametrize(
    "change",
    [
        {"state": AvailabilityState.AWAY},
        {"state": AvailabilityState.FINISHING},
        {"presence": Presence.SILENT},
        {"presence": Presence.LOST},
        {"languages": frozenset({"nl"})},
        {"themes": frozenset({"formation"})},
        {"pools": frozenset({"isp"})},
        {"capacity": 0},
    ],
)
def test_it_is_full_when_nobody_who_is_ready_could_take_the_request(change: dict[str, object]) -> None:
    person = replace(somebody(), **change)  # type: ignore[arg-type]  # one field of many types
    assert answer(at_nine(person)) == (DoorState.FULL, DoorReason.NOBODY_READY)


def test_an_open_tab_that_nobody_uses_is_nobody_but_may_be_rung() -> None:
    absent = replace(somebody(), presence=Presence.PROBABLY_ABSENT)
    found = door(at_nine(absent), newcomer())
    assert found == Door(DoorState.FULL, DoorReason.ONLY_ABSENT)
    assert found.lets_wait
    assert answer(at_nine(absent, replace(somebody(), id=2))) == (DoorState.OPEN, DoorReason.WELCOME)
    crowd = tuple(request(number) for number in range(200))
    assert not door(replace(at_nine(absent), waiting=crowd), newcomer()).lets_wait


def test_it_is_full_when_nobody_is_there_at_all() -> None:
    assert answer(at_nine()) == (DoorState.FULL, DoorReason.NOBODY_READY)


def test_the_door_is_full_when_the_queue_is() -> None:
    crowded = replace(at_nine(somebody()), waiting=tuple(request(number) for number in range(200)))
    assert answer(crowded) == (DoorState.FULL, DoorReason.QUEUE_FULL)


def test_it_is_full_when_the_queue_cannot_be_served_before_closing() -> None:
    queue = tuple(request(number) for number in range(9))
    soon = replace(at_nine(somebody(active=2)), now=NOON - 1800, waiting=queue)
    assert answer(soon) == (DoorState.FULL, DoorReason.NOT_BEFORE_CLOSING)
    assert answer(replace(soon, waiting=queue[:3]))[0] is DoorState.OPEN


def test_a_queue_for_other_people_does_not_count() -> None:
    other = tuple(request(number, theme="formation") for number in range(9))
    soon = replace(at_nine(somebody(active=2)), now=NOON - 1800, waiting=other)
    assert answer(soon)[0] is DoorState.OPEN


def test_a_pool_that_never_closes_has_time_for_every_queue() -> None:
    night = replace(
        at_nine(somebody(active=2)),
        pools=(PoolState("cefo", open=True),),
        waiting=tuple(request(number) for number in range(150)),
    )
    assert answer(night)[0] is DoorState.OPEN


def test_only_pupils_with_a_reserved_place_pass_a_full_queue() -> None:
    session = Booking("6B", NINE - 60, NINE + 3600, places=2)
    crowded = replace(
        at_nine(somebody()), bookings=(session,), waiting=tuple(request(number) for number in range(200))
    )
    pupil = replace(newcomer(booking="6B"), asked_at=NINE)
    assert answer(crowded, pupil)[0] is DoorState.OPEN
    taken = replace(crowded, bookings=(replace(session, active=2),))
    assert answer(taken, pupil) == (DoorState.FULL, DoorReason.QUEUE_FULL)
    over = replace(crowded, bookings=(replace(session, ends_at=NINE),))
    assert answer(over, pupil) == (DoorState.FULL, DoorReason.QUEUE_FULL)


def test_a_plan_without_a_rule_for_it_takes_nothing() -> None:
    plan = Plan(2, (Rule("nl", languages=frozenset({"nl"})),))
    assert answer(at_nine(somebody(), plan=plan)) == (DoorState.CLOSED, DoorReason.NO_RULE)
