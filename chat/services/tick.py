"""The safety net for everything that time changes. Runs every second in the web processes, one of them at a time; needs no broker."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q

from chat import database, presence, runtime, volatile
from chat.faults import Unreachable
from chat.models import Conversation, Duty, Lease
from chat.services import closing, counsellor_view, dispatch, duty, idle, offers, parties, queue, tick_signs
from chat.services.duty_sampling import rings
from chat.services.sampling import Sampler
from chat.states import Reason, State, VisitorSign
from chat.transcript.interface import PartyList
from routing_rules.presence import LastSigns, Presence, PresenceLimits
from wakeups import publish

log = structlog.stdlib.get_logger(__name__)

LEASE_S = 5
COLLEAGUES_EVERY_S = 5
RENEW_EVERY_S = 60


@dataclass(slots=True)
class Tick:
    """One process's ticks, with what it has published already: a warning is sent once."""

    holder: str
    interrupted: set[tuple[str, int]] = field(default_factory=set)
    visitors_gone: set[str] = field(default_factory=set)
    warned: set[str] = field(default_factory=set)
    shown: dict[str, int] = field(default_factory=dict)
    queue_told: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)
    colleagues_told: Mapping[int, str] = field(default_factory=dict)
    colleagues_at: float = -COLLEAGUES_EVERY_S
    renewed_at: float = 0.0
    sampler: Sampler = field(default_factory=Sampler)

    async def run(self, *, now: datetime) -> bool:
        """False when another process leads."""
        await rings.write(now=now)
        if not await database.run(take_lease, "tick", self.holder, now):
            return False
        await offers.expire(now=now)
        for conversation in await database.run(closing.half_done):
            await _finish(conversation, now)
        live = await database.run(_live)
        signs = await runtime.volatile().last_signs(
            [tick_signs.TICK]
            + [volatile.visitor(one.conversation) for one in live]
            + [volatile.counsellor(each) for one in live for each in one.counsellors]
        )
        unbroken_s = await _unbroken(signs.get(tick_signs.TICK), now)
        sees = tick_signs.sees(unbroken_s)
        await self._show_parties(live)
        active = [one.conversation for one in live if one.state == State.ACTIVE]
        quiet = await idle.quiet_since(active, now=now)
        for one in live:
            try:
                await self._look_after(
                    one, quiet.get(one.conversation), signs, now, sees=sees, unbroken_s=unbroken_s
                )
            except (OperationalError, Unreachable):
                raise
            except Exception as fault:  # the others must not wait for it
                log.error("a conversation could not be looked after", exc_info=fault)
        self._forget_all_but({one.conversation for one in live})
        if sees:
            await self._end_duties(now)
        await self._renew(live, now)
        await self.sampler.run(now=now)
        if any(one.state == State.WAITING for one in live):
            await dispatch.dispatch(now=now)
        await self._publish_what_time_changed()
        return True

    async def _publish_what_time_changed(self) -> None:
        """Publish changes that no service has published: somebody fell silent, hours ended, an absent person came back. The queue and
        the states of colleagues depend on them."""
        told = (await queue.now()).told()
        if told != self.queue_told:
            self.queue_told = told
            await publish.changed(queue=True)
        if time.monotonic() - self.colleagues_at < COLLEAGUES_EVERY_S:
            return
        self.colleagues_at = time.monotonic()
        colleagues = {one.id: one.state for one in await counsellor_view.everybody_on_duty()}
        if colleagues != self.colleagues_told:
            self.colleagues_told = colleagues
            await publish.changed(colleagues=True)

    async def _show_parties(self, live: Iterable["_Live"]) -> None:
        """Update party lists in the store. The services did so already, unless the store was unreachable or the process died."""
        changed = [one for one in live if self.shown.get(one.conversation) != one.parties.version]
        updated = await asyncio.gather(
            *(runtime.transcripts().set_parties(one.conversation, one.parties) for one in changed)
        )
        self.shown |= {
            one.conversation: one.parties.version
            for one, known in zip(changed, updated, strict=True)
            if known
        }

    async def _look_after(
        self,
        one: "_Live",
        quiet_since: float | None,
        signs: Mapping[str, LastSigns],
        now: datetime,
        *,
        sees: bool,
        unbroken_s: float,
    ) -> None:
        if sees and await self._visitor_is_gone(one, signs, now):
            return
        for counsellor in one.counsellors if sees else ():
            await self._counsellor_is_lost(one, counsellor, signs, now)
        await self._is_idle(one, quiet_since, now, unbroken_s)

    async def _visitor_is_gone(self, one: "_Live", signs: Mapping[str, LastSigns], now: datetime) -> bool:
        limits = presence.visitor_limits(one.state)
        there = await _party(volatile.visitor(one.conversation), signs, now, limits)
        if there is Presence.LOST:
            await closing.close(conversation=one.conversation, reason=Reason.VISITOR_GONE, now=now)
            return True
        if there is Presence.SILENT and one.conversation not in self.visitors_gone:
            self.visitors_gone.add(one.conversation)
            await publish.hint(
                one.conversation, "visitor", state=VisitorSign.GONE.value, grace_s=int(limits.grace_s)
            )
        elif there.connected and one.conversation in self.visitors_gone:
            self.visitors_gone.discard(one.conversation)
            await publish.hint(one.conversation, "visitor", state=VisitorSign.PRESENT.value)
        return False

    async def _counsellor_is_lost(
        self, one: "_Live", counsellor: int, signs: Mapping[str, LastSigns], now: datetime
    ) -> None:
        limits = presence.counsellor_limits()
        there = await _party(volatile.counsellor(counsellor), signs, now, limits)
        party = (one.conversation, counsellor)
        if there is Presence.LOST:
            self.interrupted.discard(party)
            await parties.requeue(conversation=one.conversation, lost=counsellor, now=now)
        elif there is Presence.SILENT and party not in self.interrupted:
            self.interrupted.add(party)
            grace_s = int(limits.grace_s)
            await publish.hint(one.conversation, "interrupted", counsellor=counsellor, grace_s=grace_s)
        elif there.connected and party in self.interrupted:
            self.interrupted.discard(party)
            await publish.hint(one.conversation, "back", counsellor=counsellor)

    async def _is_idle(self, one: "_Live", since: float | None, now: datetime, unbroken_s: float) -> None:
        if since is None:
            self.warned.discard(one.conversation)
            return
        quiet_s = idle.counted_s(since, unbroken_s=unbroken_s, now=now)
        if quiet_s > settings.ENV.idle_close_s:
            # `since` was read for all at once, and closing others takes time: this one may have new messages.
            if await idle.quiet_since([one.conversation], now=now):
                await closing.close(conversation=one.conversation, reason=Reason.IDLE, now=now)
        elif not idle.is_warned(quiet_s):
            self.warned.discard(one.conversation)
        elif one.conversation not in self.warned:
            self.warned.add(one.conversation)
            in_s = idle.closes_in_s(quiet_s)
            await publish.hint(one.conversation, "closing", in_s=in_s, reason=Reason.IDLE.value)

    async def _end_duties(self, now: datetime) -> None:
        """End the duty of counsellors whose consoles were closed long ago, whatever their availability says."""
        idle = await database.run(_idle_duties)
        signs = await runtime.volatile().last_signs([volatile.counsellor(one) for one in idle])
        for one in idle:
            who = volatile.counsellor(one)
            if who not in signs:
                # The store does not know them (a memory was lost): they count as silent, and the grace begins now.
                await presence.note_closed(who, now=now)
                continue
            there = presence.of_party(who, signs, now=now, limits=presence.duty_limits())
            if there is Presence.LOST and await database.run(duty.end_duty, one):
                await runtime.volatile().forget(volatile.counsellor(one))
                await publish.changed(colleagues=True)

    async def _renew(self, live: Iterable["_Live"], now: datetime) -> None:
        if now.timestamp() - self.renewed_at < RENEW_EVERY_S:
            return
        first, self.renewed_at = not self.renewed_at, now.timestamp()
        now_ms = int(now.timestamp() * 1000)
        await runtime.transcripts().renew([one.conversation for one in live], now_ms=now_ms)
        if not first:
            # Not right after a start, when everybody comes back: whoever is about to begin an epoch would have to come once more.
            await runtime.transcripts().expire(now_ms=now_ms)

    def _forget_all_but(self, live: set[str]) -> None:
        self.interrupted = {party for party in self.interrupted if party[0] in live}
        self.visitors_gone &= live
        self.warned &= live
        self.shown = {each: version for each, version in self.shown.items() if each in live}


