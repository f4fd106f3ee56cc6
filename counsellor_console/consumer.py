"""The counsellor's socket: parse, one call, reply. What it tells comes from looking at what is true now."""

import time
from collections.abc import Collection
from dataclasses import replace
from typing import assert_never

import msgspec
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError

from chat import clock, database, presence, publish, runtime, volatile
from chat.frames.base import ErrorCode, Pong, Refused, write
from chat.frames.counsellor import client_frames, server_frames
from chat.hub import EVERY_COUNSELLOR, Notification, TranscriptEvent, counsellor_topic
from chat.sealing import Cipher
from chat.services import counsellor_view, duty, messages, offers, queue
from chat.services.counsellor_view import CounsellorView, Participation
from chat.services.dispatch import soon
from chat.socket import SIGNED_OUT, Socket
from chat.transcript.interface import EntryKind
from counsellor_console import closing, presenter, transfer, welcome
from counsellor_console import messages as console_messages
from counsellor_console.refusals import known, not_found
from routing_rules.snapshot import AvailabilityState

PRESENCE_EVERY_S = 5
ConversationFrame = (
    client_frames.Say
    | client_frames.Note
    | client_frames.Typing
    | client_frames.Seen
    | client_frames.Transfer
    | client_frames.Invite
    | client_frames.Withdraw
    | client_frames.Close
    | client_frames.Block
)


