"""Who could take what in the coming week: stretches in which the same pools are open, counted by theme and
language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from partners.time_zone import BRUSSELS
from routing_rules.eligibility import can_serve, reachable_pools
from routing_rules.plans import Plan
from routing_rules.schedule import openings
from routing_rules.snapshot import WaitingRequest
from routing_rules.warnings import Member
from routing_rules.weekly import DAY_MINUTES, Interval, Schedule

HALF_HOUR = 30


def minute_of(now: datetime) -> int:
    """Minutes from midnight."""
    return now.hour * 60 + now.minute


def half_hour_begun(now: datetime) -> int:
    """When the half hour that runs began, in minutes from midnight."""
    return minute_of(now) // HALF_HOUR * HALF_HOUR


@dataclass(frozen=True, slots=True)
class Stretch:
    """Half hours of one day in a row during which the same pools are open."""

    day: date
    start: int
    end: int
    pools: frozenset[str]

    @property
    def interval(self) -> Interval:
        """The same as an interval, for writing the hours."""
        return Interval(self.day.weekday(), self.start, self.end)


def stretches(schedules: Mapping[str, Schedule], first: date, *, days: int = 7) -> list[Stretch]:
    """The open time of these days, in half hours of Belgian time."""
    since, until = _midnight(first), _midnight(first + timedelta(days=days))
    hours = {slug: list(openings(schedule, since, until)) for slug, schedule in schedules.items()}
    found: list[Stretch] = []
    for day in (first + timedelta(days=offset) for offset in range(days)):
        for minute in range(0, DAY_MINUTES, HALF_HOUR):
            moment = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=BRUSSELS).astimezone(UTC)
            pools = frozenset(
                slug for slug, open_ in hours.items() if any(one.start <= moment < one.end for one in open_)
            )
            last = found[-1] if found else None
            if last is not None and (last.day, last.end, last.pools) == (day, minute, pools):
                found[-1] = Stretch(day, last.start, minute + HALF_HOUR, pools)
            elif pools:
                found.append(Stretch(day, minute, minute + HALF_HOUR, pools))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=BRUSSELS).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class CoverageCell:
    """One theme during one stretch: how many could take it in each language; None when it is closed."""

    counts: Mapping[str, int] | None

    @property
    def holes(self) -> list[str]:
        """The languages that nobody could take."""
        return [language for language, count in (self.counts or {}).items() if count == 0]


def cell(
    *,
    plan: Plan,
    people: Sequence[Member],
    open_pools: frozenset[str],
    theme: str,
    languages: Sequence[str],
    site: str,
    audience: str,
) -> CoverageCell:
    """Count the registered counsellors, ready or not, of the open pools to which the plan sends such a request."""
    counts: dict[str, int] = {}
    open_at_all = False
    for language in languages:
        request = WaitingRequest("coverage", theme, language, site, asked_at=0.0, audience=audience)
        pools = reachable_pools(plan, request, open_pools)
        open_at_all = open_at_all or bool(pools)
        counts[language] = sum(can_serve(one, request, pools=pools) for one in people)
    return CoverageCell(counts if open_at_all else None)
