"""How this process sends wake-ups."""

import asyncio
from dataclasses import dataclass


@dataclass(slots=True)
class Sender:
    loop: asyncio.AbstractEventLoop | None = None
    """The loop of its sockets and of the channel layer's connections, if it serves any; its threads send there too."""
    failed: int = 0
    """Wake-ups that were not sent."""


sender = Sender()
