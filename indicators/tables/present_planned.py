"""How many were ready of those whom the shifts needed and planned, by team and half hour: means over minutes, of nobody alone.

Whoever asks passes teams of which enough people were on duty (`report.own_pools`). Only over whole months: a day, or the difference of
two periods that a day parts, would be whether one person came.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum

from indicators.labels import namer
from indicators.models import Capacity
from indicators.periods import Period, is_whole_months
from indicators.sums.query import in_period


@dataclass(frozen=True)
class PresentAgainstPlanned:
    """Means over the minutes for which a shift was planned; `slot` in words, empty for the whole period."""

    pool: str
    hours: float
    needed: float
    planned: float
    ready: float
    slot: str = ""
    name: str = ""
    """The pool's name, for those who may know it."""


def by_team(period: Period, pools: Collection[str]) -> list[PresentAgainstPlanned]:
    """One line a team; nothing for a period of other than whole months."""
    return [_line(row) for row in _sums(period, pools, "pool").order_by("pool")]


def by_half_hour(period: Period, pools: Collection[str]) -> list[PresentAgainstPlanned]:
    """The same, by half hour."""
    name = namer("slot")
    return [
        _line(row, name(str(row["slot"])))
        for row in _sums(period, pools, "pool", "slot").order_by("pool", "slot")
    ]


def _sums(period: Period, pools: Collection[str], *by: str) -> "QuerySet[Capacity, dict[str, Any]]":
    rows = Capacity.objects.filter(in_period(period), pool__in=list(pools), minutes_rostered__gt=0)
    if not is_whole_months(period):
        rows = rows.none()
    sums: QuerySet[Capacity, dict[str, Any]] = (
        rows.order_by()
        .values(*by)
        .annotate(
            minutes=Sum("minutes_rostered"),
            needed=Sum("needed_minutes"),
            planned=Sum("planned_minutes"),
            ready=Sum("rostered_ready_minutes"),
        )
    )
    return sums


def _line(row: dict[str, Any], slot: str = "") -> PresentAgainstPlanned:
    minutes = row["minutes"]
    return PresentAgainstPlanned(
        row["pool"],
        minutes / 60,
        row["needed"] / minutes,
        row["planned"] / minutes,
        row["ready"] / minutes,
        slot,
    )
