"""This process as one that sends wake-ups."""

import asyncio
from dataclasses import dataclass


@dataclass(slots=True)
class Sender:
    loop: asyncio.AbstractEventLoop | None = None
    """Where its sockets and the channel layer's connections are, if it serves any; its threads send from there too."""
    failed: int = 0
    """Wake-ups that were not sent."""


sender = Sender()
