"""What both sockets do: admit, read frames, answer mistakes, stay alive, never let a slow reader fill the memory."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

import msgspec
import structlog
from channels.consumer import AsyncConsumer
from django.conf import settings
from django.db import DatabaseError

from chat import origin, runtime
from chat.faults import Unreachable
from chat.frames.base import ClientFrame, Error, ErrorCode, FrameReader, Ping, Pong, Refused, write
from chat.hub import Notification, TranscriptEvent
from chat.meter import meter
from chat.rate_limits import RecentEvents, TokenBucket

Frame = TypeVar("Frame", bound=ClientFrame)
Send = Callable[[dict[str, Any]], Awaitable[None]]

STOPPING, OVERFLOW, SILENT = 4000, 4001, 4002
"""Come back, with `after`."""
SIGNED_OUT, REPLACED, REFUSED = 4050, 4051, 4052
"""Do not come back."""
POLICY, TOO_BIG = 1008, 1009

BAD_FRAMES_A_MINUTE = 10
FRAMES_IN_TEN_SECONDS = 200
REFUSALS_IN_TEN_SECONDS = 500
BACKLOG_BYTES = 8_000_000
REFRESH_EVERY_S = 15
PING = write(Ping())
SHORT_WAY = "miti.write"
"""The ASGI extension by which a server sends a frame at once; `server.websocket_protocol` has it."""

log = structlog.stdlib.get_logger(__name__)


class Socket(AsyncConsumer, Generic[Frame]):  # type: ignore[misc]  # channels has no types
    """One connection. Subclasses say who may come in, what a frame does, and what is true now."""

    reader: FrameReader[Frame]

    def __init__(self) -> None:
        self.closing = False
        self._out: deque[bytes] = deque()
        self._write_now: Callable[[bytes], bool] | None = None
        self._waiting = 0
        self._writer: asyncio.Task[None] | None = None
        self._refreshing: asyncio.Task[None] | None = None
        self._refresh_again = self._refresh_shared_again = False
        self._one_refresh = asyncio.Lock()
        self._held: dict[str, list[TranscriptEvent | Notification]] = {}
        self._bad = RecentEvents(BAD_FRAMES_A_MINUTE, 60)
        self._pace = TokenBucket(FRAMES_IN_TEN_SECONDS, 10)
        self._refusals = TokenBucket(REFUSALS_IN_TEN_SECONDS, 10)
        self._code = 0
        self.last_frame_at = self._pinged_at = self._refreshed_at = time.monotonic()

    # --- what a subclass says ---------------------------------------------------------------------------------

    async def admit(self) -> bool:
        """May this connection be opened? Called before anything else; no refuses the handshake (403)."""
        return True

    async def on_frame(self, frame: Frame) -> None:
        raise NotImplementedError

    async def on_alive(self) -> None:
        """The browser answered a ping."""

    async def refresh(self) -> None:
        """Read what is true now and tell the browser the difference."""
        raise NotImplementedError

    async def refresh_shared(self) -> None:
        """The same of what everybody shares, for when only that has changed: it may be read once for all."""
        raise NotImplementedError

    async def on_disconnect(self) -> None:
        """The connection has ended."""

    def on_event(self, event: TranscriptEvent | Notification) -> None:
        """The hub has something for this socket. Must not wait."""
        raise NotImplementedError

    # --- the connection ---------------------------------------------------------------------------------------

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[[], Awaitable[dict[str, Any]]], send: Send
    ) -> None:
        # Channels' own loop would await a thread for every frame; ours does not.
        self.scope, self._send = scope, send
        self._write_now = scope.get("extensions", {}).get(SHORT_WAY, {}).get("write")
        await receive()
        if not origin.is_own(scope) or not await self._admitted():
            await send({"type": "websocket.close", "code": POLICY})
            return
        await send({"type": "websocket.accept"})
        runtime.hub().sockets.add(self)
        try:
            while True:
                event = await receive()
                if event["type"] == "websocket.disconnect":
                    break
                text = event.get("text")
                await self._received(event.get("bytes") or b"" if text is None else text)
        finally:
            self.closing = True
            runtime.hub().sockets.discard(self)
            for task in (self._writer, self._refreshing):
                if task is not None:
                    task.cancel()
            try:
                await self.on_disconnect()
            except (DatabaseError, Unreachable) as fault:
                # Their silence will say the same, a little later.
                log.warning("an end was not noted", fault=type(fault).__name__)

    async def _admitted(self) -> bool:
        try:
            return await self.admit()
        except (DatabaseError, Unreachable) as fault:
            # Refused for now: browsers come back by themselves.
            log.warning("nobody can be admitted", fault=type(fault).__name__)
            return False

    async def _received(self, raw: str | bytes) -> None:
        now = self.last_frame_at = time.monotonic()
        if self.closing:
            return
        try:
            if _size(raw) > settings.ENV.frame_bytes:
                self.close(TOO_BIG)
                return
            if isinstance(raw, bytes):
                raise Refused(ErrorCode.BAD_FRAME, "A frame is text, not bytes")
            # Read before it is refused: the answer must say which message is to be sent again.
            frame = self.reader.read(raw)
            if wait := self._pace.take(now):
                self.refuse(
                    Refused(
                        ErrorCode.TOO_FAST,
                        "Too many frames",
                        client_id=getattr(frame, "client_id", None),
                        conversation=getattr(frame, "conversation", None),
                        retry_after_s=round_up_to_tenths(wait),
                    )
                )
                if self._refusals.take(now):
                    # Nothing more is read until there is room: a flood waits where it comes from.
                    await asyncio.sleep(wait)
                return
            if isinstance(frame, Pong):
                await self.on_alive()
            else:
                await self.on_frame(frame)
        except Refused as refusal:
            if refusal.code in {ErrorCode.BAD_FRAME, ErrorCode.UNKNOWN_TYPE} and self._bad.reached(now):
                self.refuse(refusal)
                self.close(POLICY)
                return
            self.refuse(refusal)
        except (DatabaseError, Unreachable) as fault:
            # The browser keeps what it has and tries again.
            log.warning("a frame could not be acted on", fault=type(fault).__name__)
            self.refuse(
                Refused(
                    ErrorCode.TRY_AGAIN,
                    "Not done just now; try again",
                    client_id=getattr(frame, "client_id", None),
                    conversation=getattr(frame, "conversation", None),
                    retry_after_s=2,
                )
            )

    async def or_reconnect(self, greeting: Awaitable[None]) -> None:
        """Greet. Whom that cannot be done for now is to come back: nobody says hello again on a connection that stays."""
        try:
            # After any look that is under way, and before the next: what was seen first must not be taken for the newest.
            async with self._one_refresh:
                await greeting
        except (DatabaseError, Unreachable) as fault:
            log.warning("nobody can be greeted", fault=type(fault).__name__)
            self.close(STOPPING)

    def deliver(self, event: TranscriptEvent | Notification) -> None:
        held = self._held.get(event.conversation if isinstance(event, TranscriptEvent) else event.topic)
        if held is None:
            self.on_event(event)
        elif len(held) < settings.ENV.socket_backlog:
            held.append(event)
        else:
            self.close(OVERFLOW)

    def hold_events(self, conversation: str) -> None:
        """Its picture is about to be read, and told when it is whole: what is heard of it from here on is told after that. Were it told
        before, a page that does not know the conversation yet would let it go."""
        self._held.setdefault(conversation, [])

    def release_events(self, conversation: str) -> None:
        """The picture has been told."""
        for event in self._held.pop(conversation, ()):
            self.on_event(event)

    def push(self, frame: msgspec.Struct | bytes) -> None:
        """Send a frame to the browser, or queue it. A reader that is too slow is sent away to come back later."""
        if self.closing:
            return
        text = frame if isinstance(frame, bytes) else write(frame)
        if self._write_now is not None and not self._is_writing() and self._write_now(text):
            return
        self._out.append(text)
        self._waiting += len(text)
        # One large frame may always wait: a console's welcome holds all its conversations.
        too_much = self._waiting > BACKLOG_BYTES and len(self._out) > 1
        if len(self._out) > settings.ENV.socket_backlog or too_much:
            self._out.clear()
            self.close(OVERFLOW)
        elif not self._is_writing():
            self._writer = asyncio.create_task(self._write())

    def _is_writing(self) -> bool:
        return self._writer is not None and not self._writer.done()

    def refuse(self, refusal: Refused) -> None:
        """Answer a frame with its error."""
        meter.refused[refusal.code.value] += 1
        self.push(
            Error(
                refusal.code,
                refusal.detail,
                client_id=refusal.client_id,
                retry_after_s=refusal.retry_after_s,
                conversation=refusal.conversation,
            )
        )

    def close(self, code: int) -> None:
        """Close once what is queued has been sent; nothing more is read or queued."""
        if self.closing:
            return
        self.closing, self._code = True, code
        meter.closed[code] += 1
        if not self._is_writing():
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        try:
            while self._out:
                text = self._out.popleft()
                self._waiting -= len(text)
                await self._send({"type": "websocket.send", "text": text.decode()})
            if self.closing:
                await self._send({"type": "websocket.close", "code": self._code})
        except (OSError, RuntimeError) as fault:
            # The other side went away between two frames; the reading end notices and cleans up.
            log.debug("a frame could not be sent", fault=type(fault).__name__)

    # --- time -------------------------------------------------------------------------------------------------

    def heartbeat(self, now: float) -> None:
        """Called about once a second, `now` from the monotonic clock."""
        if now - self.last_frame_at > settings.ENV.silence_s:
            self.close(SILENT)
            return
        if now - self._pinged_at >= settings.ENV.ping_s:
            self._pinged_at = now
            self.push(PING)
        if now - self._refreshed_at >= REFRESH_EVERY_S:
            self.refresh_soon()

    def stop(self) -> None:
        """The server is stopping: the browser is to come back, here or elsewhere."""
        self.close(STOPPING)

    def refresh_soon(self) -> None:
        """Look now, or once more after the look that is under way."""
        self._refresh_again = True
        self._begin_refreshing()

    def refresh_shared_soon(self) -> None:
        """The same with a glance."""
        self._refresh_shared_again = True
        self._begin_refreshing()

    def _begin_refreshing(self) -> None:
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._keep_refreshing())

    async def refresh_now(self) -> None:
        """Look, after any look that is under way: two at once would tell the same difference twice."""
        async with self._one_refresh:
            await self.refresh()

    async def _keep_refreshing(self) -> None:
        while (self._refresh_again or self._refresh_shared_again) and not self.closing:
            # A look holds all that a glance would.
            whole, self._refresh_again, self._refresh_shared_again = self._refresh_again, False, False
            try:
                if whole:
                    self._refreshed_at = time.monotonic()
                    await self.refresh_now()
                else:
                    async with self._one_refresh:
                        await self.refresh_shared()
            except (DatabaseError, Unreachable) as fault:
                log.warning("a look failed", fault=type(fault).__name__)
                await asyncio.sleep(1)
                self._refresh_again = True


def round_up_to_tenths(seconds: float) -> float:
    """Rounded up: whoever waits so long may go on."""
    return math.ceil(seconds * 10) / 10


def _size(raw: str | bytes) -> int:
    """Bytes as sent."""
    return len(raw) if isinstance(raw, bytes) or raw.isascii() else len(raw.encode())
