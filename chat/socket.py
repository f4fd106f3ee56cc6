"""What both sockets do: admit, read frames, refuse what is wrong, send, close; a slow reader never fills the memory."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

import msgspec
import structlog
from channels.consumer import AsyncConsumer
from django.conf import settings
from django.db import DatabaseError

from chat import origin, runtime
from chat.entry_frames import EntryEncoder
from chat.faults import Unreachable
from chat.frames.base import ClientFrame, Error, ErrorCode, FrameReader, Ping, Pong, Refused, write
from chat.hub import Notification, TranscriptEvent
from chat.meter import meter
from chat.presence import is_silent
from chat.rate_limits import RecentEvents, TokenBucket
from chat.refresh import Refresher
from chat.send_queue import Send, SendQueue
from partners.fault_kinds import kind_of

Frame = TypeVar("Frame", bound=ClientFrame)

STOPPING, OVERFLOW, SILENT = 4000, 4001, 4002
"""The browser reconnects, with `after`."""
SIGNED_OUT, REPLACED, REFUSED, OUT_OF_DATE = 4050, 4051, 4052, 4053
"""The browser does not reconnect."""
POLICY, TOO_BIG = 1008, 1009

BAD_FRAMES_A_MINUTE = 10
FRAMES_IN_TEN_SECONDS = 200
REFUSALS_IN_TEN_SECONDS = 500
PING = write(Ping())
IMMEDIATE_SEND = "miti.write"
"""The ASGI extension by which a server sends a frame at once, without a task; `server.websocket_protocol` has it."""

log = structlog.stdlib.get_logger(__name__)


class Socket(AsyncConsumer, Generic[Frame]):  # type: ignore[misc]  # channels has no types
    """One connection. Subclasses say who is admitted, what a frame does, and what is true now."""

    reader: FrameReader[Frame]

    def __init__(self) -> None:
        self.closing = False
        self._send_queue = SendQueue()
        self._send_now: Callable[[bytes], bool] | None = None
        self.encoders: dict[str, EntryEncoder] = {}
        """What this socket shows of its conversations' entries."""
        self._held_events: dict[str, list[TranscriptEvent | Notification]] = {}
        self._refresher = Refresher(lambda: self.refresh(), lambda: self.refresh_shared())
        self._frame_rate = TokenBucket(FRAMES_IN_TEN_SECONDS, 10)
        self._refusal_rate = TokenBucket(REFUSALS_IN_TEN_SECONDS, 10)
        self._bad_frames = RecentEvents(BAD_FRAMES_A_MINUTE, 60)
        self.last_frame_at = self._pinged_at = time.monotonic()

    # --- what a subclass defines ------------------------------------------------------------------------------

    async def admit(self) -> bool:
        """Whether this connection may be opened. Called before anything else; False refuses the handshake (403)."""
        return True

    async def on_frame(self, frame: Frame) -> None:
        raise NotImplementedError

    async def on_alive(self) -> None:
        """The browser answered a ping."""

    async def refresh(self) -> None:
        """Read what is true now and send the browser the difference."""
        raise NotImplementedError

    async def refresh_shared(self) -> None:
        """The same when only what all sockets share has changed: one read may serve them all."""
        raise NotImplementedError

    async def on_disconnect(self) -> None:
        """The connection has ended."""

    def on_notification(self, notification: Notification) -> None:
        """The hub has something for this socket. Must not wait."""
        raise NotImplementedError

    # --- the connection ---------------------------------------------------------------------------------------

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[[], Awaitable[dict[str, Any]]], send: Send
    ) -> None:
        # Channels' own loop would await a thread for every frame; ours does not.
        self.scope, self._send_queue.send = scope, send
        self._send_now = scope.get("extensions", {}).get(IMMEDIATE_SEND, {}).get("write")
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
            self._refresher.cancel()
            self._send_queue.cancel()
            try:
                await self.on_disconnect()
            except (DatabaseError, Unreachable) as fault:
                # The store notices their silence, a little later.
                log.warning("an end was not noted", fault=kind_of(fault))

    async def _admitted(self) -> bool:
        try:
            return await self.admit()
        except (DatabaseError, Unreachable) as fault:
            # Refused for now: browsers reconnect by themselves.
            log.warning("nobody can be admitted", fault=kind_of(fault))
            return False

    async def _received(self, raw: str | bytes) -> None:
        now = self.last_frame_at = time.monotonic()
        if self.closing:
            return
        try:
            if len(raw) > (limit := settings.ENV.frame_bytes) // 4 and _bytes_of(raw) > limit:
                self.close(TOO_BIG)
                return
            if isinstance(raw, bytes):
                raise Refused(ErrorCode.BAD_FRAME, "A frame is text, not bytes")
            # The frame is read before it is refused: the error must name the message that is to be sent again.
            frame = self.reader.read(raw)
            if wait := self._frame_rate.take(now):
                self.refuse(
                    Refused(
                        ErrorCode.TOO_FAST,
                        "Too many frames",
                        client_id=getattr(frame, "client_id", None),
                        conversation=getattr(frame, "conversation", None),
                        retry_after_s=round_up_to_tenths(wait),
                    )
                )
                if self._refusal_rate.take(now):
                    # Read nothing more until the limit allows it: the flood waits at its sender.
                    await asyncio.sleep(wait)
                return
            if isinstance(frame, Pong):
                await self.on_alive()
            else:
                await self.on_frame(frame)
        except Refused as refusal:
            if refusal.code in {ErrorCode.BAD_FRAME, ErrorCode.UNKNOWN_TYPE} and self._bad_frames.reached(
                now
            ):
                self.refuse(refusal)
                self.close(POLICY)
                return
            self.refuse(refusal)
        except (DatabaseError, Unreachable) as fault:
            # The browser keeps the message and tries again.
            log.warning("a frame could not be acted on", fault=kind_of(fault))
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
        """Await the greeting, or close if a store fails: a browser says hello only on a new connection."""
        try:
            # No refresh may run meanwhile: the older of the two reads could replace the newer one.
            async with self._refresher.paused():
                await greeting
        except (DatabaseError, Unreachable) as fault:
            log.warning("nobody can be greeted", fault=kind_of(fault))
            self.close(STOPPING)

    def deliver(self, event: TranscriptEvent | Notification) -> None:
        """Called by the hub. Must not wait."""
        if (conversation := event.topic) in self._held_events:
            self._hold(conversation, event)
        elif isinstance(event, Notification):
            self.on_notification(event)
        elif (encoder := self.encoders.get(conversation)) is not None and event.entry.kind in encoder.kinds:
            # Encoded here and not by a subclass: every message passes here.
            if (frame := encoder.encode(event)) is None:
                self.refresh_soon()
            else:
                self.push(frame)

    def hold_events(self, conversation: str) -> None:
        """Hold this conversation's events back until `release_events`: its snapshot is about to be read and sent. A page that does not know
        the conversation yet would ignore an event that arrives before the snapshot."""
        self._held_events.setdefault(conversation, [])

    def _hold(self, conversation: str, event: TranscriptEvent | Notification) -> None:
        held = self._held_events[conversation]
        if len(held) < settings.ENV.socket_backlog:
            held.append(event)
        else:
            self.close(OVERFLOW)

    def release_events(self, conversation: str) -> None:
        """Deliver the held events: the snapshot has been sent."""
        for event in self._held_events.pop(conversation, ()):
            self.deliver(event)

    def drop_events(self, conversation: str) -> None:
        """Drop the held events: the page may receive nothing more of this conversation."""
        self._held_events.pop(conversation, None)

    def push(self, frame: msgspec.Struct | bytes) -> None:
        """Send a frame to the browser, or queue it. A browser that reads too slowly is disconnected; it reconnects later."""
        if self.closing:
            return
        text = frame if isinstance(frame, bytes) else write(frame)
        if self._send_now is not None and self._send_queue.idle and self._send_now(text):
            return
        if not self._send_queue.add(text):
            self.close(OVERFLOW)

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
        """Close after the queued frames; nothing more is read or queued."""
        if self.closing:
            return
        self.closing = True
        meter.closed[code] += 1
        self._refresher.end()
        self._send_queue.close(code)

    # --- time -------------------------------------------------------------------------------------------------

    def heartbeat(self, now: float) -> None:
        """Called about once a second, `now` from the monotonic clock."""
        if is_silent(last_frame_at=self.last_frame_at, now=now):
            self.close(SILENT)
            return
        if now - self._pinged_at >= settings.ENV.ping_s:
            self._pinged_at = now
            self.push(PING)
        if self._refresher.is_due(now):
            self.refresh_soon()

    def stop(self) -> None:
        """Close, because the server stops: the browser reconnects, here or to another process."""
        self.close(STOPPING)

    def refresh_soon(self) -> None:
        """Refresh now, or once more after the refresh that is under way."""
        self._refresher.request()

    def refresh_shared_soon(self) -> None:
        self._refresher.request_shared()

    async def refresh_now(self) -> None:
        await self._refresher.read_now()


def round_up_to_tenths(seconds: float) -> float:
    """Rounded up, so that a client who waits so long is accepted."""
    return math.ceil(seconds * 10) / 10


def _bytes_of(raw: str | bytes) -> int:
    """The size as sent: at most four bytes for each character."""
    return len(raw) if isinstance(raw, bytes) or raw.isascii() else len(raw.encode())
