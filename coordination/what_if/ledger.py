"""What was foretold of plans, against what came of them: the honesty of the what-if, kept for good.

What came is counted from rows: of days that are over, so that nobody sees one request end, and as long as the rows are there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q

from coordination.models import Prediction
from coordination.what_if.past import NOT_PLAYED
from coordination.what_if.question import Question, WhatIfAnswer
from indicators.codes import Outcome
from indicators.models import MetricRow
from indicators.periods import yesterday
from indicators.sums.kept import kept_since
from indicators.values import Rate
from routing_rules.loading import as_plan
from routing_rules.models import PlanState, PlanVersion

ENOUGH_REQUESTS = 100
"""With fewer, nothing is said of what came."""


def note(*, question: Question, told: WhatIfAnswer, on: date) -> None:
    """Keep what was foretold of another plan; of one that is in force already nothing is foretold."""
    if not question.plan_only or told.comparison is None or told.asked.number == told.in_force.number:
        return
    take_up = told.comparison.total.take_up
    Prediction.objects.update_or_create(
        plan_number=told.asked.number,
        defaults={
            "rules": told.asked.rules,
            "made_on": on,
            "before": take_up.now.mean,
            "take_up": take_up.then.mean,
            "low": take_up.then.low,
            "high": take_up.then.high,
        },
    )


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One plan that came into force; `came` None: too few requests yet to say so, or `gone`: they are deleted."""

    prediction: Prediction
    since: date | None
    requests: int
    came: Rate | None
    gone: bool = False

    @property
    def off(self) -> float | None:
        """What came less what was foretold."""
        share = None if self.came is None else self.came.share
        return None if share is None else share - self.prediction.take_up


def entries(*, today: date) -> list[LedgerEntry]:
    """The plans that came into force with the rules of which something was foretold, the newest first."""
    in_force = PlanVersion.objects.filter(state__in=[PlanState.PUBLISHED, PlanState.RETIRED])
    published = list(in_force.prefetch_related("rules"))
    rules = {version.number: [rule.to_dict() for rule in as_plan(version)] for version in published}
    kept = [each for each in Prediction.objects.all() if rules.get(each.plan_number) == each.rules]
    came = {
        row["plan_number"]: row
        for row in MetricRow.objects.filter(
            plan_number__in=[each.plan_number for each in kept], day__lte=yesterday(today)
        )
        .exclude(outcome__in=NOT_PLAYED)
        .order_by()
        .values("plan_number")
        .annotate(n=Count("pk"), served=Count("pk", filter=Q(outcome=Outcome.SERVED)), since=Min("day"))
    }
    old = {each.number for each in published if _began_before(each, kept_since(today))}
    return [_entry(each, came.get(each.plan_number, {}), each.plan_number in old) for each in kept]


def _began_before(version: PlanVersion, day: date) -> bool:
    return version.published_at is not None and version.published_at.date() < day


def _entry(prediction: Prediction, came: Mapping[str, Any], old: bool) -> LedgerEntry:
    requests = came.get("n", 0)
    share = Rate(came.get("served", 0), requests) if requests >= ENOUGH_REQUESTS else None
    return LedgerEntry(prediction, came.get("since"), requests, share, gone=old and share is None)
