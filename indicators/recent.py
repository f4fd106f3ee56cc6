"""How long recent conversations lasted: for the estimate of a wait, not for publication."""

from datetime import date, timedelta

from django.db.models import Count, Sum

from indicators.codes import Outcome
from indicators.models import MetricRow

RECENT = timedelta(days=28)
MINUTE_S = 60


def chats(today: date) -> tuple[int, float]:
    """The number of conversations of the last four weeks that have a length, and the sum of their lengths in seconds."""
    rows = MetricRow.objects.filter(
        day__gt=today - RECENT, outcome=Outcome.SERVED, duration_min__isnull=False
    ).aggregate(chats=Count("pk"), minutes=Sum("duration_min", default=0))
    return rows["chats"], rows["minutes"] * MINUTE_S
