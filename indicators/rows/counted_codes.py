"""Whether the figures hold a code that coordinators would like to delete."""

from django.db.models import Q

from indicators.models import MetricRow
from indicators.rows import pending


def theme_is_counted(code: str) -> bool:
    """Does any row, also of a test or one that is still to be counted, hold this theme?"""
    counted = MetricRow.objects.filter(Q(theme_asked=code) | Q(theme_end=code) | Q(closed_theme=code))
    soon = (one.ended for one in pending.held())
    return counted.exists() or any(
        code in {each.theme_asked, each.theme_end, each.classification.theme} for each in soon
    )


def subtheme_is_counted(code: str) -> bool:
    """Does any row, also of a test or one that is still to be counted, hold this sub-theme?"""
    counted = MetricRow.objects.filter(closed_subtheme=code)
    return counted.exists() or any(one.ended.classification.subtheme == code for one in pending.held())
