"""The reference policies: what a department did, and what simpler routers would do. `live.py` holds the one
in use.

They share no code with the engine, so that they check the world and its figures independently.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from benchmarks.routing.trace import RECEPTION
from benchmarks.routing.world import NEVER, Desk, Leg, Simulation

ABSENT_AFTER = 120_000

#: Chooses which of the ready desks may be rung for this leg now.
Scope: TypeAlias = Callable[[Simulation, Leg, list[Desk]], list[Desk]]


@dataclass(slots=True)
class Reference:
    """Rings those whom `scope` allows: `size` at once (0: all of them), each for `lasts` ms, again if
    `again`."""

    name: str
    scope: Scope
    size: int
    lasts: int
    again: bool = True
    absent_last: bool = False
    capacity_one: bool = False
    missed_is_away: int = 0
    widens_after: int | None = None

    def ring(self, world: Simulation) -> Iterator[tuple[Leg, Desk, int]]:
        for leg in sorted(world.waiting, key=lambda leg: (not leg.second, leg.request.at)):
            places = (self.size or len(world.desks)) - len(leg.offers)
            if places <= 0:
                continue
            ready = [desk for desk in world.desks if self._ready(world, leg, desk)]
            candidates = [
                desk
                for desk in self.scope(world, leg, ready)
                if self.again or desk.person.id not in leg.rings
            ]
            candidates.sort(key=lambda desk: self._order(world, leg, desk))
            for desk in candidates[:places]:
                yield leg, desk, min(NEVER, world.now + self.lasts)

    def _ready(self, world: Simulation, leg: Leg, desk: Desk) -> bool:
        return (
            desk.signed_in
            and not desk.away
            and desk.able(leg)
            and desk.person.id not in leg.offers
            and len(desk.chats) + len(desk.offers) < world.slots(desk)
        )

    def _order(self, world: Simulation, leg: Leg, desk: Desk) -> tuple[int, bool, int, int, int]:
        absent = self.absent_last and is_absent(world, desk)
        return (
            leg.rings.get(desk.person.id, 0),
            absent,
            len(desk.chats),
            desk.idle_since,
            desk.person.id,
        )

    def wake(self, world: Simulation) -> int:
        """When something may change without an event: a leg widens, or somebody becomes absent or present."""
        moments = [NEVER]
        if self.widens_after is not None:
            moments += [leg.since + self.widens_after for leg in world.waiting]
        if self.absent_last:
            moments += [presence_changes_at(world, desk) for desk in world.desks if desk.signed_in]
        return min(moment for moment in moments if moment > world.now)


def is_absent(world: Simulation, desk: Desk) -> bool:
    """No `active` tick for two minutes."""
    last = desk.last_active(world.now)
    return last is None or world.now - last > ABSENT_AFTER


def presence_changes_at(world: Simulation, desk: Desk) -> int:
    """When somebody present will count as absent if they do nothing, or somebody absent becomes present."""
    last = desk.last_active(world.now)
    return desk.next_active(world.now) if last is None or is_absent(world, desk) else last + ABSENT_AFTER + 1


def department_by_theme(world: Simulation, leg: Leg, ready: list[Desk]) -> list[Desk]:
    """The people with this primary theme, of whatever site."""
    return [desk for desk in ready if leg.theme in desk.person.primary]


def department_by_site(world: Simulation, leg: Leg, ready: list[Desk]) -> list[Desk]:
    """The site's own people; its receptionists, if any are on duty, for those who do not know what to ask."""
    own = [desk for desk in world.desks if desk.signed_in and desk.person.pool == leg.request.site]
    if leg.theme == RECEPTION and any(RECEPTION in desk.person.primary for desk in own):
        own = [desk for desk in own if RECEPTION in desk.person.primary]
    return [desk for desk in ready if desk in own]


def everybody(world: Simulation, leg: Leg, ready: list[Desk]) -> list[Desk]:
    """All pools."""
    return ready


def or_everybody(department: Scope) -> Scope:
    """The department, and all pools while it has nobody ready."""

    def scope(world: Simulation, leg: Leg, ready: list[Desk]) -> list[Desk]:
        return department(world, leg, ready) or ready

    return scope


def own_pool_then_everybody(after: int) -> Scope:
    """The site's own pool for `after` ms, unless nobody in it is there; then all pools."""

    def scope(world: Simulation, leg: Leg, ready: list[Desk]) -> list[Desk]:
        ringing = [offer.desk for offer in leg.offers.values()]
        own = [desk for desk in [*ready, *ringing] if desk.person.pool == leg.request.site]
        there = any(not is_absent(world, desk) for desk in own)
        return [desk for desk in ready if desk in own] if there and world.now - leg.since < after else ready

    return scope


def references(department: Scope) -> list[Reference]:
    """The policies of the table, from the old department to ringing everybody."""
    return [
        Reference("department", department, 0, 40_000, again=False, capacity_one=True),
        Reference(
            "one after another, department", department, 1, 30_000, capacity_one=True, missed_is_away=1
        ),
        Reference("one after another, all pools", or_everybody(department), 1, 30_000, missed_is_away=1),
        Reference(
            "two at once, own pool for 15 s",
            own_pool_then_everybody(15_000),
            2,
            30_000,
            absent_last=True,
            missed_is_away=2,
            widens_after=15_000,
        ),
        Reference("three at once", everybody, 3, 40_000, absent_last=True, missed_is_away=2),
        Reference("everybody at once", everybody, 0, 30_000),
    ]
