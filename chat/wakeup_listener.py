"""What this process does with the wake-ups that `wakeups.publish` sends."""

import asyncio

import structlog
from channels.layers import get_channel_layer
from cryptography.fernet import InvalidToken

from chat.hub import Notification
from chat.meter import meter
from chat.runtime import hub as this_hub
from chat.services import dispatch
from partners.fault_kinds import kind_of
from wakeups.sender import sender
from wakeups.topics import GROUP

PAUSE_S = 1.0
log = structlog.stdlib.get_logger(__name__)


async def listen() -> None:
    """Hand every wake-up to this process's sockets, for as long as it runs."""
    layer, channel = get_channel_layer(), ""
    sender.loop = asyncio.get_running_loop()
    while True:
        try:
            # Keep the same channel after a fault: the layer would go on filling a channel that nobody reads.
            channel = channel or await layer.new_channel()
            await layer.group_add(GROUP, channel)
            while True:
                try:
                    event = await layer.receive(channel)
                    notifications = [
                        Notification(topic, name, data) for topic, name, data in event["wakeups"]
                    ]
                except (InvalidToken, ValueError, TypeError, KeyError):
                    # Of another installation, or of a process with another key: the connection is as good as before.
                    log.warning("a wake-up could not be read, is another MITI_REDIS_PREFIX needed?")
                    continue
                for notification in notifications:
                    _on_wakeup(notification)
        except Exception as fault:  # whatever the broker's client raises: reconnect when the broker is back
            meter.redis_errors["wake_ups"] += 1
            log.warning("wake-ups are interrupted", fault=kind_of(fault))
            await asyncio.sleep(PAUSE_S)


def _on_wakeup(notification: Notification) -> None:
    this_hub().notify(notification)
    if notification.name == "routing":
        # After a change of hours, rules or people, other offers may be due.
        dispatch.request_dispatch()
