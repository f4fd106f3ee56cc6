"""The visitor's socket: parse, one call, reply. What it tells comes from looking at what is true now."""

import dataclasses
import re
import time

from django.conf import settings
from msgspec.structs import replace

from chat import addresses, clock, publish, runtime, sealing, volatile
from chat.faults import Unreachable
from chat.frames import from_visitor as said
from chat.frames import to_visitor as told
from chat.frames.base import ErrorCode, Refused, write
from chat.hub import EVERY_VISITOR, Said, Signal
from chat.meter import meter
from chat.models import State
from chat.pace import Bucket
from chat.services import asking, closing, saying, visitor_view, waiting_line
from chat.services.visitor_view import VisitorView
from chat.socket import POLICY, REFUSED, Socket, in_tenths
from chat.states import Reason
from chat.transcript.interface import VISITOR, Entry, Kind, Unable
from chat.volatile import Tombstone
from routing_rules.models import Site
from widget import greeting, survey, telling
from widget.gate import Gate

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}=?")
"""32 bytes in base64url."""
PRESENCE_EVERY_S = 5
TOO_FAST_AND_NO_END = 20
HELLOS_A_MINUTE = 30


class VisitorSocket(Socket[said.Frame]):
    reader = said.reader

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
        self._words = Bucket(settings.ENV.visitor_messages, settings.ENV.visitor_messages_per_s)
        self._too_fast = Bucket(TOO_FAST_AND_NO_END, 60)
        self._hellos = Bucket(HELLOS_A_MINUTE, 60)
        self._present_at = 0.0

    async def admit(self) -> bool:
        self._address = await addresses.of(self.scope, now=clock.seconds())
        self._counted = await addresses.come(self._address)
        return self._counted

    # --- frames -----------------------------------------------------------------------------------------------

    async def on_frame(self, frame: said.Frame) -> None:
        if isinstance(frame, said.Hello):
            await self.or_come_back(self._hello(frame))
            return
        if self._site is None:
            raise Refused(ErrorCode.BAD_FRAME, "Say hello first")
        match frame:
            case said.Say():
                await self._say(frame)
            case said.Typing():
                if self._active():
                    await publish.hint(self._conversation(), "typing", by=VISITOR, on=frame.on)
            case said.Seen():
                if self._active():
                    await publish.hint(self._conversation(), "seen", by=VISITOR, seq=frame.seq)
            case said.Ask():
                await self._ask(frame)
            case said.Leave():
                await self._leave()
            case said.Survey():
                self.push(await survey.answer(frame, token_hash=self._token_hash, now=clock.now()))
        await self._is_present()

    async def _hello(self, frame: said.Hello) -> None:
        if wait := self._hellos.take(time.monotonic()):
            raise Refused(ErrorCode.TOO_FAST, "Too many greetings", retry_after_s=in_tenths(wait))
        now = clock.now()
        greeted = await greeting.of(frame.site, frame.lang[:2], now=now)
        if greeted is None:
            self.push_and_close(Refused(ErrorCode.NOT_FOUND, "There is no such site"), REFUSED)
            return
        if not _is_token(frame.token):
            raise Refused(ErrorCode.TOKEN_REFUSED, "The token must be 32 random bytes in base64url")
        token_hash = asking.hashed(frame.token)
        if self._token_hash and self._token_hash != token_hash:
            raise Refused(ErrorCode.TOKEN_REFUSED, "This connection has another token already")
        found = await visitor_view.look(token_hash, now=now)
        if found is None and frame.after > 0:
            raise Refused(ErrorCode.TOKEN_REFUSED, "Nothing is known for this token")
        self._site, self._token_hash = greeted.site, token_hash
        challenge = resumed = None
        if isinstance(found, VisitorView):
            self._take_seat(found)
            await self._is_present(at_once=True)
            resumed = await self._resumed(found, after=frame.after, epoch=frame.epoch)
            meter.came_back("visitor", gap=resumed.gap, entries=len(resumed.events))
        else:
            challenge = await self._gate.challenge(
                address=self._address, token_hash=token_hash, now=now.timestamp()
            )
        # Together: after a welcome, silence means to the browser that nothing is known of its conversation.
        self.push(replace(greeted.welcome, challenge=challenge) if challenge else greeted.written)
        if resumed is not None:
            self.push(resumed)
            self.let_go(resumed.conversation)
        elif isinstance(found, Tombstone):
            self._ended = False
            self._tell_closed(found)

    async def _ask(self, frame: said.Ask) -> None:
        assert self._site is not None
        now = clock.now()
        if self._ended:
            stone = await runtime.volatile().tombstone(self._token_hash, now=now.timestamp())
            if stone is None or not asking.goes_on(stone, now=now):
                raise Refused(
                    ErrorCode.CONVERSATION_CLOSED, "This conversation has ended; begin with a new token"
                )
        if self._view is None:
            await self._gate.let_through(
                frame.proof, address=self._address, token_hash=self._token_hash, now=now.timestamp()
            )
            request = asking.Request(
                token_hash=self._token_hash,
                site=self._site.key,
                theme=frame.theme,
                language=frame.language,
                audience=frame.audience,
                booking=frame.school_code or "",
                campaign=frame.campaign or "",
                origin=self._address,
            )
            await asking.ask(request=request, now=now)
            self._ended = False
            await self.look_now()
            return
        # Asking again is the same request: the answer is given again.
        self._tell_again = True
        await self.look_now()

    async def _say(self, frame: said.Say) -> None:
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
            await self.look_now()
        if self._ended:
            raise Refused(
                ErrorCode.CONVERSATION_CLOSED, "The conversation has ended", client_id=frame.client_id
            )
        view, cipher = self._view, self._cipher
        if view is None or cipher is None or view.state is not State.ACTIVE:
            raise Refused(ErrorCode.NOBODY_YET, "Nobody has joined yet", client_id=frame.client_id)
        now = time.monotonic()
        if wait := self._words.take(now):
            if self._too_fast.take(now):
                self.close(POLICY)
            raise Refused(
                ErrorCode.TOO_FAST,
                "Too many messages at once",
                client_id=frame.client_id,
                retry_after_s=in_tenths(wait),
            )
        done = await saying.say(
            conversation=view.conversation,
            kind=Kind.MESSAGE,
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
            entry = await saying.again(view.conversation, Kind.MESSAGE, done)
            self.push(telling.message(view, entry, cipher.open(entry.sealed)))

    async def _leave(self) -> None:
        if self._view is None:
            if not self._ended:
                raise Refused(ErrorCode.NOT_FOUND, "There is no conversation to leave")
            return
        await closing.close(conversation=self._view.conversation, reason=Reason.VISITOR_LEFT, now=clock.now())
        await self.look_now()

    # --- what is true now -------------------------------------------------------------------------------------

    async def look(self) -> None:
        if not self._token_hash:
            return
        before = self._view
        found = await visitor_view.look(self._token_hash, now=clock.now(), before=before)
        if isinstance(found, VisitorView):
            if before is None or found.conversation != before.conversation:
                await self._come_in(found)
                before = None
            self._view = found
            again, self._tell_again = self._tell_again, False
            for frame in telling.difference(None if again else before, found):
                self.push(frame)
            self.let_go(found.conversation)
            if before is not None:
                for counsellor in found.parties.keys() - before.parties.keys():
                    meter.joined.add(clock.seconds() - found.joined_at[counsellor].timestamp())
        elif isinstance(found, Tombstone):
            self._tell_closed(found)
        elif before is not None:
            # Memory was lost between the close and this look: the end is certain, the reason is not.
            self._tell_closed(
                Tombstone(before.conversation, Reason.TECHNICAL.value, "technical", None, False, 0, 0)
            )

    async def glance(self) -> None:
        """The place in the queue, of all that a visitor is told the only thing that others change."""
        view = self._view
        if view is None or view.state is not State.WAITING:
            return
        line = await waiting_line.now()
        position = line.positions.get(view.conversation)
        if position is None:
            await self.look()
        elif self._view is view:
            self._view = dataclasses.replace(
                view, position=position, estimate_s=line.room.estimate_s(position)
            )
            for frame in telling.difference(view, self._view):
                self.push(frame)

    async def _come_in(self, view: VisitorView) -> None:
        """Into what was asked for here. Somebody may have joined and spoken already: their way may have been shorter."""
        self._take_seat(view)
        try:
            resumed = await self._resumed(view, after=0, epoch=0)
        except Unreachable:
            # Whoever asks again comes in then.
            self._forget_seat()
            raise
        if view.state is State.ACTIVE or resumed.events:
            self.push(resumed)

    def _take_seat(self, view: VisitorView) -> None:
        if self._view is None or self._view.conversation != view.conversation:
            self._forget_seat()
            self._ended = False
            self._cipher = sealing.Cipher(view.conversation, view.content_key)
            self.hold(view.conversation)
            runtime.hub().enter(view.conversation, self._cipher, self)
            runtime.hub().join(EVERY_VISITOR, self)
            # What changed after it was read and before this could hear of it.
            self.look_soon()
        self._view = view

    def _tell_closed(self, stone: Tombstone) -> None:
        if not self._ended:
            self._ended = True
            self._forget_seat()
            self.push(
                told.Closed(stone.reason, stone.outcome, survey=survey.is_open(stone, at=clock.seconds()))
            )

    async def _resumed(self, view: VisitorView, *, after: int, epoch: int) -> told.Resumed:
        page = await saying.missed(conversation=view.conversation, epoch=epoch, after=after, now=clock.now())
        events = [self._message(entry) for entry in page.entries] if page else []
        return telling.resumed(view, page, epoch=epoch, events=events)

    # --- what comes from the hub ------------------------------------------------------------------------------

    def hear(self, event: Said | Signal) -> None:
        if isinstance(event, Said):
            if event.entry.kind is Kind.MESSAGE:
                self._hear(event)
            return
        view = self._view
        if view is None:
            return
        match event.name:
            case "changed":
                self.look_soon()
            case "queue":
                if view.state is State.WAITING:
                    self.glance_soon()
            case _:
                if (hint := telling.hint(view, event)) is not None:
                    self.push(hint)

    def _hear(self, event: Said) -> None:
        encoded = event.encoded.get("visitor")
        if encoded is None:
            assert self._view is not None
            encoded = event.encoded["visitor"] = write(telling.message(self._view, event.entry, event.body))
        self.push(encoded)

    def _message(self, entry: Entry) -> told.Message:
        assert self._view is not None
        assert self._cipher is not None
        return telling.message(self._view, entry, self._cipher.open(entry.sealed))

    # --- being there ------------------------------------------------------------------------------------------

    async def _is_present(self, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if self._view is not None and (at_once or now - self._present_at > PRESENCE_EVERY_S):
            self._present_at = now
            await runtime.volatile().seen(volatile.visitor(self._view.conversation), at=clock.seconds())

    async def on_alive(self) -> None:
        await self._is_present()

    async def gone(self) -> None:
        if self._counted:
            await addresses.go(self._address)
        view = self._view
        self._forget_seat()
        runtime.hub().leave(EVERY_VISITOR, self)
        if view is not None and not self._ended and not _is_elsewhere(view.conversation):
            # The grace begins now, not at the end of a silence.
            silent_since = clock.seconds() - settings.ENV.silence_s
            await runtime.volatile().seen(volatile.visitor(view.conversation), at=silent_since)

    def _forget_seat(self) -> None:
        if self._view is not None:
            runtime.hub().leave(self._view.conversation, self)
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
