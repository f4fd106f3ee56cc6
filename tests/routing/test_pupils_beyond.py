"""Pupils beyond the places of their class: after everybody else of their priority, and in the end served all the same."""

from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_rules.decide import decide
from routing_rules.door import DoorReason, DoorState, door
from routing_rules.plans import Plan, Rule
from routing_rules.queue import QueueEntry, queue_order
from routing_rules.snapshot import (
    UNUSED_PLACES_S,
    Booking,
    CounsellorOnDuty,
    PoolState,
    RoutingSnapshot,
    WaitingRequest,
)
from routing_rules.waiting_time import estimates
from tests.routing.worlds import by_id, ringing, snapshots, unhurried, waiting_of

NOW = 50_000.0
TEAMS = ("cefo", "diores", "isp")
CLASS = Booking("6B", NOW - 60, NOW + 3_000, places=25, pools=frozenset({"isp"}))
RING_S = 40
THREE = Plan(1, (Rule("all", ring_size=3, ring_time_s=RING_S),))


def person(number: int, pool: str, *, capacity: int = 2, active: int = 0, held: int = 0) -> CounsellorOnDuty:
    skills = frozenset({"emploi"}), frozenset({"fr"})
    return CounsellorOnDuty(
        number, frozenset({pool}), *skills, capacity=capacity, active=active, held=held, idle_since=number
    )


def visitor(name: str = "visitor", *, waited: float = 0, **more: object) -> WaitingRequest:
    return WaitingRequest(name, "emploi", "fr", "miti", asked_at=NOW - waited, **more)  # type: ignore[arg-type]  # fields of many types


def pupils(number: int, *, waited: float = 30, **more: object) -> tuple[WaitingRequest, ...]:
    return tuple(
        visitor(f"pupil {each:02}", waited=waited - each / 100, booking="6B", **more)
        for each in range(number)
    )


def moment(
    *people: CounsellorOnDuty, waiting: tuple[WaitingRequest, ...], plan: Plan = THREE
) -> RoutingSnapshot:
    pools = tuple(PoolState(slug, open=True) for slug in TEAMS)
    return RoutingSnapshot(NOW, plan, pools, people, waiting, bookings=(CLASS,))


def order(snapshot: RoutingSnapshot) -> list[str]:
    return [str(entry.waiting.id) for entry in queue_order(snapshot)]


def rings_of(snapshot: RoutingSnapshot) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for ring in decide(snapshot).rings:
        found.setdefault(str(ring.conversation), []).append(ring.counsellor)
    return found


THREE_TEAMS = tuple(person(number, pool) for number, pool in enumerate(TEAMS))


def test_the_last_visitor_to_ask_stands_before_24_of_25_pupils() -> None:
    snapshot = moment(*THREE_TEAMS, waiting=(*pupils(25), visitor()))
    # Of the two slots of the class's team one is everybody's.
    assert order(snapshot)[:3] == ["pupil 00", "visitor", "pupil 01"]
    told = estimates(snapshot, queue_order(snapshot))
    assert told["visitor"] == 60
    assert (told["pupil 24"] or 0) > 60
    rung = rings_of(snapshot)
    # The class's place is in its own team; elsewhere the visitor goes before every pupil.
    assert rung["pupil 00"][0] == 2
    assert rung["visitor"] == [0, 1, 2]


def test_the_priority_of_a_rule_weighs_more() -> None:
    plan = Plan(1, (Rule("schools", audiences=frozenset({"school"}), priority=1), Rule("all")))
    asked = (*pupils(3, audience="school"), visitor(waited=100), visitor("urgent", audience="school"))
    snapshot = moment(*THREE_TEAMS, waiting=asked, plan=plan)
    assert order(snapshot) == ["pupil 00", "urgent", "pupil 01", "pupil 02", "visitor"]


@pytest.mark.parametrize(
    "change",
    [
        {"ends_at": NOW},
        {"starts_at": NOW + 1},
        {"themes": frozenset({"formation"})},
        {"code": "5A"},
    ],
)
def test_who_is_no_pupil_of_a_class_in_session_is_an_ordinary_visitor(change: dict[str, object]) -> None:
    snapshot = moment(*THREE_TEAMS, waiting=(visitor(), *pupils(2)))
    elsewhere = replace(CLASS, **change)  # type: ignore[arg-type]  # one field of many types
    assert order(replace(snapshot, bookings=(elsewhere,))) == ["pupil 00", "pupil 01", "visitor"]