@dataclass(frozen=True, slots=True)
class _Live:
    conversation: str
    state: str
    counsellors: tuple[int, ...]
    parties: PartyList


def _live() -> list[_Live]:
    """One query, read as plain columns: there may be many, every second."""
    open_ones: dict[str, tuple[str, int, dict[int, int]]] = {}
    rows = Conversation.objects.filter(state__in=[State.WAITING, State.ACTIVE]).values_list(
        "pk", "state", "party_version", "parties__counsellor_id", "parties__number"
    )
    for row, state, version, counsellor, number in rows:
        _, _, numbers = open_ones.setdefault(str(row), (state, version, {}))
        # A conversation without parties is one row without a counsellor.
        if counsellor is not None:
            numbers[counsellor] = number
    return [
        _Live(conversation, state, tuple(sorted(numbers)), PartyList(version, numbers))
        for conversation, (state, version, numbers) in open_ones.items()
    ]


def _idle_duties() -> list[int]:
    return list(Duty.objects.filter(on_duty=True, active=0).values_list("counsellor_id", flat=True))


async def _finish(conversation: str, now: datetime) -> None:
    try:
        await closing.finish(conversation=conversation, now=now)
    except Exception as fault:  # it is tried again at the next tick; the others must not wait for it
        log.error("a closing could not be finished", exc_info=fault)


async def _unbroken(tick: LastSigns | None, now: datetime) -> float:
    """For how many seconds the tick has run without a break; notes that it runs now."""
    await runtime.volatile().seen(
        tick_signs.TICK, at=now.timestamp(), active=tick_signs.is_broken(tick, now=now)
    )
    return tick_signs.lasts_s(tick, now=now)


async def _party(who: str, signs: Mapping[str, LastSigns], now: datetime, limits: PresenceLimits) -> Presence:
    """The presence of somebody who takes part. The silence of somebody unknown begins now."""
    if who not in signs:
        await runtime.volatile().seen(who, at=now.timestamp())
    return presence.of_party(who, signs, now=now, limits=limits)


def take_lease(name: str, holder: str, now: datetime) -> bool:
    """Lead this job for some seconds more, if nobody else does."""
    until = now + timedelta(seconds=LEASE_S)
    # One statement decides: the lease is this holder's, or expired. A lease that ends later than any may was taken by a wrong clock.
    free = Q(holder=holder) | Q(expires_at__lte=now) | Q(expires_at__gt=now + timedelta(seconds=2 * LEASE_S))
    if Lease.objects.filter(free, name=name).update(holder=holder, expires_at=until):
        return True
    try:
        with transaction.atomic():
            _, created = Lease.objects.get_or_create(
                name=name, defaults={"holder": holder, "expires_at": until}
            )
    except IntegrityError:
        return False
    return created
