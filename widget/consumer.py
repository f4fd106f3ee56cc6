"""The visitor's socket: parse a frame, make one call, reply. A refresh reads what is true now and sends what has changed."""

import time
from collections.abc import Iterator

from django.conf import settings
from msgspec.structs import replace

from chat import addresses, old_pages, runtime
from chat.faults import Unreachable
from chat.frames.base import ErrorCode, Refused, ServerFrame
from chat.frames.visitor import client_frames
from chat.hub import Notification
from chat.meter import meter
from chat.rate_limits import TokenBucket
from chat.services import closing, grants, hints, messages, queue, visitor_view
from chat.services.visitor_view import VisitorView
from chat.socket import POLICY, REFUSED, Socket, round_up_to_tenths
from chat.states import Reason, State
from chat.transcript.interface import VISITOR, EntryKind, Grant, Unable
from chat.volatile import Tombstone
from partners import clock
from routing_rules.door import DoorState
from routing_rules.models import Site
from wakeups.topics import EVERY_VISITOR
from widget import asking, presence, presenter, refusals, survey, trial, welcome
from widget.gate import Gate
from widget.storage_key import StorageKey
from widget.subscription import Subscription
from widget.warnings import Warnings

TOO_FAST_A_MINUTE, HELLOS_A_MINUTE = 20, 30


