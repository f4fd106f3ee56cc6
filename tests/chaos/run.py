"""One run: everybody comes, each fault is played while they talk, and after each there is a verdict."""

import asyncio
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from random import Random

from tests.chaos.client import Behaviour, Client
from tests.chaos.counsellor import Counsellor
from tests.chaos.faults import FAULTS, SHORT, Fault, World
from tests.chaos.message_log import MessageLog
from tests.chaos.second_browser import SecondBrowser
from tests.chaos.setup import Setup, start_setup
from tests.chaos.verdict import ENDED, Figures, judge, judge_alerts
from tests.chaos.visitor import Visitor

ARRIVE_S = 120
DRAIN_S = 180
SETTLE_S = 60
"""For what never comes: whoever is slow on a busy machine is not stuck."""


@dataclass(frozen=True)
class Plan:
    seed: int
    seconds: float
    """How long each fault is played."""
    visitors: int
    counsellors: int
    faults: Collection[Fault]
    worker: bool = True
    hurry: float = 1.0
    """Shortens the pauses between messages."""


def long(*, seed: int, seconds: float = 15, only: str = "") -> Plan:
    return Plan(seed, seconds, 16, 6, [one for one in FAULTS if only in one.name])


def short(*, seed: int) -> Plan:
    return Plan(seed, 4, 6, 3, SHORT, worker=False, hurry=0.4)


async def play(plan: Plan, *, say: Callable[[str], None], judged: Callable[[Figures], None]) -> list[Figures]:
    dice = Random(plan.seed)
    async with start_setup(counsellors=plan.counsellors, worker=plan.worker, dice=dice, say=say) as setup:
        message_log, behaviour = MessageLog(), Behaviour(going=False, hurry=plan.hurry)
        visitors = [
            Visitor(setup.proxy, message_log, behaviour, Random(dice.random())) for _ in range(plan.visitors)
        ]
        counsellors = [
            Counsellor(setup.proxy, message_log, behaviour, Random(dice.random()), **one)
            for one in setup.staff
        ]
        beside = [
            SecondBrowser(setup.proxy, message_log, behaviour, Random(dice.random()), **one)
            for one in setup.staff
        ]
        everybody: list[Client] = [*counsellors, *beside, *visitors]
        running = [asyncio.create_task(one.run()) for one in everybody]
        world = World(setup, visitors, counsellors, behaviour, dice, plan.seconds)
        results = []
        try:
            for fault in plan.faults:
                say(fault.name)
                figures = await _play_one(fault, world, everybody)
                judged(figures)
                results.append(figures)
                for task in running:
                    if task.done():
                        task.result()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
        return results


async def _play_one(fault: Fault, world: World, everybody: list[Client]) -> Figures:
    began = time.monotonic()
    alerts = world.setup.alerts
    if alerts is not None:
        await alerts.begin()
    rows_before = await world.setup.number(ENDED)
    message_log = MessageLog()
    for one in everybody:
        one.message_log = message_log
    world.behaviour.going = True
    half = len(world.visitors) // 2
    await _until(lambda: sum(one.phase == "active" for one in world.visitors) >= half, ARRIVE_S)
    await fault.play(world)
    world.behaviour.going = False
    await _until(lambda: all(one.at_rest for one in world.visitors), DRAIN_S)
    await _until_settled(world.setup)
    figures = await judge(
        fault=fault.name,
        forgets=fault.forgets,
        setup=world.setup,
        message_log=message_log,
        rows_before=rows_before,
    )
    figures.stuck += len(world.complaints)
    figures.why += world.complaints
    world.complaints.clear()
    if alerts is not None:
        await judge_alerts(figures, alerts, fault.raises)
    figures.seconds = time.monotonic() - began
    return figures


async def _until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:  # noqa: ASYNC110  # what is waited for is many people's state
        await asyncio.sleep(0.05)


async def _until_settled(setup: Setup) -> None:
    """Closings that are under way may end."""
    deadline = time.monotonic() + SETTLE_S
    while time.monotonic() < deadline:
        if not await setup.number("SELECT count(*) FROM chat_conversation"):
            return
        await asyncio.sleep(0.2)
