"""A simulated day keeps to the rules of the live platform, whatever the day and the plan."""

from math import inf

import pytest
from hypothesis import given, settings

from routing_rules.plans import Plan, default_plan
from simulation.drawing import DrawnDay, DrawnRequest
from simulation.engine import DaySimulation, StaffedConsole, WaitingLeg
from simulation.outcomes import RequestEnding, RequestOutcome
from tests.simulation.days import LIMITS, NINE, NOON, OPEN, WHO, asked, days, plans, somebody


class Watched(DaySimulation):
    """Checks every ring and every answer."""

    def _ring(self, leg: WaitingLeg, desk: StaffedConsole, expires: float) -> None:
        who = desk.person.profile
        assert desk.signed_in
        assert not desk.away
        assert leg.theme in who.themes
        assert leg.request.language in who.languages
        super()._ring(leg, desk, expires)
        assert desk.active + desk.held <= who.capacity

    def _answer(self, leg: WaitingLeg, desk: StaffedConsole, expires: float) -> None:
        super()._answer(leg, desk, expires)
        assert 0 <= desk.active <= desk.person.profile.capacity
        assert desk.held >= 0


def play(
    *requests: DrawnRequest, people: int = 1, plan: Plan | None = None, **fields: object
) -> list[RequestOutcome]:
    everybody = tuple(somebody(number, **fields) for number in range(people))
    day = DrawnDay(OPEN, everybody, requests)
    return Watched(day, plan or default_plan(), LIMITS, reaction_s=10.0).run()


@given(day=days(), plan=plans())
@settings(deadline=None, max_examples=150)
def test_every_request_ends_once_and_nobody_is_rung_who_may_not(day: DrawnDay, plan: Plan) -> None:
    played = Watched(day, plan, LIMITS, reaction_s=10.0)
    outcomes = played.run()
    assert len(outcomes) == len(day.requests)
    assert not played.legs
    assert all(desk.active == desk.held == 0 for desk in played.desks.values())
    for request, outcome in zip(day.requests, outcomes, strict=True):
        assert outcome.wait_s <= min(request.patience_s, LIMITS.longest_wait_s + 2) + 1e-6
        if outcome.ended is RequestEnding.SERVED:
            assert outcome.rings >= 1


@given(day=days(), plan=plans())
@settings(deadline=None, max_examples=50)
def test_the_same_day_gives_the_same_outcomes(day: DrawnDay, plan: Plan) -> None:
    def told() -> list[tuple[RequestEnding, float, int]]:
        played = DaySimulation(day, plan, LIMITS, reaction_s=10.0).run()
        return [(each.ended, each.wait_s, each.rings) for each in played]

    assert told() == told()


def test_somebody_at_the_screen_answers() -> None:
    (outcome,) = play(asked())
    assert outcome.ended is RequestEnding.SERVED
    assert 0 < outcome.wait_s < 40


def test_nobody_on_duty_means_that_the_visitor_leaves_when_their_patience_ends() -> None:
    (outcome,) = play(asked(), people=0)
    assert (outcome.ended, outcome.wait_s) == (RequestEnding.ABANDONED, 300.0)


def test_somebody_who_looks_away_answers_when_they_look_again() -> None:
    (outcome,) = play(asked(), spells=((NINE, NINE + 5), (NINE + 90, NOON)))
    assert outcome.ended is RequestEnding.SERVED
    assert outcome.wait_s > 30


def test_a_full_desk_takes_the_next_when_a_talk_ends() -> None:
    first, second, third = (asked(number, NINE + 60 + number * 40, patience_s=2000.0) for number in range(3))
    outcomes = play(first, second, third)
    assert [each.ended for each in outcomes] == [RequestEnding.SERVED] * 3
    assert outcomes[2].wait_s > 400


def test_at_closing_time_those_who_wait_are_given_up() -> None:
    late = asked(at=NOON - 700, patience_s=5000.0)
    (outcome,) = play(late, people=0)
    assert outcome.ended is RequestEnding.UNSERVED
    assert outcome.wait_s == pytest.approx(700, abs=2)


def test_who_asks_after_the_last_intake_is_no_request() -> None:
    (outcome,) = play(asked(at=NOON - 300))
    assert outcome.ended is RequestEnding.CLOSED


def test_a_transfer_is_a_second_leg_for_somebody_else() -> None:
    transferred = asked(theme="accueil", transferred_to="emploi")
    alone, together = play(transferred), play(transferred, people=2)
    assert [each.ended for each in (*alone, *together)] == [RequestEnding.SERVED] * 2
    assert alone[0].second_leg_lost is False, (
        "nobody else is there: it comes back to the same person after a while"
    )
    assert together[0].second_leg_lost is False
    assert together[0].rings >= 2


def test_who_signs_out_is_rung_no_more() -> None:
    (outcome,) = play(asked(), logout=NINE + 60.5)
    assert outcome.ended is RequestEnding.ABANDONED


def test_a_console_knows_its_last_sign_and_its_next_one() -> None:
    desk = StaffedConsole(somebody(spells=((NINE, NINE + 100), (NINE + 500, NOON))), [NINE, NINE + 500])
    assert desk.last_active(NINE + 70) == NINE + 60
    assert desk.last_active(NINE + 300) == NINE + 90
    assert desk.next_active(NINE + 95) == NINE + 500
    assert desk.sees_at(NINE + 200) == NINE + 500
    assert desk.sees_at(NOON + 1) == inf
    assert desk.last_active(NINE - 1) is None
    assert WHO.capacity == 2
