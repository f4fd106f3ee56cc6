"""A minimal conforming websocket client: the load generator must cost less than the measured server."""

import asyncio
import base64
import os
from collections.abc import Callable
from typing import Self, cast
from urllib.parse import urlsplit

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
SHORT, MEDIUM = 126, 127
NO_MASK = bytes(4)
"""Every client must mask; with zeros, masking changes nothing."""
PATIENCE_S = 30


class Refusal(Exception):
    """The server did not open the socket."""


class Wire(asyncio.Protocol):
    """One socket. It passes each text that arrives to `heard` and answers pings of the application."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._buffer = b""
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.heard: Callable[[bytes], None] = _nobody
        self.lost = False
        self.pinged = 0

    @classmethod
    async def open(cls, url: str, path: str, *, cookie: str = "", here: str | None = None) -> Self:
        """Open a socket; `here` is the source address."""
        where = urlsplit(url)
        assert where.hostname
        assert where.port
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {where.netloc}",
            f"Origin: http://{where.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        ]
        if cookie:
            lines.append(f"Cookie: {cookie}")
        request = "\r\n".join([*lines, "", ""]).encode()
        local = (here, 0) if here else None
        _, wire = await asyncio.get_running_loop().create_connection(
            lambda: cls(request), where.hostname, where.port, local_addr=local
        )
        await asyncio.wait_for(wire.opened, PATIENCE_S)
        return wire

    def send(self, text: bytes) -> None:
        self._send(TEXT, text)

    def _send(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        length = bytes((0x80 | size,)) if size < SHORT else bytes((0x80 | SHORT,)) + size.to_bytes(2, "big")
        self._transport.write(bytes((0x80 | opcode,)) + length + NO_MASK + payload)

    def cut(self) -> None:
        """Drop the connection without a close frame."""
        self._transport.abort()

    # --- what asyncio calls -----------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transport has the interface, but not the base class.
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

    def connection_lost(self, fault: Exception | None) -> None:
        self.lost = True
        if not self.opened.done():
            self.opened.set_exception(Refusal("closed"))

    def data_received(self, data: bytes) -> None:
        self._buffer = data = self._buffer + data if self._buffer else data
        if not self.opened.done():
            head, found, rest = data.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self.opened.set_exception(Refusal(head.split(b"\r\n", 1)[0].decode("latin-1")))
                return
            self.opened.set_result(None)
            data = rest
        self._buffer = self._frames(data)

    def _frames(self, data: bytes) -> bytes:
        """Handle every complete frame; return the incomplete rest."""
        at, end = 0, len(data)
        while end - at >= 2:
            size, start = data[at + 1], at + 2
            if size == SHORT:
                size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif size == MEDIUM:
                size, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if start > end or start + size > end:
                break
            self._frame(data[at] & 0x0F, data[start : start + size])
            at = start + size
        return data[at:]

    def _frame(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            if payload == b'{"type":"ping"}':
                self.pinged += 1
                self.send(b'{"type":"pong"}')
            else:
                self.heard(payload)
        elif opcode == PING:
            self._send(PONG, payload)
        elif opcode == CLOSE:
            self._transport.close()


def _nobody(_: bytes) -> None:
    """The handler before anybody listens."""
