"""How long recent conversations lasted, and how many places were free: for estimates, not for publication."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Sum

from indicators.codes import Outcome
from indicators.models import Capacity, MetricRow
from indicators.periods import arrival

RECENT = timedelta(days=28)
WEEKS = timedelta(weeks=8)
MINUTE_S = 60


def chats(today: date) -> tuple[int, float]:
    """The number of conversations of the last four weeks that have a length, and the sum of their lengths in seconds."""
    rows = MetricRow.objects.filter(
        day__gt=today - RECENT, outcome=Outcome.SERVED, duration_min__isnull=False
    ).aggregate(chats=Count("pk"), minutes=Sum("duration_min", default=0))
    return rows["chats"], rows["minutes"] * MINUTE_S


def free_places(pools: Collection[str], *, starts_at: datetime, ends_at: datetime) -> float | None:
    """How many slots were free in these pools on average, at these hours of this weekday in the last eight weeks; None: not known."""
    first, last = arrival(starts_at)[1], arrival(ends_at - timedelta(minutes=1))[1]
    rows = (
        Capacity.objects.filter(
            pool__in=list(pools),
            day__gt=min(starts_at.date(), datetime.now(starts_at.tzinfo).date()) - WEEKS,
            day__iso_week_day=starts_at.isoweekday(),
            slot__range=(first, last),
            minutes_open__gt=0,
        )
        .values("day", "slot")
        .annotate(free=Sum(F("free_slot_minutes") / F("minutes_open")))
        .values_list("free", flat=True)
    )
    found = list(rows)
    return sum(found) / len(found) if found else None
