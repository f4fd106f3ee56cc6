"""What Miti would have kept of a world of the routing benchmark: the sums that a what-if is made from, and never the world's own secrets.

The benchmark's world is other code than the simulation, and knows what people do (`attentive`, `patience`, `work`, `latency`); here it is
played under a plan as the live platform is, and only what the platform writes down is taken from it.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.routing.live import LIMITS, Live
from benchmarks.routing.trace import RECEPTION, HalfDay
from benchmarks.routing.world import Desk, SimulatedOffer, Simulation
from routing_rules.plans import Plan
from routing_rules.presence import LastSigns, Presence, presence
from routing_rules.scarcity import scarce_skills
from simulation.observations import (
    QUARTER_S,
    SLOT_S,
    DutyQuarter,
    HalfHourCount,
    Observations,
    ObservedDay,
    PoolHours,
    RequestKind,
    RingSums,
    SignSums,
    SkillProfile,
    TalkLength,
    WaitCounts,
)
from simulation.setting import ReplayLimits

OPENS_S = 9 * 3600
SAMPLED_EVERY_S = 10
LONGEST_WAIT_S = 1800.0


@dataclass
class Past:
    """The sums, and the truth of the same period under the same plan."""

    observed: Observations
    limits: ReplayLimits
    take_up: float
    rings_per_accepted: float


@dataclass
class _Sums:
    days: list[ObservedDay] = field(default_factory=list)
    groups: dict[str, set[tuple[int, SkillProfile]]] = field(default_factory=lambda: defaultdict(set))
    minutes: float = 0.0
    present: float = 0.0
    absences: int = 0
    answered: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    accepted: Counter[int] = field(default_factory=Counter)
    left: Counter[int] = field(default_factory=Counter)
    talks: dict[str, Counter[TalkLength]] = field(default_factory=lambda: defaultdict(Counter))


class _Watched(Simulation):
    """The benchmark's world, which notes how rings end and chats last, as the platform does."""

    def __init__(self, half_day: HalfDay, plan: Plan, sums: _Sums) -> None:
        super().__init__(half_day, Live(plan=plan))
        self.sums = sums
        self.began: dict[int, int] = {}
        self.ended: dict[int, int] = {}

    def _answer(self, offer: SimulatedOffer) -> None:
        before = offer.leg.accepted
        super()._answer(offer)
        if before is None and offer.leg.accepted is not None and offer.leg.by is offer.desk:
            self.sums.answered[offer.desk.person.pool] += 1

    def _expire(self, offer: SimulatedOffer) -> None:
        if offer.leg.offers.get(offer.desk.person.id) is offer:
            self.sums.missed[offer.desk.person.pool] += 1
        super()._expire(offer)

    def _end_chats(self, desk: Desk, version: int) -> None:
        before = list(desk.chats)
        super()._end_chats(desk, version)
        for chat in before:
            if chat not in desk.chats:
                self.ended[id(chat.leg)] = self.now


def past_of(half_days: Sequence[HalfDay], plan: Plan, *, a_week: int) -> Past:
    """Play every half-day and keep the sums. Each of the openings of a week stands for a weekday of its own."""
    sums = _Sums()
    pools = sorted({each.pool for half_day in half_days for each in half_day.people})
    requests = accepted = rings = 0
    for number, half_day in enumerate(half_days):
        world = _Watched(half_day, plan, sums)
        legs = world.run()
        first = [leg for leg in legs if not leg.second]
        requests += len(first)
        accepted += sum(leg.accepted is not None for leg in first)
        rings += world.rings_first_leg
        second = {leg.request.id: leg for leg in legs if leg.second}
        for leg in first:
            if leg.accepted is None:
                sums.left[_up(leg.leaves - leg.since)] += 1
                continue
            sums.accepted[_up(leg.accepted - leg.since)] += 1
            last = second.get(leg.request.id)
            end = max(world.ended.get(id(one), leg.accepted) for one in (leg, last) if one is not None)
            sums.talks[leg.theme][
                TalkLength(round((end - leg.accepted) / 60_000), last.theme if last is not None else "")
            ] += 1
        sums.days.append(_day(number % a_week, pools, half_day, world, sums))
    observed = Observations(
        days=tuple(sums.days),
        groups={
            pool: tuple(profile for _, profile in sorted(members, key=lambda each: each[0]))
            for pool, members in sums.groups.items()
        },
        signs=SignSums(sums.minutes, sums.present, sums.absences),
        rings={pool: RingSums(sums.answered[pool], sums.missed[pool]) for pool in sums.groups},
        waits=WaitCounts(sums.accepted, sums.left),
        talks=sums.talks,
    )
    everybody = {each for members in sums.groups.values() for each in members}
    scarce = scarce_skills(profile.themes | profile.languages for _, profile in everybody)
    return Past(
        observed,
        ReplayLimits(LONGEST_WAIT_S, 0.0, RECEPTION, scarce),
        accepted / requests,
        rings / accepted,
    )


def _up(wait_ms: float) -> int:
    return int(-(-wait_ms // 5000) * 5)


def _day(
    weekday: int, pools: Sequence[str], half_day: HalfDay, world: Simulation, sums: _Sums
) -> ObservedDay:
    counts: Counter[tuple[int, RequestKind]] = Counter()
    for one in half_day.requests:
        kind = RequestKind(one.theme, one.language, one.site)
        counts[(OPENS_S + one.at // 1000) // SLOT_S, kind] += 1
    duty: Counter[tuple[int, str]] = Counter()
    for desk in world.desks:
        who = desk.person
        sums.groups[who.pool].add(
            (who.id, SkillProfile(frozenset({who.pool}), who.skills, who.languages, who.capacity))
        )
        desk.signed_in = True
        was = Presence.PRESENT
        for at in range(who.login, who.logout, SAMPLED_EVERY_S * 1000):
            last = desk.last_active(at)
            signs = LastSigns(at / 1000, None if last is None else last / 1000)
            seen = presence(signs, now=at / 1000, limits=LIMITS)
            sums.minutes += SAMPLED_EVERY_S / 60
            sums.present += SAMPLED_EVERY_S / 60 * (seen is Presence.PRESENT)
            sums.absences += was is Presence.PRESENT and seen is not Presence.PRESENT
            was = seen
            duty[(OPENS_S + at // 1000) // QUARTER_S, who.pool] += SAMPLED_EVERY_S
        desk.signed_in = False
    return ObservedDay(
        weekday=weekday,
        hours=tuple(PoolHours(pool, OPENS_S, OPENS_S + half_day.length / 1000) for pool in pools),
        arrivals=tuple(HalfHourCount(slot, kind, n) for (slot, kind), n in sorted(counts.items())),
        duty=tuple(DutyQuarter(quarter, pool, n / QUARTER_S) for (quarter, pool), n in sorted(duty.items())),
    )
