"""Whether the figures hold a code: what it stands for is not deleted, or nothing new gets it, because its past would be the new one's."""

from django.db.models import Q

from indicators.models import Capacity, Counter, DutyPeriod, MetricRow, OnDuty, SkilledOnDuty
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


def pool_is_counted(code: str) -> bool:
    """Does any row hold this team, or how it was staffed? A new one of another institution would show its coordinators that past."""
    of_staffing = (OnDuty, SkilledOnDuty, Capacity, DutyPeriod)
    return (
        MetricRow.objects.filter(pool_served=code).exists()
        or any(model._default_manager.filter(pool=code).exists() for model in of_staffing)
        or any(one.ended.pool_served == code for one in pending.held())
    )


def site_is_counted(key: str) -> bool:
    """Does any row hold this site, or what was counted at its door?"""
    return (
        MetricRow.objects.filter(site=key).exists()
        or Counter.objects.filter(site=key).exists()
        or any(one.ended.site == key for one in pending.held())
    )


def network_is_counted(code: str) -> bool:
    """Does any row hold this network, of the site or of who served?"""
    return (
        MetricRow.objects.filter(Q(site_network=code) | Q(network_served=code)).exists()
        or DutyPeriod.objects.filter(network=code).exists()
        or any(code in {one.ended.site_network, one.ended.network_served} for one in pending.held())
    )
