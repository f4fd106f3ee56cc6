"""The backup file: compressed lines of JSON. A head, one line for each row, and an end with the number of rows.

Django's fields define how a value is written and read, so that a backup of SQLite can be restored on PostgreSQL and the other way round,
without any program of the database. The end line and the checksum of the compression show whether the file is complete.
"""

import gzip
import json
import os
import secrets
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FORMAT = 1
STREAM = Path("-")
"""Standard output, or standard input: a backup out of a container, or into one, without a file inside."""


class BackupRefused(Exception):
    """The backup or restore was refused; the message tells the operator why."""


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
    """A file that only its owner can read, and that appears only when it is complete; or standard output."""
    if path == STREAM:
        if sys.stdout.isatty():
            raise BackupRefused("a backup is no text: send it to a file, as in `backup - >FILE`")
        with gzip.GzipFile(filename="", fileobj=sys.stdout.buffer, mode="wb") as packed:
            yield Writer(packed)
        sys.stdout.flush()
        return
    if path.exists() and not path.is_file():
        # Not even with --force: it may be a device.
        raise BackupRefused(f"{path} is no file: give the name of one, or - for standard output")
    if path.exists() and not force:
        raise BackupRefused(
            f"{path} is there already; give another name, or --force (with make: FORCE=1) to replace it"
        )
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
    """The head, and the rows, which can be read once. Raises `BackupRefused` if the file is not a backup or is damaged."""
    try:
        with gzip.open(sys.stdin.buffer if path == STREAM else path, "rb") as stream:
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
            # Reading to the very end verifies the checksum.
            if told["rows"] != n or stream.read(1):
                raise ValueError
            return
        label, values = told
        yield label, values
    raise EOFError
