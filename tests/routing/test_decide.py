"""Cases of one decision that the worked examples do not show: requeues, transfers, old offers, priorities,
retries."""

from dataclasses import replace

from routing_rules.decide import decide
from routing_rules.decision import GiveUpReason, StepState, Why
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

NOW = 50_000.0

ONE_BY_ONE = Plan(1, (Rule("one", ring_size=1),))


def person(
    number: int, *, pool: str = "cefo", capacity: int = 2, active: int = 0, held: int = 0
) -> CounsellorOnDuty:
    return CounsellorOnDuty(
        number,
        pools=frozenset({pool}),
        themes=frozenset({"emploi"}),
        languages=frozenset({"fr"}),
        capacity=capacity,
        active=active,
        held=held,
        idle_since=NOW - 60,
    )


def request(id: str, *, waited: float = 0) -> WaitingRequest:
    return WaitingRequest(id, "emploi", "fr", "miti", asked_at=NOW - waited)


def moment(
    *people: CounsellorOnDuty,
    waiting: tuple[WaitingRequest, ...],
    plan: Plan | None = None,
    open_pools: str = "cefo isp",
) -> RoutingSnapshot:
    pools = tuple(PoolState(slug, slug in open_pools.split()) for slug in ("cefo", "isp"))
    return RoutingSnapshot(NOW, plan or default_plan(), pools, people, waiting)


def rung(snapshot: RoutingSnapshot) -> dict[int | str, list[int]]:
    found: dict[int | str, list[int]] = {}
    for ring in decide(snapshot).rings:
        found.setdefault(ring.conversation, []).append(ring.counsellor)
    return found


def test_nothing_waits_and_nothing_is_done() -> None:
    decision = decide(moment(person(1), waiting=()))
    assert (decision.rings, decision.withdrawals, decision.give_ups) == ((), (), ())


def test_a_requeued_conversation_keeps_its_position_by_first_arrival() -> None:
    requeued = replace(request("requeued", waited=900), queued_at=NOW)
    newer = request("newer", waited=300)
    assert rung(moment(person(1, capacity=1), waiting=(newer, requeued))) == {"requeued": [1]}


def test_the_longest_wait_counts_from_the_requeue() -> None:
    requeued = replace(request("requeued", waited=4_000), queued_at=NOW - 60)
    assert decide(moment(waiting=(requeued,))).give_ups == ()
    never = decide(moment(waiting=(request("never", waited=4_000),))).give_ups
    assert [each.reason for each in never] == [GiveUpReason.TOO_LONG]


def test_a_higher_priority_of_the_rule_goes_first() -> None:
    plan = Plan(1, (Rule("urgent", sites=frozenset({"ecole"}), priority=5), Rule("all")))
    school = replace(request("school"), site="ecole")
    old = request("old", waited=100)
    one = person(1, capacity=1)
    assert rung(moment(one, waiting=(old, school), plan=plan)) == {"school": [1]}


def test_the_first_rule_whose_conditions_all_hold_takes_the_request() -> None:
    plan = Plan(
        1,
        (
            Rule("nl emploi", themes=frozenset({"emploi"}), languages=frozenset({"nl"}), ring_size=1),
            Rule("professionals", audiences=frozenset({"professional"}), ring_size=2),
            Rule("all", ring_size=3),
        ),
    )
    asked = request("a"), replace(request("b"), audience="professional")
    decision = decide(moment(person(1), waiting=asked, plan=plan), explain=["a", "b"])
    assert [decision.explanations[each].rule_name for each in ("a", "b")] == ["all", "professionals"]


def test_without_a_rule_a_conversation_is_given_up() -> None:
    plan = Plan(1, (Rule("nl", languages=frozenset({"nl"})),))
    decision = decide(moment(person(1), waiting=(request("a"),), plan=plan))
    assert [each.reason for each in decision.give_ups] == [GiveUpReason.NO_RULE]


def test_a_rule_without_steps_reaches_nobody() -> None:
    plan = Plan(1, (Rule("draft", steps=()),))
    decision = decide(moment(person(1), waiting=(request("a"),), plan=plan))
    assert (decision.rings, [each.reason for each in decision.give_ups]) == ((), [GiveUpReason.ALL_CLOSED])


