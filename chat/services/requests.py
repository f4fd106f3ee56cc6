"""A visitor asks: if the door is open, the request enters the queue."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction

from chat import database, runtime, volatile
from chat.frames.base import ErrorCode, Refused
from chat.models import Conversation
from chat.services import address_shares, dispatch, live_snapshot
from chat.services.door_status import door_of, newcomer
from chat.services.edited_sites import edited_sites
from chat.services.live_snapshot import LiveRecords, LiveSnapshot
from chat.transcript.interface import PartyList
from chat.volatile import Tombstone
from indicators.codes import CounterKind, Outcome
from indicators.rows import pending, record
from partners.prepared_query import PreparedInsert, PreparedQuery
from routing_rules.door import DoorReason, DoorState
from routing_rules.loading import NoPlanInForceError
from routing_rules.models import SchoolBooking, Site
from routing_rules.queue import has_reserved_place
from routing_rules.sites import campaign_of
from wakeups import publish

RETRY_AFTER_S = 60
VISIT_S = 6 * 3600
"""Who asks while closed is counted once in so long a time: once a visit."""
WHY_FULL = {
    DoorReason.NOBODY_READY: "Nobody who could answer is there now",
    DoorReason.QUEUE_FULL: "Too many people are waiting already",
    DoorReason.NOT_BEFORE_CLOSING: "Everybody is busy, and will be until closing time",
}
GIVEN_UP = {Outcome.ABANDONED.value, Outcome.ABANDONED_SHORT.value, Outcome.FULL.value}


class _TurnedAway(Exception):
    """The door is full, which is a request with a metric row, or closed, which is only counted."""

    def __init__(self, refusal: Refused, outcome: str, row: UUID | None = None) -> None:
        super().__init__(outcome)
        self.refusal, self.outcome, self.row = refusal, outcome, row


@dataclass(frozen=True, slots=True)
class AskedRequest:
    """What a visitor asks for: codes only, and the digest of their address."""

    token_hash: str
    site: str
    theme: str
    language: str
    audience: str | None = None
    booking: str = ""
    campaign: str = ""
    origin: str = ""
    shared_origin: bool = False
    """The address is known to be many people's: it is not held to one address's part of the queue."""
    trial: bool = False
    """Staff try it out: it is in no figure."""
    opened_full: bool = False
    """Its page was opened at a full door, and is counted as such."""


async def ask(*, request: AskedRequest, now: datetime) -> str | None:
    """Put it in the queue. Returns the conversation; None: this token has one already, and asking again is the same request.

    Raises `Refused`: `not_found`, `not_allowed`, `closed_now`, `full`, `too_fast`.
    """
    read = await database.run(_read, request, now)
    if read is None:
        return None
    site, rows = read
    conversation, created = str(uuid4()), None
    try:
        # Held before it is written: of many that come at once from one address, each sees those before it.
        signs, before, held = await asyncio.gather(
            live_snapshot.last_signs_of(rows.duties),
            _before(request.token_hash, now),
            runtime.volatile().hold_origin(conversation, request.origin),
        )
        live = live_snapshot.seen(rows, signs)
        created = await database.run(_ask, conversation, request, site, live, now, before, held)
    except _TurnedAway as away:
        if before is None:
            tombstone = Tombstone(
                "", away.outcome, away.outcome, away.row, False, now.timestamp(), now.timestamp()
            )
            closed = away.outcome == CounterKind.ASKED_CLOSED
            name, for_s = _turned_away(request.token_hash), VISIT_S if closed else settings.ENV.ask_again_s
            await runtime.volatile().put_tombstone(name, tombstone, for_s=for_s, now=now.timestamp())
            await address_shares.note_short(request.origin, now=now.timestamp())
        raise away.refusal from None
    finally:
        if created is None:
            await runtime.volatile().forget(volatile.visitor(conversation))
    if created is None:
        return None
    try:
        now_ms = int(now.timestamp() * 1000)
        await asyncio.gather(
            runtime.transcripts().open(created, epoch=1, parties=PartyList(), now_ms=now_ms),
            runtime.volatile().seen(volatile.visitor(created), at=now.timestamp()),
        )
    finally:
        # The visitor waits, even if a store failed: the first message, or the next hello, opens the transcript too.
        await publish.changed(queue=True)
        dispatch.request_dispatch()
    return created


async def _before(token_hash: str, now: datetime) -> Tombstone | None:
    """The tombstone of the same visitor's last request, if asking now continues that request."""
    ended, turned_away = await asyncio.gather(
        runtime.volatile().tombstone(token_hash, now=now.timestamp()),
        runtime.volatile().tombstone(_turned_away(token_hash), now=now.timestamp()),
    )
    return ended if ended is not None and continues(ended, now=now) else turned_away


def _turned_away(token_hash: str) -> str:
    return f"away:{token_hash}"


def continues(tombstone: Tombstone, *, now: datetime) -> bool:
    """Whether asking again now continues the request of this tombstone: its visitor had just given up waiting."""
    soon_after = now.timestamp() - tombstone.closed_at <= settings.ENV.ask_again_s
    return soon_after and tombstone.outcome in GIVEN_UP


