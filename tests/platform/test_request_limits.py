"""How much of bodies a process holds at one time."""

import asyncio
from typing import Any

import pytest

from server import request_limits
from server.request_limits import Receive, Send, bounded


async def statuses_of(*bodies: int) -> list[int]:
    """The answers to requests with bodies of these sizes, all of which are read before any is answered."""
    answered: list[int] = []
    everybody = asyncio.Event()

    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await receive()
        await everybody.wait()
        await send({"type": "http.response.start", "status": 200})

    async def send(event: dict[str, Any]) -> None:
        if event["type"] == "http.response.start":
            answered.append(event["status"])

    def reading(size: int) -> Receive:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"x" * size, "more_body": False}

        return receive

    limited = bounded(application)
    tasks = [asyncio.ensure_future(limited({"headers": []}, reading(size), send)) for size in bodies]
    # Each has read its body by now.
    await asyncio.sleep(0)
    everybody.set()
    await asyncio.gather(*tasks)
    # What was held has been given back.
    await limited({"headers": []}, reading(100), send)
    return answered


async def test_a_body_beyond_what_a_process_holds_is_refused_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limits, "MOST_BYTES_TOGETHER", 250)
    assert sorted(await statuses_of(100, 100, 100)) == [200, 200, 200, 503]


async def test_a_request_without_a_body_is_answered_while_a_process_holds_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request_limits, "MOST_BYTES_TOGETHER", 100)
    assert await statuses_of(100, 0, 0) == [200, 200, 200, 200]
