"""What strangers do to take the service away from everybody: each attack at a bounded pace, until it is cancelled."""

import asyncio
import json
import re
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from urllib.parse import urlencode

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.flood.wire import Target, Wire, masked

Counts = Counter[str]
PING, BINARY = 0x9, 0x2
BAD_FRAMES = 11
"""For so many within a minute a socket is closed."""
MOST_AT_ONCE = 100
MOST_SOCKETS = 1_500
PINGERS_FROM_ONE, PINGERS_FROM_MANY = 4, 16
SLOW_CONNECTIONS = 400
FAULTS = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, WebSocketException, TimeoutError)


async def sockets(target: Target, did: Counts) -> None:
    """100 connections a second that say nothing, and stay."""
    held: list[Wire] = []

    async def one() -> None:
        if len(held) < MOST_SOCKETS:
            wire = await target.open_socket()
            did["refused" if wire is None else "done"] += 1
            if wire is not None:
                held.append(wire)

    await at_pace(100, one, did)


async def closed_and_not_answered(target: Target, did: Counts) -> None:
    """100 connections a second that make the server close them, and never answer that; all stay open."""
    held: list[Wire] = []

    async def one() -> None:
        wire = await target.open_socket()
        did["refused" if wire is None else "done"] += 1
        if wire is not None:
            wire.write(masked(BINARY, b"x") * BAD_FRAMES)
            held.append(wire)

    await at_pace(100, one, did)


async def asks(target: Target, did: Counts) -> None:
    """20 requests a second; every other one leaves at once."""
    held = []

    async def one() -> None:
        socket = await connect(
            f"ws://127.0.0.1:{target.port}/ws/visitor/",
            origin=f"http://127.0.0.1:{target.port}",  # type: ignore[arg-type]
            additional_headers={"X-Forwarded-For": target.address()},
            ping_interval=None,
            open_timeout=20,
        )
        await socket.send(
            json.dumps({"type": "hello", "site": "demo", "lang": "fr", "token": secrets.token_urlsafe(32)})
        )
        await socket.send('{"type":"ask","theme":"orientation","language":"fr"}')
        async with asyncio.timeout(20):
            while (answer := json.loads(await socket.recv()))["type"] not in {"waiting", "resumed", "error"}:
                pass
        did["done" if answer["type"] != "error" else str(answer["code"])] += 1
        if answer["type"] == "error" or did["done"] % 2:
            await socket.send('{"type":"leave"}')
            await socket.close()
        else:
            held.append(socket)

    await at_pace(20, one, did)


async def pings(target: Target, did: Counts) -> None:
    """Connections that send pings as fast as they can and read nothing."""

    async def one() -> None:
        wire = await target.open_socket()
        if wire is None:
            did["refused"] += 1
            return
        many = masked(PING, b"p" * 120) * 200
        while True:
            wire.write(many)
            await wire.drain()
            did["done"] += 200
            # Where nothing waits, nothing else would run.
            await asyncio.sleep(0)

    await asyncio.gather(
        *(until_cut(one, did) for _ in range(PINGERS_FROM_MANY if target.many else PINGERS_FROM_ONE))
    )


async def status(target: Target, did: Counts) -> None:
    """200 requests a second for the status of a site, as from page views of partners."""
    free: list[Wire] = []

    async def one() -> None:
        wire = free.pop() if free else await target.open()
        wire.write(target.head("GET /widget/demo/status?lang=fr HTTP/1.1"))
        answered = (await wire.answer()).status
        did["done" if answered in {200, 304} else str(answered)] += 1
        free.append(wire)

    await at_pace(200, one, did)


async def sign_ins(target: Target, did: Counts) -> None:
    """10 wrong passwords a second, for one account or for any."""

    async def one() -> None:
        wire = await target.open()
        wire.write(target.head("GET /accounts/login/ HTTP/1.1"))
        page = await wire.answer()
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
        cookie = re.search(rb"csrftoken=\w+", page.head)
        if token is None or cookie is None:
            did[str(page.status)] += 1
            wire.drop()
            return
        name = secrets.token_hex(4) if target.many else "conseillere.cdm"
        form = urlencode({"login": name, "password": "wrong", "csrfmiddlewaretoken": token[1].decode()})
        wire.write(
            target.head(
                "POST /accounts/login/ HTTP/1.1",
                **{
                    "Cookie": cookie[0].decode(),
                    "Origin": f"http://127.0.0.1:{target.port}",
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Content-Length": str(len(form)),
                },
            )
            + form.encode()
        )
        answered = (await wire.answer()).status
        did["done" if answered < 400 else str(answered)] += 1
        wire.drop()

    await at_pace(10, one, did)


async def slow_bodies(target: Target, did: Counts) -> None:
    """Requests of which the head, or the body, comes byte by byte."""

    async def one(number: int) -> None:
        wire = await target.open()
        head = target.head("POST /accounts/login/ HTTP/1.1", **{"Content-Length": "100000"})
        wire.write(head if number % 2 else head[:60])
        did["done"] += 1
        ended = asyncio.create_task(wire.ended())
        while not ended.done():
            wire.write(b"a")
            await asyncio.sleep(0.5)
        did["ended"] += 1

    await asyncio.gather(*(until_cut(lambda each=each: one(each), did) for each in range(SLOW_CONNECTIONS)))  # type: ignore[misc]


ATTACKS: dict[str, Callable[[Target, Counts], Awaitable[None]]] = {
    "sockets": sockets,
    "closed and not answered": closed_and_not_answered,
    "asks": asks,
    "pings": pings,
    "status": status,
    "sign-ins": sign_ins,
    "slow bodies": slow_bodies,
}


async def at_pace(a_second: float, one: Callable[[], Awaitable[None]], did: Counts) -> None:
    """Begin one so often; not while too many are under way."""
    under_way: set[asyncio.Task[None]] = set()
    try:
        async for _ in paced(a_second):
            if len(under_way) >= MOST_AT_ONCE:
                did["held back"] += 1
                continue
            task = asyncio.create_task(tried(one, did))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
    finally:
        for task in under_way:
            task.cancel()


async def paced(a_second: float) -> AsyncIterator[None]:
    due = time.monotonic()
    while True:
        yield
        due = max(due + 1 / a_second, time.monotonic() - 1)
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def until_cut(one: Callable[[], Awaitable[None]], did: Counts) -> None:
    """Again and again, a little later whenever it was cut."""
    while True:
        await tried(one, did)
        await asyncio.sleep(0.2)


async def tried(one: Callable[[], Awaitable[None]], did: Counts) -> None:
    did["begun"] += 1
    try:
        await one()
    except FAULTS:
        did["cut"] += 1


async def attack(name: str, target: Target, seconds: float) -> Counts:
    did: Counts = Counter()
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await ATTACKS[name](target, did)
    return did
