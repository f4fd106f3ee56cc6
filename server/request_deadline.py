"""How long a browser may take to send one whole request, headers and body."""

from asyncio import TimerHandle, get_running_loop
from collections.abc import Callable

from server.request_limits import MOST_BYTES

REQUEST_S = 20.0
BYTES_PER_S = 16_384
"""An upload that goes on gets a second more for each: one of the largest size, over a slow line, 84 s in all."""
LOOK_AGAIN_S = 1.0


def allowed_s(received: int) -> float:
    """How long a request of which so many bytes have come may take."""
    return REQUEST_S + min(received, MOST_BYTES) / BYTES_PER_S


class RequestDeadline:
    """Belongs to one connection. `expired` is called when a request is late; `held_up` says whether that is our own doing."""

    __slots__ = ("_began", "_expired", "_held_up", "_timer", "received")

    def __init__(self, *, expired: Callable[[], None], held_up: Callable[[], bool]) -> None:
        self._expired, self._held_up = expired, held_up
        self._timer: TimerHandle | None = None
        self._began = 0.0
        self.received = 0

    def start(self) -> None:
        """A request begins, unless one has begun already."""
        if self._timer is None:
            self._began = get_running_loop().time()
            self.received = 0
            self._timer = get_running_loop().call_later(allowed_s(0), self._look)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        loop = get_running_loop()
        left = self._began + allowed_s(self.received) - loop.time()
        if left > 0 or self._held_up():
            self._timer = loop.call_later(max(left, LOOK_AGAIN_S), self._look)
            return
        self._timer = None
        self._expired()
