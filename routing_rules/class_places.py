"""How many places a class in session really has: what its own teams can give, and never the last one. Pure."""

from dataclasses import dataclass

from routing_rules.snapshot import Booking, CounsellorOnDuty, RoutingSnapshot


@dataclass(frozen=True, slots=True)
class ClassPlaces:
    """`first`: so many waiting pupils go before everybody else. `kept`: so many free slots are left to the class."""

    first: int
    kept: int


def serving(snapshot: RoutingSnapshot, booking: Booking) -> list[CounsellorOnDuty]:
    """The people of the class's teams who are counted on."""
    open_pools = snapshot.open_pools
    return [one for one in snapshot.counsellors if one.attentive and booking.can_use(one, open_pools)]


def class_places(snapshot: RoutingSnapshot, booking: Booking) -> ClassPlaces:
    """The places of a running session now. Whatever was booked, one slot of its teams, and the last free one, are everybody's."""
    people = serving(snapshot, booking)
    first = max(0, min(booking.places, sum(one.capacity for one in people) - 1) - booking.active)
    if not booking.keeps_unused_at(snapshot.now):
        first = min(first, sum(booking.takes(each, snapshot.now) for each in snapshot.waiting))
    return ClassPlaces(first, max(0, min(first, sum(one.unoccupied for one in people) - 1)))