class CounsellorSocket(Socket[client_frames.Frame]):
    reader = client_frames.reader

    def __init__(self) -> None:
        super().__init__()
        self._me = 0
        self._staff = 0
        self._name = ""
        self._session = ""
        # What is true, and up to which of it this page was told.
        self._view: CounsellorView | None = None
        self._pushed_view: CounsellorView | None = None
        self._queue: list[server_frames.Queued] = []
        self._ciphers: dict[str, Cipher] = {}
        self._reasons: dict[str, str] = {}
        # Every conversation that was offered or queued here since the page was opened.
        self._shown: set[str] = set()
        self._answered: set[str] = set()
        self._present_at = 0.0
        self._colleagues_stale = False
        self._asked_readiness = False

    async def admit(self) -> bool:
        user = self.scope.get("user", AnonymousUser())
        person = await database.run(welcome.counsellor_of, user)
        if person is None:
            return False
        self._me, self._staff, self._name = person
        self._session = str(self.scope["session"].session_key)
        runtime.hub().subscribe(counsellor_topic(self._me), self)
        return True

    # --- frames -----------------------------------------------------------------------------------------------

    async def on_frame(self, frame: client_frames.Frame) -> None:
        await self._note_presence()
        if isinstance(frame, client_frames.Hello):
            await self.or_reconnect(self._hello(frame))
            return
        if self._view is None:
            raise Refused(ErrorCode.BAD_FRAME, "Say hello first")
        match frame:
            case client_frames.Say() | client_frames.Note():
                await self._say(frame)
            case client_frames.Typing():
                await publish.hint(
                    self._participation(frame).conversation, "typing", by=self._me, on=frame.on
                )
            case client_frames.Seen():
                await publish.hint(
                    self._participation(frame).conversation, "seen", by=self._me, seq=frame.seq
                )
            case client_frames.Availability():
                await duty.set_availability(
                    counsellor=self._me,
                    state=AvailabilityState(frame.state),
                    capacity=frame.capacity,
                    now=clock.now(),
                )
                self._asked_readiness = True
                await self.refresh_now()
            case client_frames.Active():
                await duty.mark_active(counsellor=self._me, now=clock.now())
            case client_frames.Accept() | client_frames.Take():
                await self._accept(frame)
            case client_frames.Refuse():
                if not await offers.refuse(conversation=known(frame), counsellor=self._me, now=clock.now()):
                    raise not_found(frame)
                await self.refresh_now()
            case client_frames.Transfer():
                await self._transfer(frame)
            case client_frames.Invite() | client_frames.Withdraw():
                await transfer.invite_or_withdraw(
                    frame, self._participation(frame), me=self._me, now=clock.now()
                )
                await self.refresh_now()
                soon()
            case client_frames.Close() | client_frames.Block():
                await closing.close_or_block(frame, self._participation(frame), me=self._me, now=clock.now())
                await self.refresh_now()
            case Pong():
                pass
            case _:
                assert_never(frame)

    async def _hello(self, frame: client_frames.Hello) -> None:
        now = clock.now()
        await duty.open_console(counsellor=self._me, now=now)
        view = await counsellor_view.load(self._me)
        self._unsubscribe(set(self._ciphers))
        for participation in view.conversations.values():
            self._subscribe(participation)
        self._view = view
        runtime.hub().subscribe(EVERY_COUNSELLOR, self)
        self._queue = (await queue.now()).queue_of(self._me)
        self._remember_shown()
        snapshots, resumed = [], []
        for participation in view.conversations.values():
            place = frame.after.get(participation.conversation)
            snapshot, came = await presenter.snapshot(
                participation, self._ciphers[participation.conversation], place
            )
            snapshots.append(snapshot)
            resumed += [came] if came else []
        self.push(
            await welcome.welcome(
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
        self._pushed_view = view
        for conversation in view.conversations:
            self.release_events(conversation)
        # What changed after it was read and before this could hear of it.
        self.refresh_soon()
        soon()

    async def _say(self, frame: client_frames.Say | client_frames.Note) -> None:
        participation = self._participation(frame)
        cipher = self._ciphers[participation.conversation]
        now = clock.now()
        try:
            done = await console_messages.append(frame, participation, cipher, me=self._me, now=now)
        except Refused as refusal:
            if refusal.code is ErrorCode.NOT_FOUND:
                self.refresh_soon()
            raise
        if done.again:
            there = await messages.read_duplicate(
                participation.conversation, console_messages.kind_of(frame), done
            )
            self.push(presenter.entry(participation, there, cipher.open(there.sealed)))
        elif (
            isinstance(frame, client_frames.Say)
            and not participation.answered
            and participation.conversation not in self._answered
            and await messages.note_answer(conversation=participation.conversation, now=now)
        ):
            self._answered.add(participation.conversation)

    async def _accept(self, frame: client_frames.Accept | client_frames.Take) -> None:
        act = offers.take if isinstance(frame, client_frames.Take) else offers.accept
        assert self._pushed_view is not None
        told_before = frame.conversation in self._pushed_view.conversations
        try:
            await act(conversation=known(frame), counsellor=self._me, now=clock.now())
        except offers.OfferGoneError as gone:
            # Only of what this console was shown does it learn what became of it.
            if str(gone) == ErrorCode.NOT_FOUND or frame.conversation not in self._shown:
                raise not_found(frame) from None
            offer = self._pushed_view.offers.get(frame.conversation)
            taken_back = offer is not None and offer.invited and str(gone) == "accepted_elsewhere"
            # A copy: another page of the same person may have been told the same.
            left = {
                one: offer for one, offer in self._pushed_view.offers.items() if one != frame.conversation
            }
            self._pushed_view = replace(self._pushed_view, offers=left)
            self.push(server_frames.OfferGone(frame.conversation, "withdrawn" if taken_back else str(gone)))
        await self.refresh_now()
        participation, cipher = (
            self._pushed_view.conversations.get(frame.conversation),
            self._ciphers.get(frame.conversation),
        )
        if told_before and participation is not None and cipher is not None:
            # TranscriptEvent again: the answer may have been missed.
            snapshot, _ = await presenter.snapshot(participation, cipher, None)
            self.push(presenter.opened(snapshot))

    async def _transfer(self, frame: client_frames.Transfer) -> None:
        participation = self._participation(frame)
        # TranscriptEvent before it happens: the wake-up may be quicker than the answer.
        self._reasons[participation.conversation] = "transferred"
        try:
            await transfer.transfer_conversation(
                frame, participation, self._ciphers[participation.conversation], me=self._me, now=clock.now()
            )
        except Refused:
            self._reasons.pop(participation.conversation, None)
            raise
        await self.refresh_now()
        soon()

    # --- what is true now -------------------------------------------------------------------------------------

    async def refresh(self) -> None:
        before = self._pushed_view
        if before is None:
            return
        if not await welcome.may_stay(self._staff, self._session):
            self.close(SIGNED_OUT)
            return
        view = self._view = await counsellor_view.load(self._me)
        self._remember_shown()
        # Read first, then told without a pause: should a store fail in between, the next look finds the same difference again.
        news = await self._changed_frames(before, view)
        self._pushed_view = view
        for frame in news:
            self.push(frame)
        for conversation in view.conversations:
            self.release_events(conversation)
        await self.refresh_shared()

    async def refresh_shared(self) -> None:
        if self._pushed_view is None:
            return
        before, self._queue = self._queue, (await queue.now()).queue_of(self._me)
        self._remember_shown()
        if [one.conversation for one in before] != [one.conversation for one in self._queue]:
            self.push(server_frames.Queue(self._queue))
        if self._colleagues_stale:
            # Before they are read: who changes meanwhile is read once more.
            self._colleagues_stale = False
            try:
                self.push(server_frames.Colleagues(await counsellor_view.colleagues(self._me)))
            except DatabaseError:
                self._colleagues_stale = True
                raise

    def _remember_shown(self) -> None:
        if self._view is not None:
            self._shown.update(self._view.offers, (one.conversation for one in self._queue))

    async def _changed_frames(self, before: CounsellorView, now: CounsellorView) -> list[msgspec.Struct]:
        news = await self._conversation_frames(before, now)
        news += await presenter.offers_changed(before, now, me=self._me)
        # Nothing waits from here on: what was asked for is answered now, or not at all.
        if self._asked_readiness or presenter.is_readiness_changed(before, now):
            self._asked_readiness = False
            news.append(presenter.readiness(before, now))
        return news

    async def _conversation_frames(self, before: CounsellorView, now: CounsellorView) -> list[msgspec.Struct]:
        news: list[msgspec.Struct] = []
        # Also those that were entered and never told of.
        self._unsubscribe(self._ciphers.keys() - now.conversations.keys())
        lost = before.conversations.keys() - now.conversations.keys()
        for conversation in lost:
            news.append(await presenter.lost(conversation, self._reasons.get(conversation, "")))
        for conversation, participation in now.conversations.items():
            seen = before.conversations.get(conversation)
            if seen is None or conversation not in self._ciphers:
                self._subscribe(participation)
                snapshot, _ = await presenter.snapshot(participation, self._ciphers[conversation], None)
                news.append(presenter.opened(snapshot))
            else:
                news += presenter.parties_changed(seen, participation, me=self._me)
        for conversation in lost:
            self._reasons.pop(conversation, None)
        return news

    def _subscribe(self, participation: Participation) -> None:
        cipher = self._ciphers[participation.conversation] = Cipher(
            participation.conversation, participation.content_key
        )
        self.hold_events(participation.conversation)
        runtime.hub().subscribe_to_conversation(participation.conversation, cipher, self)

    def _unsubscribe(self, conversations: Collection[str]) -> None:
        for conversation in conversations:
            runtime.hub().unsubscribe(conversation, self)
            self._ciphers.pop(conversation, None)
            self._held.pop(conversation, None)

    # --- what comes from the hub ------------------------------------------------------------------------------

    def on_event(self, event: TranscriptEvent | Notification) -> None:
        if self._view is None:
            return
        if isinstance(event, TranscriptEvent):
            self._on_transcript_event(event)
        elif event.topic in self._view.conversations:
            self._hint(event.topic, event)
        elif event.name == "rights":
            self.refresh_soon()
        elif event.name == "colleagues":
            self._colleagues_stale = True
            self.refresh_shared_soon()
        elif event.name == "queue":
            self.refresh_shared_soon()
        else:
            if event.name == "routing":
                soon()
            self.refresh_soon()

    def _on_transcript_event(self, event: TranscriptEvent) -> None:
        assert self._view is not None
        participation = self._view.conversations.get(event.conversation)
        if participation is None:
            return
        listed = event.entry.parties
        if self._me not in listed.numbers and listed.version >= participation.party_version:
            # No longer a party: the database knows, this socket is about to. (A list that is older than what was seen
            # there says nothing: the store could not be told in time.)
            self.refresh_soon()
            return
        name = "counsellor" if event.entry.kind is EntryKind.MESSAGE else "note"
        encoded = event.encoded.get(name)
        if encoded is None:
            encoded = event.encoded[name] = write(presenter.entry(participation, event.entry, event.body))
        self.push(encoded)

    def _hint(self, conversation: str, event: Notification) -> None:
        if event.name == "changed":
            if because := event.data.get("because"):
                self._reasons.setdefault(conversation, because)
            self.refresh_soon()
        elif hint := presenter.hint(conversation, event):
            self.push(hint)

    # --- being there ------------------------------------------------------------------------------------------

    async def on_alive(self) -> None:
        await self._note_presence()

    async def _note_presence(self) -> None:
        now = time.monotonic()
        if now - self._present_at > PRESENCE_EVERY_S:
            self._present_at = now
            await runtime.volatile().seen(volatile.counsellor(self._me), at=clock.seconds())

    async def on_disconnect(self) -> None:
        runtime.hub().unsubscribe(counsellor_topic(self._me), self)
        runtime.hub().unsubscribe(EVERY_COUNSELLOR, self)
        self._unsubscribe(set(self._ciphers))
        if self._present_at and not runtime.hub().has_listeners(counsellor_topic(self._me)):
            # No other tab here: the grace begins now, not at the end of a silence.
            await presence.note_closed(volatile.counsellor(self._me), now=clock.now())

    def _participation(self, frame: ConversationFrame) -> Participation:
        assert self._view is not None
        participation = self._view.conversations.get(frame.conversation)
        if participation is None:
            raise not_found(frame)
        return participation
