"""The coming states of the button, for a page that is left open: before the first click the page asks the server only once."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from operator import attrgetter
from typing import NamedTuple

from chat.services.site_status import SiteStatus, Standing
from partners.time_zone import BRUSSELS
from routing_rules.schedule import Opening
from widget import button

AHEAD = timedelta(days=3)


class LauncherChange(NamedTuple):
    at: datetime
    opens: datetime | None
    """None: it is open from this moment on, or nobody knows when it opens."""
    state: str


class WordedChange(NamedTuple):
    at: datetime
    state: str
    label: str


def coming(standing: Standing, status: SiteStatus, *, language: str) -> list[WordedChange]:
    """The changes of the next days, from this minute on, with the words of the button."""
    made = "coming", status.pools, language
    found: list[WordedChange] | None = standing.made_of_hours.get(made)
    if found is None:
        since, until = standing.minute, standing.minute + AHEAD
        taking, then = standing.hours(status, until)
        found = standing.made_of_hours[made] = [
            WordedChange(
                change.at,
                change.state,
                button.label(state=change.state, opening=change.opens, language=language, now=change.at),
            )
            for change in sorted(changes(taking, then, now=since, until=until), key=attrgetter("at"))
        ]
    return found


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
