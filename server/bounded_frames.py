"""uvicorn's WebSocket protocol with bounds to what one connection can make the process keep or do, below the application's own limits.

A handshake that is refused is answered and ended; frames before the handshake's answer wait; while the browser does not read, nothing is
read from it; pings and pongs are paced; a message has few fragments; text that is none closes with 1007, without a line in the log.
"""

from asyncio import TimerHandle
from typing import Any

from websockets.frames import CloseCode, Frame
from websockets.protocol import OPEN

from chat.rate_limits import TokenBucket
from server.connection_shares import Place
from server.inflow import APPLICATION, PACE, WRITING, Inflow
from server.write_timeout import WriteTimeoutProtocol

CONTROL_FRAMES, CONTROL_FRAMES_PER_S = 60, 10.0
"""Pings and pongs that a connection may send in that time, in seconds. Whatever is more must be paid by waiting. Browsers send none."""
MOST_FRAGMENTS = 256
"""Of one message. Browsers send one; a proxy may cut."""
CLOSE_ANSWER_S = 2.0
"""So long a closed websocket waits for the browser's answer to that."""
NO_HANDSHAKE = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class BoundedFramesProtocol(WriteTimeoutProtocol):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # uvicorn gives ten seconds to whoever has been told that it is over.
        self.close_timeout = CLOSE_ANSWER_S
        self.place: Place | None = None
        """In its origin's share of websockets; given back when the connection is gone, not when the application has ended."""
        self._control_rate = TokenBucket(CONTROL_FRAMES, CONTROL_FRAMES_PER_S)
        self._control_excess = 0
        self._pace_timer: TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.inflow = Inflow(transport, self._parse)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.place is not None:
            self.place.leave()
        if self._pace_timer is not None:
            self._pace_timer.cancel()
        super().connection_lost(exc)

    # --- reading ----------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self.handshake_initiated:
            self.inflow.receive(data)
        else:
            self._read_handshake(data)

    def _read_handshake(self, data: bytes) -> None:
        """`data` is one whole request, as uvicorn writes it anew from what it has parsed."""
        try:
            super().data_received(data)
        except UnicodeError:
            # An address that is not ASCII.
            self._refuse_handshake(NO_HANDSHAKE)
        else:
            if not self.handshake_initiated:
                # `websockets` could not parse it (a line of more than 8 KB; not GET). uvicorn would keep the connection and say nothing.
                self._refuse_handshake(b"".join(self.conn.data_to_send()) or NO_HANDSHAKE)
        if self.transport.is_closing():
            self._write_timeout.start()
        else:
            # What comes before the handshake is answered must not be answered before it.
            self.inflow.stop(APPLICATION)

    def _refuse_handshake(self, answer: bytes) -> None:
        self.handshake_initiated = self.handshake_complete = self.close_sent = True
        self.transport.write(answer)
        self.transport.close()

    def _parse(self, data: bytes) -> None:
        super().data_received(data)
        if self._control_excess:
            self.inflow.stop(PACE)
            wait_s = self._control_excess * CONTROL_FRAMES_PER_S / CONTROL_FRAMES
            self._control_excess = 0
            self._pace_timer = self.loop.call_later(wait_s, self.inflow.go_on, PACE)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.inflow.stop(WRITING)

    def resume_writing(self) -> None:
        super().resume_writing()
        self.inflow.go_on(WRITING)

    async def receive(self) -> Any:
        # At once when something waits: each coroutine costs.
        event = await self.queue.get() if self.queue.empty() else self.queue.get_nowait()
        if self.queue.empty() and self.handshake_complete:
            self.inflow.go_on(APPLICATION)
        return event

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] != "websocket.send":
            # The handshake was answered; or the application has closed, and the browser's answer to that must be read.
            self.inflow.go_on(APPLICATION)

    # --- frames -----------------------------------------------------------------------------------------------

    def handle_ping(self) -> None:
        self._count_control_frame()
        if not self.transport.is_closing():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        self._count_control_frame()
        super().handle_pong(event)

    def _count_control_frame(self) -> None:
        if self._control_rate.take(self.loop.time()):
            self._control_excess += 1

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= MOST_FRAGMENTS:
            self._fail(CloseCode.MESSAGE_TOO_BIG)
        elif not self.transport.is_closing():
            super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        data, self.frames = b"".join(self.frames), []
        if self.close_sent or self.transport.is_closing():
            return
        if self.curr_msg_data_type == "bytes":
            self.queue.put_nowait({"type": "websocket.receive", "bytes": data})
        else:
            try:
                self.queue.put_nowait({"type": "websocket.receive", "text": data.decode()})
            except UnicodeDecodeError:
                self._fail(CloseCode.INVALID_DATA)
                return
        self.inflow.stop(APPLICATION)

    def _fail(self, code: CloseCode) -> None:
        """Close, because of what came. The frames after it are dropped."""
        if self.conn.state is OPEN and not self.transport.is_closing():
            self.frames = []
            self.conn.fail(code)
            self.handle_parser_exception()