class VisitorSocket(Socket[client_frames.Frame]):
    reader = client_frames.reader

    def __init__(self) -> None:
        super().__init__()
        self._site: Site | None = None
        self._token_hash = ""
        self._address = ""
        self._address_shared = False
        self._counted = False
        self._trial = False
        self._survey = survey.Survey()
        self._opened_full: bool | None = None
        self._page_is_old = False
        self._view: VisitorView | None = None
        self._subscription: Subscription | None = None
        self._ended = False
        self._answer_again = False
        self._asked = ""
        """The conversation that was asked for here."""
        self._gate = Gate()
        self._message_rate = TokenBucket(settings.ENV.visitor_messages, settings.ENV.visitor_messages_per_s)
        self._too_fast_rate = TokenBucket(TOO_FAST_A_MINUTE, 60)
        self._hello_rate = TokenBucket(HELLOS_A_MINUTE, 60)
        self._presence = presence.VisitorPresence()
        self._warnings = Warnings()
        self._storage_key = StorageKey()

    async def admit(self) -> bool:
        self._address = await addresses.digest_of(self.scope, now=clock.seconds())
        self._address_shared = addresses.is_behind_undeclared_proxy(self.scope)
        self._trial = trial.is_trial(self.scope)
        self._counted = await addresses.open_connection(self._address)
        return self._counted

    # --- frames -----------------------------------------------------------------------------------------------

    async def on_frame(self, frame: client_frames.Frame) -> None:
        if isinstance(frame, client_frames.Hello):
            await self.or_reconnect(self._hello(frame))
            return
        if self._site is None:
            raise Refused(ErrorCode.BAD_FRAME, "Say hello first")
        match frame:
            case client_frames.Say():
                await self._say(frame)
            case client_frames.Typing():
                if conversation := self._active_conversation():
                    await hints.typing(conversation=conversation, by=VISITOR, on=frame.on)
            case client_frames.Seen():
                if conversation := self._active_conversation():
                    await hints.seen(conversation=conversation, by=VISITOR, seq=frame.seq)
            case client_frames.Ask():
                await self._ask(frame)
            case client_frames.Leave():
                await self._leave()
            case client_frames.Grant():
                await self._grant(frame)
            case client_frames.Unopened():
                meter.unopened["visitor"] += frame.count
            case client_frames.Survey():
                self.push(await self._survey.answer(frame, token_hash=self._token_hash, now=clock.now()))
        await self._note_presence()

    async def _hello(self, frame: client_frames.Hello) -> None:
        if wait := self._hello_rate.take(time.monotonic()):
            raise Refused(ErrorCode.TOO_FAST, "Too many greetings", retry_after_s=round_up_to_tenths(wait))
        now = clock.now()
        greeted = await welcome.welcome_for(frame.site, frame.lang[:2])
        if greeted is None:
            self.refuse(Refused(ErrorCode.NOT_FOUND, "There is no such site"))
            self.close(REFUSED)
            return
        token_hash = asking.token_hash_of(frame, known=self._token_hash)
        found = await visitor_view.load(token_hash, now=now)
        if found is None and frame.after > 0:
            raise Refused(ErrorCode.TOKEN_REFUSED, "Nothing is known for this token")
        self._site, self._token_hash = greeted.site, token_hash
        self._page_is_old = old_pages.is_old(frame.protocol)
        if self._opened_full is None:
            self._opened_full = greeted.welcome.state == DoorState.FULL
        storage_key = await self._storage_key.of(token_hash)
        challenge = resumed = None
        warnings: list[ServerFrame] = []
        if isinstance(found, VisitorView):
            subscription = self._attach(found)
            await self._note_presence(at_once=True)
            resumed = await subscription.resumed(
                found, after=frame.after, epoch=frame.epoch, storage_key=storage_key
            )
            warnings = await self._warnings.standing(found, now=now)
            meter.count_resume("visitor", gap=resumed.gap, entries=len(resumed.events))
        else:
            challenge = await self._gate.challenge(
                address=self._address,
                shared=self._address_shared,
                token_hash=token_hash,
                now=now.timestamp(),
            )
        # Sent together: when nothing follows a welcome, the browser concludes that the server does not know its conversation.
        if challenge:
            self.push(replace(greeted.welcome, challenge=challenge, storage_key=storage_key))
        else:
            self.push(greeted.with_storage_key(storage_key))
        if isinstance(found, VisitorView) and resumed is not None:
            for each in (resumed, *warnings, *self._reload_notice(found)):
                self.push(each)
            self.release_events(resumed.conversation)
        elif isinstance(found, Tombstone):
            self._ended = False
            self._push_closed(found)

    async def _ask(self, frame: client_frames.Ask) -> None:
        assert self._site is not None
        now = clock.now()
        if self._ended:
            await asking.require_may_go_on(self._token_hash, now=now)
        if self._view is None:
            conversation = await asking.ask(
                frame,
                self._gate,
                site=self._site.key,
                address=self._address,
                shared=self._address_shared,
                token_hash=self._token_hash,
                trial=self._trial,
                opened_full=bool(self._opened_full),
                now=now,
            )
            self._ended = False
            if conversation is not None:
                # Before it is read: what changes from here on is not missed.
                self._asked = conversation
                runtime.hub().subscribe(conversation, self)
            await self.refresh_now()
            return
        # Asking again is the same request: the answer is sent again.
        self._answer_again = True
        await self.refresh_now()

    async def _say(self, frame: client_frames.Say) -> None:
        messages.require_envelope(frame.body, client_id=frame.client_id)
        if self._view is not None and self._view.state is State.WAITING:
            # A counsellor may have joined before this socket knows it.
            await self.refresh_now()
        if self._ended:
            raise refusals.conversation_ended(frame)
        view, subscription = self._view, self._subscription
        if view is None or subscription is None or view.state is not State.ACTIVE:
            raise refusals.nobody_yet(frame)
        now = time.monotonic()
        if wait := self._message_rate.take(now):
            if self._too_fast_rate.take(now):
                self.close(POLICY)
            raise refusals.too_fast(frame, wait)
        done = await messages.append(
            conversation=view.conversation,
            kind=EntryKind.MESSAGE,
            author=VISITOR,
            client_id=frame.client_id,
            envelope=frame.body,
            now=clock.now(),
        )
        if isinstance(done, Unable):
            raise refusals.conversation_ended(frame)
        if done.again:
            entry = await messages.read_duplicate(view.conversation, EntryKind.MESSAGE, done)
            self.push(subscription.message(entry))

    async def _grant(self, frame: client_frames.Grant) -> None:
        if self._view is not None and not self._view.has_key(frame.number, frame.to):
            # A browser may ask for it before this socket knows that it takes part.
            await self.refresh_now()
        view = self._view
        if view is not None and view.has_key(frame.number, frame.to):
            grant = Grant(frame.to, frame.key, frame.generation, frame.sealed, by_visitor=True)
            await grants.give(conversation=view.conversation, grant=grant, keys=view.keys.values())

    async def _leave(self) -> None:
        if self._view is None:
            if not self._ended:
                raise Refused(ErrorCode.NOT_FOUND, "There is no conversation to leave")
            return
        await closing.close(conversation=self._view.conversation, reason=Reason.VISITOR_LEFT, now=clock.now())
        await self.refresh_now()

    # --- what is true now -------------------------------------------------------------------------------------

    async def refresh(self) -> None:
        if not self._token_hash:
            return
        before = self._view
        asked = before is None and bool(self._asked)
        found = await visitor_view.load(self._token_hash, now=clock.now(), before=before, asked=asked)
        if isinstance(found, VisitorView):
            if before is None or found.conversation != before.conversation:
                await self._attach_and_resume(found)
                before = None
            self._view = found
            again, self._answer_again = self._answer_again, False
            for frame in presenter.difference(None if again else before, found):
                self.push(frame)
            if before is None:
                for frame in self._reload_notice(found):
                    self.push(frame)
            self.release_events(found.conversation)
            for frame in await self._warnings.over(found, now=clock.now()):
                self.push(frame)
            if before is not None:
                for counsellor in found.parties.keys() - before.parties.keys():
                    meter.joined.add(clock.seconds() - found.joined_at[counsellor].timestamp())
        elif isinstance(found, Tombstone):
            self._push_closed(found)
        elif before is not None:
            # Memory was lost between the close and this refresh: the end is certain, the reason is not.
            self._push_closed(
                Tombstone(before.conversation, Reason.TECHNICAL.value, "technical", None, False, 0, 0)
            )

    async def refresh_shared(self) -> None:
        """Refresh the position in the queue: nothing else that a visitor sees depends on other conversations."""
        view = self._view
        if view is None or view.state is not State.WAITING:
            return
        placed = visitor_view.placed(view, await queue.latest())
        if placed is None:
            await self.refresh()
        elif self._view is view:
            self._view = placed
            for frame in presenter.difference(view, self._view):
                self.push(frame)

    def _reload_notice(self, view: VisitorView) -> Iterator[ServerFrame]:
        if self._page_is_old:
            yield presenter.reload_notice(view)

    async def _attach_and_resume(self, view: VisitorView) -> None:
        """Attach to the conversation that this socket asked for. A counsellor may have joined and written already."""
        subscription = self._attach(view)
        try:
            storage_key = await self._storage_key.of(self._token_hash)
            resumed = await subscription.resumed(view, after=0, epoch=0, storage_key=storage_key)
        except Unreachable:
            # The next request attaches again.
            self._detach()
            raise
        if view.state is State.ACTIVE or resumed.events:
            self.push(resumed)

    def _attach(self, view: VisitorView) -> Subscription:
        subscription = self._subscription
        if subscription is None or subscription.conversation != view.conversation:
            self._detach()
            self._ended = False
            subscribed_before = self in runtime.hub().listeners(view.conversation)
            subscription = self._subscription = Subscription(self, view, shows_words=not self._page_is_old)
            if not subscribed_before:
                # Read what changed between the read and the subscription.
                self.refresh_soon()
        self._view = view
        return subscription

    def _push_closed(self, tombstone: Tombstone) -> None:
        if not self._ended:
            self._ended = True
            self._storage_key.forget()
            self._detach()
            self.push(presenter.closed(tombstone))

    # --- what comes from the hub ------------------------------------------------------------------------------

    def on_notification(self, notification: Notification) -> None:
        if notification.name == "changed":
            # Also while it is read for the first time.
            self.refresh_soon()
            return
        view = self._view
        if view is None:
            return
        match notification.name:
            case "queue":
                if view.state is State.WAITING:
                    self.refresh_shared_soon()
            case _:
                if (frame := presenter.ephemeral_frame(view, notification)) is not None:
                    self._warnings.note(notification)
                    self.push(frame)

    # --- presence ---------------------------------------------------------------------------------------------

    async def _note_presence(self, *, at_once: bool = False) -> None:
        if self._view is not None:
            await self._presence.note(self._view.conversation, at_once=at_once)

    async def on_alive(self) -> None:
        await self._note_presence()
        await self._storage_key.renew()

    async def on_disconnect(self) -> None:
        if self._counted:
            await addresses.close_connection(self._address)
        subscription = self._subscription
        self._detach()
        for topic in (EVERY_VISITOR, self._asked):
            runtime.hub().unsubscribe(topic, self)
        if subscription is not None and not subscription.is_elsewhere():
            await presence.end_now(subscription.conversation)

    def _detach(self) -> None:
        if self._subscription is not None:
            self._subscription.end()
        self._view = self._subscription = None

    def _active_conversation(self) -> str | None:
        view = self._view
        return view.conversation if view is not None and view.state is State.ACTIVE else None
