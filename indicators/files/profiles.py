"""The protected tables as pages and files show them."""

from collections.abc import Iterator
from dataclasses import dataclass

from indicators import labels
from indicators.files.export import Cell as FileCell
from indicators.protection.disclosure import OTHERS, CellKind, Level, Published, PublishedCell, rate_of
from indicators.tables.protected import VERSION
from indicators.values import Rate


@dataclass(frozen=True)
class AnswerShare:
    """How often one answer was given, and its share of all, if both are published and large enough."""

    key: str
    label: str
    cell: PublishedCell
    rate: Rate | None


@dataclass(frozen=True)
class Crossing:
    """One question of the survey by theme or language: one line per code, one column per answer, then the total."""

    other: str
    heading: str
    answers: list[str]
    lines: list[tuple[str, list[PublishedCell]]]
    total: list[PublishedCell]


@dataclass(frozen=True)
class Profile:
    about: str
    heading: str
    shares: list[AnswerShare]
    total: PublishedCell
    crossings: list[Crossing]
    complete: bool
    version: int = VERSION


def profile(about: str, published: Published) -> Profile:
    """The published figures only, in the order of the lists of codes."""
    return Profile(
        about=about,
        heading=str(labels.DIMENSIONS[about]),
        shares=[
            AnswerShare(answer, labels.of(about, answer), cell, rate_of(cell, published.total))
            for answer, cell in published.by_answer.items()
        ],
        total=published.total,
        crossings=[_crossing(about, other, published) for other in OTHERS if _is_published(other, published)],
        complete=published.level is Level.EVERYTHING,
    )


def _is_published(other: str, published: Published) -> bool:
    return any(cell.kind is not CellKind.WITHHELD for cell in published.cells[other].values())


def _crossing(about: str, other: str, published: Published) -> Crossing:
    cells = published.cells[other]
    name = labels.namer(other)
    return Crossing(
        other=other,
        heading=str(labels.DIMENSIONS[other]),
        answers=[labels.of(about, answer) for answer in published.by_answer],
        lines=[
            (name(code), [*(cells[answer, code] for answer in published.by_answer), total])
            for code, total in published.by_code[other].items()
        ],
        total=[*published.by_answer.values(), published.total],
    )


def records(quarter: str, about: str, published: Published) -> Iterator[dict[str, FileCell]]:
    """One record for each published count; an empty `by` means the answer alone, an empty `answer` means everybody."""

    name_answer = labels.namer(about)
    named = {other: labels.namer(other) for other in OTHERS}

    def record(answer: str, by: str, code: str, cell: PublishedCell) -> dict[str, FileCell]:
        return {
            "quarter": quarter,
            "about": about,
            "answer": answer,
            "answer_label": name_answer(answer) if answer else "",
            "by": by,
            "code": code,
            "label": named[by](code) if by else "",
            "count": {CellKind.SMALL: "<10", CellKind.WITHHELD: "withheld"}.get(cell.kind, cell.value),
            "version": VERSION,
        }

    yield record("", "", "", published.total)
    for answer, cell in published.by_answer.items():
        yield record(answer, "", "", cell)
    for other in OTHERS:
        for code, cell in published.by_code[other].items():
            yield record("", other, code, cell)
        for (answer, code), cell in published.cells[other].items():
            yield record(answer, other, code, cell)
