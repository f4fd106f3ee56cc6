"""The capacity that one decision uses up: the free slots, and those of them that are kept for classes.

The number of free slots only decreases while a decision is made. The heaps (`candidate_heap.py`) rely on that:
they never check a removed candidate again.
"""

from collections.abc import Iterable

from routing_rules.class_places import class_places
from routing_rules.presence import Presence
from routing_rules.snapshot import (
    Booking,
    ConversationId,
    CounsellorId,
    CounsellorOnDuty,
    RoutingSnapshot,
    WaitingRequest,
)


class BookingReserve:
    """The slots that are kept for a running class, and the free ones of those who could serve it.

    The slack (free slots minus reserved places) never grows while a decision is made: a slot that is refused once
    to a request from outside the class stays refused.
    """

    __slots__ = ("code", "free", "places", "rung")

    def __init__(self, code: str, *, places: int) -> None:
        self.code = code
        self.places = places
        self.free = 0
        self.rung: set[ConversationId] = set()
        """The pupils who ring: each of them needs one place less."""

    def leaves_room(self) -> bool:
        """Would enough free slots remain for the class if a request from outside took one more?"""
        return self.free > max(0, self.places - len(self.rung))

    def leaves_room_instead(self, pupil: ConversationId, *, stops: bool) -> bool:
        """The same if it took the slot at which this pupil rings. `stops`: the pupil rings nowhere else."""
        rung = self.rung - {pupil} if stops else self.rung
        return self.free + 1 > max(0, self.places - len(rung))


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

    def may_hand_over(self, pupil: WaitingRequest, waiting: WaitingRequest, *, stops: bool) -> bool:
        """May the slot at which this pupil rings go to that conversation, or is it kept for a class? `stops`: the pupil
        rings nowhere else."""
        return all(
            each.code == waiting.booking or each.leaves_room_instead(pupil.id, stops=stops)
            for each in self.reserves
        )

    def hand_over(self, waiting: WaitingRequest) -> None:
        """Take for an offer of this conversation a slot at which another one rings."""
        for reserve in self.reserves:
            if reserve.code == waiting.booking:
                reserve.rung.add(waiting.id)

    def hold(self, waiting: WaitingRequest) -> None:
        """Take a slot for an offer of this conversation."""
        self.free -= 1
        self.load += 1
        for reserve in self.reserves:
            reserve.free -= 1
            if reserve.code == waiting.booking:
                reserve.rung.add(waiting.id)


class FreeCapacity:
    """The candidates of one decision, by counsellor and by language."""

    def __init__(self, snapshot: RoutingSnapshot) -> None:
        self.open_pools = snapshot.open_pools
        self.candidates: dict[CounsellorId, Candidate] = {}
        self._reserves: dict[str, BookingReserve] = {}
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
        reserve = BookingReserve(booking.code, places=class_places(snapshot, booking).kept)
        self._reserves[booking.code] = reserve
        reserve.rung.update(ringing)
        for candidate in self.candidates.values():
            if not candidate.absent and booking.can_use(candidate.counsellor, self.open_pools):
                reserve.free += candidate.free
                candidate.reserves += (reserve,)

    def stop_ringing(self, pupil: WaitingRequest) -> None:
        """This pupil rings nowhere any more: the class needs a place for them again."""
        if pupil.booking in self._reserves:
            self._reserves[pupil.booking].rung.discard(pupil.id)

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
