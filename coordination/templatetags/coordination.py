"""Filters for the templates."""

from datetime import datetime

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.content import sanitised
from coordination.calendar import moment_in_words
from coordination.weekdays import day_and_month, whole_date, whole_moment
from routing_rules.hours_text import format_hours
from routing_rules.models import DatedException
from routing_rules.weekly import DAY_MINUTES, Interval

register = template.Library()
register.filter(day_and_month)
register.filter(whole_date)
register.filter(whole_moment)


@register.filter
def formatted(text: str) -> SafeString:
    """A notice as visitors see it; sanitised again in case something else wrote the row."""
    return mark_safe(sanitised(text))  # noqa: S308  # sanitised by bleach


@register.filter
def exception_hours(row: DatedException) -> str:
    """The hours of an exception, or that it lasts the whole day."""
    if (row.start_minute, row.end_minute) == (0, DAY_MINUTES):
        return _("the whole day")
    return format_hours([Interval(row.date.weekday(), row.start_minute, row.end_minute)])


@register.filter(expects_localtime=True)
def moment(at: datetime, now: datetime) -> str:
    """The time alone for today, with the day for later: "9:05", "lundi 9:00"."""
    return moment_in_words(at, now)


@register.filter
def waited(seconds: float) -> str:
    """How long somebody has been waiting, as people say it."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return _("less than a minute")
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
