"""The policy in use: the same `decide`, with the default plan and the data that the live platform has."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.routing.references import presence_changes_at
from benchmarks.routing.world import NEVER, Desk, Leg, Simulation
from routing_rules.decide import decide
from routing_rules.plans import Plan, default_plan
from routing_rules.presence import (
    MISSED_BEFORE_AWAY,
    PROBABLY_ABSENT_AFTER_S,
    LastSigns,
    PresenceLimits,
    presence,
)
from routing_rules.scarcity import scarce_skills
from routing_rules.snapshot import (
    AvailabilityState,
    CounsellorOnDuty,
    PoolState,
    RoutingSnapshot,
    WaitingRequest,
)

LIMITS = PresenceLimits(silence_s=45, absent_after_s=PROBABLY_ABSENT_AFTER_S)


@dataclass(slots=True)
class Live:
    """Asks `decide` whenever something changed."""

    name: str = "default plan"
    plan: Plan = field(default_factory=default_plan)
    capacity_one: bool = False
    missed_is_away: int = MISSED_BEFORE_AWAY

    def ring(self, world: Simulation) -> Iterator[tuple[Leg, Desk, int]]:
        legs = dict(enumerate(world.waiting))
        desks = {desk.person.id: desk for desk in world.desks}
        people = tuple(self._counsellor(world, desk) for desk in world.desks if desk.signed_in)
        snapshot = RoutingSnapshot(
            now=world.now / 1000,
            plan=self.plan,
            pools=tuple(
                PoolState(slug, open=True) for slug in sorted({p for each in people for p in each.pools})
            ),
            counsellors=people,
            waiting=tuple(_waiting(number, leg) for number, leg in legs.items()),
            scarce=scarce_skills(desk.person.skills | desk.person.languages for desk in world.desks),
        )
        for ring in decide(snapshot).rings:
            yield legs[int(ring.conversation)], desks[ring.counsellor], round(ring.expires_at * 1000)

    def _counsellor(self, world: Simulation, desk: Desk) -> CounsellorOnDuty:
        last_active = desk.last_active(world.now)
        return CounsellorOnDuty(
            id=desk.person.id,
            pools=frozenset({desk.person.pool}),
            themes=desk.person.skills,
            languages=desk.person.languages,
            capacity=world.slots(desk),
            active=len(desk.chats),
            held=len(desk.offers),
            state=AvailabilityState.AWAY if desk.away else AvailabilityState.AVAILABLE,
            presence=presence(
                LastSigns(world.now / 1000, None if last_active is None else last_active / 1000),
                now=world.now / 1000,
                limits=LIMITS,
            ),
            idle_since=desk.idle_since / 1000,
        )

    def wake(self, world: Simulation) -> int:
        """The tick of the live platform, but only when it could change something: a step is reached, or somebody
        becomes present or absent."""
        moments = [NEVER]
        moments += [presence_changes_at(world, desk) for desk in world.desks if desk.signed_in]
        for leg in world.waiting:
            ages = (step.after_s * 1000 for rule in self.plan for step in rule.steps)
            moments += [leg.request.at + age for age in ages]
        return min(moment for moment in moments if moment > world.now)


def _waiting(number: int, leg: Leg) -> WaitingRequest:
    request = leg.request
    return WaitingRequest(
        id=number,
        theme=leg.theme,
        language=request.language,
        site=request.site,
        asked_at=request.at / 1000,
        queued_at=leg.since / 1000,
        offers={person: offer.expires / 1000 for person, offer in leg.offers.items()},
        missed=leg.missed,
    )
