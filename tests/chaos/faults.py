"""What goes wrong, one thing after another and then together. Each plays for some seconds while everybody talks."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from redis.exceptions import RedisError

from tests.chaos.client import Behaviour
from tests.chaos.counsellor import Counsellor
from tests.chaos.setup import Setup
from tests.chaos.visitor import Visitor

DOWN_S = 2.0
REDIS_SILENT_S = 10.0
FROZEN_S = 8.0
HOUR_S = 3_600.0
WORKER_S = 180.0
"""For two Pythons with Celery to start on a busy machine, and to do one job."""
LEASE_S = 7.0
"""Longer than any process leads without saying so again."""
LOUD, LOUD_BODY = 60, "é" * 90_000
"""Together more than any system keeps for a reader."""


@dataclass
class World:
    setup: Setup
    visitors: list[Visitor]
    counsellors: list[Counsellor]
    behaviour: Behaviour
    dice: Random
    seconds: float
    complaints: list[str] = field(default_factory=list)
    """What a fault saw that it should not have seen."""

    async def rest(self, began: float) -> None:
        """Until this fault has been played for its time."""
        await asyncio.sleep(max(0.0, self.seconds - (time.monotonic() - began)))


@dataclass(frozen=True)
class Fault:
    name: str
    play: Callable[[World], Awaitable[None]]
    forgets: bool = False
    """The store's memory is lost: what was said before is gone by design."""
    raises: frozenset[str] = frozenset()
    """Alerts that it must raise. Others may fire too."""


async def nothing(world: World) -> None:
    await asyncio.sleep(world.seconds)


async def killed_server(world: World, which: int | None = None) -> None:
    server = world.setup.servers[world.dice.randrange(2) if which is None else which]
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(DOWN_S)
    await asyncio.to_thread(server.start)


async def killed_servers(world: World) -> None:
    began = time.monotonic()
    for which in (0, 1):
        await killed_server(world, which)
    await world.rest(began)


async def dead_leader(world: World) -> None:
    """Kill whichever process leads the tick, and see that the other takes over."""
    began = time.monotonic()
    leads = await world.setup.leader()
    for server in world.setup.servers:
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(LEASE_S)
        found = await world.setup.leader() not in {None, leads}
        await asyncio.to_thread(server.start)
        if found:
            break
    await world.rest(began)


async def dead_worker(world: World) -> None:
    """Worker and beat die, an hour ago as the table says; a job that is due is done when they are back, and only then."""
    began = time.monotonic()
    setup = world.setup
    await asyncio.to_thread(setup.jobs.kill)
    await setup.ask(
        """INSERT INTO chat_lease (name, holder, expires_at) VALUES ('publish_due_plans', '', now())
           ON CONFLICT (name) DO UPDATE SET holder = '', expires_at = now(), done_at = now() - interval '1 hour' RETURNING name"""
    )
    await asyncio.sleep(DOWN_S)
    done = "SELECT count(*) FROM chat_lease WHERE name = 'publish_due_plans' AND expires_at > now()"
    if await setup.number(done):
        world.complaints.append("somebody did the worker's job without a worker")
    await asyncio.to_thread(setup.jobs.start)
    while not await setup.number(done):
        if time.monotonic() - began > WORKER_S:
            world.complaints.append("the job that was due is not done")
            break
        await asyncio.sleep(0.2)
    await world.rest(began)


async def frozen_servers(world: World) -> None:
    """A process that sleeps for longer than its lease wakes up and believes that it leads."""
    began = time.monotonic()
    for server in world.setup.servers:
        server.send(signal.SIGSTOP)
        try:
            await asyncio.sleep(FROZEN_S)
        finally:
            server.send(signal.SIGCONT)
        await asyncio.sleep(1)
    await world.rest(began)


async def empty_redis(world: World) -> None:
    await asyncio.to_thread(world.setup.valkey.kill)
    await asyncio.sleep(world.dice.uniform(0.0, 1.0))
    await asyncio.to_thread(world.setup.valkey.start)


async def empty_redis_again_and_again(world: World) -> None:
    began = time.monotonic()
    while time.monotonic() - began < world.seconds - 1:
        await asyncio.sleep(world.dice.uniform(1.5, 3.5))
        await empty_redis(world)
    await world.rest(began)


async def silent_redis(world: World) -> None:
    began = time.monotonic()
    await asyncio.sleep(1)
    world.setup.valkey.pause()
    try:
        await asyncio.sleep(REDIS_SILENT_S)
    finally:
        world.setup.valkey.go_on()
    await world.rest(began)


async def restarted_postgres(world: World) -> None:
    began = time.monotonic()
    for how in ("fast", "immediate"):
        await asyncio.sleep(1.5)
        await asyncio.to_thread(world.setup.postgres.restart, how)
    await world.rest(began)


async def cut_connections(world: World) -> None:
    began = time.monotonic()
    while time.monotonic() - began < world.seconds:
        await asyncio.sleep(world.dice.uniform(0.02, 0.3))
        world.setup.proxy.cut_one()
        if world.dice.random() < 0.1:
            # Another fault may have it down or silent just now.
            with suppress(RedisError):
                await asyncio.to_thread(world.setup.valkey.cut_everybody)


