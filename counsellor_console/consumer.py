"""The counsellor's socket: parse, one call, reply. What it tells comes from looking at what is true now."""

import time
from collections.abc import Collection
from dataclasses import replace
from typing import assert_never

import msgspec
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError

from chat import clock, database, publish, runtime, volatile
from chat.frames import from_counsellor as said
from chat.frames import to_counsellor as told
from chat.frames.base import ErrorCode, Pong, Refused, write
from chat.hub import EVERY_COUNSELLOR, Said, Signal, counsellor_topic
from chat.sealing import Cipher
from chat.services import counsellor_view, duty, offers, saying, waiting_line
from chat.services.counsellor_view import CounsellorView, Seat
from chat.services.dispatch import soon
from chat.socket import SIGNED_OUT, Socket
from chat.transcript.interface import Kind
from counsellor_console import briefing, ending, sharing, speaking, telling
from counsellor_console.refusals import known, not_found
from routing_rules.snapshot import Availability

PRESENCE_EVERY_S = 5
OnConversation = (
    said.Say | said.Note | said.Typing | said.Seen | said.Transfer | said.Invite | said.Withdraw | said.Close | said.Block
)  # fmt: skip


class CounsellorSocket(Socket[said.Frame]):
    reader = said.reader

    def __init__(self) -> None:
        super().__init__()
        self._me = 0
        self._staff = 0
        self._name = ""
        self._session = ""
        # What is true, and up to which of it this page was told.
        self._view: CounsellorView | None = None
        self._told: CounsellorView | None = None
        self._queue: list[told.Queued] = []
        self._ciphers: dict[str, Cipher] = {}
        self._because: dict[str, str] = {}
        # Every conversation that was offered or queued here since the page was opened.
        self._shown: set[str] = set()
        self._answered: set[str] = set()
        self._present_at = 0.0
        self._colleagues_stale = False
        self._asked_readiness = False

    async def admit(self) -> bool:
        user = self.scope.get("user", AnonymousUser())
        person = await database.run(briefing.counsellor_of, user)
        if person is None:
            return False
        self._me, self._staff, self._name = person
        self._session = str(self.scope["session"].session_key)
        runtime.hub().join(counsellor_topic(self._me), self)
        return True

    # --- frames -----------------------------------------------------------------------------------------------

    async def on_frame(self, frame: said.Frame) -> None:
        await self._is_present()
        if isinstance(frame, said.Hello):
            await self.or_come_back(self._hello(frame))
            return
        if self._view is None:
            raise Refused(ErrorCode.BAD_FRAME, "Say hello first")
        match frame:
            case said.Say() | said.Note():
                await self._say(frame)
            case said.Typing():
                await publish.hint(self._seat(frame).conversation, "typing", by=self._me, on=frame.on)
            case said.Seen():
                await publish.hint(self._seat(frame).conversation, "seen", by=self._me, seq=frame.seq)
            case said.Availability():
                await duty.say_readiness(
                    counsellor=self._me,
                    state=Availability(frame.state),
                    capacity=frame.capacity,
                    now=clock.now(),
                )
                self._asked_readiness = True
                await self.look_now()
            case said.Active():
                await duty.touched(counsellor=self._me, now=clock.now())
            case said.Accept() | said.Take():
                await self._accept(frame)
            case said.Refuse():
                if not await offers.refuse(conversation=known(frame), counsellor=self._me, now=clock.now()):
                    raise not_found(frame)
                await self.look_now()
            case said.Transfer():
                await self._hand_on(frame)
            case said.Invite() | said.Withdraw():
                await sharing.ask_in(frame, self._seat(frame), me=self._me, now=clock.now())
                await self.look_now()
                soon()
            case said.Close() | said.Block():
                await ending.end(frame, self._seat(frame), me=self._me, now=clock.now())
                await self.look_now()
            case Pong():
                pass
            case _:
                assert_never(frame)

    async def _hello(self, frame: said.Hello) -> None:
        now = clock.now()
        await duty.come(counsellor=self._me, now=now)
        view = await counsellor_view.look(self._me)
        self._leave_rooms(set(self._ciphers))
        for seat in view.seats.values():
            self._enter(seat)
        self._view = view
        runtime.hub().join(EVERY_COUNSELLOR, self)
        self._queue = (await waiting_line.now()).queue_of(self._me)
        self._note_shown()
        snapshots, resumed = [], []
        for seat in view.seats.values():
            place = frame.after.get(seat.conversation)
            snapshot, came = await telling.snapshot(seat, self._ciphers[seat.conversation], place)
            snapshots.append(snapshot)
            resumed += [came] if came else []
        self.push(
            await briefing.welcome(
                counsellor=self._me,
                name=self._name,
                language=frame.lang,
                view=view,
                queue=self._queue,
                snapshots=snapshots,
            )
        )
        for came in resumed:
            self.push(came)
        self._told = view
        for conversation in view.seats:
            self.let_go(conversation)
        # What changed after it was read and before this could hear of it.
        self.look_soon()
        soon()

    async def _say(self, frame: said.Say | said.Note) -> None:
        seat = self._seat(frame)
        cipher = self._ciphers[seat.conversation]
        now = clock.now()
        try:
            done = await speaking.speak(frame, seat, cipher, me=self._me, now=now)
        except Refused as refusal:
            if refusal.code is ErrorCode.NOT_FOUND:
                self.look_soon()
            raise
        if done.again:
            there = await saying.again(seat.conversation, speaking.kind_of(frame), done)
            self.push(telling.entry(seat, there, cipher.open(there.sealed)))
        elif (
            isinstance(frame, said.Say)
            and not seat.answered
            and seat.conversation not in self._answered
            and await saying.answered(conversation=seat.conversation, now=now)
        ):
            self._answered.add(seat.conversation)

    async def _accept(self, frame: said.Accept | said.Take) -> None:
        act = offers.take if isinstance(frame, said.Take) else offers.accept
        assert self._told is not None
        told_before = frame.conversation in self._told.seats
        try:
            await act(conversation=known(frame), counsellor=self._me, now=clock.now())
        except offers.OfferGone as gone:
            # Only of what this console was shown does it learn what became of it.
            if str(gone) == ErrorCode.NOT_FOUND or frame.conversation not in self._shown:
                raise not_found(frame) from None
            offer = self._told.offers.get(frame.conversation)
            taken_back = offer is not None and offer.invited and str(gone) == "accepted_elsewhere"
            # A copy: another page of the same person may have been told the same.
            left = {one: offer for one, offer in self._told.offers.items() if one != frame.conversation}
            self._told = replace(self._told, offers=left)
            self.push(told.OfferGone(frame.conversation, "withdrawn" if taken_back else str(gone)))
        await self.look_now()
        seat, cipher = self._told.seats.get(frame.conversation), self._ciphers.get(frame.conversation)
        if told_before and seat is not None and cipher is not None:
            # Said again: the answer may have been missed.
            snapshot, _ = await telling.snapshot(seat, cipher, None)
            self.push(telling.opened(snapshot))

    async def _hand_on(self, frame: said.Transfer) -> None:
        seat = self._seat(frame)
        # Said before it happens: the wake-up may be quicker than the answer.
        self._because[seat.conversation] = "transferred"
        try:
            await sharing.hand_on(frame, seat, self._ciphers[seat.conversation], me=self._me, now=clock.now())
        except Refused:
            self._because.pop(seat.conversation, None)
            raise
        await self.look_now()
        soon()

    # --- what is true now -------------------------------------------------------------------------------------

    async def look(self) -> None:
        before = self._told
        if before is None:
            return
        if not await briefing.may_stay(self._staff, self._session):
            self.close(SIGNED_OUT)
            return
        view = self._view = await counsellor_view.look(self._me)
        self._note_shown()
        # Read first, then told without a pause: should a store fail in between, the next look finds the same difference again.
        news = await self._news(before, view)
        self._told = view
        for frame in news:
            self.push(frame)
        for conversation in view.seats:
            self.let_go(conversation)
        await self.glance()

    async def glance(self) -> None:
        if self._told is None:
            return
        before, self._queue = self._queue, (await waiting_line.now()).queue_of(self._me)
        self._note_shown()
        if [one.conversation for one in before] != [one.conversation for one in self._queue]:
            self.push(told.Queue(self._queue))
        if self._colleagues_stale:
            # Before they are read: who changes meanwhile is read once more.
            self._colleagues_stale = False
            try:
                self.push(told.Colleagues(await counsellor_view.colleagues(self._me)))
            except DatabaseError:
                self._colleagues_stale = True
                raise

    def _note_shown(self) -> None:
        if self._view is not None:
            self._shown.update(self._view.offers, (one.conversation for one in self._queue))

    async def _news(self, before: CounsellorView, now: CounsellorView) -> list[msgspec.Struct]:
        news = await self._news_of_seats(before, now)
        news += await telling.offers_changed(before, now, me=self._me)
        # Nothing waits from here on: what was asked for is answered now, or not at all.
        if self._asked_readiness or telling.is_readiness_changed(before, now):
            self._asked_readiness = False
            news.append(telling.readiness(before, now))
        return news

    async def _news_of_seats(self, before: CounsellorView, now: CounsellorView) -> list[msgspec.Struct]:
        news: list[msgspec.Struct] = []
        # Also those that were entered and never told of.
        self._leave_rooms(self._ciphers.keys() - now.seats.keys())
        lost = before.seats.keys() - now.seats.keys()
        for conversation in lost:
            news.append(await telling.lost(conversation, self._because.get(conversation, "")))
        for conversation, seat in now.seats.items():
            seen = before.seats.get(conversation)
            if seen is None or conversation not in self._ciphers:
                self._enter(seat)
                snapshot, _ = await telling.snapshot(seat, self._ciphers[conversation], None)
                news.append(telling.opened(snapshot))
            else:
                news += telling.parties_changed(seen, seat, me=self._me)
        for conversation in lost:
            self._because.pop(conversation, None)
        return news

    def _enter(self, seat: Seat) -> None:
        cipher = self._ciphers[seat.conversation] = Cipher(seat.conversation, seat.content_key)
        self.hold(seat.conversation)
        runtime.hub().enter(seat.conversation, cipher, self)

    def _leave_rooms(self, conversations: Collection[str]) -> None:
        for conversation in conversations:
            runtime.hub().leave(conversation, self)
            self._ciphers.pop(conversation, None)
            self._held.pop(conversation, None)

    # --- what comes from the hub ------------------------------------------------------------------------------

    def hear(self, event: Said | Signal) -> None:
        if self._view is None:
            return
        if isinstance(event, Said):
            self._hear(event)
        elif event.topic in self._view.seats:
            self._hint(event.topic, event)
        elif event.name == "rights":
            self.look_soon()
        elif event.name == "colleagues":
            self._colleagues_stale = True
            self.glance_soon()
        elif event.name == "queue":
            self.glance_soon()
        else:
            if event.name == "routing":
                soon()
            self.look_soon()

    def _hear(self, event: Said) -> None:
        assert self._view is not None
        seat = self._view.seats.get(event.conversation)
        if seat is None:
            return
        listed = event.entry.parties
        if self._me not in listed.numbers and listed.version >= seat.party_version:
            # No longer a party: the database knows, this socket is about to. (A list that is older than what was seen
            # there says nothing: the store could not be told in time.)
            self.look_soon()
            return
        name = "counsellor" if event.entry.kind is Kind.MESSAGE else "note"
        encoded = event.encoded.get(name)
        if encoded is None:
            encoded = event.encoded[name] = write(telling.entry(seat, event.entry, event.body))
        self.push(encoded)

    def _hint(self, conversation: str, event: Signal) -> None:
        if event.name == "changed":
            if because := event.data.get("because"):
                self._because.setdefault(conversation, because)
            self.look_soon()
        elif hint := telling.hint(conversation, event):
            self.push(hint)

    # --- being there ------------------------------------------------------------------------------------------

    async def on_alive(self) -> None:
        await self._is_present()

    async def _is_present(self) -> None:
        now = time.monotonic()
        if now - self._present_at > PRESENCE_EVERY_S:
            self._present_at = now
            await runtime.volatile().seen(volatile.counsellor(self._me), at=clock.seconds())

    async def gone(self) -> None:
        runtime.hub().leave(counsellor_topic(self._me), self)
        runtime.hub().leave(EVERY_COUNSELLOR, self)
        self._leave_rooms(set(self._ciphers))
        if self._present_at and not runtime.hub().has(counsellor_topic(self._me)):
            # No other tab here: the grace begins now, not at the end of a silence.
            silent_since = clock.seconds() - settings.ENV.silence_s
            await runtime.volatile().seen(volatile.counsellor(self._me), at=silent_since)

    def _seat(self, frame: OnConversation) -> Seat:
        assert self._view is not None
        seat = self._view.seats.get(frame.conversation)
        if seat is None:
            raise not_found(frame)
        return seat
