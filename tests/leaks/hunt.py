"""Search for canaries in files, processes and stores, in every encoding that is used.

All texts of a hunt hold one random secret, so that a few patterns find any of them. Addresses and tokens are secrets of their own.
"""

import re
import secrets
import time
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

CHUNK, OVERLAP = 16 << 20, 256
PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
PATIENCE_S = 60.0
UNPACKED = 8 << 20
"""Of a packed piece, so much is looked through."""


def encodings(secret: str) -> Iterator[tuple[str, bytes]]:
    """Each way in which these ASCII letters may lie somewhere: escapes of JSON and Python leave them as they are."""
    plain = secret.encode()
    yield "utf-8", plain
    # Either byte order, and with a byte less at the end.
    yield "utf-16", secret.encode("utf-16-le")[:-1]
    yield "utf-32", secret.encode("utf-32-le")[:-3]
    yield "hex", plain.hex().encode()
    yield "hex in capitals", plain.hex().upper().encode()
    if quote(secret, safe="") != secret:
        yield "url", quote(secret, safe="").encode()
        yield "url in small letters", quote(secret, safe="").lower().encode()
    for offset in range(3):
        # The letters at both ends depend on the neighbours.
        packed = b64encode(b"\0" * offset + plain).rstrip(b"=")[4 if offset else 0 : -4]
        yield f"base64 at {offset}", packed
        if (safe := packed.replace(b"+", b"-").replace(b"/", b"_")) != packed:
            yield f"base64url at {offset}", safe


@dataclass
class Hunt:
    mark: str = field(default_factory=lambda: f"kanari{secrets.token_hex(7)}")
    others: dict[str, str] = field(default_factory=dict)
    """More secrets, by name."""

    def canary(self, name: str) -> str:
        """A text with the mark in it, and letters outside ASCII around it."""
        return f"canari {name} « é漢🙂 {self.mark} ñ »"

    def add(self, name: str, secret: str) -> str:
        self.others[name] = secret
        return secret

    def patterns(self) -> list[tuple[str, bytes]]:
        return [
            (f"{name} ({encoding})", pattern)
            for name, secret in {"a text": self.mark, **self.others}.items()
            for encoding, pattern in encodings(secret)
        ]

    def in_bytes(self, where: str, content: bytes, *, unpack: bool = True) -> list[str]:
        found = [f"{what} in {where}" for what, pattern in self.patterns() if pattern in content]
        if unpack:
            for piece in unpacked(content):
                found += self.in_bytes(f"{where}, packed", piece, unpack=False)
        return found

    def in_folder(self, folder: Path) -> list[str]:
        found = []
        for path in sorted(each for each in folder.rglob("*") if each.is_file() and not each.is_symlink()):
            with suppress(FileNotFoundError):  # a journal, gone meanwhile
                found += self.in_bytes(str(path.relative_to(folder)), path.read_bytes())
        return found

    def in_process(self, pid: int, name: str, *, shared: bool = True) -> list[str]:
        """In all memory that the process may write to; `shared=False`: that it alone has."""
        patterns, found = self.patterns(), []
        for region, content in writable_memory(pid, shared=shared):
            found += [
                f"{what} in the memory of {name}, {region}: {around(content, one)!r}"
                for what, one in patterns
                if one in content
            ]
        return found


def gone_from_memory(hunt: Hunt, pid: int, name: str) -> None:
    """A process frees what no longer leads anywhere every so often: in time, or the test fails with what is left."""
    deadline = time.monotonic() + PATIENCE_S
    while left := hunt.in_process(pid, name):
        assert time.monotonic() < deadline, left
        time.sleep(0.2)


def unpacked(content: bytes) -> Iterator[bytes]:
    """What gzip or zlib packed, wherever it begins."""
    for start in (each.start() for each in PACKED.finditer(content)):
        stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        with suppress(zlib.error):
            piece = stream.decompress(content[start : start + UNPACKED], UNPACKED)
            if piece:
                yield piece


def writable_memory(pid: int, *, shared: bool = True) -> Iterator[tuple[str, bytes]]:
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            span, rights, *_, name = (
                line.split(maxsplit=5) if len(line.split(maxsplit=5)) == 6 else (*line.split(), "")
            )
            if not rights.startswith("rw") or (rights.endswith("s") and not shared):
                continue
            start, end = (int(one, 16) for one in span.split("-"))
            for at in range(start, end, CHUNK):
                with suppress(OSError, ValueError):  # a page that cannot be read
                    memory.seek(at)
                    yield name.strip() or "heap", memory.read(min(CHUNK + OVERLAP, end - at))


def children_of(pid: int) -> list[int]:
    """The process and all that it started."""
    own = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in own for each in children_of(int(child)))]


def around(content: bytes, pattern: bytes) -> bytes:
    """What is beside the first place: it tells what kept it."""
    at = content.find(pattern)
    return content[max(0, at - 100) : at + 60]
