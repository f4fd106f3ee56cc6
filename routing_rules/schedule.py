"""When a pool is open: from weekly hours, their history and dated exceptions to real moments.

Pure: the caller gives the moment. Results are aware datetimes in UTC; an opening holds its start and not
its end.

Where clocks change, an interval is the stretch from the first to the last moment that the clock on the wall
shows within it: it opens at the first of two 02:30s and ends after the second, it opens when the clock
jumps over its beginning, and it never opens twice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from routing_rules.snapshot import PoolState
from routing_rules.weekly import ExceptionKind, Schedule

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
CHUNK = timedelta(days=7)
HORIZON = timedelta(days=400)
LAST_INTAKE_S = 10 * 60
"""The default of `MITI_LAST_INTAKE_S`."""


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """Open from `start` to `end`, aware datetimes in UTC."""

    start: datetime
    end: datetime


def open_at(schedule: Schedule, moment: datetime) -> bool:
    """Is it open at this moment?"""
    return next(openings(schedule, moment, moment + SECOND), None) is not None


def openings(schedule: Schedule, since: datetime, until: datetime) -> Iterator[Opening]:
    """The openings between two moments, in order, joined where they touch, cut off at both ends."""
    pending: Opening | None = None
    for opening in _pieces(schedule, since, until):
        if pending is not None and pending.end < opening.start:
            yield pending
            pending = None
        pending = opening if pending is None else Opening(pending.start, opening.end)
    if pending is not None:
        yield pending


def next_opening(schedule: Schedule, moment: datetime, *, within: timedelta = HORIZON) -> datetime | None:
    """The first moment from this one on when it is open (this one, if it is); None: not `within` that
    time."""
    opening = next(_pieces(schedule, moment, moment + within), None)
    return None if opening is None else opening.start


def closes_at(schedule: Schedule, moment: datetime, *, within: timedelta = CHUNK) -> datetime | None:
    """When the present opening ends; None: it is closed now, or stays open for longer than `within`."""
    end = moment.astimezone(UTC) + within
    opening = next(openings(schedule, moment, end), None)
    if opening is None or opening.start > moment or opening.end == end:
        return None
    return opening.end


def pool_state(
    slug: str, schedule: Schedule, moment: datetime, *, last_intake_s: float = LAST_INTAKE_S
) -> PoolState:
    """A pool's hours at one moment, as the engine's type."""
    if not open_at(schedule, moment):
        return PoolState(slug, open=False)
    closing = closes_at(schedule, moment)
    if closing is None:
        return PoolState(slug, open=True)
    closes = closing.timestamp()
    return PoolState(slug, open=True, intake_until=closes - last_intake_s, closes_at=closes)


def _pieces(schedule: Schedule, since: datetime, until: datetime) -> Iterator[Opening]:
    """The same as `openings`, a week at a time, so that what never closes does not have to be read to its
    end."""
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    while since < until:
        end = min(until, since + CHUNK)
        yield from _painted(schedule, since, end)
        since = end


def _painted(schedule: Schedule, since: datetime, until: datetime) -> list[Opening]:
    """The openings of a short stretch: the weekly hours, painted over by exceptions from the weakest to the
    strongest."""
    zone = ZoneInfo(schedule.zone)
    # An interval may run into the next day, and a zone's date is at most one away from that in UTC.
    days = [
        since.date() + timedelta(days=offset) for offset in range(-2, (until.date() - since.date()).days + 2)
    ]
    exceptions = sorted((each for each in schedule.exceptions if each.on in days), key=lambda e: e.strength)
    shut = {each.on for each in exceptions if each.whole_day and each.kind is ExceptionKind.CLOSED}
    spans = joined(span for day in days if day not in shut for span in _weekly_spans(schedule, day, zone))
    for each in exceptions:
        span = _span(each.on, each.start, each.end, zone)
        if span is not None and each.kind is ExceptionKind.OPEN:
            spans = joined([*spans, span])
        elif span is not None:
            spans = [piece for whole in spans for piece in _without(whole, span)]
    return [
        Opening(max(each.start, since), min(each.end, until))
        for each in spans
        if each.start < until and each.end > since
    ]


def _weekly_spans(schedule: Schedule, day: date, zone: ZoneInfo) -> Iterator[Opening]:
    timetable = schedule.timetable_on(day)
    for interval in timetable.intervals if timetable else ():
        if interval.weekday == day.weekday():
            span = _span(day, interval.start, interval.end, zone)
            if span is not None:
                yield span


def _span(day: date, start: int, end: int, zone: ZoneInfo) -> Opening | None:
    """The stretch between the first and the last moment when the wall shows something from `start` to
    before `end`."""
    first = _moment(day, start, zone, fold=0)
    last = _moment(day, end - 1, zone, fold=1)
    if _shown(last, day, end - 1, zone):
        last += MINUTE
    return Opening(first, last) if first < last else None


def _moment(day: date, minute: int, zone: ZoneInfo, *, fold: int) -> datetime:
    """When the wall shows that minute; if the clock jumps over it, when it jumps. `fold` picks one of two."""
    wall = _wall(day, minute)
    moment = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if _shown(moment, day, minute, zone):
        return moment
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while after - before > SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _wall(day: date, minute: int) -> datetime:
    return datetime.combine(day, time.min) + timedelta(minutes=minute)


def _shown(moment: datetime, day: date, minute: int, zone: ZoneInfo) -> bool:
    """Does the clock on the wall show that minute at this moment?"""
    return moment.astimezone(zone).replace(tzinfo=None) == _wall(day, minute)


def joined(spans: Iterable[Opening]) -> list[Opening]:
    """In order, those that touch or overlap as one."""
    whole: list[Opening] = []
    for span in sorted(spans):
        if whole and span.start <= whole[-1].end:
            whole[-1] = Opening(whole[-1].start, max(whole[-1].end, span.end))
        else:
            whole.append(span)
    return whole


def _without(whole: Opening, hole: Opening) -> Iterator[Opening]:
    if hole.end <= whole.start or hole.start >= whole.end:
        yield whole
        return
    if whole.start < hole.start:
        yield Opening(whole.start, hole.start)
    if hole.end < whole.end:
        yield Opening(hole.end, whole.end)
