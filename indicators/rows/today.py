"""How many requests of today were taken up so far: for the board, not for publication.

It is one pair of numbers for the whole platform, and the same for a quarter of an hour: asking again and again tells nobody how one request
ended. It is in no export, and nothing divides it further.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, Q

from indicators.codes import Outcome
from indicators.models import MetricRow
from indicators.periods import arrival
from indicators.rows import pending

STEP_S = 15 * 60


@dataclass(frozen=True, slots=True)
class TakeUp:
    """Requests that were made today and have ended, tests left out."""

    served: int
    requests: int


def take_up(now: datetime) -> TakeUp:
    """As it was when it was first asked for in this quarter of an hour, by whichever process."""
    step = int(now.timestamp() // STEP_S)
    name = f"indicators.rows.today.{step}"
    found = cache.get(name)
    if found is None:
        # Another process may just have counted: then its numbers are everybody's.
        cache.add(name, counted := _count(now), timeout=2 * STEP_S)
        found = cache.get(name, counted)
    served, requests = found
    return TakeUp(served, requests)


def _count(now: datetime) -> list[int]:
    day, _slot = arrival(now)
    counted = (
        MetricRow.objects.filter(day=day)
        .exclude(outcome=Outcome.TEST)
        .aggregate(served=Count("pk", filter=Q(outcome=Outcome.SERVED)), requests=Count("pk"))
    )
    held = [
        one.ended.outcome
        for one in pending.held()
        if arrival(one.ended.asked_at)[0] == day and one.ended.outcome != Outcome.TEST
    ]
    return [
        counted["served"] + sum(outcome == Outcome.SERVED for outcome in held),
        counted["requests"] + len(held),
    ]
