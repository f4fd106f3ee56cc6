"""The end of a conversation, in steps that another process can finish after a crash at any point.

1. The row gets the state `closing` and the reason: a second closer finds it decided. 2. The transcript is sealed and gives its counts.
3. A tombstone is stored for the visitor. 4. One transaction deletes the live row and writes the pending row, which is counted later. 5. The
tombstone gets the ticket of the survey. 6. The transcript is erased; its texts would expire a minute after the sealing anyway.
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from chat import database, presence, runtime, volatile
from chat.faults import Unreachable
from chat.models import Conversation, Party
from chat.quiet_time import quiet_ms

# `dispatch` closes what it gives up: each uses the other at run time.
from chat.services import address_shares, dispatch, slots
from chat.states import GIVEN_UP, PartyRole, Reason, State, outcome
from chat.transcript.interface import TranscriptCounts
from chat.volatile import Tombstone
from indicators.codes import Outcome
from indicators.rows import pending, record
from partners.prepared_query import Json, PreparedDelete, PreparedQuery, PreparedUpdate
from wakeups import publish

_to_be_counted: dict[str, set[asyncio.Task[None]]] = {}


@dataclass(frozen=True, slots=True)
class Ended:
    conversation: str
    token_hash: str
    reason: str
    outcome: Outcome
    asked_at: float
    surveyed: bool = False
    """Whether the visitor is asked for an opinion: somebody answered, and nobody blocked them."""
    row: UUID | None = None
    """Its pending row, once that is written."""
    counsellors: list[int] = field(default_factory=list)


async def close(
    *,
    conversation: str,
    reason: Reason,
    now: datetime,
    owner: int | None = None,
    classification: record.ClosingCodes | None = None,
) -> Ended | None:
    """Close it for this reason; with `owner`, only if that counsellor owns it. It ends at the last sign of a visitor who has gone.

    None: there was nothing to close (any more).
    """
    left_at = await _left_at(conversation, now)
    if left_at is not None and reason in GIVEN_UP:
        # There was nobody left to give up.
        reason = Reason.VISITOR_GONE
    row = await database.run(_begin, conversation, reason, now, owner, classification, left_at)
    return None if row is None else await _finish(row, now)


async def _left_at(conversation: str, now: datetime) -> datetime | None:
    try:
        return await presence.visitor_left_at(conversation, now=now)
    except Unreachable:
        # The closing must not wait for what the store knows.
        return None


def count_first(conversation: str, work: asyncio.Task[None]) -> None:
    """Make the closing wait for this write of the same process, which the metric row depends on."""
    under_way = _to_be_counted.setdefault(conversation, set())
    under_way.add(work)

    def done(_: asyncio.Task[None]) -> None:
        under_way.discard(work)
        if not under_way:
            _to_be_counted.pop(conversation, None)

    work.add_done_callback(done)


async def finish(*, conversation: str, now: datetime) -> Ended | None:
    """Finish a closing that was decided, here or by a process that died."""
    row = await database.run(_closing, conversation)
    return None if row is None else await _finish(row, now)


async def _finish(row: "_Closing", now: datetime) -> Ended | None:
    conversation = str(row.pk)
    counts = await runtime.transcripts().seal(conversation)
    if writes := _to_be_counted.get(conversation):
        await asyncio.gather(*writes, return_exceptions=True)
        # Whoever first wrote may be of another team.
        again = await database.run(_closing, conversation)
        row = row if again is None else again
    # Stored before the row is deleted: if this process dies in between, the visitor still learns how it ended.
    await _put_tombstone(_end_of(row, counts, now), now)
    ended = await database.run(_settle, row, counts, now)
    if ended is None:
        return None
    try:
        await asyncio.gather(
            _put_tombstone(ended, now),
            runtime.transcripts().erase(conversation),
            runtime.volatile().forget_storage_key(ended.token_hash),
        )
        await address_shares.note_end(
            conversation=conversation,
            outcome=ended.outcome,
            blocked=ended.reason == Reason.BLOCKED,
            now=now.timestamp(),
        )
        await runtime.volatile().forget(volatile.visitor(conversation))
    finally:
        # The conversation has ended, even if a store failed.
        await publish.changed(conversation, counsellors=ended.counsellors, queue=True)
        # Its counsellors have a free slot again.
        dispatch.request_dispatch()
    return ended


async def _put_tombstone(ended: Ended, now: datetime) -> None:
    tombstone = Tombstone(
        conversation=ended.conversation,
        reason=ended.reason,
        outcome=ended.outcome.value,
        row=ended.row,
        survey=ended.row is not None and ended.surveyed,
        closed_at=now.timestamp(),
        asked_at=ended.asked_at,
    )
    for_s, store = settings.ENV.tombstone_s, runtime.volatile()
    await asyncio.gather(
        *(
            store.put_tombstone(name, tombstone, for_s=for_s, now=now.timestamp())
            for name in (ended.token_hash, ended.conversation)
        )
    )


def half_done() -> list[str]:
    """Closings that a process decided and did not finish."""
    return [str(one) for one in Conversation.objects.filter(state=State.CLOSING).values_list("pk", flat=True)]


def _begin(
    conversation: str,
    reason: Reason,
    now: datetime,
    owner: int | None,
    classification: record.ClosingCodes | None,
    left_at: datetime | None = None,
) -> "_Closing | None":
    """The row, where this call has decided that it ends."""
    chosen = classification or record.ClosingCodes()
    codes = Json({"theme": chosen.theme, "subtheme": chosen.subtheme, "given": list(chosen.given)})
    # The first closer decides the reason; later ones find the state changed and update no row.
    row = UUID(conversation)
    if owner is None:
        begun = _begin_for_all.run(row, reason.value, now, codes)
    else:
        begun = _begin_for_owner.run(row, reason.value, now, codes, owner)
    if begun and left_at is not None:
        Conversation.objects.filter(pk=row).update(left_at=left_at)
    return _closing(conversation) if begun else None


def _open(row: UUID, *_: object) -> QuerySet[Conversation]:
    return Conversation.objects.filter(pk=row, state__in=[State.WAITING, State.ACTIVE])


def _open_and_owned(
    row: UUID, _reason: str, _now: datetime, _codes: object, owner: int
) -> QuerySet[Conversation]:
    # A subquery, not a join: the state must be checked again once a competing update has committed.
    owned = Party.objects.filter(conversation=OuterRef("pk"), counsellor=owner, role=PartyRole.OWNER)
    return _open(row).filter(Exists(owned))


def _decided(_row: UUID, reason: str, now: datetime, codes: dict[str, Any], *_: object) -> dict[str, Any]:
    return {"state": State.CLOSING, "closing_reason": reason, "closed_at": now, "classification": codes}


_begin_for_all, _begin_for_owner = PreparedUpdate(_open, _decided), PreparedUpdate(_open_and_owned, _decided)


class _Closing(NamedTuple):
    """The columns that an ending is made of. Plain columns: every conversation ends."""

    pk: UUID
    token_hash: str
    closing_reason: str
    asked_at: datetime
    accepted_at: datetime | None
    first_answer_at: datetime | None
    closed_at: datetime | None
    left_at: datetime | None
    asked_full: bool
    theme_asked: str
    theme: str
    language: str
    campaign: str
    audience: str
    plan_number: int
    transfers: int
    requeues: int
    classification: dict[str, Any]
    trial: bool
    site: str
    test: bool
    site_network: str | None
    pool: str | None
    pool_network: str | None
    in_queue: bool

    @property
    def answered_at(self) -> datetime | None:
        """When the first message that reached the visitor was written: they were there after it, or left later."""
        unread = self.first_answer_at and self.left_at and self.first_answer_at > self.left_at
        return None if unread else self.first_answer_at


_closing_row = PreparedQuery(
    lambda conversation: (
        Conversation.objects.filter(pk=conversation, state=State.CLOSING)
        .annotate(in_queue=~Exists(Party.objects.filter(conversation=OuterRef("pk"))))
        .values_list(
            *_Closing._fields[:-6],
            "site__key",
            "site__test",
            "site__partner__network__code",
            "served_by__slug",
            "served_by__partner__network__code",
            "in_queue",
        )
    )
)
_delete = PreparedDelete(
    lambda row: Conversation.objects.filter(pk=row, state=State.CLOSING),
    returning=["first_answer_at", "accepted_at"],
)


def _closing(conversation: str) -> _Closing | None:
    rows = _closing_row.rows(UUID(conversation))
    return _Closing(*rows[0]) if rows else None


def _end_of(row: _Closing, counts: TranscriptCounts | None, now: datetime) -> Ended:
    reason = Reason(row.closing_reason)
    answered = row.answered_at is not None or (counts is not None and counts.two_way)
    result = outcome(
        reason=reason,
        accepted=row.accepted_at is not None,
        answered=answered,
        waited_s=_seconds(row.asked_at, row.left_at or row.closed_at or now),
        test=row.test or row.trial,
        asked_full=row.asked_full,
    )
    surveyed = answered and reason is not Reason.BLOCKED
    return Ended(str(row.pk), row.token_hash, reason.value, result, row.asked_at.timestamp(), surveyed)


@transaction.atomic
def _settle(row: _Closing, counts: TranscriptCounts | None, now: datetime) -> Ended | None:
    # Two processes may finish the same closing: the second finds no row.
    gone = _delete.rows(row.pk)
    if not gone:
        return None
    # Of a row that is being closed, only this is still written: by a process in which a counsellor had just answered.
    ((answered_at, accepted_at),) = gone
    row = row._replace(first_answer_at=answered_at, accepted_at=accepted_at)
    ended = _end_of(row, counts, now)
    # Whatever refers to it goes too: the database checks that at the commit.
    counsellors = slots.release(conversation=row.pk, now=now)
    key = pending.hold(
        ended=_request(row, ended.outcome, counts, row.left_at or row.closed_at or now), now=now
    )
    return replace(ended, row=key, counsellors=counsellors)


def _request(
    row: _Closing, result: Outcome, counts: TranscriptCounts | None, closed_at: datetime
) -> record.EndedRequest:
    accepted, answered = (
        row.accepted_at,
        row.answered_at or (row.first_answer_at if counts and counts.two_way else None),
    )
    return record.EndedRequest(
        asked_at=row.asked_at,
        outcome=result,
        theme_asked=row.theme_asked,
        theme_end=row.theme,
        language=row.language,
        site=row.site,
        campaign=row.campaign,
        audience=row.audience,
        site_network=row.site_network or "",
        network_served=row.pool_network,
        pool_served=row.pool,
        plan_number=row.plan_number,
        wait_s=_seconds(row.asked_at, accepted or closed_at),
        first_answer_s=_seconds(accepted, answered) if accepted and answered else None,
        duration_s=_seconds(accepted, closed_at) if accepted else None,
        quiet_s=_quiet_s(counts, accepted, closed_at) if counts and accepted else 0,
        leg_lost=answered is not None and row.in_queue,
        two_way=bool(counts and counts.two_way),
        transfers=row.transfers,
        requeues=row.requeues,
        messages_visitor=counts.visitor if counts else 0,
        messages_counsellor=counts.counsellor if counts else 0,
        classification=record.ClosingCodes(**row.classification)
        if row.classification
        else record.ClosingCodes(),
    )


def _quiet_s(counts: TranscriptCounts, accepted: datetime, closed_at: datetime) -> float:
    start_ms, end_ms = (int(moment.timestamp() * 1000) for moment in (accepted, closed_at))
    return quiet_ms(counts.quiet, last_ms=counts.last_ms, start_ms=start_ms, end_ms=end_ms) / 1000


def _seconds(start: datetime, end: datetime) -> float:
    return max(timedelta(0), end - start).total_seconds()
