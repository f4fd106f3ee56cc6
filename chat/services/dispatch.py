"""Ring the right counsellors for each waiting conversation. It runs when something changed, and at every tick."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.db.models import F

from chat import database
from chat.faults import Unreachable
from chat.meter import meter
from chat.models import Conversation, Offer, OfferState
from chat.services import closing, live_snapshot, slots
from chat.services.live_snapshot import LiveRecords
from chat.states import Reason, State
from partners import clock
from partners.fault_kinds import kind_of
from partners.prepared_query import PreparedInsert, PreparedUpdate
from routing_rules.decide import decide
from routing_rules.decision import GiveUp, GiveUpReason, Ring, Withdrawal
from routing_rules.loading import NoPlanInForceError
from routing_rules.presence import LastSigns
from wakeups import publish

log = structlog.stdlib.get_logger(__name__)

GIVEN_UP = {
    GiveUpReason.NO_RULE: Reason.TECHNICAL,
    GiveUpReason.ALL_CLOSED: Reason.CLOSING_TIME,
    GiveUpReason.TOO_LONG: Reason.LONGEST_WAIT,
}


@dataclass(slots=True)
class Dispatched:
    rung: set[int] = field(default_factory=set)
    withdrawn: set[int] = field(default_factory=set)
    give_ups: tuple[GiveUp, ...] = ()
    first_rung: list[datetime] = field(default_factory=list)
    """For each conversation that rings for the first time: when it entered the queue."""


async def dispatch(*, now: datetime) -> Dispatched:
    """One round. Several processes may run one at once: the first one claims a conversation."""
    began = time.monotonic()
    try:
        rows = await database.run(live_snapshot.read_if_somebody_waits, now)
    except NoPlanInForceError:
        return Dispatched()
    if rows is None:
        return Dispatched()
    signs = await live_snapshot.last_signs_of(rows.duties)
    done = await database.run(_decide_and_claim, rows, signs)
    await publish.changed(counsellors=done.rung | done.withdrawn)
    for since in done.first_rung:
        meter.first_offer.add(clock.seconds() - since.timestamp())
    for give_up in done.give_ups:
        await closing.close(conversation=str(give_up.conversation), reason=GIVEN_UP[give_up.reason], now=now)
    meter.dispatch.add(time.monotonic() - began)
    return done


_wanted = False
_running: asyncio.Task[None] | None = None


def request_dispatch() -> None:
    """Dispatch in the background; all calls during a run together cause one more run."""
    global _wanted, _running
    _wanted = True
    if _running is None or _running.done() or _running.get_loop() is not asyncio.get_running_loop():
        _running = asyncio.create_task(_until_done())


async def _until_done() -> None:
    global _wanted
    while _wanted:
        _wanted = False
        try:
            await dispatch(now=clock.now())
        except (DatabaseError, Unreachable) as fault:
            # The next tick does it.
            log.warning("a dispatch failed", fault=kind_of(fault))


def _decide_and_claim(rows: LiveRecords, signs: Mapping[str, LastSigns]) -> Dispatched:
    seen = live_snapshot.seen(rows, signs)
    decision = decide(seen.snapshot)
    done = Dispatched(give_ups=decision.give_ups)
    work: dict[str, tuple[list[Ring], list[Withdrawal]]] = {}
    # First what is taken back: a ring may need the slot.
    for withdrawal in decision.withdrawals:
        work.setdefault(str(withdrawal.conversation), ([], []))[1].append(withdrawal)
    for ring in decision.rings:
        work.setdefault(str(ring.conversation), ([], []))[0].append(ring)
    queued_at = {str(one.id): one.queued_at or one.asked_at for one in seen.snapshot.waiting}
    for conversation, (rings, withdrawals) in work.items():
        if _claim(done, conversation, seen.rounds[conversation], rings, withdrawals):
            # It rings for the first time.
            done.first_rung.append(datetime.fromtimestamp(queued_at[conversation], UTC))
    return done


_next_round = PreparedUpdate(
    lambda row, seen: Conversation.objects.filter(pk=row, state=State.WAITING, round=seen),
    lambda *_: {"round": F("round") + 1},
)


_ring = PreparedInsert(Offer, unique=["conversation", "counsellor"], update=["state", "expires_at"])


@transaction.atomic
def _claim(
    done: Dispatched, conversation: str, round_seen: int, rings: list[Ring], withdrawals: list[Withdrawal]
) -> bool:
    """Whether it rings for the first time."""
    # Of two dispatchers that saw the same round only one raises it; the other's snapshot is out of date.
    if not _next_round.run(UUID(conversation), round_seen):
        return False
    for withdrawal in withdrawals:
        ended = slots.stop_ringing(conversation=UUID(conversation), at=[withdrawal.counsellor])
        done.withdrawn.update(ended)
    rung = slots.ring_all(ring.counsellor for ring in rings)
    # Somebody at whom it rang before keeps the row, with how often they missed it.
    _ring.run(
        *(
            Offer(
                conversation_id=UUID(conversation),
                counsellor_id=ring.counsellor,
                state=OfferState.RINGING,
                expires_at=datetime.fromtimestamp(ring.expires_at, UTC),
            )
            for ring in rings
            if ring.counsellor in rung
        )
    )
    done.rung |= rung
    return bool(rung) and round_seen == 0
