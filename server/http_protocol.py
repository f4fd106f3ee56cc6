"""The server's HTTP protocol: uvicorn's, with bounds to what strangers can make the process keep by the way they send and read.

uvicorn has none for the size and number of headers, for how long a request may take to come, for requests that are sent before the one
before was answered, for connections, nor for answers that nobody reads. docs/security.md lists the limits.
"""

import time
from asyncio import Transport
from typing import cast

import httptools
import structlog
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from server import origins
from server.bounded_frames import BoundedFramesProtocol
from server.connection_limit import most_connections
from server.connection_shares import PLAIN, WEBSOCKETS
from server.inflow import ANSWERING, APPLICATION, PIECE_BYTES, WRITING, Inflow, bound_buffers
from server.request_deadline import RequestDeadline
from server.request_limits import MOST_BYTES
from server.write_timeout import WriteTimeout

MOST_HEADER_BYTES = 65_536
"""Of one request: its first line and all its headers."""
MOST_HEADER_LINES = 100
LINGER_S = 2.0
"""So long a refused browser may go on sending, unread: closed at once, the system would throw the answer away with what has come."""
MOST_REFUSED = 100
"""So many connections beyond the limit are told that there are too many; more are cut."""
SAY_AGAIN_S = 60.0
WORDS = {
    400: "This is no HTTP request.\n",
    408: "This request took too long to come.\n",
    413: "This is too large: one megabyte at most.\n",
    431: "These headers are too large: 64 KB and 100 lines at most.\n",
    503: "Too many connections. Try again in a moment.\n",
}
END_OF_HEADERS = b"\r\n\r\n"

log = structlog.stdlib.get_logger(__name__)


class Flow(FlowControl):
    """uvicorn's flow control, which leaves the reading to the inflow."""

    def __init__(self, transport: Transport, inflow: Inflow) -> None:
        super().__init__(transport)
        self._inflow = inflow

    def pause_reading(self) -> None:
        self.read_paused = True
        self._inflow.stop(APPLICATION)

    def resume_reading(self) -> None:
        self.read_paused = False
        self._inflow.go_on(APPLICATION)


class HttpProtocol(HttpToolsProtocol):
    _full_said_at = -SAY_AGAIN_S

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        bound_buffers(transport)
        self.inflow = Inflow(transport, self._parse, self._cut)
        self.flow = Flow(transport, self.inflow)
        self._write_timeout = WriteTimeout(transport)
        self._deadline = RequestDeadline(expired=self._late, held_up=lambda: bool(self.inflow.reasons))
        self._refused = self._reads_body = False
        self._head_bytes = self._other_bytes = self._header_lines = 0
        self._too_many = len(self.connections) > most_connections()
        self._deadline.start()
        if self._too_many:
            self._say_full()
            if len(self.connections) > most_connections() + MOST_REFUSED:
                transport.abort()
        self._place = PLAIN.taken_by(origins.of_connection(self.client))
        self._too_many |= self._place.beyond > 0
        if self._place.beyond > MOST_REFUSED:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._place.leave()
        self._stop_timers()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def _stop_timers(self) -> None:
        self._deadline.stop()
        self._write_timeout.stop()

    # --- reading ----------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if not self._refused:
            self.inflow.receive(data)

    def _cut(self, waiting: bytes) -> int:
        """One request's headers at a time, so that one request at a time is begun."""
        if self._reads_body:
            return PIECE_BYTES
        end = waiting.find(END_OF_HEADERS, 0, PIECE_BYTES)
        return PIECE_BYTES if end < 0 else end + len(END_OF_HEADERS)

    def _parse(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        self._write_timeout.stop()
        self._deadline.start()
        self._deadline.received += len(data)
        if self._too_many:
            self._refuse(503)
            return
        if self._reads_body:
            self._other_bytes += len(data)
        else:
            self._head_bytes += len(data)
        if self._head_bytes > MOST_HEADER_BYTES:
            self._refuse(431)
            return
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Whoever asks for anything else than a websocket is answered as if they had not.
            if self._header_lines <= MOST_HEADER_LINES and self._should_upgrade():
                self.handle_websocket_upgrade()
                return
        except httptools.HttpParserError:
            self._refuse(400)
            return
        if self._header_lines > MOST_HEADER_LINES:
            self._refuse(431)
        elif self._other_bytes > MOST_BYTES:
            # What is neither body nor headers: sizes of chunks, their extensions, and what comes after the last of them.
            self._refuse(413)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._header_lines += 1
        # The application has the headers by now: it cannot get the ones that come after the body.
        if not self._reads_body and self._header_lines <= MOST_HEADER_LINES:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._reads_body = True
        # A request with more is refused when it has been parsed.
        if self._header_lines <= MOST_HEADER_LINES:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._other_bytes -= len(body)
        if self._header_lines <= MOST_HEADER_LINES:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._deadline.stop()
        if self._header_lines > MOST_HEADER_LINES:
            return
        super().on_message_complete()
        self._reads_body = False
        self._head_bytes = self._other_bytes = self._header_lines = 0
        if self.cycle is not None and not self.cycle.response_complete:
            self.inflow.stop(ANSWERING)

    def handle_websocket_upgrade(self) -> None:
        place = WEBSOCKETS.taken_by(origins.of_handshake(self.scope))
        if place.beyond:
            place.leave()
            self._refuse(503)
            return
        self._stop_timers()
        early = self.inflow.hand_over()
        self._place.leave()
        super().handle_websocket_upgrade()
        websocket = cast(BoundedFramesProtocol, self.transport.get_protocol())
        websocket.place = place
        if early and not self.transport.is_closing():
            websocket.data_received(early)

    # --- answering --------------------------------------------------------------------------------------------

    def on_response_complete(self) -> None:
        if self.transport.get_write_buffer_size():
            self._write_timeout.start()
        super().on_response_complete()
        if self.cycle.response_complete:
            self.inflow.go_on(ANSWERING)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.inflow.stop(WRITING)
        self._write_timeout.buffer_is_full()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._write_timeout.stop()
        self.inflow.go_on(WRITING)

    # --- refusing ---------------------------------------------------------------------------------------------

    def _late(self) -> None:
        if self._deadline.received:
            self._refuse(408)
        else:
            # Browsers open connections that they may need later; an answer to nothing would be taken for an answer to the next request.
            self.transport.close()

    def _refuse(self, status: int) -> None:
        """Answer the request that is coming, and read nothing more."""
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        self._stop_timers()
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            # The application waits for the rest of it.
            cycle.disconnected = True
            cycle.message_event.set()
            if cycle.response_started:
                self.transport.abort()
                return
        text = WORDS[status].encode("ascii")
        self.transport.write(
            STATUS_LINE[status] + b"content-type: text/plain; charset=utf-8\r\n"
            b"x-content-type-options: nosniff\r\n"
            b"content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n"
            b"cache-control: no-store\r\nconnection: close\r\n"
            + (b"retry-after: 5\r\n" if status == 503 else b"")
            + b"content-length: %d\r\n\r\n" % len(text)
            + text
        )
        self.transport.write_eof()
        self.loop.call_later(LINGER_S, self.transport.abort)
        self.inflow.hand_over()

    def _say_full(self) -> None:
        now = time.monotonic()
        if now - HttpProtocol._full_said_at >= SAY_AGAIN_S:
            HttpProtocol._full_said_at = now
            log.warning("new connections are refused: there are as many as MITI_CONNECTIONS allows")
