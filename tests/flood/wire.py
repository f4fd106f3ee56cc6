"""A WebSocket and a request in their cheapest form: whoever floods does not read what comes back."""

import asyncio
import base64
import os
import secrets
from dataclasses import dataclass
from typing import NamedTuple

CONNECT_S = 20
HEAD_END = b"\r\n\r\n"


class Answer(NamedTuple):
    status: int
    head: bytes
    body: bytes


@dataclass(frozen=True)
class Target:
    port: int
    many: bool
    """Each connection seems to come from another address; else all from one."""

    def address(self) -> str:
        return "10." + ".".join(str(secrets.randbelow(256)) for _ in range(3)) if self.many else "203.0.113.7"

    def head(self, line: str, **headers: str) -> bytes:
        given = {"Host": f"127.0.0.1:{self.port}", "X-Forwarded-For": self.address(), **headers}
        return "\r\n".join([line, *(f"{name}: {value}" for name, value in given.items()), "", ""]).encode()

    async def open(self) -> "Wire":
        async with asyncio.timeout(CONNECT_S):
            return Wire(*await asyncio.open_connection("127.0.0.1", self.port))

    async def open_socket(self) -> "Wire | None":
        """A visitor's WebSocket after its handshake; None: refused."""
        wire = await self.open()
        upgrade = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(secrets.token_bytes(16)).decode(),
            "Origin": f"http://127.0.0.1:{self.port}",
        }
        wire.write(self.head("GET /ws/visitor/ HTTP/1.1", **upgrade))
        if await wire.status() == 101:
            return wire
        wire.drop()
        return None


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    def write(self, data: bytes) -> None:
        self._writer.write(data)

    async def drain(self) -> None:
        await self._writer.drain()

    async def status(self) -> int:
        """The status of the answer, whose head is read."""
        async with asyncio.timeout(CONNECT_S):
            head = await self._reader.readuntil(HEAD_END)
        return int(head.split(b" ", 2)[1])

    async def answer(self) -> Answer:
        """The whole answer, of which the length must be given."""
        async with asyncio.timeout(CONNECT_S):
            head = await self._reader.readuntil(HEAD_END)
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            body = await self._reader.readexactly(int(lengths[0].split(b":")[1])) if lengths else b""
        return Answer(int(head.split(b" ", 2)[1]), head, body)

    async def ended(self) -> None:
        """Wait until the server has closed it; read what comes."""
        while await self._reader.read(65_536):
            pass

    def drop(self) -> None:
        self._writer.transport.abort()


def masked(opcode: int, payload: bytes) -> bytes:
    """A client's frame of less than 126 bytes."""
    key = os.urandom(4)
    hidden = bytes(byte ^ key[at % 4] for at, byte in enumerate(payload))
    return bytes([0x80 | opcode, 0x80 | len(payload)]) + key + hidden
