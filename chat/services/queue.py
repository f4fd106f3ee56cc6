"""Who waits, read once for all in this process who are to be told.

Every change of the queue concerns every visitor who waits and every counsellor. What they are told of it is found here in memory, so a
change costs a handful of queries, however many are there.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db.models import Sum

from chat import clock
from chat.frames.counsellor.server_frames import Queued
from chat.models import Conversation, Duty, State
from chat.services import live_snapshot
from chat.services.live_snapshot import Skills
from chat.shared_query import SharedQuery
from routing_rules import loading
from routing_rules.loading import NoPlanInForceError
from routing_rules.snapshot import AvailabilityState

MOST_SHOWN = 50
USUAL_S = 900
"""A usual conversation, for the estimate of a wait; people are told minutes, rounded up."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """What those who are available can have at once, and have."""

    capacity: int
    active: int

    def estimate_s(self, position: int) -> int | None:
        """An honest guess, rounded up to a minute; None when nobody is available and nothing can be said."""
        if not self.capacity:
            return None
        behind = max(0, position - max(0, self.capacity - self.active))
        minutes = 1 + -(-behind * USUAL_S // (self.capacity * 60))
        return minutes * 60


@dataclass(frozen=True, slots=True)
class InLine:
    shown: Queued
    pools: frozenset[str]
    """The open pools that it can be rung for."""


@dataclass(frozen=True, slots=True)
class WaitingLine:
    waiting: Sequence[InLine]
    """Who came first is ahead within a priority."""
    positions: Mapping[str, int]
    """From 1, among all who wait."""
    room: Capacity
    skills: Mapping[int, Skills]
    _queues: dict[Skills, list[Queued]] = field(default_factory=dict)

    def queue_of(self, counsellor: int) -> list[Queued]:
        """Who waits and could be served by this person."""
        skills = self.skills.get(counsellor)
        if skills is None:
            return []
        queue = self._queues.get(skills)
        if queue is None:
            queue = self._queues[skills] = list(islice(self._served_with(skills), MOST_SHOWN))
        return queue

    def _served_with(self, skills: Skills) -> Iterator[Queued]:
        for one in self.waiting:
            able = one.shown.theme in skills.themes and one.shown.language in skills.languages
            if able and not skills.pools.isdisjoint(one.pools):
                yield one.shown


def room() -> Capacity:
    ready = Duty.objects.filter(state=AvailabilityState.AVAILABLE.value, on_duty=True).aggregate(
        capacity=Sum("capacity"), active=Sum("active")
    )
    return Capacity(ready["capacity"] or 0, ready["active"] or 0)


def _read(_: Collection[None] = ()) -> WaitingLine:
    now = clock.now()
    rows = list(
        Conversation.objects.filter(state=State.WAITING)
        .select_related("site")
        .defer("content_key")
        .order_by("-priority", "asked_at")
    )
    if not rows:
        return WaitingLine((), {}, Capacity(0, 0), {})
    positions: dict[str, int] = {}
    place: tuple[tuple[int, datetime], int] | None = None
    for number, row in enumerate(rows, start=1):
        rank = (row.priority, row.asked_at)
        # Who asked in the same instant has the same place.
        if place is None or place[0] != rank:
            place = rank, number
        positions[str(row.pk)] = place[1]
    return WaitingLine(_reaching(rows, now), positions, room(), live_snapshot.on_the_books())


def _reaching(rows: Sequence[Conversation], now: datetime) -> list[InLine]:
    """Hours and rules are read once for all of them."""
    try:
        plan = loading.published_plan()
    except NoPlanInForceError:
        return []
    open_pools = live_snapshot.open_pools(now)
    return [
        InLine(
            Queued(
                conversation=str(row.pk),
                theme=row.theme,
                language=row.language,
                audience=row.audience,
                waited_s=max(0, int((now - row.asked_at).total_seconds())),
                priority=row.priority,
            ),
            frozenset(live_snapshot.reached(row, plan, open_pools)),
        )
        for row in rows
    ]


_line: SharedQuery[None, WaitingLine] = SharedQuery(_read)


async def now() -> WaitingLine:
    """As it is, or newer than when it was asked for."""
    return await _line.now()
