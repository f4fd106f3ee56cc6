"""A woken socket refreshes everything, or only what all sockets share; no requested refresh is ever lost."""

import asyncio

import pytest
from django.db import DatabaseError

from chat.frames.base import ClientFrame
from chat.refresh import REFRESH_EVERY_S
from chat.socket import Socket


class RecordingSocket(Socket[ClientFrame]):
    """Records its refreshes. None ends before `may_end` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.faults = 0

    async def refresh(self) -> None:
        await self._do("refresh")

    async def refresh_shared(self) -> None:
        await self._do("refresh_shared")

    async def _do(self, what: str) -> None:
        self.done.append(what)
        await self.may_end.wait()
        if self.faults:
            self.faults -= 1
            raise DatabaseError

    async def settled(self) -> list[str]:
        assert self._refresher.task is not None
        await self._refresher.task
        return self.done


async def test_a_change_of_the_queue_refreshes_shared_facts_only() -> None:
    one = RecordingSocket()
    one.refresh_shared_soon()
    assert await one.settled() == ["refresh_shared"]


async def test_a_burst_of_changes_is_one_refresh() -> None:
    one = RecordingSocket()
    for _ in range(20):
        one.refresh_shared_soon()
        one.refresh_soon()
    assert await one.settled() == ["refresh"]


async def test_a_burst_during_a_refresh_is_one_more() -> None:
    one = RecordingSocket()
    one.may_end.clear()
    one.refresh_shared_soon()
    await asyncio.sleep(0)
    for _ in range(20):
        one.refresh_shared_soon()
    one.may_end.set()
    assert await one.settled() == ["refresh_shared", "refresh_shared"]


async def test_a_refresh_requested_during_a_shared_refresh_follows_it() -> None:
    one = RecordingSocket()
    one.may_end.clear()
    one.refresh_shared_soon()
    await asyncio.sleep(0)
    one.refresh_soon()
    one.refresh_shared_soon()
    one.may_end.set()
    assert await one.settled() == ["refresh_shared", "refresh"]


async def test_a_shared_refresh_that_fails_becomes_a_full_one(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: float) -> None:
        """Nobody waits a second here."""

    one = RecordingSocket()
    one.faults = 2
    one.refresh_shared_soon()
    monkeypatch.setattr(asyncio, "sleep", at_once)
    assert await one.settled() == ["refresh_shared", "refresh", "refresh"]


async def test_a_heartbeat_makes_a_full_refresh() -> None:
    one = RecordingSocket()
    one.heartbeat(one.last_frame_at + REFRESH_EVERY_S)
    assert await one.settled() == ["refresh"]


async def test_a_read_for_a_frame_answers_the_requests_before_it() -> None:
    one = RecordingSocket()
    one.refresh_soon()
    one.refresh_shared_soon()
    # The task of the requests has not begun.
    await one.refresh_now()
    assert await one.settled() == ["refresh"]


async def test_a_request_outlives_a_read_for_a_frame_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.refresh.RETRY_S", 0)
    one = RecordingSocket()
    one.faults = 1
    async with one._refresher.paused():
        one.refresh_soon()
        reading = asyncio.create_task(one.refresh_now())
        await asyncio.sleep(0)
    await asyncio.gather(reading, return_exceptions=True)
    assert (await one.settled()).count("refresh") >= 2
