"""The counsellor's socket: parse a frame, make one call, reply. A refresh reads what is true now and sends what has changed."""

from dataclasses import replace
from typing import assert_never

import msgspec
from django.contrib.auth.models import AnonymousUser

from chat import database, old_pages, runtime
from chat.frames.base import ErrorCode, Pong, Refused
from chat.frames.counsellor import client_frames, server_frames
from chat.hub import Notification
from chat.meter import meter
from chat.services import counsellor_view, duty, first_answer, hints, messages
from chat.services.counsellor_view import CounsellorView, Participation
from chat.socket import OUT_OF_DATE, SIGNED_OUT, Socket
from chat.states import PartyRole
from counsellor_console import closing, offers, presenter, session, transfer, welcome
from counsellor_console import messages as console_messages
from counsellor_console.keys import Keys
from counsellor_console.presence import CounsellorPresence
from counsellor_console.refusals import not_found
from counsellor_console.shared_lists import SharedLists
from counsellor_console.subscriptions import Subscriptions
from partners import clock
from partners.sessions import digest_of
from routing_rules.snapshot import AvailabilityState
from wakeups.topics import EVERY_COUNSELLOR, counsellor_topic, staff_topic

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
    | client_frames.GrantWanted
    | client_frames.Grant
    | client_frames.Unopened
)


UNCHECKED = (client_frames.Say, client_frames.Typing, client_frames.Seen, client_frames.Active, Pong)
"""What is done all the time, and reads nothing from the database."""


