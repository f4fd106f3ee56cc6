"""How many of a class of people were available in a quarter of an hour, and which rings they answered: never who. For the what-if only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from indicators.models import DutyPeriod
from indicators.periods import arrival
from partners.time_zone import BRUSSELS

QUARTER_MINUTES = 15


@dataclass(frozen=True, slots=True)
class DutyClass:
    """A class of people (`routing_rules.skill_classes`), in codes."""

    network: str
    pool: str
    skills: str


@dataclass(slots=True)
class DutySums:
    """What is added to a quarter of an hour. `minutes` are of people available, `present` those with a recent sign of life."""

    minutes: float = 0.0
    present: float = 0.0
    absences: int = 0
    answered: int = 0
    missed: int = 0


def add(*, at: datetime, of: DutyClass, sums: DutySums) -> None:
    """Add to the quarter of an hour of `at`; several processes may."""
    day, _ = arrival(at)
    local = at.astimezone(BRUSSELS)
    quarter = (local.hour * 60 + local.minute) // QUARTER_MINUTES
    row, _ = DutyPeriod.objects.get_or_create(
        day=day, quarter=quarter, network=of.network, pool=of.pool, skills=of.skills
    )
    DutyPeriod.objects.filter(pk=row.pk).update(
        minutes=F("minutes") + sums.minutes,
        present_minutes=F("present_minutes") + sums.present,
        absences=F("absences") + sums.absences,
        answered=F("answered") + sums.answered,
        missed=F("missed") + sums.missed,
    )


def between(first: date, last: date) -> Iterable[DutyPeriod]:
    """All of these days."""
    return DutyPeriod.objects.filter(day__gte=first, day__lte=last).order_by("day", "quarter")
