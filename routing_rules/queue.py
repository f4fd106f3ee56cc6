"""The queue: the order in which waiting conversations are served. Everything that shows or uses it calls this module. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from routing_rules.class_places import class_places
from routing_rules.plans import Plan, Rule, asked_of
from routing_rules.snapshot import ConversationId, RoutingSnapshot, WaitingRequest


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A conversation's position in the queue, from 1, and the rule that takes it (`rule_index` is its index in the
    plan). `reserved`: it has one of the places that its class keeps."""

    number: int
    waiting: WaitingRequest
    rule_index: int | None
    rule: Rule | None
    reserved: bool = False

    @property
    def priority(self) -> int:
        """The rule's priority; a higher one goes first."""
        return 0 if self.rule is None else self.rule.priority


def rule_index(plan: Plan, request: WaitingRequest) -> int | None:
    """The index of the rule that takes this request; None where none does."""
    return plan.position_for(**asked_of(request))


def queue_order(snapshot: RoutingSnapshot) -> list[QueueEntry]:
    """First those with a reserved place of a class in session: nobody else may take the slots kept for them. Then
    highest priority first, then oldest first by first arrival; the id gives equal ones a fixed order.

    A request that its class has no place for (another theme, or the session is over) stands here without its booking.
    """
    plan = snapshot.plan
    rules: dict[tuple[str, ...], int | None] = {}
    ranked: list[tuple[int, float, str, WaitingRequest, int | None]] = []
    for each in snapshot.waiting:
        kind = tuple(asked_of(each).values())
        if kind not in rules:
            rules[kind] = rule_index(plan, each)
        index = rules[kind]
        priority = 0 if index is None else plan.rules[index].priority
        entitled = each.booking is None or snapshot.booking_of(each) is not None
        request = each if entitled else replace(each, booking=None)
        ranked.append((-priority, each.asked_at, str(each.id), request, index))
    ranked.sort(key=lambda entry: entry[:3])
    reserved = _reserved(snapshot, [entry[3] for entry in ranked])
    if reserved:
        ranked.sort(key=lambda entry: entry[3].id not in reserved)
    return [
        QueueEntry(number, each, index, None if index is None else plan.rules[index], each.id in reserved)
        for number, (_, _, _, each, index) in enumerate(ranked, start=1)
    ]


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
