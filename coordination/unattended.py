"""Openings for which nobody is ready: present ones, and those that begin soon."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from chat.services import readiness
from chat.services.readiness import PoolReadiness
from coordination.calendar import moment_in_words
from routing_rules.loading import schedules, states_at
from routing_rules.models import Pool
from routing_rules.schedule import openings
from routing_rules.snapshot import PoolState
from routing_rules.weekly import Schedule

SOON = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class UnattendedOpening:
    """One pool's opening without anybody ready."""

    pool: Pool
    open: bool
    sentence: str
    unready: int
    """Consoles of the pool that are open without being available."""


@dataclass(frozen=True, slots=True)
class Unattended:
    openings: list[UnattendedOpening]
    nobody_at_all: bool
    """Pools of some partner are open, and in no open pool is anybody ready."""

    @property
    def mark(self) -> str:
        """A value that changes with the words: a page that shows them already need not show them again."""
        said = [(one.pool.slug, one.sentence, one.unready) for one in self.openings]
        return sha256(repr((self.nobody_at_all, said)).encode()).hexdigest()[:12]


def unattended(pools: Iterable[Pool], *, now: datetime) -> Unattended:
    """The unattended openings of these pools."""
    hours = schedules(now)
    states = {state.slug: state for state in states_at(hours, now)}
    there = readiness.by_pool(now=now)
    taking = [slug for slug, state in states.items() if state.takes_requests_at(now.timestamp())]
    found = []
    for pool in pools:
        standing = there.get(pool.slug, PoolReadiness())
        if pool.slug not in hours or standing.ready:
            continue
        words = _in_words(hours[pool.slug], states[pool.slug], now)
        if words:
            found.append(UnattendedOpening(pool, pool.slug in taking, words, standing.unready))
    found.sort(key=lambda one: (not one.open, one.pool.name))
    nobody = bool(taking) and not any(there[slug].ready for slug in taking if slug in there)
    return Unattended(found, nobody)


def _in_words(schedule: Schedule, state: PoolState, now: datetime) -> str:
    """The opening in words; empty when the pool opens later than soon, or is about to close."""
    zone = ZoneInfo(schedule.zone)
    if state.takes_requests_at(now.timestamp()):
        if state.closes_at is None:
            return _("open day and night, nobody is ready")
        until = datetime.fromtimestamp(state.closes_at, tz=UTC).astimezone(zone)
        return _("open until %(time)s, nobody is ready") % {"time": moment_in_words(until, now)}
    coming = next((one for one in openings(schedule, now, now + SOON) if one.start > now), None)
    if coming is None:
        return ""
    return _("opens at %(time)s, nobody is ready yet") % {
        "time": moment_in_words(coming.start.astimezone(zone), now)
    }
