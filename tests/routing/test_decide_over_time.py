"""Many decisions in a row, with answers, refusals, missed offers, leavers and newcomers between them."""

from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from routing_rules.decide import decide
from routing_rules.plans import Plan, Rule, Step
from routing_rules.snapshot import (
    AvailabilityState,
    CounsellorOnDuty,
    PoolState,
    RoutingSnapshot,
    WaitingRequest,
)
from tests.routing.worlds import unhurried

RING_TIME = 40
PLANS = (
    Plan(1, (Rule("all"),)),
    Plan(2, (Rule("one by one", ring_size=1),)),
    Plan(3, (Rule("steps", ring_size=2, steps=(Step(0, frozenset({"cefo"})), Step(30, None))),)),
)
SKILLS = ("emploi", "formation")

#: What happens between two decisions: who does it is drawn as an index, so that any number will do.
events = st.tuples(
    st.sampled_from(["ask", "ask", "accept", "accept", "refuse", "leave", "end", "pass"]),
    st.integers(0, 20),
    st.integers(1, 30),
)


@dataclass(slots=True)
class SimulatedPlatform:
    """The live platform in small: it does what decisions say and keeps their books."""

    plan: Plan
    people: dict[int, CounsellorOnDuty]
    now: float = 1_000.0
    asked: int = 0
    waiting: dict[str, WaitingRequest] = field(default_factory=dict)
    active: list[tuple[str, int]] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)

    def snapshot(self) -> RoutingSnapshot:
        people = tuple(
            replace(
                each,
                active=sum(who == each.id for _, who in self.active),
                held=sum(each.id in waiting.offers for waiting in self.waiting.values()),
            )
            for each in self.people.values()
        )
        pools = PoolState("cefo", True), PoolState("isp", True)
        return RoutingSnapshot(self.now, self.plan, pools, people, tuple(self.waiting.values()))

    def dispatch(self) -> None:
        for ring in decide(self.snapshot()).rings:
            waiting = self.waiting[str(ring.conversation)]
            offers = {**waiting.offers, ring.counsellor: ring.expires_at}
            self.waiting[str(waiting.id)] = replace(waiting, offers=offers)

    def ringing(self) -> list[tuple[str, int]]:
        return [(id, each) for id, waiting in self.waiting.items() for each in waiting.offers]

    def happen(self, what: str, which: int, seconds: int) -> None:
        ringing = self.ringing()
        if what == "ask":
            self.asked += 1
            id = f"{self.asked:04}"
            self.waiting[id] = WaitingRequest(
                id, SKILLS[which % 2], "fr", "miti", asked_at=self.now + self.asked / 1_000
            )
        elif what == "accept" and ringing:
            id, counsellor = ringing[which % len(ringing)]
            del self.waiting[id]
            self.active.append((id, counsellor))
            self.accepted.append(id)
        elif what == "refuse" and ringing:
            id, counsellor = ringing[which % len(ringing)]
            self._end_offer(id, counsellor, refused=True)
        elif what == "leave" and self.waiting:
            del self.waiting[sorted(self.waiting)[which % len(self.waiting)]]
        elif what == "end" and self.active:
            self.active.pop(which % len(self.active))
        self.now += seconds
        for id, counsellor in self.ringing():
            if self.waiting[id].offers[counsellor] <= self.now:
                self._end_offer(id, counsellor, refused=False)

    def _end_offer(self, id: str, counsellor: int, *, refused: bool) -> None:
        waiting = self.waiting[id]
        offers = {each: at for each, at in waiting.offers.items() if each != counsellor}
        if refused:
            waiting = replace(waiting, refused={**waiting.refused, counsellor: self.now})
        else:
            missed = waiting.missed.get(counsellor, 0) + 1
            waiting = replace(waiting, missed={**waiting.missed, counsellor: missed})
        self.waiting[id] = replace(waiting, offers=offers)


def simulated_platform(plan: Plan, skills: list[tuple[str, ...]], capacity: int = 2) -> SimulatedPlatform:
    people = {
        number: CounsellorOnDuty(
            number,
            pools=frozenset({("cefo", "isp")[number % 2]}),
            themes=frozenset(themes),
            languages=frozenset({"fr"}),
            capacity=capacity,
        )
        for number, themes in enumerate(skills)
    }
    return SimulatedPlatform(plan, people)


