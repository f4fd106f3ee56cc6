"""Of which themes and languages it may be told how people worked: those that three people with them were on duty for, month by month.

A theme or language of fewer is hidden, and so is the one beside it with the fewest requests: what all did less what is shown would else be
one person's. It depends on whole months, so that no two periods differ by the month of one person.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.db.models import Max

from indicators.models import OnDuty, SkilledOnDuty
from indicators.periods import Period, month_of, until_yesterday
from indicators.protection.combinations import hidden_together

EVERYBODY: Final = ""
"""In the place of a team: all teams together."""
SMALLEST_GROUP: Final = 3
"""The figures of fewer people would be figures of single persons."""


def hidden(
    period: Period, skill: str, team: str, accepted: Mapping[date, Mapping[str, int]], *, today: date
) -> frozenset[str]:
    """The codes that are hidden in one of these months, of one team or of everybody.

    `accepted`: how many it accepted, by the month's first day and by code.
    """
    enough = _enough(period, skill, team, today)
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


def _enough(period: Period, skill: str, team: str, today: date) -> dict[date, set[str]]:
    """By the first day of each month: with which codes three people of this team were ready on one day that is over."""
    found: dict[date, set[str]] = {}
    over = until_yesterday(Period(month_of(period.first).first, month_of(period.last).last), today)
    if over is None:
        return found
    rows = SkilledOnDuty.objects.filter(day__range=(over.first, over.last), skill=skill, pool=team)
    for day, code in rows.values_list("day", "code"):
        found.setdefault(day.replace(day=1), set()).add(code)
    return found
