"""What the board and the alerts are made of: the live platform as the routing engine sees it, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from asgiref.sync import async_to_sync

from chat.models import Conversation
from chat.services import live_snapshot
from chat.services.rules_in_force import on_the_books
from chat.states import State
from routing_rules import loading
from routing_rules.loading import NoPlanInForceError
from routing_rules.snapshot import CounsellorOnDuty, PoolState, RoutingSnapshot, WaitingRequest
from routing_rules.weekly import Schedule


@dataclass(frozen=True, slots=True)
class Situation:
    """The platform at one moment."""

    now: datetime
    hours: Mapping[str, Schedule]
    """Of every active team, by slug."""
    states: Mapping[str, PoolState]
    connected: tuple[CounsellorOnDuty, ...]
    """Whoever has a console open."""
    waiting: tuple[WaitingRequest, ...]
    running: int
    """Conversations that are being had."""
    snapshot: RoutingSnapshot | None
    """None: no plan is in force."""

    def waited_s(self, request: WaitingRequest) -> float:
        """How long this one has been waiting, in seconds."""
        return max(0.0, self.now.timestamp() - request.waiting_since)

    @property
    def longest_wait_s(self) -> float:
        """0 where nobody waits."""
        return max(map(self.waited_s, self.waiting), default=0.0)


def read(now: datetime) -> Situation:
    """Called from a view or a job, in its own thread."""
    try:
        rows = live_snapshot.read(now)
    except NoPlanInForceError:
        return _without_plan(now)
    snapshot = live_snapshot.seen(rows, async_to_sync(live_snapshot.last_signs_of)(rows.duties)).snapshot
    return Situation(
        now=now,
        hours=rows.rules.hours,
        states={one.slug: one for one in snapshot.pools},
        connected=_connected(snapshot.counsellors),
        waiting=snapshot.waiting,
        running=_running(),
        snapshot=snapshot,
    )


def _without_plan(now: datetime) -> Situation:
    hours, duties = loading.schedules(now), live_snapshot.duties()
    signs = async_to_sync(live_snapshot.last_signs_of)(duties)
    people = live_snapshot.counsellors_on_duty(duties, signs, on_the_books(), now=now)
    return Situation(
        now=now,
        hours=hours,
        states={one.slug: one for one in loading.states_at(hours, now)},
        connected=_connected(tuple(people)),
        waiting=(),
        running=_running(),
        snapshot=None,
    )


def _connected(people: tuple[CounsellorOnDuty, ...]) -> tuple[CounsellorOnDuty, ...]:
    return tuple(one for one in people if one.presence.connected)


def _running() -> int:
    return Conversation.objects.filter(state=State.ACTIVE).count()
