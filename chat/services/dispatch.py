"""Ring the right counsellors for each waiting conversation. It runs when something changed, and at every tick."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from django.db import DatabaseError, transaction
from django.db.models import F, Q

from chat import clock, database
from chat.faults import Unreachable
from chat.meter import meter
from chat.models import Conversation, Offer, OfferState
from chat.services import closing, live_snapshot, slots
from chat.states import Reason, State
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
    if not await database.run(_somebody_waits):
        return Dispatched()
    signs = await live_snapshot.last_signs()
    done = await database.run(_decide_and_claim, now=now, signs=signs)
    await publish.counsellor_changed(*done.rung, *done.withdrawn)
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
            log.warning("a dispatch failed", fault=type(fault).__name__)


def _somebody_waits() -> bool:
    return Conversation.objects.filter(state=State.WAITING).exists()


def _decide_and_claim(*, now: datetime, signs: Mapping[str, LastSigns]) -> Dispatched:
    try:
        seen = live_snapshot.load(now=now, signs=signs)
    except NoPlanInForceError:
        return Dispatched()
    decision = decide(seen.snapshot)
    done = Dispatched(give_ups=decision.give_ups)
    work: dict[str, tuple[list[Ring], list[Withdrawal]]] = {}
    for ring in decision.rings:
        work.setdefault(str(ring.conversation), ([], []))[0].append(ring)
    for withdrawal in decision.withdrawals:
        work.setdefault(str(withdrawal.conversation), ([], []))[1].append(withdrawal)
    for conversation, (rings, withdrawals) in work.items():
        _claim(done, conversation, seen.rounds[conversation], rings, withdrawals)
    return done


@transaction.atomic
def _claim(
    done: Dispatched, conversation: str, round_seen: int, rings: list[Ring], withdrawals: list[Withdrawal]
) -> None:
    # Of two dispatchers that saw the same round only one raises it; the other's snapshot is out of date.
    won = Conversation.objects.filter(pk=conversation, state=State.WAITING, round=round_seen).update(
        round=F("round") + 1
    )
    if not won:
        return
    row = Conversation.objects.get(pk=conversation)
    for withdrawal in withdrawals:
        ended = slots.stop_ringing(conversation=row, where=Q(counsellor=withdrawal.counsellor))
        done.withdrawn.update(ended)
    slots.lock(ring.counsellor for ring in rings)
    rung = False
    for ring in rings:
        if not slots.ring(ring.counsellor):
            continue
        Offer.objects.update_or_create(
            conversation=row,
            counsellor_id=ring.counsellor,
            defaults={
                "state": OfferState.RINGING,
                "expires_at": datetime.fromtimestamp(ring.expires_at, UTC),
            },
        )
        done.rung.add(ring.counsellor)
        rung = True
    if rung and row.round == 1:
        done.first_rung.append(row.queued_at)
