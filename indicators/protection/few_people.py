"""Of which themes and languages it may be told how people worked: those that three people with them were on duty for, month by month.

A theme or language of fewer is hidden, and so is the one beside it with the fewest requests: what all did less what is shown would else be
one person's. It depends on whole months, so that no two periods differ by the month of one person.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from django.db.models import Max

from indicators.models import OnDuty, SkilledOnDuty
from indicators.periods import Period, month_of
from indicators.protection.combinations import hidden_together

SMALLEST_GROUP: Final = 3
"""The figures of fewer people would be figures of single persons."""


def hidden(
    period: Period,
    skill: str,
    pools: Collection[str] | None,
    accepted: Mapping[date, Mapping[str, int]],
) -> frozenset[str]:
    """The codes that are hidden in one of these months.

    `pools`: of these teams alone; None: of everybody. `accepted`: how many they accepted, by the month's first day and by code.
    """
    enough = _enough(period, skill, pools)
    months = (hidden_together(counts, enough.get(first, set())) for first, counts in accepted.items())
    return frozenset().union(*months)


def days_of_few(period: Period) -> frozenset[date]:
    """On which somebody was ready, but of no three people it is known that they were."""
    ready = dict(
        OnDuty.objects.filter(day__range=(period.first, period.last))
        .values_list("day")
        .annotate(most=Max("people"))
    )
    together = SkilledOnDuty.objects.filter(day__range=(period.first, period.last), pool="")
    enough = set(together.values_list("day", flat=True).distinct())
    return frozenset(day for day, most in ready.items() if most < SMALLEST_GROUP and day not in enough)


def _enough(period: Period, skill: str, pools: Collection[str] | None) -> dict[date, set[str]]:
    """By the first day of each month: with which codes three people of one of these teams were ready on one day."""
    whole = Period(month_of(period.first).first, month_of(period.last).last)
    rows = SkilledOnDuty.objects.filter(
        day__range=(whole.first, whole.last), skill=skill, pool__in=[""] if pools is None else list(pools)
    )
    found: dict[date, set[str]] = {}
    for day, code in rows.values_list("day", "code").distinct():
        found.setdefault(day.replace(day=1), set()).add(code)
    return found
