"""A server in which whatever is said fails in the way that it asks for, with its words in the fault and in the variables around it."""

import asyncio
import logging
import os
import threading
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "miti.settings")
django.setup()

from django.db import OperationalError  # noqa: E402  # needs Django to be set up
from django.http import HttpRequest  # noqa: E402

from chat.hub import Notification, TranscriptEvent  # noqa: E402
from chat.services import messages  # noqa: E402
from miti import launcher  # noqa: E402
from widget import views  # noqa: E402
from widget.consumer import VisitorSocket  # noqa: E402

append, deliver = messages.append, VisitorSocket.deliver


async def failing_append(**said: Any) -> Any:
    # What is said cannot be read here: the message's name says which fault it is for.
    words = f"{said['client_id']} {said['envelope']}"
    match said["client_id"]:
        case "fault":
            raise RuntimeError(f"cannot take {words}")
        case "database":
            raise OperationalError(f"value too long: {words}")
        case "task":
            asyncio.get_running_loop().create_task(_fails(words))
        case "thread":
            threading.Thread(target=_fails_at_once, args=[words]).start()
        case "library":
            logging.getLogger("a.library").error("cannot store %s", words)
            logging.getLogger("a.library").error("cannot store " + words)
    return await append(**said)


async def _fails(words: str) -> None:
    _fails_at_once(words)


def _fails_at_once(words: str) -> None:
    raise LookupError(f"nowhere: {words}")


def failing_deliver(self: VisitorSocket, event: TranscriptEvent | Notification) -> None:
    if isinstance(event, TranscriptEvent) and event.entry.client_id.startswith("heard"):
        raise ValueError(f"cannot tell {event.entry.client_id}")
    deliver(self, event)


def failing_language(request: HttpRequest, site: Any) -> str:
    raise TypeError(f"no language for {request.get_full_path()}")


messages.append = failing_append
views._language = failing_language
VisitorSocket.deliver = failing_deliver  # type: ignore[method-assign]

if __name__ == "__main__":
    launcher.run()