teams = st.lists(st.sampled_from([("emploi",), ("formation",), SKILLS]), min_size=1, max_size=5)


@unhurried
@given(st.sampled_from(PLANS), teams, st.lists(events, max_size=25))
def test_no_slot_is_ever_taken_twice_and_no_ring_grows_too_large(
    plan: Plan, skills: list[tuple[str, ...]], story: list[tuple[str, int, int]]
) -> None:
    team = simulated_platform(plan, skills)
    for event in story:
        team.happen(*event)
        team.dispatch()
        for each in team.snapshot().counsellors:
            assert each.active + each.held <= each.capacity
        for waiting in team.waiting.values():
            assert len(waiting.offers) <= plan.rules[0].ring_size


@unhurried
@given(st.sampled_from(PLANS), teams, st.lists(events, max_size=25))
def test_after_every_tick_nobody_waits_unoffered_beside_a_free_counsellor(
    plan: Plan, skills: list[tuple[str, ...]], story: list[tuple[str, int, int]]
) -> None:
    team = simulated_platform(plan, skills)
    for event in story:
        team.happen(*event)
        team.dispatch()
        free = [each for each in team.snapshot().counsellors if each.free]
        for waiting in team.waiting.values():
            if not waiting.offers:
                could = [each for each in free if waiting.theme in each.themes]
                assert {each.id for each in could} <= set(waiting.refused)


@unhurried
@given(st.lists(st.integers(1, 60), min_size=2, max_size=12), st.integers(1, 3))
def test_one_counsellor_serves_equal_requests_in_the_order_in_which_they_came(
    gaps: list[int], slots: int
) -> None:
    team = simulated_platform(PLANS[0], [("emploi",)], capacity=slots)
    for gap in gaps:
        team.happen("ask", 0, gap)
        team.dispatch()
    while team.waiting:
        oldest = min(team.waiting)
        assert (oldest, 0) in team.ringing()
        team.happen("accept", team.ringing().index((oldest, 0)), 1)
        team.happen("end", 0, 1)
        team.dispatch()
    assert team.accepted == sorted(team.accepted)


@unhurried
@given(teams, st.integers(1, 3))
def test_everybody_who_could_answer_is_rung_before_anybody_is_rung_again(
    skills: list[tuple[str, ...]], ring_size: int
) -> None:
    team = simulated_platform(Plan(1, (Rule("all", ring_size=ring_size),)), skills)
    able = {each.id for each in team.people.values() if "emploi" in each.themes}
    team.happen("ask", 0, 1)
    (id,) = team.waiting
    for _ in range(len(able)):
        team.dispatch()
        rung = set(team.waiting[id].offers) | set(team.waiting[id].missed)
        if set(team.waiting[id].missed) & set(team.waiting[id].offers):
            assert rung == able
        team.happen("pass", 0, RING_TIME)


def test_a_sole_counsellor_who_refuses_is_asked_again_only_after_one_ring_time() -> None:
    team = simulated_platform(PLANS[0], [("emploi",)])
    team.happen("ask", 0, 1)
    team.dispatch()
    team.happen("refuse", 0, 0)
    asked_again = []
    for second in range(RING_TIME + 1):
        team.dispatch()
        if team.ringing():
            asked_again.append(second)
        team.happen("pass", 0, 1)
    assert asked_again == [RING_TIME]


def test_somebody_set_away_is_passed_over_and_comes_back_when_available_again() -> None:
    team = simulated_platform(PLANS[0], [("emploi",), ("emploi",)])
    team.people[0] = replace(team.people[0], state=AvailabilityState.AWAY)
    team.happen("ask", 0, 1)
    team.dispatch()
    assert team.ringing() == [("0001", 1)]
    team.people[0] = replace(team.people[0], state=AvailabilityState.AVAILABLE)
    team.dispatch()
    assert team.ringing() == [("0001", 1), ("0001", 0)]
