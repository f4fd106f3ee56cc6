"""What one address may have of what is common: asks, places in the queue, and what a block costs it. Addresses are given as digests.

A school, or everybody behind a proxy that nobody declared, is one address: above its share the browsers prove work, and a refusal is the
last thing. Nothing that one address does makes anything dearer for another.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from chat import database, runtime
from chat.models import Conversation
from chat.services import door_status
from chat.states import State
from chat.volatile import DAY_S
from indicators.codes import Outcome

EVERYBODY = "*"
SHORT_WITHIN_S = 600
"""For so long it is remembered that somebody asked and was gone at once."""
SHORT_PART = 3
"""A third of what an address may ask in a minute may have been gone at once in that time, before the next costs work."""
MOST_WORK = 8
"""Nobody is asked for more than so many times the usual work."""
SHARED_FROM = 3
"""So many other conversations of an address are several people's: a block must not keep them out."""
WRONG_CODES_A_MINUTE = 10
UNDER_WAY_S = 60
"""A request that is held for longer and is not in the database never came there: its process died."""


@dataclass(frozen=True, slots=True)
class BlockStanding:
    """What blocks cost an address: how many times the usual work, or a refusal until this moment."""

    work: int = 0
    refused_until: float | None = None


async def standing(address: str, *, shared: bool = False, now: float) -> BlockStanding:
    """One block: the browser proves work; each further one doubles the work, or refuses if the address is one person's.

    `shared`: it is known to be many people's.
    """
    block = await runtime.volatile().blocked(address, now=now)
    if block is None:
        return BlockStanding()
    if block.times == 1 or shared or await _is_shared(address, now=now):
        return BlockStanding(work=min(2 ** (block.times - 1), MOST_WORK))
    return BlockStanding(refused_until=block.until)


async def _is_shared(address: str, *, now: float) -> bool:
    """Whether there are other conversations than the blocked ones: open now, or served today."""
    store = runtime.volatile()
    served = await store.asked(_served(address), now=now, within_s=DAY_S, more=0)
    return served + len(await store.held(address)) >= SHARED_FROM


async def asks_above_share(address: str, *, now: float) -> bool:
    """Count one more ask. True when it must be paid for with work.

    That is so for an address that asked too often this minute, has too many waiting already, or was often gone at once; and for
    everybody while all of them together ask too often. What an address asks above its share does not count for everybody.
    """
    store, env = runtime.volatile(), settings.ENV
    # Together, so that Redis answers them in one round trip.
    asked, short, held = await asyncio.gather(
        store.asked(address, now=now),
        store.asked(_short(address), now=now, within_s=SHORT_WITHIN_S, more=0),
        store.held(address),
    )
    if asked > env.asks_per_address or short >= max(1, env.asks_per_address // SHORT_PART):
        return True
    # Who is held waits, talks or is about to: the database is asked only where that matters.
    if len(held) >= env.asks_per_address and await database.run(waiting_among, held) >= env.asks_per_address:
        return True
    return await store.asked(EVERYBODY, now=now) > env.asks


def waiting_among(held: Mapping[str, float]) -> int:
    """How many of these conversations wait or are about to; with since how many seconds each is held."""
    known = dict(Conversation.objects.filter(pk__in=held).values_list("pk", "state"))
    states = {conversation: known.get(UUID(conversation)) for conversation in held}
    return sum(
        state == State.WAITING or (state is None and held[conversation] < UNDER_WAY_S)
        for conversation, state in states.items()
    )


def is_above_queue_share(held: Mapping[str, float]) -> bool:
    """Whether an address that holds these conversations has its part of the queue already."""
    most = max(1, int(settings.ENV.queue_length * settings.ENV.queue_share))
    return len(held) >= most and waiting_among(held) >= most


async def note_end(*, conversation: str, outcome: str, blocked: bool, now: float) -> None:
    """Remember for the address of a conversation that ends: that a visitor was gone at once, or that one was served."""
    short = outcome == Outcome.ABANDONED_SHORT
    if not short and (outcome != Outcome.SERVED or blocked):
        return
    address = await runtime.volatile().origin(conversation)
    if address is not None and short:
        await note_short(address, now=now)
    elif address is not None:
        await runtime.volatile().asked(_served(address), now=now, within_s=DAY_S)


async def note_short(address: str, *, now: float) -> None:
    """Remember that a request from there cost the queue or the figures something and came to nothing at once."""
    await runtime.volatile().asked(_short(address), now=now, within_s=SHORT_WITHIN_S)


async def guesses_codes(address: str, *, now: float) -> bool:
    """Whether so many wrong class codes came from there this minute that the next one is looked at only after a proof of work."""
    return await runtime.volatile().asked(_codes(address), now=now, more=0) >= WRONG_CODES_A_MINUTE


async def has_reserved_place(code: str, *, address: str, now: datetime) -> bool:
    """Whether this class's session runs and has a place left: then nothing that others did at the same address keeps its pupils out."""
    booking = await database.run(door_status.booking_of, code, now)
    if booking is None:
        await runtime.volatile().asked(_codes(address), now=now.timestamp())
        return False
    found, waiting = booking
    return waiting < found.left


def _short(address: str) -> str:
    return f"short:{address}"


def _served(address: str) -> str:
    return f"served:{address}"


def _codes(address: str) -> str:
    return f"codes:{address}"
