"""One run: everybody comes, each fault is played while they talk, and after each there is a verdict."""

import asyncio
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from random import Random

from tests.chaos.client import Manner, Person
from tests.chaos.counsellor import Counsellor
from tests.chaos.faults import FAULTS, SHORT, Fault, World
from tests.chaos.message_log import Book
from tests.chaos.setup import Setup, whole
from tests.chaos.verdict import Figures, judge
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
    async with whole(counsellors=plan.counsellors, worker=plan.worker, dice=dice, say=say) as setup:
        book, manner = Book(), Manner(going=False, hurry=plan.hurry)
        visitors = [Visitor(setup.gate, book, manner, Random(dice.random())) for _ in range(plan.visitors)]
        counsellors = [
            Counsellor(setup.gate, book, manner, Random(dice.random()), **one) for one in setup.staff
        ]
        everybody: list[Person] = [*counsellors, *visitors]
        lives = [asyncio.create_task(one.live()) for one in everybody]
        world = World(setup, visitors, counsellors, manner, dice, plan.seconds)
        results = []
        try:
            for fault in plan.faults:
                say(fault.name)
                figures = await _play_one(fault, world, everybody)
                judged(figures)
                results.append(figures)
                for life in lives:
                    if life.done():
                        life.result()
        finally:
            for life in lives:
                life.cancel()
            await asyncio.gather(*lives, return_exceptions=True)
        return results


async def _play_one(fault: Fault, world: World, everybody: list[Person]) -> Figures:
    began = time.monotonic()
    rows_before = await world.setup.number("SELECT count(*) FROM indicators_metricrow")
    book = Book()
    for one in everybody:
        one.book = book
    world.manner.going = True
    half = len(world.visitors) // 2
    await _until(lambda: sum(one.phase == "active" for one in world.visitors) >= half, ARRIVE_S)
    await fault.play(world)
    world.manner.going = False
    await _until(lambda: all(one.at_rest for one in world.visitors), DRAIN_S)
    await _until_settled(world.setup)
    figures = await judge(
        fault=fault.name, forgets=fault.forgets, setup=world.setup, book=book, rows_before=rows_before
    )
    figures.stuck += len(world.complaints)
    figures.why += world.complaints
    world.complaints.clear()
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
