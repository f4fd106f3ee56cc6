"""Wake-ups to every process: the one place that sends them. Always after the commit they tell of.

They go through the channel layer and may be lost: whoever hears one reads the truth from the database, and every socket looks there by
itself from time to time.
"""

import asyncio
from functools import partial
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from chat import hub
from chat.meter import meter
from chat.runtime import hub as this_hub
from partners.models import Staff
from routing_rules.models import Counsellor

GROUP = "miti.signals"
TRIES = 2
PAUSE_S = 1.0
log = structlog.stdlib.get_logger(__name__)


async def signal(topic: str, name: str, **data: Any) -> None:
    layer = get_channel_layer()
    # Once more: the first may meet a connection that the broker has closed since the last one.
    for _ in range(TRIES):
        try:
            await layer.group_send(GROUP, {"type": "signal", "topic": topic, "name": name, "data": data})
            return
        except Exception as fault:  # whatever the broker's client raises
            why = type(fault).__name__
    meter.redis_errors["wake_ups"] += 1
    # What is lost here is made good by the next look.
    log.warning("a wake-up was not sent", fault=why)


async def conversation_changed(conversation: str, because: str = "") -> None:
    await signal(conversation, "changed", because=because)


async def counsellor_changed(*identities: int) -> None:
    for identity in sorted(set(identities)):
        await signal(hub.counsellor_topic(identity), "changed")


async def queue_changed() -> None:
    """The queue is other than it was: whoever waits, and whoever could serve, looks again."""
    await signal(hub.EVERY_VISITOR, "queue")
    await signal(hub.EVERY_COUNSELLOR, "queue")


async def hint(conversation: str, name: str, **data: Any) -> None:
    """Something that is over in seconds: typing, seen, a warning."""
    await signal(conversation, name, **data)


def routing_changed() -> None:
    """Hours, rules or people were changed, from a view: the next decision takes them up."""
    async_to_sync(signal)(hub.EVERY_COUNSELLOR, "routing")


def rights_changed(person: Staff) -> None:
    """An account signed out, or lost or changed its rights: its sockets look, once that is committed, whether they may stay."""
    identity = Counsellor.objects.filter(staff=person).values_list("pk", flat=True).first()
    if identity is not None:
        transaction.on_commit(partial(async_to_sync(signal), hub.counsellor_topic(identity), "rights"))


async def listen() -> None:
    """Hand every wake-up to this process's sockets, for as long as it runs."""
    layer, channel = get_channel_layer(), ""
    while True:
        try:
            # The same one after a fault: into one that nobody reads any more, everything would be put for ever.
            channel = channel or await layer.new_channel()
            await layer.group_add(GROUP, channel)
            while True:
                event = await layer.receive(channel)
                this_hub().notify(hub.Notification(event["topic"], event["name"], event["data"]))
        except Exception as fault:  # the same: come back to the broker when it is there again
            meter.redis_errors["wake_ups"] += 1
            log.warning("wake-ups are interrupted", fault=type(fault).__name__)
            await asyncio.sleep(PAUSE_S)