def test_pupils_who_ask_after_ten_minutes_stand_behind_too() -> None:
    begun = replace(CLASS, starts_at=NOW - UNUSED_PLACES_S - 100)
    snapshot = replace(moment(*THREE_TEAMS, waiting=(visitor(), *pupils(2))), bookings=(begun,))
    assert order(snapshot) == ["visitor", "pupil 00", "pupil 01"]


def test_a_pupil_whose_conversation_was_interrupted_keeps_the_first_arrival() -> None:
    talked = replace(pupils(1)[0], id="talked", begun=True)
    full = replace(CLASS, active=25)
    snapshot = replace(moment(*THREE_TEAMS, waiting=(visitor(), talked, *pupils(1))), bookings=(full,))
    assert order(snapshot) == ["talked", "visitor", "pupil 00"]


def test_a_place_that_comes_free_is_the_next_pupils() -> None:
    """So a class goes on, however many visitors keep coming."""
    visitors = tuple(visitor(f"v{number}", waited=10) for number in range(9))
    busy = moment(person(1, "isp", active=1), waiting=(*visitors, *pupils(3)))
    busy = replace(busy, bookings=(replace(CLASS, active=1),))
    assert order(busy)[0] == "v0"
    free = replace(busy, counsellors=(person(1, "isp"),), bookings=(CLASS,))
    assert order(free)[:2] == ["pupil 00", "v0"]


def test_what_rings_for_a_pupil_without_a_place_gives_way_to_whoever_goes_first() -> None:
    first, second, third = pupils(3)
    rings = NOW + 30
    everywhere = (
        replace(first, offers={2: rings}),
        replace(second, offers={0: rings, 1: rings}),
        replace(third, offers={0: rings, 1: rings, 2: rings}),
    )
    people = tuple(replace(each, held=2) for each in THREE_TEAMS)
    decision = decide(moment(*people, waiting=(*everywhere, visitor())))
    assert [(ring.conversation, ring.counsellor) for ring in decision.rings] == [("visitor", 0)]
    taken_back = [(each.conversation, each.counsellor) for each in decision.withdrawals]
    assert taken_back == [("pupil 02", 0)]


def test_nothing_gives_way_where_somebody_is_free_or_rings_already() -> None:
    busy = replace(pupils(2)[1], offers={0: NOW + 30, 1: NOW + 30})
    first = replace(pupils(2)[0], offers={2: NOW + 30})
    people = tuple(replace(each, held=1, capacity=1) for each in THREE_TEAMS[:2])
    free = person(2, "isp", held=1, capacity=3)
    decision = decide(moment(*people, free, waiting=(first, busy, visitor())))
    assert decision.withdrawals == ()
    assert ("visitor", 2) in {(ring.conversation, ring.counsellor) for ring in decision.rings}
    rung_already = replace(visitor(), offers={1: NOW + 30})
    full = (replace(people[0]), replace(people[1], held=2, capacity=2), replace(free, capacity=1))
    assert decide(moment(*full, waiting=(first, busy, rung_already))).withdrawals == ()


def test_a_pupil_with_a_place_gives_way_to_nobody() -> None:
    pupil = replace(pupils(1)[0], offers={2: NOW + 30})
    snapshot = moment(person(2, "isp", capacity=2, active=1, held=1), waiting=(pupil, visitor()))
    # Of two slots one is the class's; while another pupil talks in it, this one has none.
    assert decide(snapshot).withdrawals == ()
    talks = replace(snapshot, bookings=(replace(CLASS, active=1),))
    assert [each.conversation for each in decide(talks).withdrawals] == ["pupil 00"]


def test_a_whole_class_fills_no_queue_for_others() -> None:
    snapshot = moment(*THREE_TEAMS, waiting=pupils(25))
    assert door(snapshot, visitor(), queue_limit=20).state is DoorState.OPEN
    late = replace(visitor("late"), booking="6B")
    taken = replace(snapshot, bookings=(replace(CLASS, places=20),))
    assert door(taken, late, queue_limit=20).reason is DoorReason.QUEUE_FULL
    crowd = tuple(visitor(f"v{number}") for number in range(20))
    assert door(replace(snapshot, waiting=crowd), visitor(), queue_limit=20).reason is DoorReason.QUEUE_FULL


