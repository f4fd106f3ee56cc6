"""The benchmark's world keeps to its rules, and its figures are those that are claimed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

import benchmarks.routing
from benchmarks.routing.bound import parts
from benchmarks.routing.live import Live
from benchmarks.routing.references import department_by_site, department_by_theme, references
from benchmarks.routing.scores import BUSY, NO_ANSWER, NO_SKILL, NOBODY_ON_DUTY, score
from benchmarks.routing.trace import HalfDay, Person, Request, half_days
from benchmarks.routing.world import Desk, ForbiddenRingError, Leg, Policy, Simulation

TRACES = Path(benchmarks.routing.__file__).parent / "traces"


def person(
    id: int = 1,
    *,
    attentive: Sequence[tuple[int, int]] = ((0, 10_000_000),),
    capacity: int = 2,
    skills: str = "A",
    logout: int = 9_000_000,
) -> Person:
    return Person(
        id,
        pool="p",
        skills=frozenset(skills.split()),
        primary=frozenset(skills.split()),
        languages=frozenset({"fr"}),
        capacity=capacity,
        login=0,
        logout=logout,
        attentive=tuple(attentive),
    )


def request(
    id: int = 1,
    at: int = 1_000,
    *,
    theme: str = "A",
    patience: int = 100_000,
    work: int = 60_000,
    latency: int = 5_000,
    transfer: bool = False,
) -> Request:
    return Request(
        id=id,
        at=at,
        site="p",
        theme=theme,
        language="fr",
        patience=patience,
        work=work,
        transfer=transfer,
        transfer_theme="B",
        triage=30_000,
        transfer_patience=100_000,
        latency={1: (latency, latency + 1_000), 2: (latency * 2,)},
    )


@dataclass(slots=True)
class Ringer:
    """Rings everybody able with a slot, once or again."""

    name: str = "ringer"
    capacity_one: bool = False
    missed_is_away: int = 0
    lasts: int = 40_000
    again: bool = False

    def ring(self, world: Simulation) -> Iterator[tuple[Leg, Desk, int]]:
        for leg in world.waiting:
            for desk in world.desks:
                new = desk.person.id not in leg.offers and (self.again or desk.person.id not in leg.rings)
                if new and desk.signed_in and not desk.away and desk.able(leg) and world.has_slot(desk):
                    yield leg, desk, world.now + self.lasts

    def wake(self, world: Simulation) -> int:
        return world.now + 1_000


def play(
    people: Sequence[Person], requests: Sequence[Request], policy: Policy | None = None
) -> dict[tuple[int, bool], int | None]:
    legs = Simulation(HalfDay(9_000_000, tuple(people), tuple(requests)), policy or Ringer()).run()
    return {(leg.request.id, leg.second): leg.accepted for leg in legs}


def test_a_ring_at_a_present_person_is_accepted_after_their_reaction_time() -> None:
    assert play([person()], [request()]) == {(1, False): 6_000}


def test_a_ring_at_an_absent_person_waits_until_they_return() -> None:
    away = person(attentive=[(0, 500), (20_000, 90_000)])
    assert play([away], [request()]) == {(1, False): 25_000}


def test_a_ring_that_expires_is_lost_and_the_next_uses_the_next_reaction_time() -> None:
    quick_to_give_up = Ringer(lasts=5_000, again=True)
    assert play([person()], [request(latency=5_000)], quick_to_give_up) == {(1, False): None}
    assert play([person()], [request(latency=4_000)], quick_to_give_up) == {(1, False): 5_000}


def test_the_visitor_who_leaves_first_is_lost() -> None:
    assert play([person()], [request(patience=4_999)]) == {(1, False): None}


def test_the_first_to_answer_wins_and_the_other_is_free_for_the_next() -> None:
    one_slot = [person(1, capacity=1), person(2, capacity=1)]
    told = play(one_slot, [request(1), request(2, at=7_000)])
    assert told == {(1, False): 6_000, (2, False): 17_000}


def test_chats_at_once_slow_each_other_down() -> None:
    """Two chats of 60 s: the first has 45 s to itself, then 15 s of work at 1/1.3 while the second is there
    too."""
    requests = [request(1, at=0), request(2, at=45_000), request(3, at=60_000)]
    told = play([person(capacity=2)], requests)
    assert (told[1, False], told[2, False]) == (5_000, 50_000)
    assert told[3, False] == 69_500 + 5_000


def test_signing_out_ends_the_rings_and_not_the_chats() -> None:
    leaves = person(logout=3_000)
    assert play([leaves], [request()]) == {(1, False): None}


def test_a_visitor_without_a_theme_is_received_and_transferred() -> None:
    reception, other = person(1, skills="NSP"), person(2, skills="B")
    told = play([reception, other], [request(theme="NSP", transfer=True)])
    assert told == {(1, False): 6_000, (1, True): 6_000 + 30_000 + 10_000}


def test_a_receptionist_who_handles_the_theme_keeps_the_conversation() -> None:
    told = play([person(skills="NSP B")], [request(theme="NSP", transfer=True)])
    assert told == {(1, False): 6_000}


def test_two_missed_offers_set_away_until_the_next_sign_of_life() -> None:
    sleepy = person(attentive=[(0, 500), (200_000, 300_000)])
    told = play([sleepy], [request(patience=400_000)], Ringer(lasts=10_000, again=True, missed_is_away=2))
    assert told == {(1, False): 205_000}


def test_nobody_may_be_rung_without_the_skill_or_a_slot() -> None:
    @dataclass(slots=True)
    class Wild(Ringer):
        def ring(self, world: Simulation) -> Iterator[tuple[Leg, Desk, int]]:
            for leg in world.waiting:
                yield leg, world.desks[0], world.now + 40_000

    for people in ([person(skills="B")], [person(capacity=0)]):
        with pytest.raises(ForbiddenRingError):
            play(people, [request()], Wild())


def test_every_loss_has_its_cause() -> None:
    def causes(*people: Person, asked: Sequence[Request] = (request(patience=2_000),)) -> dict[str, float]:
        return score([HalfDay(9_000_000, people, tuple(asked))], Ringer()).lost

    assert causes()[NOBODY_ON_DUTY] == 1
    assert causes(person(skills="B"))[NO_SKILL] == 1
    assert causes(person(capacity=0))[BUSY] == 1
    assert causes(person())[NO_ANSWER] == 1


def test_the_live_policy_sees_no_more_than_a_router_does() -> None:
    """Two worlds that differ only in what no router may see begin with the same rings."""

    def first_rings(*people: Person, patience: int) -> list[int]:
        world = Simulation(HalfDay(9_000_000, people, (request(patience=patience),)), Live())
        world.run()
        return sorted(world.legs[0].rings)

    looks, looks_away = person(1), person(1, attentive=[(0, 900)])
    assert first_rings(looks, person(2), patience=3_000) == first_rings(looks_away, person(2), patience=4_000)


def test_the_references_agree_with_an_independent_implementation() -> None:
    days = list(half_days(TRACES / "today-1.jsonl.gz"))
    found = [score(days, policy).take_up for policy in references(department_by_theme)]
    assert found == pytest.approx([0.687, 0.661, 0.808, 0.886, 0.909, 0.911], abs=0.01)


def test_where_each_site_is_a_department_the_department_agrees_too() -> None:
    department = references(department_by_site)[0]
    assert score(half_days(TRACES / "growth-1.jsonl.gz"), department).take_up == pytest.approx(
        0.685, abs=0.01
    )


@pytest.mark.parametrize(("trace", "take_up"), [("today-1", 0.90), ("today-2", 0.90), ("growth-1", 0.94)])
def test_the_default_plan_reaches_its_target(trace: str, take_up: float) -> None:
    found = score(half_days(TRACES / f"{trace}.jsonl.gz"), Live())
    assert found.take_up >= take_up
    assert found.rings_per_accepted <= 3.5


def test_the_same_trace_gives_the_same_figures() -> None:
    days = list(half_days(TRACES / "today-1.jsonl.gz"))[:40]
    assert score(days, Live()) == score(days, Live())


def test_taking_hindrances_away_never_lowers_what_can_be_had() -> None:
    days = list(half_days(TRACES / "today-1.jsonl.gz"))[:80]
    found = [part.take_up for part in parts(days)]
    assert score(days, Live()).take_up <= found[-1]
    assert found == sorted(found)
