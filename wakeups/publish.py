"""Wake-ups to every process: the one place that sends them, and only services call it. They are always sent after the commit.

They go through the channel layer and may be lost: a socket that receives one reads the truth from the database, and every socket also
refreshes by itself from time to time.

A service on the event loop awaits the functions of the first half after `database.run`, which has committed. A service in a thread (of a
view or a job) calls those of the second half inside its transaction: they are sent when it has committed, once however often they were
called, and never when it is rolled back.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from wakeups.sender import sender
from wakeups.topics import EVERY_COUNSELLOR, EVERY_VISITOR, GROUP, counsellor_topic, staff_topic

TRIES = 2
log = structlog.stdlib.get_logger(__name__)


class Wakeup(NamedTuple):
    topic: str
    name: str
    data: Mapping[str, Any] = {}


async def send(*wakeups: Wakeup) -> None:
    """Together, in one message: those who are concerned by one change wake up at once, and read it once."""
    layer = get_channel_layer()
    message = {"type": "wakeups", "wakeups": [[topic, name, dict(data)] for topic, name, data in wakeups]}
    # Try twice: the broker may have closed the connection since the last wake-up.
    for _ in range(TRIES):
        try:
            await layer.group_send(GROUP, message)
            return
        except Exception as fault:  # whatever the broker's client raises
            why = type(fault).__name__
    sender.failed += 1
    # The next refresh of each socket makes up for it.
    log.warning("a wake-up was not sent", fault=why)


# --- after the commit, on the event loop --------------------------------------------------------------------------


async def changed(
    conversation: str | None = None,
    *,
    because: str = "",
    counsellors: Iterable[int] = (),
    colleagues: bool = False,
    queue: bool = False,
) -> None:
    """What one commit has changed: a conversation, what these counsellors have, who is on duty or ready (`colleagues`), the queue, which
    waiting visitors and counsellors see anew."""
    wakeups = [] if conversation is None else [Wakeup(conversation, "changed", {"because": because})]
    wakeups += (Wakeup(counsellor_topic(one), "changed") for one in sorted(set(counsellors)))
    if colleagues:
        wakeups.append(Wakeup(EVERY_COUNSELLOR, "colleagues"))
    if queue:
        wakeups += (Wakeup(EVERY_VISITOR, "queue"), Wakeup(EVERY_COUNSELLOR, "queue"))
    if wakeups:
        await send(*wakeups)


async def counsellor_left(counsellor: int) -> None:
    """A console of this counsellor signed out; their other consoles say that they are still there."""
    await send(Wakeup(counsellor_topic(counsellor), "left"))


async def hint(conversation: str, name: str, **data: Any) -> None:
    """Something that is over in seconds: typing, seen, a warning."""
    await send(Wakeup(conversation, name, data))


# --- inside the transaction, in a thread --------------------------------------------------------------------------


def routing_changed() -> None:
    """Hours, rules, themes, sites, classes or people were changed: the next decision uses the new ones."""
    _after_commit(EVERY_COUNSELLOR, "routing")


def nudged(counsellor: int) -> None:
    """A coordinator asks this counsellor, whose console is open, whether they are there."""
    _after_commit(counsellor_topic(counsellor), "nudged")


def content_changed() -> None:
    """Texts that coordinators write were changed: replies, notices, numbers."""
    _after_commit(EVERY_VISITOR, "content")
    _after_commit(EVERY_COUNSELLOR, "content")


def rights_changed(account: int) -> None:
    """An account signed out, or lost or changed its rights: its sockets check whether they may stay."""
    _after_commit(staff_topic(account), "rights")


@dataclass(frozen=True, slots=True)
class _Send:
    topic: str
    name: str

    def __call__(self) -> None:
        loop = sender.loop
        if loop is not None and loop.is_running():
            asyncio.run_coroutine_threadsafe(send(Wakeup(self.topic, self.name)), loop)
        else:
            async_to_sync(send)(Wakeup(self.topic, self.name))


def _after_commit(topic: str, name: str) -> None:
    """Send after the commit, or at once where no transaction is open."""
    send = _Send(topic, name)
    # Importing a file changes hundreds of rows in one transaction: one wake-up is enough for all of them.
    if not any(waiting == send for _, waiting, *_ in transaction.get_connection().run_on_commit):
        transaction.on_commit(send)
