"""The frames that wait for a slow reader: bounded, in order, with the close after them."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from django.conf import settings

from partners.fault_kinds import kind_of

BACKLOG_BYTES = 8_000_000

Send = Callable[[dict[str, Any]], Awaitable[None]]
log = structlog.stdlib.get_logger(__name__)


class SendQueue:
    """Belongs to one connection. While `idle`, nothing waits: a frame may be sent past the queue."""

    __slots__ = ("_bytes", "_close_code", "_frames", "idle", "send", "task")

    def __init__(self) -> None:
        self.send: Send | None = None
        self.idle = True
        self.task: asyncio.Task[None] | None = None
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._close_code = 0

    def add(self, text: bytes) -> bool:
        """False: the backlog is too large, and all waiting frames are dropped."""
        self._frames.append(text)
        self._bytes += len(text)
        # One large frame may always wait: a console's welcome holds all its conversations.
        too_much = self._bytes > BACKLOG_BYTES and len(self._frames) > 1
        if len(self._frames) > settings.ENV.socket_backlog or too_much:
            self._frames.clear()
            return False
        self._start()
        return True

    def close(self, code: int) -> None:
        """Close the connection after the waiting frames."""
        self._close_code = code
        self._start()

    def cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()

    def _start(self) -> None:
        if self.idle:
            self.idle = False
            self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        assert self.send is not None
        try:
            while self._frames:
                text = self._frames.popleft()
                self._bytes -= len(text)
                await self.send({"type": "websocket.send", "text": text.decode()})
            if self._close_code:
                await self.send({"type": "websocket.close", "code": self._close_code})
        except (OSError, RuntimeError) as fault:
            # The browser disconnected between two frames; the receiving loop notices it and cleans up.
            log.debug("a frame could not be sent", fault=kind_of(fault))
        finally:
            self.idle = True
