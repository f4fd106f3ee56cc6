"""Which days have all of their rows: not those that are being deleted, nor those whose last requests may still be under way."""

from datetime import date

from django.conf import settings

from indicators.periods import MONTH, Period
from indicators.protection.combinations import is_settled


def kept_since(today: date) -> date:
    """Rows of earlier days are deleted, day after day."""
    return today - settings.ENV.metric_rows_months * MONTH


def are_whole_months(period: Period, *, today: date) -> bool:
    """Whether the period is whole months that have all of their rows, and get no more."""
    return is_settled(period, today=today, kept_since=kept_since(today))