def test_pupils_do_not_make_a_visitor_too_late_for_closing_time() -> None:
    closing = tuple(PoolState(slug, True, NOW + 600, NOW + 1_200) for slug in TEAMS)
    snapshot = replace(moment(*THREE_TEAMS, waiting=pupils(25)), pools=closing)
    assert door(snapshot, visitor()).state is DoorState.OPEN
    late = replace(visitor("late"), booking="6B")
    assert door(snapshot, late).reason is DoorReason.NOT_BEFORE_CLOSING


@unhurried
@given(snapshots())
def test_nobody_stands_behind_a_pupil_without_a_place_of_the_same_priority(snapshot: RoutingSnapshot) -> None:
    queue = queue_order(snapshot)

    def may_precede(one: QueueEntry, next_one: QueueEntry) -> bool:
        if one.reserved != next_one.reserved:
            return one.reserved
        if one.priority != next_one.priority:
            return one.priority > next_one.priority
        if one.placeless != next_one.placeless:
            return next_one.placeless
        return one.waiting.asked_at <= next_one.waiting.asked_at

    assert all(may_precede(*pair) for pair in pairwise(queue))
    assert [entry.number for entry in queue] == list(range(1, len(queue) + 1))
    for entry in queue:
        asked = waiting_of(snapshot)[entry.waiting.id]
        assert not (entry.reserved and entry.placeless)
        if entry.placeless:
            assert any(each.admits(asked, snapshot.now) for each in snapshot.bookings)


