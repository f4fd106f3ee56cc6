"""How much of bodies a process holds at one time."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from server import request_limits
from server.request_limits import Receive, Send, bounded


@pytest.fixture(autouse=True)
def no_body_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limits, "SMALL_BYTES", 0)


def scope_of(address: str) -> dict[str, Any]:
    """A request from there; `address` may be the lines of X-Forwarded-For that a proxy of ours sends, one a line."""
    lines = address.split("\n")
    if len(lines) == 1:
        return {"headers": [], "client": (address, 50_000)}
    return {
        "headers": [(b"x-forwarded-for", line.encode()) for line in lines],
        "client": ("10.0.0.1", 50_000),
    }


async def statuses_of(*bodies: int, addresses: Sequence[str] = ("192.0.2.1",)) -> list[int]:
    """The answers to requests with bodies of these sizes, all of which are read before any is answered; from these addresses in turn."""
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
    tasks = [
        asyncio.ensure_future(limited(scope_of(addresses[number % len(addresses)]), reading(size), send))
        for number, size in enumerate(bodies)
    ]
    # Each has read its body by now.
    await asyncio.sleep(0)
    everybody.set()
    await asyncio.gather(*tasks)
    # What was held has been given back.
    await limited(scope_of(addresses[0]), reading(100), send)
    return answered


async def test_a_body_beyond_what_a_process_holds_is_refused_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limits, "MOST_BYTES_TOGETHER", 250)
    assert sorted(await statuses_of(100, 100, 100)) == [200, 200, 200, 503]


async def test_a_request_without_a_body_is_answered_while_a_process_holds_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request_limits, "MOST_BYTES_TOGETHER", 100)
    assert await statuses_of(100, 0, 0) == [200, 200, 200, 200]


async def test_what_one_address_sends_leaves_room_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limits, "MOST_BYTES_OF_ONE", 250)
    assert sorted(await statuses_of(100, 100, 100)) == [200, 200, 200, 503]
    four = ("192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1")
    assert await statuses_of(*[100] * 8, addresses=four) == [200] * 9
    # Two addresses of one /64 are one origin.
    household = ("2001:db8::1", "2001:db8::2")
    assert sorted(await statuses_of(100, 100, 100, addresses=household)) == [200, 200, 200, 503]


async def test_a_small_form_is_read_however_much_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limits, "MOST_BYTES_TOGETHER", 250)
    monkeypatch.setattr(request_limits, "MOST_BYTES_OF_ONE", 250)
    monkeypatch.setattr(request_limits, "SMALL_BYTES", 50)
    # The others together hold just as much as there may be.
    assert await statuses_of(125, 125, 50, 50, addresses=("192.0.2.1", "192.0.2.1", "192.0.2.2")) == [200] * 5


async def test_requests_of_one_address_that_are_open_are_limited(settings: Settings) -> None:
    settings.ENV = settings.ENV.model_copy(update={"connections_per_address": 3})
    assert sorted(await statuses_of(0, 0, 0, 0, 0)) == [200, 200, 200, 200, 503, 503]
    assert await statuses_of(*[0] * 6, addresses=("192.0.2.1", "192.0.2.2")) == [200] * 7


@pytest.mark.parametrize("sizes", [[100] * 3, [0] * 4], ids=["bodies", "requests"])
async def test_what_a_proxy_adds_in_a_line_of_its_own_is_believed_and_not_what_came_to_it(
    sizes: list[int], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_limits, "MOST_BYTES_OF_ONE", 250)
    settings.ENV = settings.ENV.model_copy(update={"connections_per_address": 3, "trusted_proxies": 1})
    # One address writes the first line, each time another one or a victim's.
    pretended = [f"198.51.100.{number}\n192.0.2.1" for number in range(len(sizes))]
    assert sorted(await statuses_of(*sizes, addresses=pretended)) == [200] * len(sizes) + [503]
    victims = ["198.51.100.1\n192.0.2.1", "198.51.100.1\n192.0.2.2"]
    assert await statuses_of(*sizes, addresses=victims) == [200] * (len(sizes) + 1)
