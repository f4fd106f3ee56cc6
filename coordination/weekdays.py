"""Days and times as people say them."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partners.day_words import DAY_OF_WEEK_AND_MONTH, WHOLE_DATE, day_in_words
from partners.wording import page_language
from routing_rules.hours_text import format_hours, format_time
from routing_rules.models import Timetable
from routing_rules.weekly import Interval

DAYS = range(7)


def day_name(weekday: int) -> str:
    """Monday is 0. Only English writes it with a capital."""
    name = str(WEEKDAYS[weekday])
    return name if (get_language() or "").startswith("en") else name.lower()


def day_and_month(day: date) -> str:
    """lundi 23 novembre."""
    return day_in_words(day, DAY_OF_WEEK_AND_MONTH, language=page_language())


def whole_date(day: date) -> str:
    """lundi 23 novembre 2026."""
    return day_in_words(day, WHOLE_DATE, language=page_language())


def whole_moment(moment: datetime) -> str:
    """lundi 23 novembre 2026 9:05, as the clocks of Belgium show it."""
    local = timezone.localtime(moment)
    return f"{whole_date(local)} {format_time(local.hour * 60 + local.minute)}"


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