@st.composite
def classrooms(draw: st.DrawFn) -> RoutingSnapshot:
    """A class in session, with more pupils than places or not, and visitors between them."""
    people = [
        person(
            number,
            draw(st.sampled_from(TEAMS)),
            capacity=(capacity := draw(st.integers(1, 3))),
            active=draw(st.integers(0, capacity)),
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    queue = [
        visitor(
            f"r{number}",
            waited=draw(st.integers(0, 50)),
            booking=draw(st.sampled_from([None, "6B", "6B"])),
        )
        for number in range(draw(st.integers(1, 8)))
    ]
    begun = draw(st.sampled_from([60, UNUSED_PLACES_S + 20]))
    session = replace(CLASS, starts_at=NOW - begun, places=draw(st.integers(0, 9)))
    plan = Plan(1, (Rule("all", ring_size=draw(st.integers(1, 3))),))
    return replace(moment(*people, waiting=tuple(queue), plan=plan), bookings=(session,))


@st.composite
def ringing_classrooms(draw: st.DrawFn) -> RoutingSnapshot:
    """The same while offers ring."""
    snapshot = draw(classrooms())
    room = {each.id: each.capacity - each.active for each in snapshot.counsellors}
    held = dict.fromkeys(room, 0)
    queue = []
    for waiting in snapshot.waiting:
        offers = {}
        for each in draw(st.lists(st.sampled_from(sorted(room)), max_size=3, unique=True)):
            if room[each] > held[each]:
                held[each] += 1
                offers[each] = NOW + 20
        queue.append(replace(waiting, offers=offers))
    people = tuple(replace(each, held=held[each.id]) for each in snapshot.counsellors)
    return replace(snapshot, counsellors=people, waiting=tuple(queue))


@unhurried
@given(classrooms())
def test_pupils_without_a_place_change_nothing_for_anybody_else(snapshot: RoutingSnapshot) -> None:
    """Neither where it rings for others, nor what others are told."""
    queue = queue_order(snapshot)
    others = tuple(waiting_of(snapshot)[entry.waiting.id] for entry in queue if not entry.placeless)
    without = replace(snapshot, waiting=others)
    kept = {each.id for each in others}
    rings = [ring for ring in decide(snapshot).rings if ring.conversation in kept]
    assert rings == list(decide(without).rings)
    told, alone = estimates(snapshot, queue), estimates(without, queue_order(without))
    assert {key: told[key] for key in kept} == alone
    places = {entry.waiting.id: entry.number for entry in queue}
    assert {key: places[key] for key in kept} == {
        entry.waiting.id: entry.number for entry in queue_order(without)
    }


@unhurried
@given(ringing_classrooms())
def test_nobody_who_goes_first_waits_for_what_only_rings_for_a_pupil_without_a_place(
    snapshot: RoutingSnapshot,
) -> None:
    decision = decide(snapshot)
    back = {(each.conversation, each.counsellor) for each in decision.withdrawals}
    rings = {(ring.conversation, ring.counsellor) for ring in decision.rings}
    before = {(each.id, who) for each in snapshot.waiting for who in ringing(snapshot, each)}
    assert back <= before
    after = (before - back) | rings
    for each in snapshot.counsellors:
        assert each.active + sum(who == each.id for _, who in after) <= each.capacity
    queue = queue_order(snapshot)
    placeless = {entry.waiting.id for entry in queue if entry.placeless}
    assert {conversation for conversation, _ in back} <= placeless
    for entry in queue:
        if entry.placeless or any(conversation == entry.waiting.id for conversation, _ in after):
            continue
        # Beside the class's own teams, where places may be kept.
        could_give_way = {
            who
            for conversation, who in after
            if conversation in placeless and "isp" not in by_id(snapshot)[who].pools
        }
        assert not could_give_way


@dataclass(slots=True)
class Room:
    """A class of 25 that asks at once, and visitors who come between; everybody answers after some seconds and talks
    for some minutes."""

    people: dict[int, CounsellorOnDuty]
    now: float = NOW
    waiting: dict[str, WaitingRequest] = field(default_factory=dict)
    talking: list[tuple[str, int, float]] = field(default_factory=list)
    rung_at: dict[str, float] = field(default_factory=dict)
    served_at: dict[str, float] = field(default_factory=dict)
    class_talks: int = 0

    def snapshot(self) -> RoutingSnapshot:
        people = tuple(
            replace(
                each,
                active=sum(who == each.id for _, who, _ in self.talking),
                held=sum(each.id in waiting.offers for waiting in self.waiting.values()),
            )
            for each in self.people.values()
        )
        active = sum(name.startswith("pupil") for name, _, _ in self.talking)
        session = replace(CLASS, active=active, ends_at=NOW + 50_000)
        whole = moment(*people, waiting=tuple(self.waiting.values()))
        return replace(whole, now=self.now, bookings=(session,))

    def ask(self, request: WaitingRequest) -> None:
        self.waiting[str(request.id)] = request
        self.dispatch()

    def dispatch(self) -> None:
        decision = decide(self.snapshot())
        for back in decision.withdrawals:
            waiting = self.waiting[str(back.conversation)]
            offers = {who: at for who, at in waiting.offers.items() if who != back.counsellor}
            self.waiting[str(back.conversation)] = replace(waiting, offers=offers)
        for ring in decision.rings:
            waiting = self.waiting[str(ring.conversation)]
            offers = {**waiting.offers, ring.counsellor: ring.expires_at}
            self.waiting[str(ring.conversation)] = replace(waiting, offers=offers)
            self.rung_at.setdefault(str(ring.conversation), self.now)

    def pass_time(self, seconds: float, *, answers_after: float, lasts: float) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now += 1
            self.talking = [each for each in self.talking if each[2] > self.now]
            for name, waiting in list(self.waiting.items()):
                rung = [who for who, at in waiting.offers.items() if at - RING_S + answers_after <= self.now]
                if rung:
                    del self.waiting[name]
                    self.talking.append((name, rung[0], self.now + lasts))
                    self.served_at[name] = self.now
            self.dispatch()


def test_a_class_that_asks_at_once_is_served_in_the_end_and_keeps_nobody_waiting() -> None:
    room = Room({each.id: each for each in THREE_TEAMS})
    for pupil in pupils(25):
        room.ask(pupil)
    room.ask(visitor())
    assert room.rung_at["visitor"] == NOW
    for number in range(10):
        room.pass_time(120, answers_after=5, lasts=240)
        room.ask(replace(visitor(f"later {number}"), asked_at=room.now))
    room.pass_time(1_600, answers_after=5, lasts=240)
    assert len(room.served_at) == 36
    # Six slots of four minutes: one of them is free within a minute, and no pupil stands before.
    waits = [room.served_at[f"later {number}"] - (NOW + 120 * (number + 1)) for number in range(10)]
    assert max(waits) <= 240