def _read(request: AskedRequest, now: datetime) -> tuple[Site, LiveRecords] | None:
    """The site and the live platform. None: this token has a conversation already. Raises `Refused`."""
    if _with_token.rows(request.token_hash):
        return None
    edited = edited_sites(now)
    site = edited.sites.get(request.site)
    if site is None:
        raise Refused(ErrorCode.NOT_FOUND, "There is no such site")
    offered = {theme.code for theme in edited.themes_of(site)}
    if request.theme not in offered or request.language not in site.languages:
        raise Refused(ErrorCode.NOT_ALLOWED, "This site does not offer this theme in this language")
    if request.booking and not _booking_runs(request.booking, now):
        raise Refused(ErrorCode.NOT_ALLOWED, "This class code is not known, or its session is not now")
    try:
        return site, live_snapshot.read(now)
    except NoPlanInForceError:
        raise Refused(ErrorCode.CLOSED_NOW, "Nothing is open now") from None


def _ask(
    conversation: str,
    request: AskedRequest,
    site: Site,
    live: LiveSnapshot,
    now: datetime,
    before: Tombstone | None,
    held: Mapping[str, float],
) -> str | None:
    audience = request.audience or ("school" if request.booking else site.audience)
    campaign = campaign_of(site, request.campaign)
    asking = newcomer(
        site=site.key,
        theme=request.theme,
        language=request.language,
        audience=audience,
        booking=request.booking,
        now=now,
        reception=live.rules.reception,
    )
    found = door_of(live.snapshot, asking)
    if found.state is DoorState.CLOSED:
        if before is None:
            _count(CounterKind.ASKED_CLOSED, request, site, campaign, now=now)
        raise _TurnedAway(
            Refused(ErrorCode.CLOSED_NOW, "Nothing is open now"), CounterKind.ASKED_CLOSED.value
        )
    if not found.lets_wait:
        row_id = before.row if before is not None else None
        if row_id is None:
            row_id = _record_full(request, site, audience, campaign, live.snapshot.plan.number, now)
        busy = Refused(ErrorCode.FULL, WHY_FULL[found.reason], retry_after_s=RETRY_AFTER_S)
        raise _TurnedAway(busy, Outcome.FULL.value, row_id)
    bounded = request.origin and not request.shared_origin and not has_reserved_place(live.snapshot, asking)
    if bounded and address_shares.is_above_queue_share(held):
        # Not `full`: the queue has places for others, and no request of theirs is lost.
        raise Refused(
            ErrorCode.TOO_FAST, "Too many people wait here from one address", retry_after_s=RETRY_AFTER_S
        )
    row = Conversation(
        id=UUID(conversation),
        token_hash=request.token_hash,
        site=site,
        theme_asked=request.theme,
        theme=request.theme,
        language=request.language,
        audience=audience,
        campaign=campaign,
        booking=request.booking,
        plan_number=live.snapshot.plan.number,
        asked_full=found.state is DoorState.FULL,
        trial=request.trial,
        asked_at=datetime.fromtimestamp(before.asked_at, UTC) if before and before.row else now,
        queued_at=now,
    )
    return _create(row, before, request)


def _count_request(request: AskedRequest, site: Site, campaign: str, now: datetime) -> None:
    """Every request is counted when it is made, too: each night the rows are checked against this."""
    _count(CounterKind.ASKED, request, site, campaign, now=now)
    if request.opened_full:
        _count(CounterKind.ASKED_FULL, request, site, campaign, now=now)


def _count(kind: CounterKind, request: AskedRequest, site: Site, campaign: str, *, now: datetime) -> None:
    if not site.test and not request.trial:
        record.count(kind=kind, site=site.key, language=request.language, campaign=campaign, now=now)


_with_token = PreparedQuery(
    lambda token_hash: Conversation.objects.filter(token_hash=token_hash).values_list("pk")
)


def _booking_runs(code: str, now: datetime) -> bool:
    return SchoolBooking.objects.filter(code=code, starts_at__lte=now, ends_at__gt=now).exists()


def _create(row: Conversation, before: Tombstone | None, request: AskedRequest) -> str | None:
    try:
        with transaction.atomic():
            _insert.run(row)
            if before is not None and before.row is not None:
                pending.withdraw(row_id=before.row)
            else:
                _count_request(request, row.site, row.campaign, row.asked_at)
    except IntegrityError:
        # Two sockets asked with one token at once: the unique token decides, and the answer is the same.
        return None
    return str(row.pk)


_insert = PreparedInsert(Conversation)


@transaction.atomic
def _record_full(
    request: AskedRequest, site: Site, audience: str, campaign: str, plan_number: int, now: datetime
) -> UUID:
    _count_request(request, site, campaign, now)
    return pending.hold(
        now=now,
        ended=record.EndedRequest(
            asked_at=now,
            outcome=Outcome.TEST if site.test or request.trial else Outcome.FULL,
            theme_asked=request.theme,
            theme_end=request.theme,
            language=request.language,
            site=site.key,
            campaign=campaign,
            audience=audience,
            site_network=Site.objects.values_list("partner__network__code", flat=True).get(pk=site.pk) or "",
            plan_number=plan_number,
            wait_s=0,
        ),
    )
