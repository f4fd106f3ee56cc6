"""The order in which the ready counsellors with given skills are rung.

The heap is corrected lazily, when it is read. While a decision is made, loads only grow and free slots only
become fewer. So a candidate without a free slot is removed for good, and the cost of a decision stays
near-linear in the queue and in the counsellors.
"""

from collections.abc import Collection, Iterable
from heapq import heapify, heappop, heappush, heapreplace
from typing import TypeAlias

from routing_rules.capacity import Candidate
from routing_rules.snapshot import CounsellorId, WaitingRequest

#: Is probably absent; load; number of scarce skills that the request does not need; idle since; id.
Rank: TypeAlias = tuple[bool, int, int, float, CounsellorId]


def rank(candidate: Candidate, *, theme: str, language: str) -> Rank:
    """The sort key of a candidate: present ones first, then the least loaded, then those with the fewest scarce
    skills that this request does not need, then the longest idle.

    The id gives equal candidates a fixed order.
    """
    spared = len(candidate.scarce) - (theme in candidate.scarce) - (language in candidate.scarce)
    return (candidate.absent, candidate.load, spared, candidate.idle_since, candidate.id)


class CandidateHeap:
    """The candidates that could serve one kind of request, best first."""

    __slots__ = ("_booking", "_heap", "_language", "_theme")

    def __init__(
        self, candidates: Iterable[Candidate], *, theme: str, language: str, booking: str | None
    ) -> None:
        self._theme = theme
        self._language = language
        self._booking = booking
        self._heap = [(self._rank(candidate), candidate) for candidate in candidates if candidate.free > 0]
        heapify(self._heap)

    def _rank(self, candidate: Candidate) -> Rank:
        return rank(candidate, theme=self._theme, language=self._language)

    def _first(self) -> Candidate | None:
        """The best candidate with a free slot for this kind of request."""
        heap = self._heap
        while heap:
            candidate = heap[0][1]
            if candidate.free <= 0 or candidate.kept_from(self._booking):
                heappop(heap)
            elif heap[0][0][1] != candidate.load:
                heapreplace(heap, (self._rank(candidate), candidate))
            else:
                return candidate
        return None

    def has_somebody(self, *, besides: Collection[CounsellorId]) -> bool:
        """Has anybody outside `besides` a free slot without being probably absent?"""
        aside: list[Candidate] = []
        found = False
        while (candidate := self._first()) is not None and not candidate.absent:
            if candidate.id not in besides:
                found = True
                break
            heappop(self._heap)
            aside.append(candidate)
        self._put_back(aside)
        return found

    def take(
        self, count: int, waiting: WaitingRequest, *, besides: Collection[CounsellorId]
    ) -> list[Candidate]:
        """Hold a slot for this conversation at each of the best `count` candidates outside `besides`."""
        aside: list[Candidate] = []
        taken: list[Candidate] = []
        while len(taken) < count and (candidate := self._first()) is not None:
            heappop(self._heap)
            aside.append(candidate)
            if candidate.id not in besides:
                candidate.hold(waiting)
                taken.append(candidate)
        self._put_back(aside)
        return taken

    def _put_back(self, candidates: list[Candidate]) -> None:
        for candidate in candidates:
            if candidate.free > 0:
                heappush(self._heap, (self._rank(candidate), candidate))