async def everything_twice(world: World) -> None:
    world.behaviour.twice = True
    await asyncio.sleep(world.seconds)
    world.behaviour.twice = False


async def slow_readers(world: World) -> None:
    """Some browsers stop reading for a while, one of them while very much is said to it."""
    began = time.monotonic()
    dice = world.dice
    talking = [one for one in world.visitors if one.phase == "active" and one.socket is not None]
    stalled = []
    for number, visitor in enumerate(dice.sample(talking, min(4, len(talking)))):
        assert visitor.socket is not None
        connection = world.setup.proxy.connection_of(visitor.socket.local_address)
        if connection is None:
            continue
        connection.reads.clear()
        stalled.append(connection)
        record = visitor.record
        if number == 0 and record is not None:
            for console in world.counsellors:
                held = console.conversations.get(record.conversation)
                if held is not None and held.owns:
                    await console.say_much(record.conversation, LOUD, LOUD_BODY)
    await asyncio.sleep(max(4.0, world.seconds * 0.6))
    for connection in stalled:
        connection.reads.set()
    await world.rest(began)


async def jumping_clock(world: World) -> None:
    """One process's clock jumps an hour ahead, back, an hour behind, back; then the other's."""
    began = time.monotonic()
    each = max(0.7, world.seconds / 8)
    for which in (0, 1):
        for shift in (HOUR_S, 0.0, -HOUR_S, 0.0):
            world.setup.set_clock(which, shift)
            await asyncio.sleep(each)
    await world.rest(began)


async def dead_leader_with_a_wrong_clock(world: World) -> None:
    """What it led it holds, by its clock, for another hour: somebody must take it over all the same."""
    began = time.monotonic()
    for which in (0, 1):
        world.setup.set_clock(which, HOUR_S)
    await asyncio.sleep(1)
    for which in (0, 1):
        await asyncio.to_thread(world.setup.servers[which].kill)
        world.setup.set_clock(which, 0)
    for which in (0, 1):
        await asyncio.to_thread(world.setup.servers[which].start)
    await world.rest(began)


async def the_main_ones(world: World) -> None:
    """For the short form: everything twice, one clock an hour ahead, connections cut, and the other process killed."""
    world.behaviour.twice = True
    world.setup.set_clock(1, HOUR_S)
    cutting = asyncio.create_task(cut_connections(world))
    await killed_server(world, 0)
    world.setup.set_clock(1, -HOUR_S)
    await cutting
    world.setup.set_clock(1, 0)
    world.behaviour.twice = False


async def together(world: World) -> None:
    """Everything at once, in any order."""
    began = time.monotonic()
    world.behaviour.twice = True
    cutting = asyncio.create_task(cut_connections(world))
    while time.monotonic() - began < world.seconds:
        act = world.dice.choice([killed_server, empty_redis, _short_silence, _one_restart, _one_jump])
        await act(world)
        await asyncio.sleep(world.dice.uniform(0.5, 2.0))
    await cutting
    for which in (0, 1):
        world.setup.set_clock(which, 0)
    world.behaviour.twice = False


async def _short_silence(world: World) -> None:
    world.setup.valkey.pause()
    try:
        await asyncio.sleep(world.dice.uniform(0.5, 3.0))
    finally:
        world.setup.valkey.go_on()


async def _one_restart(world: World) -> None:
    await asyncio.to_thread(world.setup.postgres.restart, world.dice.choice(["fast", "immediate"]))


async def _one_jump(world: World) -> None:
    world.setup.set_clock(world.dice.randrange(2), world.dice.choice([HOUR_S, 0.0, -HOUR_S]))


DOWN = frozenset({"MitiProcessDown"})
NO_REDIS = frozenset({"MitiRedisErrors"})
EMPTIED = NO_REDIS | {"MitiRedisWasEmptied"}
FAULTS = [
    Fault("nothing", nothing),
    Fault("a server process is killed and comes back, then the other", killed_servers, raises=DOWN),
    Fault("the tick's leader dies", dead_leader, raises=DOWN),
    Fault("worker and beat die", dead_worker, raises=frozenset({"MitiJobOverdue"})),
    Fault("a server process sleeps longer than its lease, then the other", frozen_servers, raises=DOWN),
    Fault("connections are cut at random", cut_connections),
    Fault("everything is sent twice", everything_twice),
    Fault("slow readers stop reading", slow_readers),
    Fault("one process's clock jumps an hour, then the other's", jumping_clock),
    Fault("a leader with a wrong clock dies", dead_leader_with_a_wrong_clock, raises=DOWN),
    Fault("Redis is silent for 10 s", silent_redis, raises=NO_REDIS),
    Fault("PostgreSQL restarts, twice", restarted_postgres),
    Fault("Redis restarts empty, again and again", empty_redis_again_and_again, forgets=True, raises=EMPTIED),
    Fault("everything together", together, forgets=True),
]
SHORT = [
    Fault("killed, cut, twice and a wrong clock", the_main_ones, raises=DOWN),
    Fault("Redis restarts empty", empty_redis, forgets=True, raises=EMPTIED),
]