def test_somebody_in_several_pools_is_reached_through_any_open_one_and_rung_once() -> None:
    both = replace(person(1), pools=frozenset({"cefo", "isp"}))
    assert rung(moment(both, waiting=(request("a"),))) == {"a": [1]}
    assert rung(moment(both, waiting=(request("a"),), open_pools="isp")) == {"a": [1]}


def test_an_offer_that_has_just_run_out_is_not_repeated_before_it_is_cleared() -> None:
    stale = replace(request("a", waited=40), offers={1: NOW})
    decision = decide(moment(person(1, held=1), waiting=(stale,)), explain=["a"])
    assert decision.rings == ()
    assert decision.explanations["a"].why(1) is Why.OFFER_ENDED


def test_an_offer_at_a_counsellor_who_left_is_replaced_in_the_ring() -> None:
    plan = Plan(1, (Rule("one", ring_size=1),))
    ringing = replace(request("a", waited=5), offers={1: NOW + 35})
    gone = replace(person(1, held=1), state=AvailabilityState.AWAY)
    decision = decide(moment(gone, person(2), waiting=(ringing,), plan=plan))
    assert [(each.conversation, each.counsellor) for each in decision.withdrawals] == [("a", 1)]
    assert [ring.counsellor for ring in decision.rings] == [2]


def test_a_full_ring_is_left_to_ring() -> None:
    ringing = replace(request("a", waited=5), offers={1: NOW + 35, 2: NOW + 35, 3: NOW + 35})
    people = [person(number, held=1) for number in (1, 2, 3)]
    assert rung(moment(*people, person(4), waiting=(ringing,))) == {}


def test_counsellors_with_the_fewest_misses_are_rung_again_first() -> None:
    missed = replace(request("a", waited=200), missed={1: 2, 2: 1, 3: 1})
    people = [person(1), person(2, active=1), person(3)]
    assert rung(moment(*people, waiting=(missed,))) == {"a": [3, 2, 1]}


def test_a_transfer_to_a_person_rings_there_alone_while_they_can_answer() -> None:
    handed = replace(request("a", waited=600), to_counsellor=2)
    assert rung(moment(person(1), person(2), waiting=(handed,))) == {"a": [2]}
    ringing = replace(handed, offers={2: NOW + 20})
    assert rung(moment(person(1), person(2, held=1), waiting=(ringing,))) == {}


def test_a_transfer_to_a_person_overrides_theme_and_hours_only() -> None:
    handed = replace(request("a"), to_counsellor=2)
    other = replace(person(2, pool="isp"), themes=frozenset({"formation"}))
    assert rung(moment(other, waiting=(handed,), open_pools="")) == {"a": [2]}
    dutch = replace(other, languages=frozenset({"nl"}))
    assert rung(moment(dutch, person(1), waiting=(handed,))) == {"a": [1]}
    for away in (replace(other, state=AvailabilityState.FINISHING), replace(other, presence=Presence.SILENT)):
        assert rung(moment(away, person(1), waiting=(handed,))) == {"a": [1]}


def test_a_transfer_to_a_person_who_is_busy_or_did_not_answer_goes_on_by_the_rule() -> None:
    handed = replace(request("a"), to_counsellor=2)
    assert rung(moment(person(1), person(2, active=2), waiting=(handed,))) == {"a": [1]}
    missed = replace(handed, missed={2: 1})
    decision = decide(moment(person(1), person(2), waiting=(missed,)), explain=["a"])
    assert [ring.counsellor for ring in decision.rings] == [1, 2]
    assert decision.explanations["a"].steps[0].state is StepState.SKIPPED_NOBODY


def test_a_transfer_to_somebody_probably_absent_rings_there_beside_the_others() -> None:
    handed = replace(request("a"), to_counsellor=2)
    absent = replace(person(2), presence=Presence.PROBABLY_ABSENT)
    assert rung(moment(person(1), absent, waiting=(handed,))) == {"a": [2, 1]}


def test_a_transfer_to_a_pool_stays_there_while_somebody_there_can_answer() -> None:
    handed = replace(request("a", waited=600), to_pool="isp")
    assert rung(moment(person(1), person(2, pool="isp"), waiting=(handed,))) == {"a": [2]}
    ringing = replace(handed, offers={2: NOW + 20})
    assert rung(moment(person(1), person(2, pool="isp", held=1), waiting=(ringing,))) == {}


