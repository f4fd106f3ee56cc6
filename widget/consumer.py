"""The visitor's socket: parse, one call, reply. What it tells comes from looking at what is true now."""

import re
import time

from django.conf import settings
from msgspec.structs import replace

from chat import addresses, clock, presence, publish, runtime, sealing, volatile
from chat.faults import Unreachable
from chat.frames.base import ErrorCode, Refused, write
from chat.frames.visitor import client_frames, server_frames
from chat.hub import EVERY_VISITOR, Notification, TranscriptEvent
from chat.meter import meter
from chat.models import State
from chat.rate_limits import TokenBucket
from chat.services import closing, messages, requests, visitor_view
from chat.services.visitor_view import VisitorView
from chat.socket import POLICY, REFUSED, Socket, round_up_to_tenths
from chat.states import Reason
from chat.transcript.interface import VISITOR, Entry, EntryKind, Unable
from chat.volatile import Tombstone
from routing_rules.models import Site
from widget import presenter, survey, welcome
from widget.gate import Gate

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}=?")
"""32 bytes in base64url."""
PRESENCE_EVERY_S = 5
TOO_FAST_AND_NO_END = 20
HELLOS_A_MINUTE = 30


class VisitorSocket(Socket[client_frames.Frame]):
    reader = client_frames.reader

    def __init__(self) -> None:
        super().__init__()
        self._site: Site | None = None
        self._token_hash = ""
        self._address = ""
        self._counted = False
        self._view: VisitorView | None = None
        self._cipher: sealing.Cipher | None = None
        self._ended = False
        self._tell_again = False
        self._gate = Gate()
        self._message_rate = TokenBucket(settings.ENV.visitor_messages, settings.ENV.visitor_messages_per_s)
        self._too_fast_rate = TokenBucket(TOO_FAST_AND_NO_END, 60)
        self._hello_rate = TokenBucket(HELLOS_A_MINUTE, 60)
        self._present_at = 0.0

    async def admit(self) -> bool:
        self._address = await addresses.digest_of(self.scope, now=clock.seconds())
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
                if self._active():
                    await publish.hint(self._conversation(), "typing", by=VISITOR, on=frame.on)
            case client_frames.Seen():
                if self._active():
                    await publish.hint(self._conversation(), "seen", by=VISITOR, seq=frame.seq)
            case client_frames.Ask():
                await self._ask(frame)
            case client_frames.Leave():
                await self._leave()
            case client_frames.Survey():
                self.push(await survey.answer(frame, token_hash=self._token_hash, now=clock.now()))
        await self._note_presence()

    async def _hello(self, frame: client_frames.Hello) -> None:
        if wait := self._hello_rate.take(time.monotonic()):
            raise Refused(ErrorCode.TOO_FAST, "Too many greetings", retry_after_s=round_up_to_tenths(wait))
        now = clock.now()
        greeted = await welcome.welcome_for(frame.site, frame.lang[:2], now=now)
        if greeted is None:
            self.push_and_close(Refused(ErrorCode.NOT_FOUND, "There is no such site"), REFUSED)
            return
        if not _is_token(frame.token):
            raise Refused(ErrorCode.TOKEN_REFUSED, "The token must be 32 random bytes in base64url")
        token_hash = requests.hashed(frame.token)
        if self._token_hash and self._token_hash != token_hash:
            raise Refused(ErrorCode.TOKEN_REFUSED, "This connection has another token already")
        found = await visitor_view.load(token_hash, now=now)
        if found is None and frame.after > 0:
            raise Refused(ErrorCode.TOKEN_REFUSED, "Nothing is known for this token")
        self._site, self._token_hash = greeted.site, token_hash
        challenge = resumed = None
        if isinstance(found, VisitorView):
            self._attach(found)
            await self._note_presence(at_once=True)
            resumed = await self._resumed(found, after=frame.after, epoch=frame.epoch)
            meter.count_resume("visitor", gap=resumed.gap, entries=len(resumed.events))
        else:
            challenge = await self._gate.challenge(
                address=self._address, token_hash=token_hash, now=now.timestamp()
            )
        # Together: after a welcome, silence means to the browser that nothing is known of its conversation.
        self.push(replace(greeted.welcome, challenge=challenge) if challenge else greeted.written)
        if resumed is not None:
            self.push(resumed)
            self.release_events(resumed.conversation)
        elif isinstance(found, Tombstone):
            self._ended = False
            self._push_closed(found)

    async def _ask(self, frame: client_frames.Ask) -> None:
        assert self._site is not None
        now = clock.now()
        if self._ended:
            tombstone = await runtime.volatile().tombstone(self._token_hash, now=now.timestamp())
            if tombstone is None or not requests.continues(tombstone, now=now):
                raise Refused(
                    ErrorCode.CONVERSATION_CLOSED, "This conversation has ended; begin with a new token"
                )
        if self._view is None:
            await self._gate.let_through(
                frame.proof, address=self._address, token_hash=self._token_hash, now=now.timestamp()
            )
            request = requests.AskedRequest(
                token_hash=self._token_hash,
                site=self._site.key,
                theme=frame.theme,
                language=frame.language,
                audience=frame.audience,
                booking=frame.school_code or "",
                campaign=frame.campaign or "",
                origin=self._address,
            )
            await requests.ask(request=request, now=now)
            self._ended = False
            await self.refresh_now()
            return
        # Asking again is the same request: the answer is given again.
        self._tell_again = True
        await self.refresh_now()

    async def _say(self, frame: client_frames.Say) -> None:
        body = frame.body
        if not body.strip():
            raise Refused(ErrorCode.BAD_FRAME, "The message is empty", client_id=frame.client_id)
        if len(body) > settings.ENV.body_chars:
            raise Refused(
                ErrorCode.TOO_LONG,
                f"At most {settings.ENV.body_chars} characters",
                client_id=frame.client_id,
            )
        if self._view is not None and self._view.state is State.WAITING:
            # Whoever has just joined may know it before this page does.
            await self.refresh_now()
        if self._ended:
            raise Refused(
                ErrorCode.CONVERSATION_CLOSED, "The conversation has ended", client_id=frame.client_id
            )
        view, cipher = self._view, self._cipher
        if view is None or cipher is None or view.state is not State.ACTIVE:
            raise Refused(ErrorCode.NOBODY_YET, "Nobody has joined yet", client_id=frame.client_id)
        now = time.monotonic()
        if wait := self._message_rate.take(now):
            if self._too_fast_rate.take(now):
                self.close(POLICY)
            raise Refused(
                ErrorCode.TOO_FAST,
                "Too many messages at once",
                client_id=frame.client_id,
                retry_after_s=round_up_to_tenths(wait),
            )
        done = await messages.append(
            conversation=view.conversation,
            kind=EntryKind.MESSAGE,
            author=VISITOR,
            client_id=frame.client_id,
            body=body,
            cipher=cipher,
            now=clock.now(),
        )
        if isinstance(done, Unable):
            raise Refused(
                ErrorCode.CONVERSATION_CLOSED, "The conversation has ended", client_id=frame.client_id
            )
        if done.again:
            entry = await messages.read_duplicate(view.conversation, EntryKind.MESSAGE, done)
            self.push(presenter.message(view, entry, cipher.open(entry.sealed)))

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
        found = await visitor_view.load(self._token_hash, now=clock.now(), before=before)
        if isinstance(found, VisitorView):
            if before is None or found.conversation != before.conversation:
                await self._attach_and_resume(found)
                before = None
            self._view = found
            again, self._tell_again = self._tell_again, False
            for frame in presenter.difference(None if again else before, found):
                self.push(frame)
            self.release_events(found.conversation)
            if before is not None:
                for counsellor in found.parties.keys() - before.parties.keys():
                    meter.joined.add(clock.seconds() - found.joined_at[counsellor].timestamp())
        elif isinstance(found, Tombstone):
            self._push_closed(found)
        elif before is not None:
            # Memory was lost between the close and this look: the end is certain, the reason is not.
            self._push_closed(
                Tombstone(before.conversation, Reason.TECHNICAL.value, "technical", None, False, 0, 0)
            )

    async def refresh_shared(self) -> None:
        """The place in the queue, of all that a visitor is told the only thing that others change."""
        view = self._view
        if view is None or view.state is not State.WAITING:
            return
        placed = await visitor_view.with_place(view)
        if placed is None:
            await self.refresh()
        elif self._view is view:
            self._view = placed
            for frame in presenter.difference(view, self._view):
                self.push(frame)

    async def _attach_and_resume(self, view: VisitorView) -> None:
        """Into what was asked for here. Somebody may have joined and spoken already: their way may have been shorter."""
        self._attach(view)
        try:
            resumed = await self._resumed(view, after=0, epoch=0)
        except Unreachable:
            # Whoever asks again comes in then.
            self._detach()
            raise
        if view.state is State.ACTIVE or resumed.events:
            self.push(resumed)

    def _attach(self, view: VisitorView) -> None:
        if self._view is None or self._view.conversation != view.conversation:
            self._detach()
            self._ended = False
            self._cipher = sealing.Cipher(view.conversation, view.content_key)
            self.hold_events(view.conversation)
            runtime.hub().subscribe_to_conversation(view.conversation, self._cipher, self)
            runtime.hub().subscribe(EVERY_VISITOR, self)
            # What changed after it was read and before this could hear of it.
            self.refresh_soon()
        self._view = view

    def _push_closed(self, tombstone: Tombstone) -> None:
        if not self._ended:
            self._ended = True
            self._detach()
            self.push(
                server_frames.Closed(
                    tombstone.reason, tombstone.outcome, survey=survey.is_open(tombstone, at=clock.seconds())
                )
            )

    async def _resumed(self, view: VisitorView, *, after: int, epoch: int) -> server_frames.Resumed:
        page = await messages.read_after(
            conversation=view.conversation, epoch=epoch, after=after, now=clock.now()
        )
        events = [self._message(entry) for entry in page.entries] if page else []
        return presenter.resumed(view, page, epoch=epoch, events=events)

    # --- what comes from the hub ------------------------------------------------------------------------------

    def on_event(self, event: TranscriptEvent | Notification) -> None:
        if isinstance(event, TranscriptEvent):
            if event.entry.kind is EntryKind.MESSAGE:
                self._on_transcript_event(event)
            return
        view = self._view
        if view is None:
            return
        match event.name:
            case "changed":
                self.refresh_soon()
            case "queue":
                if view.state is State.WAITING:
                    self.refresh_shared_soon()
            case _:
                if (hint := presenter.hint(view, event)) is not None:
                    self.push(hint)

    def _on_transcript_event(self, event: TranscriptEvent) -> None:
        encoded = event.encoded.get("visitor")
        if encoded is None:
            assert self._view is not None
            encoded = event.encoded["visitor"] = write(presenter.message(self._view, event.entry, event.body))
        self.push(encoded)

    def _message(self, entry: Entry) -> server_frames.Message:
        assert self._view is not None
        assert self._cipher is not None
        return presenter.message(self._view, entry, self._cipher.open(entry.sealed))

    # --- being there ------------------------------------------------------------------------------------------

    async def _note_presence(self, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if self._view is not None and (at_once or now - self._present_at > PRESENCE_EVERY_S):
            self._present_at = now
            await runtime.volatile().seen(volatile.visitor(self._view.conversation), at=clock.seconds())

    async def on_alive(self) -> None:
        await self._note_presence()

    async def on_disconnect(self) -> None:
        if self._counted:
            await addresses.close_connection(self._address)
        view = self._view
        self._detach()
        runtime.hub().unsubscribe(EVERY_VISITOR, self)
        if view is not None and not self._ended and not _is_elsewhere(view.conversation):
            # The grace begins now, not at the end of a silence.
            await presence.note_closed(volatile.visitor(view.conversation), now=clock.now())

    def _detach(self) -> None:
        if self._view is not None:
            runtime.hub().unsubscribe(self._view.conversation, self)
            self._held.pop(self._view.conversation, None)
        self._view = self._cipher = None

    def _active(self) -> bool:
        return self._view is not None and self._view.state is State.ACTIVE

    def _conversation(self) -> str:
        assert self._view is not None
        return self._view.conversation

    def push_and_close(self, refusal: Refused, code: int) -> None:
        self.refuse(refusal)
        self.close(code)


def _is_elsewhere(conversation: str) -> bool:
    """Whether another page of this visitor is connected here."""
    return any(isinstance(one, VisitorSocket) for one in runtime.hub().listeners(conversation))


def _is_token(token: str) -> bool:
    return TOKEN.fullmatch(token) is not None
