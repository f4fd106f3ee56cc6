"""Filters for the templates."""

from datetime import datetime

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.notice_blocks import notice_blocks
from coordination.button_words import for_one, for_several
from coordination.calendar import moment_in_words
from coordination.exception_words import exception_hours
from coordination.shift_words import will_be_told
from coordination.weekdays import day_and_month, whole_date, whole_moment

register = template.Library()


@register.simple_tag
def counted(*acts: str) -> SafeString:
    """The attributes with the words of a button for each of these acts, for one and for several."""
    pairs = [(act, for_one(act), for_several(act)) for act in acts]
    return format_html_join("", ' data-{0}-one="{1}" data-{0}="{2}"', pairs)


register.filter(day_and_month)
register.filter(whole_date)
register.filter(whole_moment)
register.filter(will_be_told)


register.filter("blocks", notice_blocks)


register.filter(exception_hours)


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