def test_a_transfer_to_a_pool_with_nobody_goes_on_by_the_rule() -> None:
    handed = replace(request("a"), to_pool="isp")
    assert rung(moment(person(1), waiting=(handed,))) == {"a": [1]}
    assert rung(moment(person(1), person(2, pool="isp"), waiting=(handed,), open_pools="cefo")) == {"a": [1]}


def test_a_transfer_to_a_pool_reaches_one_that_the_rule_does_not_name() -> None:
    plan = Plan(1, (Rule("cefo only", steps=(Step(0, frozenset({"cefo"})),)),))
    handed = replace(request("a"), to_pool="isp")
    snapshot = moment(person(2, pool="isp"), waiting=(handed,), plan=plan, open_pools="isp")
    assert rung(snapshot) == {"a": [2]}


def test_a_transfer_without_a_theme_needs_no_reception_skill_in_its_pool() -> None:
    handed = replace(request("a"), theme="accueil", reception=True, to_pool="isp")
    assert rung(moment(person(1), person(2, pool="isp"), waiting=(handed,))) == {"a": [2]}
    retried = replace(handed, missed={2: 1})
    assert rung(moment(person(1), person(2, pool="isp"), waiting=(retried,))) == {"a": [2]}


def test_a_transfer_to_a_pool_still_needs_the_theme() -> None:
    handed = replace(request("a"), theme="formation", to_pool="isp")
    assert rung(moment(person(2, pool="isp"), waiting=(handed,))) == {}


def test_a_class_keeps_its_reserved_places_only_during_its_session() -> None:
    session = Booking("6B", NOW, NOW + 60, places=2)
    ringing = replace(request("r"), offers={1: NOW + 70})
    snapshot = replace(
        moment(person(1, capacity=3, held=1), waiting=(ringing, request("a"))), bookings=(session,)
    )
    assert rung(snapshot) == {}
    assert rung(replace(snapshot, now=NOW + 60)) == {"a": [1]}
    assert rung(replace(snapshot, bookings=(replace(session, active=1),))) == {"a": [1]}


def test_a_transfer_to_a_person_does_not_take_the_slot_that_a_class_keeps() -> None:
    session = Booking("6B", NOW, NOW + 60, places=2)
    handed, ringing = replace(request("a"), to_counsellor=1), replace(request("r"), offers={1: NOW + 30})
    snapshot = moment(person(1, capacity=3, held=1), waiting=(ringing, handed), plan=ONE_BY_ONE)
    assert rung(snapshot) == {"a": [1]}
    assert rung(replace(snapshot, bookings=(session,))) == {}


def test_a_pupil_whose_offer_rings_holds_one_reserved_place() -> None:
    session = Booking("6B", NOW - 60, NOW + 60, places=1)
    pupil = replace(request("p", waited=5), booking="6B", offers={1: NOW + 35})
    snapshot = replace(moment(person(1, held=1), waiting=(pupil, request("a"))), bookings=(session,))
    assert rung(snapshot) == {"a": [1]}


def test_slots_of_absent_counsellors_are_not_reserved_for_a_class() -> None:
    session = Booking("6B", NOW, NOW + 60, places=2)
    ringing = replace(request("r"), offers={1: NOW + 30})
    absent = replace(person(2, capacity=5), presence=Presence.PROBABLY_ABSENT)
    snapshot = moment(person(1, held=1), absent, waiting=(ringing, request("a")), plan=ONE_BY_ONE)
    assert rung(replace(snapshot, bookings=(session,))) == {"a": [2]}


def test_a_step_is_not_left_while_somebody_there_is_still_ringing() -> None:
    plan = Plan(1, (Rule("steps", steps=(Step(0, frozenset({"cefo"})), Step(30, frozenset({"isp"})))),))
    people = person(1, held=1, capacity=1), person(2, pool="isp")
    ringing = replace(request("a", waited=10), offers={1: NOW + 30})
    assert rung(moment(*people, waiting=(ringing,), plan=plan)) == {}
    late = replace(ringing, asked_at=NOW - 30)
    assert rung(moment(*people, waiting=(late,), plan=plan)) == {"a": [2]}
    refused = replace(request("a", waited=10), refused={1: NOW})
    assert rung(moment(person(1), person(2, pool="isp"), waiting=(refused,), plan=plan)) == {"a": [2]}


