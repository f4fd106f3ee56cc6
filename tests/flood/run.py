"""One run: for each attack a fresh server, ordinary conversations on it, the flood beside them, and what that did."""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

from benchmarks.relay.servers import Process
from tests.flood.attacks import ATTACKS
from tests.flood.conversations import Conversation, Desk, ask, begin, open_console
from tests.server import ROOT, prepare

CONSOLES = ("conseillere.cdm", "conseiller.cefo", "conseillere.diores")
CAPACITY = 6
MOST_BEHIND_MB = 32
"""Memory is back when the process has no more than so much above what it had before. The allocator keeps some for what comes next: a second
flood of the same kind takes it and adds nothing."""
BACK_S = 60
NOTHING = "nothing"
NEWCOMER = "192.0.2.77"
SETTINGS = {
    # As in production, behind one proxy.
    "MITI_TRUSTED_PROXIES": "1",
    "MITI_TICK_S": "1",
    "MITI_ASKS_PER_ADDRESS": "30",
    "MITI_ASKS": "3000",
    "MITI_QUEUE_SHARE": "0.25",
    "MITI_CONNECTIONS_PER_ADDRESS": "1000",
    "MITI_VISITOR_MESSAGES": "10",
    "MITI_VISITOR_MESSAGES_PER_S": "10",
    "MITI_TRANSCRIPT_MESSAGES": "1000",
    "MITI_QUEUE_LENGTH": "200",
    "MITI_SILENCE_S": "45",
}


@dataclass(frozen=True)
class Plan:
    attacks: Sequence[tuple[str, str]]
    """Names, each with `one` or `many` addresses."""
    seconds: float
    conversations: int = 10
    back_s: float = BACK_S


@dataclass
class Row:
    attack: str
    addresses: str
    did: dict[str, int] = field(default_factory=dict)
    messages: int = 0
    lost: int = 0
    doubled: int = 0
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    newcomer: str = ""
    """How somebody else was answered who asked in the middle of it, and after how many milliseconds."""
    newcomer_ms: float = 0.0
    cpu: float = 0.0
    """Cores of the server during the flood."""
    before_mb: float = 0.0
    peak_mb: float = 0.0
    after_mb: float = 0.0
    back_s: float | None = None
    """After how many seconds memory was back; None: it was not."""


def rows(only: str = "") -> list[tuple[str, str]]:
    every = [(NOTHING, "-"), *((name, addresses) for name in ATTACKS for addresses in ("one", "many"))]
    return [row for row in every if only in " ".join(row)]


async def play(plan: Plan, *, say: Callable[[str], None], played: Callable[[Row], None]) -> list[Row]:
    done = []
    with tempfile.TemporaryDirectory(prefix="flood-") as folder:
        prepared = await asyncio.to_thread(prepare, Path(folder) / "prepared")
        for number, (name, addresses) in enumerate(plan.attacks):
            say(f"{name}, {addresses}")
            with Process(Path(folder) / str(number), "", ("miti", "serve"), prepared, **SETTINGS) as server:
                done.append(await _play_one(server, Row(name, addresses), plan))
            played(done[-1])
    return done


async def _play_one(server: Process, row: Row, plan: Plan) -> Row:
    desk = Desk()
    async with AsyncExitStack() as open_ends:
        for account in CONSOLES[: -(-plan.conversations // CAPACITY)]:
            console = await open_console(server, desk, account, CAPACITY)
            open_ends.push_async_callback(console.leave)
        talks = []
        for number in range(plan.conversations):
            talks.append(await begin(server, desk, number))
            open_ends.push_async_callback(talks[-1].end)
        row.before_mb = row.peak_mb = _mb(server)
        cpu_before, began = server.cpu_s(), time.monotonic()
        await _flood(server, row, plan, talks)
        row.cpu = (server.cpu_s() - cpu_before) / (time.monotonic() - began)
        row.lost = sum(len(talk.lost) for talk in talks)
        row.doubled = sum(talk.doubled() for talk in talks)
        waits_ms = [wait * 1000 for talk in talks for wait in talk.waits_s]
        row.messages = sum(len(talk.written) for talk in talks)
        if len(waits_ms) > 1:
            twentieths = quantiles(waits_ms, n=20, method="inclusive")
            row.p50_ms, row.p95_ms = twentieths[9], twentieths[18]
        await _until_memory_is_back(server, row, plan.back_s)
    return row


async def _flood(server: Process, row: Row, plan: Plan, talks: list[Conversation]) -> None:
    going = asyncio.Event()
    going.set()
    talking = [asyncio.create_task(talk.talk(going)) for talk in talks]
    watching = asyncio.create_task(_watch_memory(server, row))
    attacking = asyncio.create_task(_attack(server, row, plan.seconds))
    try:
        await asyncio.sleep(plan.seconds / 2)
        asked = time.monotonic()
        end, answer = await ask(server, NEWCOMER)
        row.newcomer_ms = (time.monotonic() - asked) * 1000
        row.newcomer = "nothing" if answer is None else str(answer.get("code", answer["type"]))
        await end.send("leave")
        await end.leave()
        row.did = await attacking
    finally:
        going.clear()
        await asyncio.gather(*talking)
        watching.cancel()
        await asyncio.gather(watching, attacking, return_exceptions=True)


async def _attack(server: Process, row: Row, seconds: float) -> dict[str, int]:
    if row.attack == NOTHING:
        await asyncio.sleep(seconds)
        return {}
    given = (row.attack, row.addresses, str(server.port), str(seconds))
    attacker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.flood.attacker", *given, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        printed, _ = await attacker.communicate()
    finally:
        if attacker.returncode is None:
            attacker.kill()
            await attacker.wait()
    assert attacker.returncode == 0, f"the attacker of {row.attack} failed"
    did: dict[str, int] = json.loads(printed)
    return did


async def _watch_memory(server: Process, row: Row) -> None:
    while True:
        row.peak_mb = max(row.peak_mb, _mb(server))
        await asyncio.sleep(0.2)


async def _until_memory_is_back(server: Process, row: Row, within_s: float) -> None:
    began = time.monotonic()
    while True:
        row.after_mb = _mb(server)
        taken = time.monotonic() - began
        if row.after_mb <= row.before_mb + MOST_BEHIND_MB:
            row.back_s = taken
            return
        if taken >= within_s:
            return
        await asyncio.sleep(0.5)


def _mb(server: Process) -> float:
    return server.memory_bytes() / 1e6
