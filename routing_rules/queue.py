"""The queue: the order in which waiting conversations are served. Everything that shows or uses it calls this module. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from routing_rules.class_places import class_places
from routing_rules.plans import Plan, Rule, asked_of
from routing_rules.snapshot import ConversationId, RoutingSnapshot, WaitingRequest


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A conversation's position in the queue, from 1, and the rule that takes it (`rule_index` is its index in the
    plan). `reserved`: it has one of the places that its class keeps. `placeless`: a pupil of a class in session for
    whom there is none."""

    number: int
    waiting: WaitingRequest
    rule_index: int | None
    rule: Rule | None
    reserved: bool = False
    placeless: bool = False

    @property
    def priority(self) -> int:
        """The rule's priority; a higher one goes first."""
        return 0 if self.rule is None else self.rule.priority


def rule_index(plan: Plan, request: WaitingRequest) -> int | None:
    """The index of the rule that takes this request; None where none does."""
    return plan.position_for(**asked_of(request))


def queue_order(snapshot: RoutingSnapshot) -> list[QueueEntry]:
    """First those with a reserved place of a class in session: nobody else may take the slots kept for them. Then
    highest priority first; of equal priority first everybody but the pupils of a class in session for whom there is no
    place; then oldest first by first arrival; the id gives equal ones a fixed order.

    A pupil whose conversation has begun before, who asks about another theme than the class's, or whose session is over
    stands among the ordinary visitors. A request that may have no place of its class stands here without its booking.
    """
    plan = snapshot.plan
    rules: dict[tuple[str, ...], int | None] = {}
    ranked: list[tuple[int, float, str, WaitingRequest, int | None, bool]] = []
    for each in snapshot.waiting:
        kind = tuple(asked_of(each).values())
        if kind not in rules:
            rules[kind] = rule_index(plan, each)
        index = rules[kind]
        priority = 0 if index is None else plan.rules[index].priority
        entitled = each.booking is None or snapshot.booking_of(each) is not None
        request = each if entitled else replace(each, booking=None)
        steps_back = not each.begun and snapshot.in_class(each)
        ranked.append((-priority, each.asked_at, str(each.id), request, index, steps_back))
    ranked.sort(key=lambda entry: entry[:3])
    reserved = _reserved(snapshot, [entry[3] for entry in ranked])
    entries = [
        QueueEntry(
            number=0,
            waiting=each,
            rule_index=index,
            rule=None if index is None else plan.rules[index],
            reserved=each.id in reserved,
            placeless=steps_back and each.id not in reserved,
        )
        for _, _, _, each, index, steps_back in ranked
    ]
    # The sort keeps the order of those whom it does not tell apart.
    entries.sort(key=lambda entry: (not entry.reserved, -entry.priority, entry.placeless))
    return [replace(entry, number=number) for number, entry in enumerate(entries, start=1)]


def held_against(snapshot: RoutingSnapshot, request: WaitingRequest) -> int:
    """How many of those who wait fill the queue for this newcomer: for a pupil of a class in session everybody, for
    others all but the pupils without a place, who stand after them."""
    if snapshot.in_class(request):
        return len(snapshot.waiting)
    return sum(not entry.placeless for entry in queue_order(snapshot))


def has_reserved_place(snapshot: RoutingSnapshot, request: WaitingRequest) -> bool:
    """Has the class of this request a booked place that no other pupil uses or waits for? A full queue keeps such a
    pupil out no more than what others did at the same address."""
    for booking in snapshot.bookings:
        if booking.admits(request, snapshot.now):
            return sum(booking.admits(each, snapshot.now) for each in snapshot.waiting) < booking.left
    return False


def goes_first(snapshot: RoutingSnapshot, request: WaitingRequest) -> bool:
    """Would this request have a place of its class before everybody else if it were made now?"""
    if snapshot.booking_of(request) is None:
        return False
    queue = queue_order(replace(snapshot, waiting=(*snapshot.waiting, request)))
    return any(entry.reserved for entry in queue if entry.waiting.id == request.id)


def _reserved(snapshot: RoutingSnapshot, ranked: Iterable[WaitingRequest]) -> frozenset[ConversationId]:
    """Those who have a place of their class: the first ones, as many as its conversations leave."""
    left = {each.code: class_places(snapshot, each).first for each in snapshot.bookings}
    found: set[ConversationId] = set()
    for each in ranked:
        if each.booking is not None and left[each.booking] > 0:
            left[each.booking] -= 1
            found.add(each.id)
    return frozenset(found)
