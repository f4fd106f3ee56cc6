"""A limit to how long the server waits for a browser that does not read.

uvicorn has none: TCP waits as long as the other side is there, and asyncio's buffer stays full.
"""

from asyncio import TimerHandle
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

WRITE_TIMEOUT_S = 30.0
"""A connection is aborted when its buffer stays full for so long, or is not empty so long after the end. Browsers then reconnect."""


class WriteTimeoutProtocol(WebSocketsSansIOProtocol):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timer: TimerHandle | None = None
        self._application_ended = False

    def pause_writing(self) -> None:
        super().pause_writing()
        self._start_timer()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self._application_ended:
            self._stop_timer()

    async def run_asgi(self) -> None:
        await super().run_asgi()
        # Closing waits until the browser has read everything.
        self._application_ended = True
        if not self.disconnected:
            self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def _start_timer(self) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(WRITE_TIMEOUT_S, self.transport.abort)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
