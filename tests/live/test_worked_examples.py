"""The worked examples of the figures: each life of docs/worked-examples.md leaves the rows that stand beside it."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.database_file import Row, counted_since, eventually, live_rows, metric_rows, read
from tests.live.lives import LIVES, Play
from tests.server import ROOT, TimedServer

PAGE = ROOT / "docs" / "worked-examples.md"
COLUMNS = {
    "outcome": "outcome",
    "wait": "wait_s",
    "first answer": "first_answer_s",
    "duration": "duration_min",
    "quiet": "quiet_min",
    "transfers": "transfers",
    "returns": "requeues",
    "leg lost": "leg_lost",
    "two-way": "two_way",
    "visitor": "messages_visitor",
    "counsellor": "messages_counsellor",
    "team": "pool_served",
}
USUAL: Row = {
    "theme_asked": "formation",
    "theme_end": "formation",
    "audience": "public",
    "rating": None,
    "helped": "",
    "status": "",
    "age_band": "",
    "gender": "",
}
NETWORKS = {"demo-cdm": "CDM", "demo-cefo": "CEFO", "": ""}


def examples() -> dict[str, list[Row]]:
    """The rows of each life, as the page has them."""
    found: dict[str, list[Row]] = {}
    for cells in _lines():
        life = cells["life"].strip("`")
        rows = found.setdefault(life, [])
        if cells["outcome"] != "none":
            rows.append(_row(cells))
    return found


def _lines() -> Iterator[dict[str, str]]:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    heads = [head.strip() for head in lines[0].strip("|").split("|")]
    for line in lines[2:]:
        yield dict(zip(heads, (cell.strip() for cell in line.strip("|").split("|")), strict=True))


def _row(cells: dict[str, str]) -> Row:
    row: Row = dict(USUAL)
    for head, column in COLUMNS.items():
        row[column] = _value(column, cells[head])
    row["network_served"] = NETWORKS[row["pool_served"]]
    for name, value in re.findall(r"(\w+) `(\w+)`", cells["besides"]):
        row[name] = int(value) if value.isdigit() else value
    return row


def _value(column: str, cell: str) -> Any:
    if column in {"outcome", "pool_served"}:
        return cell.strip("`")
    if column in {"leg_lost", "two_way"}:
        return cell == "yes"
    if not cell:
        return None if column in {"wait_s", "first_answer_s", "duration_min"} else 0
    return int(cell)


def counters(server: TimedServer) -> Counter[str]:
    rows = read(server, "SELECT kind, sum(n) AS n FROM indicators_counter GROUP BY kind")
    return Counter({row["kind"]: row["n"] for row in rows})


def test_the_page_has_every_life_and_no_other() -> None:
    assert set(examples()) == set(LIVES)
    assert len(LIVES) >= 40


@pytest.mark.parametrize("life", LIVES)
async def test_a_life_leaves_the_rows_beside_it(still_server: TimedServer, life: str) -> None:
    before, counted = metric_rows(still_server), counters(still_server)
    play = Play(still_server)
    # What a process remembers of the life before holds for a second.
    await play.wait(2)
    await LIVES[life](play)
    eventually(lambda: live_rows(still_server) == 0)
    rows = counted_since(still_server, before)
    expected = examples()[life]
    found = [{name: row[name] for name in expected[0]} for row in rows] if expected else rows
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    added = counters(still_server) - counted
    requests = sum(row["outcome"] != "test" for row in expected)
    assert added["asked"] == requests, "every request is counted when it is made, too"
    assert added["asked_closed"] == (life == "asked_while_closed")
