"""The file: lines of JSON, compressed. A head, a line for each row, an end with their number.

Django's own fields say how a value is written and read, so that a backup of SQLite can be restored on PostgreSQL and back, without any
program of a database's. The end, and the checksum of the compression, tell whether the file is whole.
"""

import gzip
import json
import os
import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FORMAT = 1


class BackupRefused(Exception):
    """Not done; the message says why, to an operator."""


@dataclass(frozen=True, slots=True)
class Head:
    version: str
    made_at: str
    migrations: dict[str, list[str]]
    rows: dict[str, int]
    format: int = FORMAT


Row = tuple[str, dict[str, Any]]


class Writer:
    def __init__(self, stream: gzip.GzipFile) -> None:
        self._stream = stream
        self._rows = 0

    def head(self, head: Head) -> None:
        self._line({"miti": "backup", **asdict(head)})

    def row(self, label: str, values: dict[str, Any]) -> None:
        self._rows += 1
        self._line([label, values])

    def end(self) -> None:
        self._line({"rows": self._rows})

    def _line(self, value: object) -> None:
        self._stream.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


@contextmanager
def written(path: Path, *, force: bool) -> Iterator[Writer]:
    """A file that only its owner can read, and that is there when it is whole and not before."""
    if path.exists() and not force:
        raise BackupRefused(f"{path} is there already; give another name, or FORCE=1 to replace it")
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            with gzip.GzipFile(filename="", fileobj=raw, mode="wb") as packed:
                yield Writer(packed)
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(path)
    except OSError as fault:
        raise BackupRefused(f"{path} cannot be written: {fault.strerror or type(fault).__name__}") from fault
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[tuple[Head, Iterator[Row]]]:
    """The head, and the rows to be read once. Raises `BackupRefused` when it is no backup, or damaged."""
    try:
        with gzip.open(path, "rb") as stream:
            yield _head(path, stream), _rows(stream)
    except (EOFError, zlib.error, gzip.BadGzipFile, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise BackupRefused(f"{path} is damaged, or no backup of Miti") from fault
    except OSError as fault:
        raise BackupRefused(f"{path} cannot be read: {fault.strerror or type(fault).__name__}") from fault


def _head(path: Path, stream: gzip.GzipFile) -> Head:
    told = json.loads(stream.readline())
    if told.pop("miti") != "backup":
        raise ValueError
    if told["format"] != FORMAT:
        raise BackupRefused(
            f"{path} was made by Miti {told['version']} in a form that this version does not read"
        )
    return Head(**told)


def _rows(stream: gzip.GzipFile) -> Iterator[Row]:
    for n, line in enumerate(stream):
        told = json.loads(line)
        if isinstance(told, dict):
            # Reading on to the very end checks the sum of all that was read.
            if told["rows"] != n or stream.read(1):
                raise ValueError
            return
        label, values = told
        yield label, values
    raise EOFError
