"""The capacity that one decision uses up: the free slots, and those of them that are kept for classes.

The number of free slots only decreases while a decision is made. The heaps (`candidate_heap.py`) rely on that:
they never check a removed candidate again.
"""

from collections.abc import Iterable

from routing_rules.class_places import class_places
from routing_rules.presence import Presence
from routing_rules.snapshot import Booking, CounsellorId, CounsellorOnDuty, RoutingSnapshot, WaitingRequest


class BookingReserve:
    """The slots that are kept for a running class, and the free ones of those who could serve it.

    The slack (free slots minus reserved places) never grows while a decision is made: a slot that is refused once
    to a request from outside the class stays refused.
    """

    __slots__ = ("code", "free", "kept", "rung")

    def __init__(self, code: str, *, kept: int) -> None:
        self.code = code
        self.kept = kept
        self.free = 0
        self.rung: set[object] = set()

    def leaves_room(self) -> bool:
        """Would enough free slots remain for the class if a request from outside took one more?"""
        return self.free > self.kept


class Candidate:
    """A ready counsellor while a decision is made."""

    __slots__ = ("absent", "counsellor", "free", "idle_since", "load", "reserves", "scarce", "skills")

    def __init__(self, counsellor: CounsellorOnDuty, *, scarce: frozenset[str]) -> None:
        self.counsellor = counsellor
        self.absent = counsellor.presence is not Presence.PRESENT
        self.free = counsellor.free
        self.load = counsellor.active + counsellor.held
        self.idle_since = counsellor.idle_since
        self.scarce = scarce & (counsellor.themes | counsellor.languages)
        self.reserves: tuple[BookingReserve, ...] = ()

    @property
    def id(self) -> CounsellorId:
        """The counsellor's id."""
        return self.counsellor.id

    def kept_from(self, booking: str | None) -> bool:
        """Are the free slots here kept for a class to which this request does not belong?"""
        return any(each.code != booking and not each.leaves_room() for each in self.reserves)

    def hold(self, waiting: WaitingRequest) -> None:
        """Take a slot for an offer of this conversation."""
        self.free -= 1
        self.load += 1
        for reserve in self.reserves:
            reserve.free -= 1
            if reserve.code == waiting.booking and waiting.id not in reserve.rung:
                reserve.rung.add(waiting.id)
                reserve.kept = max(0, reserve.kept - 1)


class FreeCapacity:
    """The candidates of one decision, by counsellor and by language."""

    def __init__(self, snapshot: RoutingSnapshot) -> None:
        self.open_pools = snapshot.open_pools
        self.candidates: dict[CounsellorId, Candidate] = {}
        self._by_language: dict[str, list[Candidate]] = {}
        for counsellor in snapshot.counsellors:
            if counsellor.ready:
                self._add_candidate(Candidate(counsellor, scarce=snapshot.scarce))
        for booking in snapshot.bookings:
            if booking.runs_at(snapshot.now):
                self._keep_places(booking, snapshot)

    def _add_candidate(self, candidate: Candidate) -> None:
        self.candidates[candidate.id] = candidate
        for language in candidate.counsellor.languages:
            self._by_language.setdefault(language, []).append(candidate)

    def _keep_places(self, booking: Booking, snapshot: RoutingSnapshot) -> None:
        ringing = [
            each.id
            for each in snapshot.waiting
            if booking.takes(each, snapshot.now) and self.ringing(each, snapshot.now)
        ]
        kept = class_places(snapshot, booking).kept
        reserve = BookingReserve(booking.code, kept=max(0, kept - len(ringing)))
        reserve.rung.update(ringing)
        for candidate in self.candidates.values():
            if not candidate.absent and booking.can_use(candidate.counsellor, self.open_pools):
                reserve.free += candidate.free
                candidate.reserves += (reserve,)

    def candidates_in(self, language: str) -> Iterable[Candidate]:
        """Every ready counsellor who speaks this language."""
        return self._by_language.get(language, ())

    def ringing(self, waiting: WaitingRequest, now: float) -> list[Candidate]:
        """The candidates at whom this conversation rings now and who can still answer."""
        return [
            self.candidates[counsellor]
            for counsellor, expires_at in waiting.offers.items()
            if expires_at > now and counsellor in self.candidates
        ]
