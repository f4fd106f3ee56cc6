"""Limits to how long, and for how many browsers that do not read, the server waits.

uvicorn has none: TCP waits as long as the other side is there, and asyncio's buffer stays full.
"""

from asyncio import TimerHandle, Transport, get_running_loop
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

WRITE_TIMEOUT_S = 30.0
"""A connection is aborted when its buffer stays full for so long, or is not empty so long after the end. Browsers then reconnect."""
MOST_STALLED = 200
"""So many connections of a process may have a full buffer at one time. One more, and that which has waited longest is aborted."""


class WriteTimeout:
    """Aborts one connection, unless it is stopped in time."""

    stalled: "dict[WriteTimeout, None]" = {}
    """Those of the whole process whose buffer is full, the longest first."""

    __slots__ = ("_timer", "_transport")

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._timer: TimerHandle | None = None

    def buffer_is_full(self) -> None:
        self.start()
        if len(WriteTimeout.stalled) >= MOST_STALLED:
            longest = next(iter(WriteTimeout.stalled))
            longest.stop()
            longest._transport.abort()
        WriteTimeout.stalled[self] = None

    def start(self) -> None:
        self.stop()
        self._timer = get_running_loop().call_later(WRITE_TIMEOUT_S, self._expire)

    def _expire(self) -> None:
        self._timer = None
        # Of less than a full buffer nobody is told when it has been read.
        if self._transport.get_write_buffer_size():
            self._transport.abort()

    def stop(self) -> None:
        WriteTimeout.stalled.pop(self, None)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class WriteTimeoutProtocol(WebSocketsSansIOProtocol):
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._write_timeout = WriteTimeout(cast(Transport, transport))
        self._application_ended = False

    def pause_writing(self) -> None:
        super().pause_writing()
        self._write_timeout.buffer_is_full()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self._application_ended:
            self._write_timeout.stop()

    async def run_asgi(self) -> None:
        await super().run_asgi()
        # Closing waits until the browser has read everything.
        self._application_ended = True
        if not self.disconnected:
            self._write_timeout.start()

    def connection_lost(self, exc: Exception | None) -> None:
        self._write_timeout.stop()
        super().connection_lost(exc)
