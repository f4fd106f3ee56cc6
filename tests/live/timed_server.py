"""A server on which time passes when a test says so: `python -m tests.live.timed_server`; `tests.server.TimedServer` starts it.

Nothing that takes minutes has to be waited for, and nothing is over because the machine was busy: limits are as long as in life. Between
two jumps time goes on as it does, or stands still if the environment says so.
Whoever is connected when it jumps has answered every ping meanwhile.
"""

import math
import os
from datetime import datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "miti.settings")
django.setup()

from chat import database, runtime  # noqa: E402  # needs Django to be set up
from chat.models import Conversation  # noqa: E402
from chat.services import tick, tick_signs  # noqa: E402
from counsellor_console.consumer import CounsellorSocket  # noqa: E402
from miti import launcher  # noqa: E402
from partners import clock  # noqa: E402  # needs Django to be set up
from tests.server import ASKED, CUT, PASSED, STILL  # noqa: E402
from widget.consumer import VisitorSocket  # noqa: E402

FOLDER = Path(os.environ["MITI_DATA_DIR"])
true_seconds, true_run = clock.seconds, tick.Tick.run
BEGAN = true_seconds()
STANDS_STILL = STILL in os.environ


def asked_s() -> float:
    return float((FOLDER / ASKED).read_text())


passed_s = asked_s()


def seconds() -> float:
    return (BEGAN if STANDS_STILL else true_seconds()) + passed_s


def is_cut(socket: VisitorSocket) -> bool:
    """Whether a test has cut the network of this visitor, who says nothing any more."""
    view = socket._view
    return view is not None and (FOLDER / f"{CUT}-{view.conversation}").exists()


async def is_left_alone() -> bool:
    """Whether nobody is connected and nothing goes on: its many ticks would only busy the machine."""
    return not runtime.hub().sockets and not await database.run(Conversation.objects.exists)


async def run(self: tick.Tick, *, now: datetime) -> bool:
    """A tick before the jump, so that nothing is forgotten that was so far; and one after it."""
    global passed_s
    wanted = asked_s()
    if wanted <= passed_s and await is_left_alone():
        return True
    leads = await true_run(self, now=now)
    if wanted > passed_s:
        passed_s = wanted
        for socket in list(runtime.hub().sockets):
            if isinstance(socket, VisitorSocket) and not is_cut(socket):
                await socket._note_presence(at_once=True)
            elif isinstance(socket, CounsellorSocket):
                socket._presence._noted_at = -math.inf
                await socket._presence.note(socket._me)
        leads = await true_run(self, now=clock.now())
        (FOLDER / PASSED).write_text(str(passed_s))
    return leads


clock.seconds = seconds
tick.Tick.run = run  # type: ignore[method-assign]
# A jump is no break: somebody ticked all the while.
tick_signs.BLIND_S = math.inf  # type: ignore[assignment]

if __name__ == "__main__":
    launcher.run()
