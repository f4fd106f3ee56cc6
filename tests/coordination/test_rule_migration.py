"""The migration that puts a rule's columns and steps into one column, and its way back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from routing_rules.models import PlanVersion, Pool, RuleRow
from routing_rules.plans import Rule, Step

pytestmark = pytest.mark.django_db(transaction=True)
COLUMNS = ("routing_rules", "0002_held_plans")


def migrate(*targets: tuple[str, str]) -> Any:
    """Go there; the models as they are then."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets or executor.loader.graph.leaf_nodes())
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def before() -> Iterator[Any]:
    """The tables as they were, with nothing in them."""
    yield migrate(COLUMNS)
    migrate()


def test_migration_moves_columns_and_steps_into_the_rule(before: Any) -> None:
    old_pool = before.get_model("routing_rules", "Pool").objects.create(slug="cefo", name="CEFO")
    plan = before.get_model("routing_rules", "PlanVersion").objects.create(number=1)
    row = before.get_model("routing_rules", "RuleRow").objects.create(
        plan=plan, position=1, name="Namur", themes=["formation"], sites=["miti"], priority=2, ring_time_s=20
    )
    steps = before.get_model("routing_rules", "StepRow").objects
    steps.create(rule=row, after_s=20, all_pools=True)
    steps.create(rule=row, after_s=0).pools.add(old_pool)

    migrate()

    assert RuleRow.objects.get().rule == Rule(
        "Namur",
        themes=frozenset({"formation"}),
        sites=frozenset({"miti"}),
        priority=2,
        ring_time_s=20,
        steps=(Step(0, frozenset({"cefo"})), Step(20)),
    )


def test_the_reverse_migration_restores_columns_and_steps() -> None:
    Pool.objects.create(slug="cefo", name="CEFO")
    rule = Rule(
        "Namur", languages=frozenset({"nl"}), ring_size=1, steps=(Step(0, frozenset({"cefo"})), Step(20))
    )
    RuleRow.objects.create(plan=PlanVersion.objects.create(number=1), position=1, content=rule.to_dict())
    try:
        old = migrate(COLUMNS)
        row = old.get_model("routing_rules", "RuleRow").objects.get()
        assert (row.name, row.themes, row.languages, row.ring_size, row.ring_time_s) == (
            "Namur",
            [],
            ["nl"],
            1,
            40,
        )
        steps = row.steps.order_by("after_s")
        assert [
            (step.after_s, step.all_pools, [pool.slug for pool in step.pools.all()]) for step in steps
        ] == [
            (0, False, ["cefo"]),
            (20, True, []),
        ]
    finally:
        migrate()
    assert RuleRow.objects.get().rule == rule
