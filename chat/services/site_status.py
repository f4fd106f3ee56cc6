"""What each site shows now: its door, its themes, the numbers to call. One reading serves everybody who asks this process.

It is asked at every page view of every partner. So it is read again only when something was published, when a moment passes at which an
opening or a closing may be, and once a second besides: no lost wake-up, silent counsellor or foreign hand in the database can make it
wrong for longer.
"""

import asyncio
from asyncio import sleep
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chat import database, runtime
from chat.services import live_snapshot
from chat.services.door_status import NO_RULE, Doors
from chat.services.edited_sites import EditedSites, edited_sites
from chat.services.live_snapshot import LiveRecords, LiveSnapshot
from chat.shared_query import retrieve_exception
from partners import clock
from routing_rules import loading
from routing_rules.door import Door, DoorState
from routing_rules.loading import NoPlanInForceError
from routing_rules.models import Site, Theme
from routing_rules.schedule import Opening
from routing_rules.weekly import Schedule

FRESH_S = 1.0
PAUSE_S = 0.1
"""Between two readings for changes of the queue or of people, of which there may be many a second: whoever asks meanwhile waits for the
next. What coordinators change is read at once."""


@dataclass(frozen=True, slots=True)
class SiteStatus:
    """One site at one moment."""

    site: Site
    themes: Sequence[Theme]
    door: Door
    opening: datetime | None
    """When it opens next; None: never, or it is not closed."""
    pools: frozenset[str] | None
    """The pools that take its requests; None: any."""


class Standing:
    """All sites at one moment."""

    def __init__(
        self,
        live: LiveSnapshot | None,
        *,
        now: datetime,
        edited: EditedSites,
    ) -> None:
        self.now = now
        self.contacts = edited.contacts
        self.notices = edited.notices
        self.made: dict[Hashable, Any] = {}
        """Answers that were made from it, for whoever asks next."""
        self.made_of_hours: dict[Hashable, Any] = {}
        """The same of what follows from the opening hours alone: they last for the rest of the minute while the hours stay the same."""
        self._live = live
        self._doors = None if live is None else Doors(live, now)
        self._edited = edited
        self._statuses: dict[str, SiteStatus] = {}
        self._until = self._next_boundary()

    def holds_at(self, now: datetime) -> bool:
        """Whether neither a second nor a moment has passed since at which something opens or closes."""
        return self.now <= now < self._until and (now - self.now).total_seconds() < FRESH_S

    def of(self, key: str) -> SiteStatus | None:
        """None: there is no such site, or it was switched off."""
        site = self._edited.sites.get(key)
        if site is None:
            return None
        if key not in self._statuses:
            self._statuses[key] = self._status(site)
        return self._statuses[key]

    def follow(self, before: "Standing") -> None:
        """Keep what an earlier reading made of the same hours in the same minute."""
        if self._hours() == before._hours() and self.minute == before.minute:
            self.made_of_hours = before.made_of_hours

    @property
    def minute(self) -> datetime:
        """Its beginning. Hours begin and end on whole minutes."""
        return self.now.replace(second=0, microsecond=0)

    def hours(self, status: SiteStatus, until: datetime) -> tuple[list[Opening], datetime | None]:
        """When it takes requests from this minute until then, and when it opens next after that (None: never)."""
        hours = self._hours()
        taking = loading.intakes(hours, self.minute, until, status.pools)
        return taking, loading.first_opening(hours, until, status.pools)

    def _hours(self) -> Mapping[str, Schedule]:
        return {} if self._live is None else self._live.rules.hours

    def _status(self, site: Site) -> SiteStatus:
        themes = self._edited.themes_of(site)
        if self._live is None or self._doors is None:
            return SiteStatus(site, themes, NO_RULE, None, frozenset())
        codes = [theme.code for theme in themes]
        door, pools = self._doors.best(site, codes), self._doors.pools(site, codes)
        opening = self._opening(pools) if door.state is DoorState.CLOSED else None
        return SiteStatus(site, themes, door, opening, pools)

    def _next_boundary(self) -> datetime:
        """The next moment at which a site may open or close: a whole minute, or the last intake, which may be at any second."""
        at = self.now.timestamp()
        intakes = [pool.intake_until for pool in self._live.snapshot.pools] if self._live is not None else []
        in_s = min((each - at for each in intakes if each is not None and each > at), default=60.0)
        return min(self.minute + timedelta(minutes=1), self.now + timedelta(seconds=in_s))

    def _opening(self, pools: frozenset[str] | None) -> datetime | None:
        made = "opening", pools
        if made not in self.made_of_hours:
            self.made_of_hours[made] = loading.first_opening(self._hours(), self.minute, pools)
        found: datetime | None = self.made_of_hours[made]
        return None if found is None else max(found, self.now)


class _Reading(NamedTuple):
    began: datetime
    changes: int
    edits: int
    task: asyncio.Task[Standing]


_last: _Reading | None = None


async def standing() -> Standing:
    """All sites as they are now: right at every opening and closing, and within a second of any other change. Raises `DatabaseError`."""
    found = await _latest()
    # Something may have opened or closed while it was read.
    return found if found.holds_at(clock.now()) else await _latest()


async def _latest() -> Standing:
    global _last
    now, hub = clock.now(), runtime.hub()
    if (pause_s := _pause_s(_last, now)) > 0:
        await sleep(pause_s)
        now = clock.now()
    reading = _last
    if reading is None or not _holds(reading, now, hub.changes, hub.edits):
        task = asyncio.get_running_loop().create_task(_read(now, reading))
        task.add_done_callback(retrieve_exception)
        reading = _last = _Reading(now, hub.changes, hub.edits, task)
    if reading.task.done():
        return reading.task.result()
    # Whoever disconnects must not cancel the reading that others wait for.
    return await asyncio.shield(reading.task)


def _pause_s(reading: _Reading | None, now: datetime) -> float:
    """How long after the last reading to wait, when something has changed since."""
    hub = runtime.hub()
    if reading is None or reading.edits != hub.edits or reading.changes == hub.changes:
        return 0.0
    age_s = (now - reading.began).total_seconds()
    return PAUSE_S - age_s if age_s >= 0 else 0.0


def _holds(reading: _Reading, now: datetime, changes: int, edits: int) -> bool:
    age_s = (now - reading.began).total_seconds()
    if (reading.edits, reading.changes) != (edits, changes):
        return False
    if reading.task.get_loop() is not asyncio.get_running_loop() or not 0 <= age_s < FRESH_S:
        return False
    if not reading.task.done():
        return True
    return not _failed(reading.task) and reading.task.result().holds_at(now)


def _failed(task: asyncio.Task[Standing]) -> bool:
    return task.cancelled() or task.exception() is not None


async def _read(now: datetime, before: _Reading | None) -> Standing:
    rows, edited = await database.run(_read_rows, now)
    live = None if rows is None else live_snapshot.seen(rows, await live_snapshot.last_signs_of(rows.duties))
    found = Standing(live, now=now, edited=edited)
    if before is not None and before.task.done() and not _failed(before.task):
        found.follow(before.task.result())
    return found


def _read_rows(now: datetime) -> tuple[LiveRecords | None, EditedSites]:
    rows: LiveRecords | None
    try:
        rows = live_snapshot.read(now)
    except NoPlanInForceError:
        rows = None
    return rows, edited_sites(now)
