"""Servers whose every byte is listened to, and where the words of a conversation are looked for."""

import struct
from collections.abc import Iterable

from tests.leaks.hunt import Hunt, children_of
from tests.server import Server
from tests.wiretap import Wiretap


class TappedServer(Server):
    """Browsers reach it through a listener."""

    tap: Wiretap

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.tap.port}"


def unmasked(stream: bytes) -> bytes:
    """What a browser sent on a websocket, without the mask that the protocol puts over it; everything else as it is."""
    head, found, rest = stream.partition(b"\r\n\r\n")
    if b"websocket" not in head.lower() or not found:
        return stream
    out, at = bytearray(head), 0
    while at + 2 <= len(rest):
        length, masked = rest[at + 1] & 0x7F, rest[at + 1] & 0x80
        at += 2
        if length >= 126:
            size = 2 if length == 126 else 8
            (length,) = struct.unpack("!H" if size == 2 else "!Q", rest[at : at + size])
            at += size
        mask = rest[at : at + 4] if masked else b"\0\0\0\0"
        at += 4 if masked else 0
        out += bytes(one ^ mask[n % 4] for n, one in enumerate(rest[at : at + length]))
        at += length
    return bytes(out)


def on_the_wire(hunt: Hunt, name: str, tap: Wiretap) -> list[str]:
    return [what for stream in tap.heard for what in hunt.in_bytes(name, unmasked(stream))]


def in_all_bytes(hunt: Hunt, server: TappedServer) -> list[str]:
    """Wherever the words would be: on the wire in both directions, in files, in the memory of each process."""
    found = on_the_wire(hunt, "the wire", server.tap)
    found += hunt.in_folder(server.folder)
    return found + in_processes(hunt, "process", children_of(server.pid))


def in_processes(hunt: Hunt, name: str, pids: Iterable[int]) -> list[str]:
    return [what for pid in pids for what in hunt.in_process(pid, f"{name} {pid}")]
