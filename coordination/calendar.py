"""A pool's days as they will really be: weekly hours, exceptions and clock changes taken together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from coordination.weekdays import day_name
from partners.day_words import DAY_AND_MONTH, day_in_words
from partners.wording import page_language
from routing_rules.hours_text import format_time
from routing_rules.models import DatedException, Pool
from routing_rules.schedule import openings
from routing_rules.snapshot import PoolState
from routing_rules.weekly import Schedule

FORTNIGHT = 14


@dataclass(frozen=True, slots=True)
class ComingDay:
    """One date: the hours that hold (text, empty when closed) and the exceptions that made them so."""

    date: date
    hours: str
    exceptions: tuple[DatedException, ...]


def coming_days(*, pool: Pool, schedule: Schedule, today: date, days: int = FORTNIGHT) -> list[ComingDay]:
    """The next days from `today` on."""
    zone = ZoneInfo(schedule.zone)
    rows = coming_exceptions(pool=pool, today=today)
    return [
        ComingDay(
            date=day,
            hours=_hours_of(schedule, day, zone),
            exceptions=tuple(row for row in rows if row.date == day),
        )
        for day in (today + timedelta(days=offset) for offset in range(days))
    ]


def coming_exceptions(*, pool: Pool, today: date) -> list[DatedException]:
    """The exceptions of today and later that concern this pool."""
    rows = DatedException.objects.filter(Q(pool=pool) | Q(pool=None), date__gte=today)
    return list(rows.select_related("pool__partner").order_by("date", "start_minute", "pk"))


@dataclass(frozen=True, slots=True)
class Span:
    """The same exception on several days in a row."""

    rows: tuple[DatedException, ...]

    @property
    def first(self) -> DatedException:
        """The exception of its first day."""
        return self.rows[0]

    @property
    def last(self) -> DatedException:
        """The exception of its last day."""
        return self.rows[-1]


def in_spans(rows: Iterable[DatedException]) -> list[Span]:
    """Join the same exception on consecutive days: a holiday of two weeks is shown, and deleted, as one."""
    spans: list[Span] = []
    latest: dict[tuple[object, ...], int] = {}
    for row in rows:
        like = (row.pool_id, row.kind, row.start_minute, row.end_minute, row.reason)
        place = latest.get(like)
        if place is not None and spans[place].last.date == row.date - timedelta(days=1):
            spans[place] = Span((*spans[place].rows, row))
        else:
            latest[like] = len(spans)
            spans.append(Span((row,)))
    return spans


def _hours_of(schedule: Schedule, day: date, zone: ZoneInfo) -> str:
    start = datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)
    return ", ".join(
        f"{_clock(one.start, zone)}-{_clock(one.end, zone) if one.end < end else '24:00'}"
        for one in openings(schedule, start, end)
    )


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local.hour}:{local.minute:02}"


def state_sentence(*, state: PoolState | None, opens: datetime | None, zone: str, now: datetime) -> str:
    """Open until when, or closed until when, as people say it."""
    if state is None:
        return _("not active")
    if state.open and state.closes_at is None:
        return _("open day and night")
    if state.open and state.closes_at is not None:
        until = datetime.fromtimestamp(state.closes_at, tz=UTC).astimezone(ZoneInfo(zone))
        return _("open until %(time)s") % {"time": moment_in_words(until, now)}
    if opens is None:
        return _("closed, no opening ahead")
    return _("closed, opens %(time)s") % {"time": moment_in_words(opens.astimezone(ZoneInfo(zone)), now)}


def moment_in_words(local: datetime, now: datetime) -> str:
    """The time alone for today, with the weekday for the coming week, else with the date."""
    days = (local.date() - now.astimezone(local.tzinfo).date()).days
    clock = format_time(local.hour * 60 + local.minute)
    if days == 0:
        return clock
    if 0 < days < 7:
        return f"{day_name(local.weekday())} {clock}"
    return f"{day_in_words(local, DAY_AND_MONTH, language=page_language())} {clock}"
