"""What a demo's what-if needs of the past besides the requests: who was on duty, and something foretold of its plan. Invented."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from chat.services.rules_in_force import on_the_books
from coordination.models import Prediction
from demo import facts
from indicators.models import DutyPeriod
from indicators.protection.few_people import SMALLEST_GROUP
from indicators.rows.duty_periods import QUARTER_MINUTES, DutyClass
from routing_rules.loading import as_plan
from routing_rules.models import PlanVersion, Pool
from routing_rules.skill_classes import skill_classes

KEPT: Final = timedelta(days=390)
"""Older ones would soon be deleted."""
QUARTERS: Final = range(facts.NINE // QUARTER_MINUTES, facts.NOON // QUARTER_MINUTES)
OF_THREE: Final = (0.5, 0.8, 0.8, 1.1)
"""How many of three people of a class are on duty on a day."""
AT_THE_SCREEN: Final = 0.5
ABSENCES: Final = 0.4
ANSWERED, MISSED = 0.4, 0.36
"""In a quarter of an hour of one person."""
BEFORE, FORETOLD, LOW, HIGH = 0.61, 0.69, 0.665, 0.712


def classes() -> dict[DutyClass, int]:
    """How many people each class has that the live platform would count."""
    networks = dict(Pool.objects.filter(partner__isnull=False).values_list("slug", "partner__network__code"))
    found = skill_classes(on_the_books(), networks, smallest=SMALLEST_GROUP).values()
    return {DutyClass(one.network, one.pool, one.skills): n for one, n in sorted(Counter(found).items())}


def duty(day: date, people: Mapping[DutyClass, int], chance: random.Random) -> list[DutyPeriod]:
    """Of one open morning."""
    rows = []
    for one, members in people.items():
        there = chance.choice(OF_THREE) * members / SMALLEST_GROUP
        for quarter in QUARTERS:
            rows.append(
                DutyPeriod(
                    day=day,
                    quarter=quarter,
                    network=one.network,
                    pool=one.pool,
                    skills=one.skills,
                    minutes=QUARTER_MINUTES * there,
                    present_minutes=QUARTER_MINUTES * there * AT_THE_SCREEN,
                    absences=int(chance.random() < ABSENCES * there),
                    answered=int(chance.random() < ANSWERED * there),
                    missed=int(chance.random() < MISSED * there),
                )
            )
    return rows


def foretell(before: date) -> None:
    """As if somebody had asked about the plan in force before it was."""
    for plan in PlanVersion.objects.filter(number=1).prefetch_related("rules"):
        Prediction.objects.get_or_create(
            plan_number=plan.number,
            defaults={
                "rules": [rule.to_dict() for rule in as_plan(plan)],
                "made_on": before - timedelta(days=10),
                "before": BEFORE,
                "take_up": FORETOLD,
                "low": LOW,
                "high": HIGH,
            },
        )