def test_a_step_whose_slots_older_requests_take_is_skipped() -> None:
    plan = Plan(1, (Rule("steps", ring_size=1, steps=(Step(0, frozenset({"cefo"})), Step(30, None))),))
    people = person(1, capacity=1), person(2, pool="isp")
    queue = request("old", waited=9), request("young", waited=1)
    assert rung(moment(*people, waiting=queue, plan=plan)) == {"old": [1], "young": [2]}


def test_an_offer_of_another_kind_of_request_counts_as_load() -> None:
    plan = Plan(1, (Rule("one", ring_size=1),))
    both = replace(person(1), themes=frozenset({"emploi", "formation"}), idle_since=NOW - 200)
    short = replace(person(2), themes=frozenset({"formation"}), idle_since=NOW - 100)
    longest = replace(person(3, capacity=1), themes=frozenset({"formation"}), idle_since=NOW - 900)
    queue = (
        replace(request("first", waited=30), theme="formation"),
        request("second", waited=20),
        replace(request("third", waited=10), theme="formation"),
    )
    found = rung(moment(both, short, longest, waiting=queue, plan=plan))
    assert found == {"first": [3], "second": [1], "third": [2]}


def test_a_pupil_whose_offer_rings_frees_their_reserved_place() -> None:
    session = Booking("6B", NOW - 60, NOW + 60, places=1)
    pupil = replace(request("p", waited=20), booking="6B")
    people = person(1, capacity=1), person(2, capacity=1)
    snapshot = moment(*people, waiting=(pupil, request("a")), plan=ONE_BY_ONE)
    assert rung(replace(snapshot, bookings=(session,))) == {"p": [1], "a": [2]}


def test_an_offer_that_has_run_out_fills_no_ring() -> None:
    stale = replace(request("a", waited=40), offers={1: NOW})
    assert rung(moment(person(1, held=1), person(2), waiting=(stale,), plan=ONE_BY_ONE)) == {"a": [2]}


def test_a_counsellor_who_refused_is_not_rung_while_another_is() -> None:
    asked = replace(request("a", waited=90), offers={1: NOW + 10}, refused={2: NOW - 80})
    assert rung(moment(person(1, held=1), person(2), waiting=(asked,))) == {}


def test_a_refusal_after_a_miss_counts_as_a_refusal() -> None:
    asked = replace(request("a", waited=90), missed={1: 1, 2: 2}, refused={1: NOW - 80})
    assert rung(moment(person(1), person(2), waiting=(asked,))) == {"a": [2]}


def test_a_counsellor_who_missed_it_is_not_rung_after_their_pool_closed() -> None:
    asked = replace(request("a", waited=90), missed={1: 1, 2: 1})
    snapshot = moment(person(1), person(2, pool="isp"), waiting=(asked,), open_pools="cefo")
    assert rung(snapshot) == {"a": [1]}


def test_a_reserved_slot_is_not_used_for_a_second_ring() -> None:
    session = Booking("6B", NOW, NOW + 60, places=2)
    asked, ringing = (
        replace(request("a", waited=90), missed={1: 1}),
        replace(request("r"), offers={1: NOW + 30}),
    )
    snapshot = moment(person(1, capacity=3, held=1), waiting=(ringing, asked), plan=ONE_BY_ONE)
    assert rung(replace(snapshot, bookings=(session,))) == {}


IN_TWO_STEPS = Plan(1, (Rule("steps", steps=(Step(0, frozenset({"cefo"})), Step(300, frozenset({"isp"})))),))


def test_an_offer_at_a_probably_absent_person_does_not_delay_the_next_step() -> None:
    absent = replace(person(1, held=1), presence=Presence.PROBABLY_ABSENT)
    ringing = replace(request("a", waited=5), offers={1: NOW + 35})
    snapshot = moment(absent, person(2, pool="isp"), waiting=(ringing,), plan=IN_TWO_STEPS)
    assert rung(snapshot) == {"a": [2]}


def test_a_requeued_conversation_has_its_search_widened_by_its_whole_age() -> None:
    requeued = replace(request("a", waited=300), queued_at=NOW)
    snapshot = moment(person(1), person(2, pool="isp"), waiting=(requeued,), plan=IN_TWO_STEPS)
    assert rung(snapshot) == {"a": [1, 2]}
