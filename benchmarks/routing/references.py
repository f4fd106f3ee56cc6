"""The reference policies: what a department did, and what simpler routers would do. `live.py` holds the one
that runs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.routing.world import NEVER, Desk, Leg, World

ABSENT_AFTER = 120_000


@dataclass(slots=True)
class Reference:
    """Rings those whom `scope` allows: `size` at once (0: all of them), each for `lasts` ms, again if
    `again`."""

    name: str
    scope: Callable[[World, Leg, list[Desk]], list[Desk]]
    size: int
    lasts: int
    again: bool = True
    absent_last: bool = False
    capacity_one: bool = False
    missed_is_away: int = 0
    holds: bool = True
    every: int = 1_000

    def ring(self, world: World) -> Iterator[tuple[Leg, Desk, int]]:
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

    def _ready(self, world: World, leg: Leg, desk: Desk) -> bool:
        held = len(desk.offers) if self.holds else 0
        return (
            desk.signed_in
            and not desk.away
            and desk.able(leg)
            and desk.person.id not in leg.offers
            and len(desk.chats) + held < world.slots(desk)
        )

    def _order(self, world: World, leg: Leg, desk: Desk) -> tuple[int, bool, int, int, int]:
        absent = self.absent_last and is_absent(world, desk)
        return (
            leg.rings.get(desk.person.id, 0),
            absent,
            len(desk.chats),
            desk.idle_since,
            desk.person.id,
        )

    def wake(self, world: World) -> int:
        return world.now + self.every


def is_absent(world: World, desk: Desk) -> bool:
    """No `active` tick for two minutes."""
    last = desk.last_active(world.now)
    return last is None or world.now - last > ABSENT_AFTER
