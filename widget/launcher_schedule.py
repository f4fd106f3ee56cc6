"""The coming states of the button, for a page that is left open: before the first click the page asks the server only once."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from operator import attrgetter
from typing import NamedTuple

from chat.services import door_status
from partners.time_zone import BRUSSELS
from routing_rules.models import Site
from routing_rules.schedule import Opening
from widget import button

AHEAD = timedelta(days=3)


class LauncherChange(NamedTuple):
    at: datetime
    opens: datetime | None
    """None: it is open from this moment on, or nobody knows when it opens."""
    state: str


async def later(*, site: Site, language: str, now: datetime) -> list[dict[str, object]]:
    """The changes of the next days, as the loader wants them."""
    until = now + AHEAD
    taking, then = await door_status.hours(site=site, now=now, until=until)
    return [
        {
            "in_s": math.ceil((change.at - now).total_seconds()),
            "state": change.state,
            "label": button.label(state=change.state, opening=change.opens, language=language, now=change.at),
        }
        for change in sorted(changes(taking, then, now=now, until=until), key=attrgetter("at"))
    ]


def changes(
    taking: Sequence[Opening], then: datetime | None, *, now: datetime, until: datetime
) -> Iterator[LauncherChange]:
    """Each opening, each closing, and each midnight, when the next opening gets another day's name. `then`: the first opening after
    `until`."""

    def closed(at: datetime) -> LauncherChange:
        opens = next((each.start for each in taking if each.start >= at), then)
        return LauncherChange(at, opens, "closed")

    for each in taking:
        if each.start > now:
            yield LauncherChange(each.start, None, "open")
        if each.end < until:
            yield closed(each.end)
    for midnight in _midnights(now, until):
        if not any(each.start <= midnight <= each.end for each in taking):
            yield closed(midnight)


def _midnights(now: datetime, until: datetime) -> Iterator[datetime]:
    day = now.astimezone(BRUSSELS).date()
    while (midnight := datetime.combine(day := day + timedelta(days=1), time.min, BRUSSELS)) < until:
        yield midnight
