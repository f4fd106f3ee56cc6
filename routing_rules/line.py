"""The order in which the ready counsellors with given skills are rung.

A line is a heap that is set right as it is read: loads only grow and slots only go while a decision is
made, so whoever has no slot left is dropped for good, and a decision stays near-linear in the queue and in
the counsellors.
"""

from collections.abc import Collection, Iterable
from heapq import heapify, heappop, heappush, heapreplace
from typing import TypeAlias

from routing_rules.room import Seat
from routing_rules.snapshot import CounsellorId, Waiting

#: Probably absent, load, scarce skills that the request does not need, idle since, id.
Rank: TypeAlias = tuple[bool, int, int, float, CounsellorId]


def rank(seat: Seat, *, theme: str, language: str) -> Rank:
    """Who is rung first: present, least loaded, fewest scarce skills that this request does not need,
    longest idle.

    The id makes equal people's order a fixed one.
    """
    spared = len(seat.scarce) - (theme in seat.scarce) - (language in seat.scarce)
    return (seat.absent, seat.load, spared, seat.idle_since, seat.id)


class Line:
    """The seats that could serve one kind of request, best first."""

    __slots__ = ("_booking", "_heap", "_language", "_theme")

    def __init__(self, seats: Iterable[Seat], *, theme: str, language: str, booking: str | None) -> None:
        self._theme = theme
        self._language = language
        self._booking = booking
        self._heap = [(self._rank(seat), seat) for seat in seats if seat.free > 0]
        heapify(self._heap)

    def _rank(self, seat: Seat) -> Rank:
        return rank(seat, theme=self._theme, language=self._language)

    def _first(self) -> Seat | None:
        """The best seat with room for this kind of request."""
        heap = self._heap
        while heap:
            seat = heap[0][1]
            if seat.free <= 0 or seat.kept_from(self._booking):
                heappop(heap)
            elif heap[0][0][1] != seat.load:
                heapreplace(heap, (self._rank(seat), seat))
            else:
                return seat
        return None

    def has_somebody(self, *, besides: Collection[CounsellorId]) -> bool:
        """Is anybody in it with room who is not probably absent, besides these?"""
        aside: list[Seat] = []
        found = False
        while (seat := self._first()) is not None and not seat.absent:
            if seat.id not in besides:
                found = True
                break
            heappop(self._heap)
            aside.append(seat)
        self._put_back(aside)
        return found

    def take(self, count: int, waiting: Waiting, *, besides: Collection[CounsellorId]) -> list[Seat]:
        """Hold a slot for this conversation at the best `count` of them, besides these."""
        aside: list[Seat] = []
        taken: list[Seat] = []
        while len(taken) < count and (seat := self._first()) is not None:
            heappop(self._heap)
            aside.append(seat)
            if seat.id not in besides:
                seat.hold(waiting)
                taken.append(seat)
        self._put_back(aside)
        return taken

    def _put_back(self, seats: list[Seat]) -> None:
        for seat in seats:
            if seat.free > 0:
                heappush(self._heap, (self._rank(seat), seat))
