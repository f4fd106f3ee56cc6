"""Days in templates, in the language of the page; nothing for no day."""

from datetime import date, datetime

from django import template

from partners.day_words import DATE, DAY_AND_MONTH, day_in_words
from partners.wording import page_language

register = template.Library()


@register.filter(expects_localtime=True)
def day_month(day: date | None) -> str:
    """1er décembre."""
    return _in_words(day, DAY_AND_MONTH)


@register.filter(expects_localtime=True)
def long_date(day: date | None) -> str:
    """1er décembre 2026."""
    return _in_words(day, DATE)


@register.filter(expects_localtime=True)
def long_moment(moment: datetime | None) -> str:
    """1er décembre 2026 9:05."""
    return f"{long_date(moment)} {moment.hour}:{moment.minute:02}" if moment else ""


def _in_words(day: date | None, pattern: str) -> str:
    return day_in_words(day, pattern, language=page_language()) if day else ""
