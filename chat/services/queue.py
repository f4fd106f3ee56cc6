"""The queue, read once for all sockets of this process.

Every change of the queue concerns every waiting visitor and every counsellor. This view computes in memory what each of them sees, so
a change costs a handful of queries, however many sockets there are.
"""

import time
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from chat import database, runtime
from chat.frames.counsellor.server_frames import Queued
from chat.services import live_snapshot
from chat.services.live_snapshot import LiveRecords
from chat.services.rules_in_force import Skills
from chat.shared_query import SharedQuery
from partners import clock
from routing_rules.eligibility import can_serve, reachable_pools
from routing_rules.loading import NoPlanInForceError
from routing_rules.presence import LastSigns
from routing_rules.queue import QueueEntry, queue_order
from routing_rules.snapshot import RoutingSnapshot
from routing_rules.waiting_time import estimates

MOST_SHOWN = 50
FRESH_S = 1.0


@dataclass(frozen=True, slots=True)
class QueueView:
    """The queue in the order in which it will be rung."""

    entries: Sequence[QueueEntry] = ()
    positions: Mapping[str, int] = field(default_factory=dict)
    """From 1, among all waiting conversations."""
    estimates: Mapping[str, int | None] = field(default_factory=dict)
    """In seconds; None where nobody who is present can serve it."""
    reachable: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The open pools in which each conversation can ring."""
    skills: Mapping[int, Skills] = field(default_factory=dict)
    now: float = 0.0

    def told(self) -> Mapping[str, tuple[int, int | None]]:
        """Position and estimate of each waiting visitor: while these are the same, there is nothing new to send."""
        return {one: (self.positions[one], self.estimates[one]) for one in self.positions}

    def queue_of(self, counsellor: int) -> list[Queued]:
        """The waiting conversations that this counsellor could serve."""
        return list(islice(self._served_by(counsellor), MOST_SHOWN))

    def _served_by(self, counsellor: int) -> Iterator[Queued]:
        skills = self.skills.get(counsellor)
        for entry in self.entries if skills is not None else ():
            waiting = entry.waiting
            pools = self.reachable[str(waiting.id)]
            if skills is not None and can_serve(skills, waiting, pools=pools, identity=counsellor):
                yield Queued(
                    conversation=str(waiting.id),
                    theme=waiting.theme,
                    language=waiting.language,
                    audience=waiting.audience,
                    waited_s=max(0, int(self.now - waiting.asked_at)),
                    priority=entry.priority,
                )


def view_of(snapshot: RoutingSnapshot, skills: Mapping[int, Skills]) -> QueueView:
    """The queue of this snapshot."""
    entries = queue_order(snapshot)
    return QueueView(
        entries=entries,
        positions={str(one.waiting.id): one.number for one in entries},
        estimates={str(one): wait_s for one, wait_s in estimates(snapshot, entries).items()},
        reachable=_reachable(snapshot, entries),
        skills=skills,
        now=snapshot.now,
    )


def _reachable(snapshot: RoutingSnapshot, entries: Sequence[QueueEntry]) -> dict[str, frozenset[str]]:
    """The pools of each kind of request are found once: many who wait ask for the same."""
    found: dict[Hashable, frozenset[str]] = {}
    reachable: dict[str, frozenset[str]] = {}
    for one in entries:
        kind = one.rule_index, one.waiting.to_pool
        if kind not in found:
            found[kind] = reachable_pools(snapshot.plan, one.waiting, snapshot.open_pools)
        reachable[str(one.waiting.id)] = found[kind]
    return reachable


async def _read(_: Collection[None] = ()) -> QueueView:
    try:
        rows = await database.run(live_snapshot.read_if_somebody_waits, clock.now())
    except NoPlanInForceError:
        return QueueView()
    if rows is None:
        return QueueView()
    signs = await live_snapshot.last_signs_of(rows.duties)
    # In a thread, because many who wait take milliseconds to order.
    return await database.run(_view, rows, signs)


def _view(rows: LiveRecords, signs: Mapping[str, LastSigns]) -> QueueView:
    live = live_snapshot.seen(rows, signs)
    return view_of(live.snapshot, live.rules.skills)


_shared: SharedQuery[None, QueueView] = SharedQuery(_read)


async def now() -> QueueView:
    """The queue, read after this call."""
    return await _shared.now()


class _Known(NamedTuple):
    view: QueueView
    changes: int
    began: float


_known: _Known | None = None


async def latest() -> QueueView:
    """The queue, read after the last change that was announced, and at most a second ago. For consoles, which show it beside what they
    refresh for other reasons."""
    global _known
    changes, began = runtime.hub().changes, time.monotonic()
    known = _known
    if known is None or known.changes != changes or began - known.began >= FRESH_S:
        known = _Known(await now(), changes, began)
        _known = known
    return known.view
