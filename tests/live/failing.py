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

from chat.hub import Said, Signal  # noqa: E402
from chat.services import saying  # noqa: E402
from miti import launcher  # noqa: E402
from widget import views  # noqa: E402
from widget.consumer import VisitorSocket  # noqa: E402

say, heard = saying.say, VisitorSocket.heard


async def failing_say(**said: Any) -> Any:
    words: str = said["body"]
    match words.partition(" ")[0]:
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
    return await say(**said)


async def _fails(words: str) -> None:
    _fails_at_once(words)


def _fails_at_once(words: str) -> None:
    raise LookupError(f"nowhere: {words}")


def failing_heard(self: VisitorSocket, event: Said | Signal) -> None:
    if isinstance(event, Said) and event.body.startswith("heard"):
        raise ValueError(f"cannot tell {event.body}")
    heard(self, event)


def failing_language(request: HttpRequest, site: Any) -> str:
    raise TypeError(f"no language for {request.get_full_path()}")


saying.say = failing_say
views._language = failing_language
VisitorSocket.heard = failing_heard  # type: ignore[method-assign]

if __name__ == "__main__":
    launcher.run()
