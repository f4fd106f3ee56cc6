"""The frozen worlds: one line per half-day opening, with its counsellors and its requests. Times in ms from
the opening."""

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RECEPTION = "NSP"


@dataclass(frozen=True, slots=True)
class Person:
    """A counsellor on duty. `attentive` are the intervals during which they look at the screen; routers must not
    read it."""

    id: int
    pool: str
    skills: frozenset[str]
    primary: frozenset[str]
    languages: frozenset[str]
    capacity: int
    login: int
    logout: int
    attentive: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A visitor. Routers must not read `patience` and the fields after it.

    `latency` gives, per person, the reaction times of four rings that follow each other.
    """

    id: int
    at: int
    site: str
    theme: str
    language: str
    patience: int
    work: int
    transfer: bool
    transfer_theme: str
    triage: int
    transfer_patience: int
    latency: Mapping[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class HalfDay:
    """One opening."""

    length: int
    people: tuple[Person, ...]
    requests: tuple[Request, ...]


class BadTrace(Exception):
    """A file is not a trace; the argument says which, where and why."""


def half_days(path: Path) -> Iterator[HalfDay]:
    """Read a trace. Raises `BadTrace`."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                yield _half_day(line, where=f"{path}, line {number}")
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as fault:
        raise BadTrace(f"{path}: no gzip of JSON lines ({fault})") from None


def _half_day(line: str, *, where: str) -> HalfDay:
    try:
        row = json.loads(line)
        return HalfDay(
            length=row["length"],
            people=tuple(_person(each) for each in row["counsellors"]),
            requests=tuple(_request(each) for each in row["requests"]),
        )
    except KeyError as missing:
        raise BadTrace(f"{where}: {missing} is missing") from None
    except (ValueError, TypeError, AttributeError) as fault:
        raise BadTrace(f"{where}: {fault}") from None


def _person(row: Mapping[str, Any]) -> Person:
    return Person(
        id=row["id"],
        pool=row["pool"],
        skills=frozenset(row["themes"]) | ({RECEPTION} if row["reception"] else set()),
        primary=frozenset(row["primary"]) | ({RECEPTION} if row["primary_reception"] else set()),
        languages=frozenset(row["langs"]),
        capacity=row["cap"],
        login=row["login"],
        logout=row["logout"],
        attentive=tuple((start, end) for start, end in row["attentive"]),
    )


def _request(row: Mapping[str, Any]) -> Request:
    return Request(
        id=row["id"],
        at=row["t"],
        site=row["site"],
        theme=row["theme"],
        language=row["lang"],
        patience=row["patience"],
        work=row["work"],
        transfer=row["transfer"],
        transfer_theme=row["transfer_theme"],
        triage=row["triage"],
        transfer_patience=row["transfer_patience"],
        latency={int(person): tuple(times) for person, times in row["latency"].items()},
    )
