"""The routing benchmark plays other people's traces: one that is none is told with its place."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.routing.__main__ import main
from benchmarks.routing.trace import BadTrace, half_days

EMPTY: dict[str, Any] = {"length": 10_800_000, "counsellors": [], "requests": []}


def trace(folder: Path, *lines: str) -> Path:
    path = folder / "odd-1.jsonl.gz"
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode()))
    return path


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{oops", "line 2: Expecting property name"),
        ("[]", "line 2: list indices"),
        (json.dumps({"length": 1, "counsellors": []}), "line 2: 'requests' is missing"),
        (json.dumps(EMPTY | {"requests": [{"id": 0}]}), "line 2: 't' is missing"),
        (json.dumps(EMPTY | {"requests": 5}), "line 2: 'int' object"),
    ],
)
def test_a_line_that_is_not_a_half_day_is_refused_with_its_number(
    tmp_path: Path, line: str, why: str
) -> None:
    path = trace(tmp_path, json.dumps(EMPTY), line)
    with pytest.raises(BadTrace, match=why) as told:
        list(half_days(path))
    assert str(told.value).startswith(str(path))


@pytest.mark.parametrize("damage", ["not gzip", "cut short"])
def test_a_damaged_file_is_refused(
    tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = trace(tmp_path, json.dumps(EMPTY))
    whole = path.read_bytes()
    path.write_bytes(b"nothing of the kind" if damage == "not gzip" else whole[:-6])
    monkeypatch.setenv("TRACES", str(tmp_path))
    assert main() == 2
    assert f"{path}: no gzip of JSON lines" in capsys.readouterr().err


def test_a_half_day_without_visitors_is_valid(tmp_path: Path) -> None:
    (day,) = half_days(trace(tmp_path, json.dumps(EMPTY)))
    assert (day.people, day.requests) == ((), ())
