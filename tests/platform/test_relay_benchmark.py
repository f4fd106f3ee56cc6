"""The benchmark of relaying works, and says what it measured. How fast anything is, is not for tests."""

import asyncio
import json
import math
from pathlib import Path

import pytest

from benchmarks.relay import crowd, felt, lives, pages, run, size
from benchmarks.relay import talk as talk_module
from benchmarks.relay.report import GOALS, Report
from benchmarks.relay.run import Run
from benchmarks.relay.servers import MeasuredServers
from benchmarks.relay.stage import Stage, fill, rooms
from benchmarks.relay.talk import Broken, Poured, Talk


def is_figure(value: float) -> bool:
    return math.isfinite(value) and value >= 0


def whole(poured: Poured) -> bool:
    """Every message that was counted had reached the other end."""
    return poured.messages == len(poured.latencies_s) > 0 and is_figure(poured.cpu_us)


async def test_the_floor_relays_and_lets_many_in(prepared: Path, tmp_path: Path) -> None:
    with MeasuredServers(tmp_path, prepared).floor() as floor:
        async with Talk(floor, rooms(6)) as talk:
            assert whole(await talk.pour(0.1, window=3))
            assert (await talk.drip(0.1, per_s=50)).messages == 5
        assert is_figure((await crowd.opening(floor, 5))[1])
        most, *figures = await crowd.held(floor, [5, 10], lambda _: None, 0.1)
        assert most == 10
        assert all(map(is_figure, figures))


async def test_miti_relays_while_people_are_served(prepared: Path, tmp_path: Path) -> None:
    candidate = MeasuredServers(tmp_path, prepared).miti()
    filled = fill(candidate, 5, free=2)
    assert len(filled.conversations) == 5
    with candidate as ours:
        async with Talk(ours, filled.conversations) as talk:
            assert whole(await talk.pour(0.1, window=3))
            waited = await felt.journeys(ours, filled.ready, 1)
        assert {name: len(taken) for name, taken in waited.items()} == dict.fromkeys(felt.ROUNDS, 1)
        assert ours.first.memory_bytes() > 1_000_000


async def test_pages_and_whole_lives_are_measured(prepared: Path, tmp_path: Path) -> None:
    candidate = MeasuredServers(tmp_path, prepared).miti()
    filled = fill(candidate, 0, free=lives.RINGS)
    with candidate as ours:
        for path in (pages.STATUS, pages.PAGE, pages.CHEAPEST):
            assert is_figure(await pages.cpu_ms(ours, path, seconds=0.05, rounds=1))
        with pytest.raises(Broken, match="404"):
            await pages.cpu_ms(ours, "/widget/nowhere/status", seconds=0.05, rounds=1)
        assert is_figure(await lives.lived(ours, filled.ready, 2, warm_up=0))
        waited = await lives.asked_at_once(ours, filled.ready, 2, 1)
        assert len(waited) == 2
        assert all(map(is_figure, waited))


async def test_a_run_with_lost_messages_gives_no_result(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MeasuredServers(tmp_path, prepared).floor() as floor:
        async with Talk(floor, rooms(1)) as talk:
            # Only now: whoever connects has time.
            monkeypatch.setattr(talk_module, "PATIENCE_S", 0.3)
            talk.conversations[0].console.cut()
            with pytest.raises(Broken, match="1 messages did not arrive"):
                await talk.pour(0.1, window=1)


def test_a_report_names_the_missed_targets() -> None:
    report = Report({"cores": 2, "python": "3.11"}, short=True, rounds=1)
    report.goals = {"embedded": 0.49, "redis": 0.45, "latency": 1.9, "idle": 15_000}
    report.figures = {"us of CPU per message, floor": 80.0}
    report.felt_ms = {"ask to offer seen, embedded": {"p50": 12.0, "p95": 30.0}}
    written = json.loads(json.dumps(report.as_json()))
    assert [(one["key"], one["mark"]) for one in written["goals"]] == [
        ("embedded", "MISSED"),
        ("redis", "short of the aim"),
        ("latency", "reached"),
        ("idle", "reached"),
    ]
    assert written["goals"][0]["must"] == GOALS["embedded"].must
    assert (written["machine"], written["short"]) == ({"cores": 2, "python": "3.11"}, True)
    text = report.as_text()
    assert "| 0.49 | MISSED |" in text
    assert "too short to be relied on" in text
    assert "| ask to offer seen, embedded | 12 | 30 |" in text


class Empty(Stage):
    """Starts nothing."""

    def __init__(self) -> None:
        self.cleared = 0

    def clear(self) -> None:
        self.cleared += 1


class Rows(Run):
    async def endless(self) -> None:
        self._say("waiting for something")
        await asyncio.Event().wait()

    async def broken(self) -> None:
        raise Broken("3 messages did not arrive")

    async def fine(self) -> None:
        self._report.goals["embedded"] = 0.6


async def test_a_row_that_does_not_end_or_breaks_says_why_and_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "ROW_S", 0.05)
    report, stage = Report({"cores": 2, "python": "3.11"}, short=False, rounds=5), Empty()
    await Rows(stage, size.SHORT, report).rows(["endless", "broken", "fine"])
    text = report.as_text()
    assert "NOT MEASURED: endless: not done in 0.05 s; the last was: waiting for something" in text
    assert "NOT MEASURED: broken: Broken: 3 messages did not arrive" in text
    assert report.goals == {"embedded": 0.6}
    # What a row had started does not run beside the next.
    assert stage.cleared == 3
