"""A past for the what-if: eight weeks of mornings in Namur, with a few requests in Dutch on Wednesdays that nobody could take."""

from datetime import date, datetime, timedelta

from indicators.codes import Outcome
from indicators.models import DutyPeriod, MetricRow
from partners.models import Role
from routing_rules.models import Counsellor, Theme
from tests.coordination.conftest import World, make_person

WEEKS = 8
WEDNESDAY = 2
CLOSED_ON = 3
"""Thursday, as in the world's hours."""


def make_team(world: World, people: int = 4) -> None:
    """Enough people with the same skills to be a class of their own."""
    for number in range(people):
        person = make_person(f"volunteer{number}", Role.COUNSELLOR, world.namur)
        skills = Counsellor.objects.create(staff=person, languages=["fr"])
        skills.pools.add(world.pool_namur)
        skills.themes.set(Theme.objects.all())


def make_past(world: World, now: datetime, *, weeks: int = WEEKS, plan: int = 1, skills: str = "") -> None:
    """Until yesterday."""
    rows, duty = [], []
    for back in range(1, 7 * weeks + 1):
        day = now.date() - timedelta(days=back)
        if day.weekday() in {CLOSED_ON, 5, 6}:
            continue
        rows += _requests(day, plan)
        duty += [
            DutyPeriod(
                day=day,
                quarter=quarter,
                network="CDM",
                pool="cdm-namur",
                skills=skills,
                minutes=22.5,
                present_minutes=16.0,
                absences=int(quarter % 3 == 0),
                answered=2,
                missed=int(quarter % 4 == 0),
            )
            for quarter in range(36, 48)
        ]
    MetricRow.objects.bulk_create(rows)
    DutyPeriod.objects.bulk_create(duty)


def _requests(day: date, plan: int) -> list[MetricRow]:
    rows = [
        _row(day, slot, plan, "fr", Outcome.ABANDONED if slot == 21 else Outcome.SERVED)
        for slot in range(18, 24)
    ]
    if day.weekday() == WEDNESDAY:
        rows += [_row(day, 22, plan, "nl", Outcome.ABANDONED) for _ in range(2)]
    return rows


def _row(day: date, slot: int, plan: int, language: str, outcome: Outcome) -> MetricRow:
    served = outcome is Outcome.SERVED
    return MetricRow(
        day=day,
        slot=slot,
        theme_asked="formation",
        theme_end="formation",
        language=language,
        site="miti",
        audience="public",
        plan_number=plan,
        outcome=outcome,
        wait_s=15 + slot if served else 120 + slot,
        duration_min=12 + slot % 5 if served else None,
    )
