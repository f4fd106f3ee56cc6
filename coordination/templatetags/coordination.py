"""Filters for the templates."""

from django import template
from django.utils.translation import gettext as _

from chat.notice_blocks import notice_blocks
from coordination.weekdays import day_and_month, whole_date, whole_moment
from routing_rules.hours_text import format_hours
from routing_rules.models import DatedException
from routing_rules.weekly import DAY_MINUTES, Interval

register = template.Library()
register.filter(day_and_month)
register.filter(whole_date)
register.filter(whole_moment)


register.filter("blocks", notice_blocks)


@register.filter
def exception_hours(row: DatedException) -> str:
    """The hours of an exception, or that it lasts the whole day."""
    if (row.start_minute, row.end_minute) == (0, DAY_MINUTES):
        return _("the whole day")
    return format_hours([Interval(row.date.weekday(), row.start_minute, row.end_minute)])
