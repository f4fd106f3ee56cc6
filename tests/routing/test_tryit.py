"""The coordinators' try-it: what would happen to one request, second by second."""

from dataclasses import replace

from routing_rules.decision import GiveUpReason, Why
from routing_rules.door import DoorReason
from routing_rules.plans import Plan, Rule, Step, default_plan
from routing_rules.presence import Presence
from routing_rules.snapshot import (
    AvailabilityState,
    Booking,
    CounsellorOnDuty,
    PoolState,
    WaitingRequest,
)
from routing_rules.tryit import Trial, TrialOutcome, try_request

NINE = 9 * 3600.0
STEPS = Plan(3, (Rule("emploi", steps=(Step(0, frozenset({"cefo"})), Step(20, frozenset({"isp"})))),))


def person(number: int, pool: str = "cefo") -> CounsellorOnDuty:
    return CounsellorOnDuty(
        number,
        pools=frozenset({pool}),
        themes=frozenset({"emploi"}),
        languages=frozenset({"fr"}),
        capacity=2,
    )


def always(moment: float) -> tuple[PoolState, ...]:
    return PoolState("cefo", True), PoolState("isp", True)


def closing_after_30_s(moment: float) -> tuple[PoolState, ...]:
    still = moment < NINE + 30
    return PoolState("cefo", still, closes_at=NINE + 30 if still else None), PoolState("isp", False)


def tried(
    *people: CounsellorOnDuty, plan: Plan | None = None, answers: dict[int, float] | None = None
) -> Trial:
    request = WaitingRequest("try", "emploi", "fr", "miti", asked_at=NINE)
    return try_request(
        plan=plan or default_plan(), request=request, people=people, pools_at=always, answers=answers
    )


def story(trial: Trial) -> list[tuple[int, tuple[int, ...], tuple[int, ...]]]:
    return [(moment.after_s, moment.rung, moment.missed) for moment in trial.moments]


def test_a_try_with_nobody_ready_ends_at_the_door() -> None:
    trial = tried()
    assert (trial.outcome, trial.door.reason, trial.moments) == (
        TrialOutcome.REFUSED,
        DoorReason.NOBODY_READY,
        (),
    )


def test_a_refusal_explains_why_nobody_who_is_ready_could_take_it() -> None:
    nobody = tried(
        replace(person(1), themes=frozenset({"mobilite"})), replace(person(2), languages=frozenset({"nl"}))
    )
    assert nobody.outcome is TrialOutcome.REFUSED
    assert nobody.at_the_door is not None
    assert (nobody.at_the_door.why(1), nobody.at_the_door.why(2)) == (Why.NO_THEME, Why.NO_LANGUAGE)
    assert tried(person(1)).at_the_door is None


def test_the_first_to_answer_gets_it() -> None:
    trial = tried(person(1), person(2), answers={1: 25, 2: 12})
    assert (trial.outcome, trial.accepted_by, trial.accepted_after_s) == (TrialOutcome.ACCEPTED, 2, 12)
    assert story(trial) == [(0, (1, 2), ())]


def test_the_search_widens_at_the_step_and_says_why_not_before() -> None:
    trial = tried(person(1), person(2, "isp"), plan=STEPS, answers={2: 10})
    assert story(trial) == [(0, (1,), ()), (20, (2,), ())]
    assert trial.moments[0].explanation.why(2) is Why.POOL_NOT_YET
    assert trial.moments[1].ringing == (1, 2)
    assert trial.accepted_after_s == 30


def test_a_step_where_nobody_is_ready_is_not_waited_for() -> None:
    away = replace(person(1), state=AvailabilityState.AWAY)
    assert story(tried(away, person(2, "isp"), plan=STEPS, answers={2: 0})) == [(0, (2,), ())]


def test_a_counsellor_who_never_answers_is_rung_twice_and_set_away() -> None:
    trial = tried(person(1), person(2))
    assert story(trial)[:3] == [(0, (1, 2), ()), (40, (1, 2), (1, 2)), (80, (), (1, 2))]
    assert trial.moments[2].away == (1, 2)
    assert trial.outcome is TrialOutcome.STILL_WAITING


def test_somebody_absent_is_rung_after_those_who_are_there() -> None:
    plan = Plan(1, (Rule("one", ring_size=1),))
    absent = replace(person(1), presence=Presence.PROBABLY_ABSENT)
    assert story(tried(absent, person(2), plan=plan))[:2] == [(0, (2,), ()), (40, (1,), (2,))]


def test_closing_time_ends_the_wait_once_nothing_rings_any_more() -> None:
    request = WaitingRequest("try", "emploi", "fr", "miti", asked_at=NINE)
    trial = try_request(plan=default_plan(), request=request, people=[person(1)], pools_at=closing_after_30_s)
    assert (trial.outcome, trial.give_up) == (TrialOutcome.GIVEN_UP, GiveUpReason.ALL_CLOSED)
    assert trial.moments[-1].after_s == 40


def test_the_same_try_gives_the_same_result() -> None:
    people = [person(number) for number in range(5)]
    assert tried(*people) == tried(*people)


def test_a_whole_class_that_asked_just_before_keeps_a_try_from_nobody() -> None:
    """The class's own team is Anna's (1); elsewhere (2) the visitor goes before every pupil, who rings there already."""
    session = Booking("6B", NINE - 60, NINE + 3_000, places=25, pools=frozenset({"cefo"}))
    pupils = [
        WaitingRequest(f"pupil {number:02}", "emploi", "fr", "miti", asked_at=NINE - 1, booking="6B")
        for number in range(25)
    ]
    visitor = WaitingRequest("try", "emploi", "fr", "miti", asked_at=NINE)
    taken = replace(person(1), active=1)

    def played(answers: dict[int, float] | None) -> Trial:
        return try_request(
            plan=default_plan(),
            request=visitor,
            people=[taken, person(2, "isp")],
            pools_at=always,
            answers=answers,
            bookings=(session,),
            others=pupils,
        )

    trial = played({1: 10.0, 2: 10.0})
    assert story(trial)[0] == (0, (2,), ())
    assert (trial.outcome, trial.accepted_by, trial.accepted_after_s) == (TrialOutcome.ACCEPTED, 2, 10)
    # Where nobody answers, the class does not push the visitor back either.
    assert story(played(None))[0] == (0, (2,), ())


def test_others_who_are_served_make_room_and_fill_it() -> None:
    """Two who asked before take both slots of the only counsellor: the third waits on."""
    others = [WaitingRequest(f"r{number}", "emploi", "fr", "miti", asked_at=NINE - 5) for number in range(2)]
    trial = try_request(
        plan=default_plan(),
        request=WaitingRequest("try", "emploi", "fr", "miti", asked_at=NINE),
        people=[person(1)],
        pools_at=always,
        answers={1: 10.0},
        others=others,
    )
    assert (trial.outcome, [moment.rung for moment in trial.moments]) == (TrialOutcome.STILL_WAITING, [()])
