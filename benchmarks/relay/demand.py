"""The rows about what people ask for before they talk: pages, requests, consoles that come back."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.relay import lives, pages
from benchmarks.relay.pages import (
    BOARD,
    CHEAPEST,
    EVERY_S,
    PAGE,
    PAGE_VIEWS_PER_S,
    READERS,
    STATUS,
)
from benchmarks.relay.report import Report
from benchmarks.relay.servers import MeasuredServer
from benchmarks.relay.stage import FilledStage, Stage, fill
from benchmarks.relay.talk import Talk, console_hello, greeted
from benchmarks.relay.wire import Wire
from tests.socket_clients import sign_in

Say = Callable[[str], None]


@dataclass(frozen=True)
class DemandSize:
    lives: int
    visitors_at_once: int
    times_at_once: int
    consoles: int
    conversations: int


class Demand:
    """Measures for one run; `seconds` and `rounds` are those of its other rows."""

    def __init__(
        self, stage: Stage, report: Report, say: Say, size: DemandSize, *, seconds: float, rounds: int
    ) -> None:
        self._stage, self._report, self._say, self._size = stage, report, say, size
        self._seconds, self._rounds = seconds, rounds

    async def pages(self) -> None:
        """A page view of a partner: the status; and the visitor's page, which is opened by a click."""
        floor = self._stage.start(self._stage.candidates.floor())
        ours = self._stage.start(self._stage.candidates.miti())
        figures, goals = self._report.figures, self._report.goals

        async def cost(candidate: MeasuredServer, path: str, per_s: float = 0.0) -> float:
            self._say(f"pages: {path}")
            return await pages.cpu_ms(
                candidate, path, seconds=self._seconds, rounds=self._rounds, per_s=per_s
            )

        bare = figures["ms of CPU for a bare ASGI 200"] = await cost(floor, "/")
        cheapest = figures["ms of CPU for the cheapest answer through Django"] = await cost(ours, CHEAPEST)
        goals["status"] = await cost(ours, STATUS)
        goals["page"] = await cost(ours, PAGE)
        figures[f"ms of CPU for a status, {PAGE_VIEWS_PER_S} a second"] = await cost(
            ours, STATUS, PAGE_VIEWS_PER_S
        )
        for name in ("status", "page"):
            figures[f"{name} / a bare ASGI 200"] = goals[name] / bare
            figures[f"{name} / the cheapest answer through Django"] = goals[name] / cheapest

    async def board(self) -> None:
        """The board that two hundred coordinators have open: whatever they read, it is made once a second."""
        floor = self._stage.start(self._stage.candidates.floor())
        ours = self._stage.start(self._stage.candidates.miti())
        session = await asyncio.to_thread(sign_in, ours.first, "plateforme")
        cookie = "; ".join(f"{name}={value}" for name, value in session.items())
        figures, per_s = self._report.figures, READERS / EVERY_S

        async def cost(candidate: MeasuredServer, path: str, cookie: str = "") -> float:
            self._say(f"board: {path}")
            return await pages.cpu_ms(
                candidate, path, seconds=self._seconds, rounds=self._rounds, per_s=per_s, cookie=cookie
            )

        bare, board = await cost(floor, "/"), await cost(ours, BOARD, cookie)
        figures["ms of CPU for the board, an answer"] = board
        figures["the board / a bare ASGI 200"] = board / bare if bare else 0.0
        self._report.goals["board"] = board * per_s / 10

    async def living(self) -> None:
        """One conversation's life without words, on both set-ups."""
        for key, stores in (("life", {}), ("life on PostgreSQL", self._stage.stores())):
            self._say(f"lives: {key}")
            candidate, filled = self._filled(stores, ready=lives.RINGS)
            self._report.goals[key] = await lives.lived(candidate, filled.ready, self._size.lives)
            candidate.stop()

    async def asking(self) -> None:
        """People who ask at the same moment, beside consoles that accept at once."""
        visitors, times = self._size.visitors_at_once, self._size.times_at_once
        self._say(f"{visitors} ask at once")
        candidate, filled = self._filled({}, ready=visitors)
        seconds = sorted(await lives.asked_at_once(candidate, filled.ready, visitors, times))
        for per_cent in (50, 95):
            at = min(len(seconds) - 1, len(seconds) * per_cent // 100)
            self._report.figures[f"{visitors} ask at once: ms to joined, p{per_cent}"] = seconds[at] * 1000
        self._report.goals["asking"] = seconds[min(len(seconds) - 1, len(seconds) * 95 // 100)] * 1000

    async def returning(self) -> None:
        """A console that is let in; and everybody who comes back to a server that was started again."""
        counsellors, conversations = self._size.consoles, self._size.conversations
        self._say(f"{counsellors} consoles are let in, one after the other")
        candidate, filled = self._filled({}, ready=counsellors)
        there = [await _let_in(candidate, filled.ready[0])]
        cpu = candidate.cpu_s()
        for session in filled.ready[1:]:
            there.append(await _let_in(candidate, session))
        await asyncio.sleep(lives.SETTLE_S)
        self._report.goals["console"] = (candidate.cpu_s() - cpu) / (len(there) - 1) * 1000
        for one in there:
            one.cut()
        candidate.stop()
        self._say(f"{counsellors} consoles and {conversations} visitors come back after a restart")
        each = max(1, conversations // counsellors)
        candidate = self._stage.candidates.miti({})
        filled = fill(candidate, conversations, each=each)
        self._stage.start(candidate)
        async with Talk(candidate, filled.conversations, self._say):
            pass
        candidate.first.kill()
        candidate.first.start()
        began = time.perf_counter()
        async with asyncio.timeout(120):
            async with Talk(candidate, filled.conversations, self._say):
                self._report.goals["restart"] = time.perf_counter() - began

    def _filled(self, stores: dict[str, str], *, ready: int) -> tuple[MeasuredServer, FilledStage]:
        candidate = self._stage.candidates.miti(stores)
        filled = fill(candidate, 0, free=ready)
        return self._stage.start(candidate), filled


async def _let_in(candidate: MeasuredServer, session: str) -> Wire:
    wire = await Wire.open(candidate.last.url, "/ws/counsellor/", cookie=f"sessionid={session}")
    await greeted(wire, console_hello())
    return wire
