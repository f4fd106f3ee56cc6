"""The bytes of one connection on their way to its parser: in small pieces, and only while there is no reason to stop.

uvicorn parses whatever the system hands over, up to 256 KB at once, whatever waits to be written. So one browser that sends and reads
nothing fills the memory with answers. Here the rest of what has come waits unparsed, and the system's window closes towards its sender.
"""

import socket
from asyncio import Transport
from collections.abc import Callable

PIECE_BYTES = 4_096
"""So much is parsed before the next look at the reasons: the most that can be answered after one of them began."""
SYSTEM_BYTES = 32_768
"""What the system keeps of what came and was not read yet. Linux doubles it for its own records; no read returns more."""
WRITE_BYTES = 32_768
"""With more than this in the buffer, a connection is told to stop writing."""


# Why a connection is not read now. Numbers and no `Flag`: every message passes here.
WRITING = 1
"""The other side does not read."""
APPLICATION = 2
"""The application has enough to do."""
PACE = 4
"""Too many control frames came."""
ANSWERING = 8
"""The request before is not answered yet."""


def by_size(waiting: bytes) -> int:
    """The size of the next piece, for a parser that may get any."""
    return PIECE_BYTES


def bound_buffers(transport: Transport) -> None:
    """Make the system and the transport keep little for this connection."""
    transport.set_write_buffer_limits(high=WRITE_BYTES)
    if (raw := transport.get_extra_info("socket")) is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SYSTEM_BYTES)


class Inflow:
    """Belongs to one protocol. `parse` gets the bytes in order and may stop the inflow; `cut` says how large the next piece may be."""

    __slots__ = ("_cut", "_handed_over", "_parse", "_parsing", "_paused", "_transport", "reasons", "waiting")

    def __init__(
        self, transport: Transport, parse: Callable[[bytes], None], cut: Callable[[bytes], int] = by_size
    ) -> None:
        self._transport = transport
        self._parse, self._cut = parse, cut
        self._parsing = self._paused = self._handed_over = False
        self.reasons = 0
        self.waiting = b""
        """What has come and may not be parsed yet."""

    @property
    def idle(self) -> bool:
        """Nothing waits and nothing is in the way: the next bytes may be parsed at once."""
        return not self.waiting and not self.reasons

    def receive(self, data: bytes) -> None:
        self.waiting = self.waiting + data if self.waiting else data
        self._run()

    def stop(self, reason: int) -> None:
        self.reasons |= reason
        self._pause_or_resume()

    def go_on(self, reason: int) -> None:
        """This reason is over."""
        if self.reasons & reason:
            self.reasons &= ~reason
            self._run()

    def hand_over(self) -> bytes:
        """What waits, for another protocol, whose own inflow decides from now on whether is read."""
        waiting, self.waiting = self.waiting, b""
        if self._paused:
            self._transport.resume_reading()
        self._handed_over = True
        return waiting

    def _run(self) -> None:
        if self._parsing:
            return
        self._parsing = True
        try:
            while self.waiting and not self.reasons:
                if self._transport.is_closing():
                    self.waiting = b""
                    return
                size = self._cut(self.waiting)
                piece, self.waiting = self.waiting[:size], self.waiting[size:]
                self._parse(piece)
        finally:
            self._parsing = False
        self._pause_or_resume()

    def _pause_or_resume(self) -> None:
        # While a request is answered the reading goes on until something has come: only so is it noticed that somebody leaves.
        pause = bool(self.waiting or self.reasons & ~ANSWERING)
        if self._parsing or self._handed_over or pause == self._paused or self._transport.is_closing():
            return
        self._paused = pause
        if pause:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()
