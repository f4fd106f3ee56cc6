"""The rows of the table, one after the other. Compared servers are measured in turns, in the same minute."""

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack

from benchmarks.relay import crowd, felt
from benchmarks.relay.demand import Demand
from benchmarks.relay.report import Report
from benchmarks.relay.servers import DAPHNE, MeasuredServer
from benchmarks.relay.size import Size
from benchmarks.relay.stage import EACH, Stage, fill, rooms
from benchmarks.relay.talk import Broken, MeasuredConversation, Poured, Talk
from benchmarks.relay.wire import Refusal

WINDOW = 20
"""Messages in flight at any moment."""
LIGHT_PER_S = 40
MANY_EACH = 20
CHATTER_PER_S = 50
ROW_S = 150
"""The time limit of a row: a quarter of an hour for all rows. On an idle machine most rows need half of it."""


ROWS = (
    "letting_in",
    "pages",
    "board",
    "living",
    "asking",
    "returning",
    "relaying",
    "own_code",
    "many",
    "slow_query",
    "feeling",
    "holding",
)
"""In this order: the first rows need a machine without earlier load."""


class Run:
    """Each of `ROWS` is a method, here or of `Demand`, which starts and stops the servers that it needs."""

    def __init__(self, stage: Stage, size: Size, report: Report) -> None:
        self._stage = stage
        self._size = size
        self._report = report
        self._began = time.monotonic()
        self._said = ""
        self._demand = Demand(stage, report, self._say, size.demand, seconds=size.seconds, rounds=size.rounds)

    async def rows(self, names: Iterable[str]) -> None:
        """Measure each row within its time limit; one that takes too long or fails is reported, and the next one follows."""
        for name in names:
            limit = asyncio.timeout(ROW_S)
            try:
                async with limit:
                    await getattr(self if hasattr(self, name) else self._demand, name)()
            except (Broken, Refusal, OSError, AssertionError, subprocess.SubprocessError) as fault:
                why = f"not done in {ROW_S} s" if limit.expired() else f"{type(fault).__name__}: {fault}"
                self._report.missing[name] = f"{why}; the last was: {self._said}"
            finally:
                self._stage.clear()
            if name in self._report.missing:
                self._say(f"{name}: {self._report.missing[name]}")
        self._report.seconds = time.monotonic() - self._began

    def _say(self, what: str) -> None:
        self._said = what
        print(f"{time.monotonic() - self._began:5.0f} s  {what}", file=sys.stderr, flush=True)

    def _embedded(
        self, conversations: int = 0, *, each: int = EACH, **settings: str
    ) -> tuple[MeasuredServer, list[MeasuredConversation]]:
        candidate = self._stage.candidates.miti(settings)
        filled = fill(candidate, conversations, each=each) if conversations else None
        return self._stage.start(candidate), filled.conversations if filled else []

    async def letting_in(self) -> None:
        """First, on fresh processes, because used processes would reuse freed memory."""
        self._say("connections: what one costs to open and to hold")
        figures = self._report.figures
        made = {
            "floor": self._stage.start(self._stage.candidates.floor()),
            "ours": self._embedded()[0],
            "ours on Daphne": self._stage.start(self._stage.candidates.miti(command=DAPHNE)),
        }
        for name, candidate in made.items():
            figures[f"bytes per idle connection, {name}"] = await crowd.memory(candidate, self._size.visitors)
        rates: dict[str, list[tuple[float, float]]] = {name: [] for name in made}
        for _ in range(self._size.rounds):
            for name, candidate in made.items():
                rates[name].append(await crowd.opening(candidate, max(20, self._size.visitors // 4)))
        for name in made:
            figures[f"opened per second of CPU, {name}"] = statistics.median(one[0] for one in rates[name])
            figures[f"opened per second, {name}"] = statistics.median(one[1] for one in rates[name])
        goals = self._report.goals
        goals["memory"] = (
            figures["bytes per idle connection, ours"] / figures["bytes per idle connection, floor"]
        )
        goals["opening"] = (
            figures["opened per second of CPU, ours"] / figures["opened per second of CPU, floor"]
        )

    async def relaying(self) -> None:
        """CPU for each message, all servers in turns, and the latency under a light load."""
        few, stage = self._size.few, self._stage
        made: dict[str, tuple[MeasuredServer, list[MeasuredConversation]]] = {
            "floor": (stage.start(stage.candidates.floor()), rooms(few)),
            "embedded": self._embedded(few),
        }
        for name, processes in (("redis", 1), ("two", 2)):
            candidate = stage.candidates.miti(stage.stores(), processes=processes)
            filled = fill(candidate, few)
            made[name] = (stage.start(candidate), filled.conversations)
        made["stock"] = (stage.start(stage.candidates.stock(stage.valkey.url)), rooms(few))
        made["floor on Daphne"] = (stage.start(stage.candidates.floor(command=DAPHNE)), rooms(few))
        daphne = stage.candidates.miti(command=DAPHNE)
        filled = fill(daphne, few)
        made["embedded on Daphne"] = (stage.start(daphne), filled.conversations)
        async with AsyncExitStack() as ends:
            talks = {
                name: await ends.enter_async_context(Talk(candidate, conversations))
                for name, (candidate, conversations) in made.items()
            }
            poured = await self._turns(
                "messages", talks, lambda talk: talk.pour(self._size.seconds, window=WINDOW)
            )
            light = {name: talks[name] for name in ("floor", "embedded", "redis")}
            dripped = await self._turns(
                "light load", light, lambda talk: talk.drip(self._size.seconds, per_s=LIGHT_PER_S)
            )
        figures, goals = self._report.figures, self._report.goals
        for name, rounds in poured.items():
            figures[f"us of CPU per message, {name}"] = statistics.median(one.cpu_us for one in rounds)
            figures[f"messages per second, {name}"] = statistics.median(
                one.messages / one.seconds for one in rounds
            )
        for name, rounds in dripped.items():
            figures[f"light-load median ms, {name}"] = statistics.median(
                statistics.median(one.latencies_s) * 1000 for one in rounds
            )
        for name in ("embedded", "redis", "two"):
            goals[name] = _ratio(poured["floor"], poured[name])
        goals["stock"] = _ratio(poured["stock"], poured["redis"])
        goals["latency"] = figures["light-load median ms, embedded"] / figures["light-load median ms, floor"]

    async def own_code(self) -> None:
        """What our own code saves compared with a library in its place; docs/architecture.md cites it."""
        few, stage = self._size.few, self._stage
        made: dict[str, tuple[MeasuredServer, list[MeasuredConversation]]] = {
            "embedded": self._embedded(few),
            "embedded, websockets' own protocol": self._embedded(few, WITHOUT="websocket_protocol"),
        }
        for name, processes in (("redis", 1), ("two", 2)):
            for client, without in (("", {}), (", redis-py's pipeline", {"WITHOUT": "redis_client"})):
                candidate = stage.candidates.miti(stage.stores() | without, processes=processes)
                filled = fill(candidate, few)
                made[name + client] = stage.start(candidate), filled.conversations
        async with AsyncExitStack() as ends:
            talks = {
                name: await ends.enter_async_context(Talk(candidate, conversations))
                for name, (candidate, conversations) in made.items()
            }
            poured = await self._turns(
                "own code", talks, lambda talk: talk.pour(self._size.seconds, window=WINDOW)
            )
        for ours, library in (
            ("embedded", "embedded, websockets' own protocol"),
            ("redis", "redis, redis-py's pipeline"),
            ("two", "two, redis-py's pipeline"),
        ):
            self._report.figures[f"CPU per message, {library} / ours"] = _ratio(poured[library], poured[ours])

    async def many(self) -> None:
        # More conversations for each counsellor than in reality: this row is about the number of conversations.
        few, many = (self._embedded(number, each=MANY_EACH) for number in (self._size.few, self._size.many))
        made = {"few": few, "many": many}
        # A bare relay's message also costs more when many connections take turns.
        for name, number in (("floor, few", self._size.few), ("floor, many", self._size.many)):
            made[name] = self._stage.start(self._stage.candidates.floor()), rooms(number)
        async with AsyncExitStack() as ends:
            self._say(f"{self._size.many} conversations connect")
            talks = {
                name: await ends.enter_async_context(Talk(candidate, conversations, self._say))
                for name, (candidate, conversations) in made.items()
            }
            poured = await self._turns(
                "few and many", talks, lambda talk: talk.pour(2 * self._size.seconds, window=WINDOW)
            )
            began, cpu = time.perf_counter(), many[0].cpu_s()
            await asyncio.sleep(2 * self._size.seconds * self._size.rounds)
            upkeep = (many[0].cpu_s() - cpu) / (time.perf_counter() - began)
        figures = self._report.figures
        figures[f"us of CPU per message, {self._size.many} conversations"] = statistics.median(
            one.cpu_us for one in poured["many"]
        )
        for name, number in (("few", self._size.few), ("many", self._size.many)):
            figures[f"messages per second, {number} conversations"] = statistics.median(
                one.messages / one.seconds for one in poured[name]
            )
        figures[f"share of a core that {self._size.many} silent conversations take"] = upkeep
        self._report.goals["many"] = _ratio(poured["many"], poured["few"])
        own = _ratio(poured["floor, many"], poured["floor, few"])
        figures["CPU per message, many conversations / 20, of the floor itself"] = own
        self._report.goals["growth"] = self._report.goals["many"] / own
        figures["consoles let in per second"] = talks["many"].consoles_per_s

    async def slow_query(self) -> None:
        quick, slow = self._embedded(self._size.few), self._embedded(self._size.few, SLOW_QUERY="1")
        async with AsyncExitStack() as ends:
            talks = {
                name: await ends.enter_async_context(Talk(candidate, conversations))
                for name, (candidate, conversations) in {"without": quick, "with": slow}.items()
            }
            dripped = await self._turns(
                "a slow query", talks, lambda talk: talk.drip(3 * self._size.seconds, per_s=4 * LIGHT_PER_S)
            )
        p99 = {
            name: statistics.median(percentile(one.latencies_s, 99) * 1000 for one in rounds)
            for name, rounds in dripped.items()
        }
        for name, figure in p99.items():
            self._report.figures[f"p99 ms, {name} a query of 100 ms that loops"] = figure
        self._report.goals["slow"] = p99["with"] / p99["without"]

    async def feeling(self) -> None:
        """On both set-ups: what people wait for while others talk."""
        for name, processes, stores in (
            ("embedded", 1, {}),
            ("PostgreSQL and Redis, two processes", 2, self._stage.stores()),
        ):
            self._say(f"people, {name}: {self._size.felt} conversations connect")
            candidate = self._stage.candidates.miti(stores, processes=processes)
            filled = fill(candidate, self._size.felt, free=10)
            self._stage.start(candidate)
            async with Talk(candidate, filled.conversations, self._say) as talk:
                chatter = asyncio.create_task(self._chatter(talk))
                seconds = await felt.journeys(candidate, filled.ready, self._size.journeys, self._say)
                chatter.cancel()
                await asyncio.gather(chatter, return_exceptions=True)
            for what, taken in seconds.items():
                self._report.felt_ms[f"{what}, {name}"] = {
                    "p50": percentile(taken, 50) * 1000,
                    "p95": percentile(taken, 95) * 1000,
                }
            candidate.stop()

    async def holding(self) -> None:
        self._say(f"idle sockets: {', '.join(map(str, self._size.idle))}")
        candidate = self._embedded()[0]
        most, share, each = await crowd.held(candidate, list(self._size.idle), self._say, self._size.watch_s)
        self._report.goals["idle"] = most
        self._report.figures[f"share of a core that {most} idle sockets take"] = share
        self._report.figures[f"bytes for each of {most} idle sockets"] = each

    async def _turns(
        self, what: str, talks: dict[str, Talk], work: Callable[[Talk], Awaitable[Poured]]
    ) -> dict[str, list[Poured]]:
        """Measure every server once to warm up, which is not counted, and then in turns."""
        poured: dict[str, list[Poured]] = {name: [] for name in talks}
        for number in range(self._size.rounds + 1):
            self._say(f"{what}: round {number} of {self._size.rounds}")
            for name, talk in talks.items():
                done = await work(talk)
                if number:
                    poured[name].append(done)
        return poured

    @staticmethod
    async def _chatter(talk: Talk) -> None:
        while True:
            await talk.drip(1.0, per_s=CHATTER_PER_S)


def _ratio(above: list[Poured], below: list[Poured]) -> float:
    """The ratio of the CPU for each message: the median over the rounds, each of which is measured within one minute."""
    return statistics.median(one.cpu_us / other.cpu_us for one, other in zip(above, below, strict=True))


def percentile(values: list[float], per_cent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * per_cent / 100))]
