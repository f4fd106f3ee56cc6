"""One process of a storm: many things at once on the same conversations. Prints what it did, a line each.

Run as `python -m tests.races.worker SEED`; the database is the one of the environment.
"""

import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import django

django.setup()

from django.db import OperationalError  # noqa: E402  # Django must be set up first

from chat import database, runtime, volatile  # noqa: E402
from chat.hub import Hub  # noqa: E402
from chat.models import Conversation, Offer, OfferState  # noqa: E402
from chat.services import closing, dispatch, duty, offers, parties, tick  # noqa: E402
from chat.states import PartyRole, Reason, State  # noqa: E402
from chat.transcript.embedded import EmbeddedTranscripts  # noqa: E402
from chat.volatile import EmbeddedVolatile  # noqa: E402
from indicators.models import MetricRow, PendingRow  # noqa: E402
from routing_rules.models import Counsellor  # noqa: E402
from routing_rules.snapshot import AvailabilityState  # noqa: E402

Act = Callable[[random.Random], Awaitable[None]]

SECONDS = 3
AT_MOST_S = 240
ENOUGH = 12
"""So many conversations are to have been accepted, however slow the machine."""


def report(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")


def ringing() -> list[tuple[str, int]]:
    rows = Offer.objects.filter(state=OfferState.RINGING).values_list("conversation_id", "counsellor_id")
    return [(str(conversation), counsellor) for conversation, counsellor in rows]


def owned() -> list[tuple[str, int]]:
    rows = Conversation.objects.filter(state=State.ACTIVE, parties__role=PartyRole.OWNER)
    return [(str(one), owner) for one, owner in rows.values_list("pk", "parties__counsellor")]


async def accept(dice: random.Random) -> None:
    there = await database.run(ringing)
    if not there:
        return
    conversation, _ = dice.choice(there)
    # Everybody it rings at answers in the same instant.
    rivals = [counsellor for one, counsellor in there if one == conversation]

    async def one_rival(counsellor: int) -> None:
        try:
            new = await offers.accept(conversation=conversation, counsellor=counsellor, now=datetime.now(UTC))
        except offers.OfferGoneError:
            return
        if new:
            report("accepted", conversation, counsellor)

    await asyncio.gather(*(one_rival(counsellor) for counsellor in rivals))


def waiting() -> list[str]:
    return [str(one) for one in Conversation.objects.filter(state=State.WAITING).values_list("pk", flat=True)]


async def take(dice: random.Random) -> None:
    """One counsellor takes more from the queue, at once, than there is room for."""
    queue = await database.run(waiting)
    people = await database.run(lambda: list(Counsellor.objects.values_list("pk", flat=True)))
    counsellor = dice.choice(people)

    async def one_more(conversation: str) -> None:
        try:
            new = await offers.take(conversation=conversation, counsellor=counsellor, now=datetime.now(UTC))
        except offers.OfferGoneError:
            return
        if new:
            report("accepted", conversation, counsellor)

    await asyncio.gather(*(one_more(one) for one in dice.sample(queue, min(3, len(queue)))))


async def refuse(dice: random.Random) -> None:
    there = await database.run(ringing)
    if there:
        conversation, counsellor = dice.choice(there)
        await offers.refuse(conversation=conversation, counsellor=counsellor, now=datetime.now(UTC))


async def hand_over(dice: random.Random) -> None:
    there = await database.run(owned)
    if not there:
        return
    conversation, owner = dice.choice(there)
    now = datetime.now(UTC)
    if dice.random() < 0.5:
        done = await parties.transfer(
            conversation=conversation, owner=owner, to=parties.TransferTarget(theme="emploi"), now=now
        )
    else:
        done = await parties.requeue(conversation=conversation, lost=owner, now=now)
        await duty.set_availability(counsellor=owner, state=AvailabilityState.AVAILABLE, capacity=2, now=now)
    if done:
        report("requeued", conversation)


async def close(dice: random.Random) -> None:
    there = await database.run(owned)
    if there and dice.random() < 0.4:
        conversation, owner = dice.choice(there)
        # Both ends at once, and somebody who finishes half-done closings.
        ended = await asyncio.gather(
            closing.close(
                conversation=conversation, reason=Reason.COUNSELLOR_CLOSED, owner=owner, now=datetime.now(UTC)
            ),
            closing.close(conversation=conversation, reason=Reason.VISITOR_LEFT, now=datetime.now(UTC)),
            closing.finish(conversation=conversation, now=datetime.now(UTC)),
        )
        for one in ended:
            if one is not None:
                report("closed", one.conversation)


async def ring(_: random.Random) -> None:
    await dispatch.dispatch(now=datetime.now(UTC))


async def let_time_pass(_: random.Random) -> None:
    if await database.run(tick.take_lease, "storm", str(id(asyncio.current_task())), datetime.now(UTC)):
        await offers.expire(now=datetime.now(UTC))


def accepted() -> int:
    """By this process or the other; only what was accepted is closed here."""
    return (
        Conversation.objects.filter(accepted_at__isnull=False).count()
        + MetricRow.objects.count()
        + PendingRow.objects.count()
    )


async def enough_of_it() -> None:
    for second in range(1, AT_MOST_S):
        await asyncio.sleep(1)
        if second >= SECONDS and await database.run(accepted) >= ENOUGH:
            return


async def storm(seed: int) -> None:
    hub = Hub()
    runtime.start(
        runtime.Runtime(
            EmbeddedTranscripts(publish=hub.publish_entry, most=100, expiry_s=900), EmbeddedVolatile(), hub
        )
    )
    people = await database.run(lambda: list(Counsellor.objects.values_list("pk", flat=True)))
    over = asyncio.create_task(enough_of_it())

    async def actor(number: int, act: Act) -> None:
        dice = random.Random(f"{seed} {number}")
        while not over.done():
            for one in people:
                await runtime.volatile().seen(volatile.counsellor(one), at=time.time(), active=True)
            try:
                await act(dice)
            except OperationalError as fault:
                # A deadlock would be a defect; a busy file is SQLite's way to say: wait.
                if "locked" not in str(fault):
                    raise
            await asyncio.sleep(dice.random() * 0.02)

    acts: list[Act] = [accept, accept, take, ring, ring, refuse, hand_over, close, let_time_pass]
    await asyncio.gather(over, *(actor(number, act) for number, act in enumerate(acts)))


if __name__ == "__main__":
    asyncio.run(storm(int(sys.argv[1])))
