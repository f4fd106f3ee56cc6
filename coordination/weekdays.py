"""Days and times as people say them."""

from collections.abc import Iterable

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from routing_rules.hours_text import format_hours
from routing_rules.models import Timetable
from routing_rules.weekly import Interval

DAYS = range(7)


def day_name(weekday: int) -> str:
    """Monday is 0."""
    return str(WEEKDAYS[weekday])


def hours_by_day(timetable: Timetable | None) -> list[list[Interval]]:
    """The intervals of each weekday, from Monday on."""
    week: list[list[Interval]] = [[] for _day in DAYS]
    if timetable is not None:
        for one in timetable.intervals.all():
            week[one.weekday].append(Interval(one.weekday, one.start_minute, one.end_minute))
    return [sorted(day) for day in week]


def hours_text(spans: Iterable[Interval]) -> str:
    """9:00-12:00, 13:00-16:00; a word for none."""
    return format_hours(spans) or _("closed")
