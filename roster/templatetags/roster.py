"""Shifts in templates, in the language of the page."""

from django import template

from roster.joining import as_read
from roster.models import RosterNotice, Shift
from roster.words import day_words, hours_doubt, hours_words, own_hindrances, planned_words, shift_words

register = template.Library()
register.filter(as_read)
register.filter(shift_words)
register.filter(day_words)
register.filter(planned_words)
register.filter(hours_doubt)
register.filter(own_hindrances)


@register.filter
def hours_of(shift: Shift | RosterNotice) -> str:
    """9:00-12:00."""
    return hours_words(shift.start_minute, shift.end_minute)