class CounsellorSocket(Socket[client_frames.Frame]):
    reader = client_frames.reader

    def __init__(self) -> None:
        super().__init__()
        self._me = 0
        self._staff = 0
        self._name = ""
        self._session = ""
        # What is true now, and what of it this page has been sent.
        self._view: CounsellorView | None = None
        self._pushed_view: CounsellorView | None = None
        self._lists = SharedLists()
        self._keys = Keys(self)
        self._subscriptions = Subscriptions(self, self._keys)
        self._presence = CounsellorPresence()
        self._reasons: dict[str, str] = {}
        self._answered: set[str] = set()
        self._asked_readiness = False
        self._stay = session.Stay()

    async def admit(self) -> bool:
        user = self.scope.get("user", AnonymousUser())
        person = await database.run(session.counsellor_of, user)
        if person is None:
            return False
        self._me, self._staff, self._name = person
        self._session = digest_of(str(self.scope["session"].session_key))
        runtime.hub().subscribe(counsellor_topic(self._me), self)
        runtime.hub().subscribe(staff_topic(self._staff), self)
        return True

    # --- frames -----------------------------------------------------------------------------------------------

    async def on_frame(self, frame: client_frames.Frame) -> None:
        await self._presence.note(self._me)
        if not isinstance(frame, UNCHECKED):
            self._stay.ask_again()
        if isinstance(frame, client_frames.Hello):
            await self.or_reconnect(self._hello(frame))
            return
        if self._view is None:
            raise Refused(ErrorCode.BAD_FRAME, "Say hello first")
        match frame:
            case client_frames.Say() | client_frames.Note():
                await self._say(frame)
            case client_frames.Typing():
                conversation = self._participation(frame).conversation
                await hints.typing(conversation=conversation, by=self._me, on=frame.on)
            case client_frames.Seen():
                conversation = self._participation(frame).conversation
                await hints.seen(conversation=conversation, by=self._me, seq=frame.seq)
            case client_frames.Availability():
                # Set before the change: the wake-up may arrive before the call returns, and answers as well.
                self._asked_readiness = True
                await duty.set_availability(
                    counsellor=self._me,
                    state=AvailabilityState(frame.state),
                    capacity=frame.capacity,
                    now=clock.now(),
                )
                await self.refresh_now()
            case client_frames.Active():
                await duty.mark_active(counsellor=self._me, now=clock.now())
            case client_frames.Accept() | client_frames.Take():
                await self._accept(frame)
            case client_frames.Refuse():
                await offers.refuse(frame, me=self._me, now=clock.now())
                await self.refresh_now()
            case client_frames.Transfer():
                await self._transfer(frame)
            case client_frames.Invite() | client_frames.Withdraw():
                await transfer.invite_or_withdraw(
                    frame, self._participation(frame), me=self._me, now=clock.now()
                )
                await self.refresh_now()
            case client_frames.Close() | client_frames.Block():
                await closing.close_or_block(frame, self._participation(frame), me=self._me, now=clock.now())
                await self.refresh_now()
            case client_frames.GrantWanted():
                await self._keys.ask(frame, self._participation(frame), me=self._me)
            case client_frames.Grant():
                if not self._participation(frame).has_key(frame.number, frame.to):
                    await self.refresh_now()
                await self._keys.give(frame, self._participation(frame))
            case client_frames.Unopened():
                self._participation(frame)
                meter.unopened["counsellor"] += frame.count
            case Pong():
                pass
            case _:
                assert_never(frame)

    async def _hello(self, frame: client_frames.Hello) -> None:
        if old_pages.is_old(frame.protocol):
            self.close(OUT_OF_DATE)
            return
        now = clock.now()
        await duty.open_console(counsellor=self._me, now=now)
        view = await counsellor_view.load(self._me)
        self._keys.greeted(frame, view)
        self._subscriptions.end_all()
        for participation in view.conversations.values():
            self._subscriptions.begin(participation)
        self._set_view(view)
        runtime.hub().subscribe(EVERY_COUNSELLOR, self)
        await self._lists.read_queue(self._me, view.offers)
        snapshots, resumed = await presenter.snapshots(view, frame)
        welcomed = await welcome.welcome(
            counsellor=self._me,
            name=self._name,
            language=frame.lang,
            view=view,
            queue=self._lists.queue,
            snapshots=snapshots,
            offers=[await presenter.ringing(one) for one in view.offers.values()],
        )
        self.push(welcomed)
        self._lists.welcomed(welcomed, frame.lang)
        for missed in resumed:
            self.push(missed)
        self._pushed_view = view
        for conversation in view.conversations:
            self.release_events(conversation)
        await self._keys.name_all(frame, view, me=self._me)
        # Read what changed between the read and the subscription.
        self.refresh_soon()

    async def _say(self, frame: client_frames.Say | client_frames.Note) -> None:
        participation = self._participation(frame)
        now = clock.now()
        try:
            done = await console_messages.append(frame, participation, me=self._me, now=now)
        except Refused as refusal:
            if refusal.code is ErrorCode.NOT_FOUND:
                self.refresh_soon()
            raise
        if done.again:
            stored = await messages.read_duplicate(
                participation.conversation, console_messages.kind_of(frame), done
            )
            self.push(presenter.entry(participation, stored))
        elif (
            isinstance(frame, client_frames.Say)
            and not participation.answered
            and participation.conversation not in self._answered
        ):
            first_answer.note(
                conversation=participation.conversation,
                counsellor=self._me,
                guest=participation.role == PartyRole.GUEST,
                now=now,
            )
            self._answered.add(participation.conversation)

    async def _accept(self, frame: client_frames.Accept | client_frames.Take) -> None:
        assert self._pushed_view is not None
        opened_before = frame.conversation in self._pushed_view.conversations
        gone = await offers.accept_or_take(
            frame, self._pushed_view.offers, shown=self._lists.shown, me=self._me, now=clock.now()
        )
        if gone is not None:
            # A copy: another page of the same counsellor may hold the same view.
            left = {
                one: offer for one, offer in self._pushed_view.offers.items() if one != frame.conversation
            }
            self._pushed_view = replace(self._pushed_view, offers=left)
            self.push(gone)
        elif frame.key is not None:
            self._keys.remember(frame.conversation, frame.key)
        await self.refresh_now()
        participation = self._pushed_view.conversations.get(frame.conversation)
        if opened_before and participation is not None:
            # The console accepts again: it may have missed the answer.
            snapshot, _ = await presenter.snapshot(participation, None, key=frame.key)
            self.push(presenter.opened(snapshot))
        if frame.key is not None and participation is not None:
            await self._keys.joined(participation, frame.key)

    async def _transfer(self, frame: client_frames.Transfer) -> None:
        participation = self._participation(frame)
        # Set before the transfer: the wake-up may arrive before the call returns.
        self._reasons[participation.conversation] = "transferred"
        try:
            await transfer.transfer_conversation(frame, participation, me=self._me, now=clock.now())
        except Refused:
            self._reasons.pop(participation.conversation, None)
            raise
        await self.refresh_now()

    # --- what is true now -------------------------------------------------------------------------------------

    async def refresh(self) -> None:
        before = self._pushed_view
        if before is None:
            return
        if not await self._stay.is_granted(self._staff, self._session):
            self.close(SIGNED_OUT)
            return
        await self._presence.repeat(self._me)
        view = await counsellor_view.load(self._me)
        self._set_view(view)
        self._lists.remember(view.offers)
        # Read everything, then send it without a pause: if a store fails in between, the next refresh finds the same difference again.
        news = await self._changed_frames(before, view)
        self._pushed_view = view
        for frame in news:
            self.push(frame)
        for conversation in view.conversations:
            self.release_events(conversation)
        await self.refresh_shared()

    async def refresh_shared(self) -> None:
        if self._pushed_view is not None and self._view is not None:
            await self._lists.refresh(self._me, self._view.offers, self.push)

    def _set_view(self, view: CounsellorView) -> None:
        self._view = view
        self._subscriptions.show(self._me, view.conversations)

    async def _changed_frames(self, before: CounsellorView, now: CounsellorView) -> list[msgspec.Struct]:
        news = await self._subscriptions.follow(before, now, self._reasons, me=self._me)
        news += await presenter.offers_changed(before, now, me=self._me)
        # No await from here on: the request for an answer is cleared only when the answer is sent.
        if self._asked_readiness or presenter.is_readiness_changed(before, now):
            self._asked_readiness = False
            news.append(presenter.readiness(before, now))
        return news

    # --- what comes from the hub ------------------------------------------------------------------------------

    def on_notification(self, notification: Notification) -> None:
        if self._view is None:
            return
        if notification.topic in self._view.conversations:
            self._on_conversation_notification(notification.topic, notification)
        elif notification.name == "rights":
            self._stay.ask_again()
            self.refresh_soon()
        elif notification.name == "left":
            self._presence.another_left()
            self.refresh_soon()
        elif notification.name == "nudged":
            self.push(server_frames.Nudged())
        elif notification.name == "colleagues":
            self._lists.colleagues_changed()
            self.refresh_shared_soon()
        elif notification.name == "queue":
            self.refresh_shared_soon()
        elif notification.name == "content":
            self._lists.choices_changed()
            self.refresh_shared_soon()
        else:
            if notification.name == "routing":
                # Colleagues, themes and pools may have changed as well.
                self._lists.colleagues_changed()
                self._lists.choices_changed()
                self._stay.ask_again()
            self.refresh_soon()

    def _on_conversation_notification(self, conversation: str, notification: Notification) -> None:
        if notification.name == "changed":
            if because := notification.data.get("because"):
                self._reasons.setdefault(conversation, because)
            self.refresh_soon()
        elif frame := presenter.ephemeral_frame(conversation, notification):
            self.push(frame)
        else:
            self._keys.notified(conversation, notification)

    # --- presence ---------------------------------------------------------------------------------------------

    async def on_alive(self) -> None:
        await self._presence.note(self._me)

    async def on_disconnect(self) -> None:
        for topic in (counsellor_topic(self._me), staff_topic(self._staff), EVERY_COUNSELLOR):
            runtime.hub().unsubscribe(topic, self)
        self._subscriptions.end_all()
        await self._presence.end(self._me, is_signed_out=self._is_signed_out)

    async def _is_signed_out(self) -> bool:
        return not await session.may_stay(self._staff, self._session)

    def _participation(self, frame: ConversationFrame) -> Participation:
        assert self._view is not None
        participation = self._view.conversations.get(frame.conversation)
        if participation is None:
            raise not_found(frame)
        return participation
