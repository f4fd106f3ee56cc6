"""What the engine is given of the hours and the plan in the database."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from routing_rules import drafts, publishing
from routing_rules.loading import NoPlanInForceError, next_opening, pool_states, published_plan
from routing_rules.models import DatedException, ExceptionKind, PlanState, Pool
from tests.coordination.conftest import World, make_plan, make_rule, make_timetable, step

MONDAY_10 = datetime(2026, 11, 23, 9, 0, 30, tzinfo=UTC)
MONDAY_NOON = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
TUESDAY_9 = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def test_a_pool_is_open_within_its_hours_and_takes_nobody_in_its_last_ten_minutes(world: World) -> None:
    state = {one.slug: one for one in pool_states(MONDAY_10)}["cdm-namur"]
    noon = datetime(2026, 11, 23, 11, 0, tzinfo=UTC).timestamp()
    assert (state.open, state.closes_at, state.intake_until) == (True, noon, noon - 600)


def test_a_closure_holds_for_the_next_visitor(world: World) -> None:
    assert next_opening(MONDAY_10) == MONDAY_10
    DatedException.objects.create(date=date(2026, 11, 23), kind=ExceptionKind.CLOSED)
    assert not any(one.open for one in pool_states(MONDAY_10))
    assert next_opening(MONDAY_10) == TUESDAY_9


def test_one_pools_exception_leaves_the_others_alone(world: World) -> None:
    DatedException.objects.create(pool=world.pool_namur, date=date(2026, 11, 23), kind=ExceptionKind.CLOSED)
    assert {one.slug: one.open for one in pool_states(MONDAY_10)} == {
        "cdm-namur": False,
        "cdm-bruxelles": True,
    }
    assert next_opening(MONDAY_10, ["cdm-namur"]) == TUESDAY_9
    assert next_opening(MONDAY_10) == MONDAY_10


def test_after_the_last_intake_the_next_opening_is_the_next_one(world: World) -> None:
    assert next_opening(datetime(2026, 11, 23, 10, 55, tzinfo=UTC)) == TUESDAY_9


def test_an_opening_shorter_than_the_last_intake_is_none(world: World) -> None:
    Pool.objects.exclude(pk=world.pool_namur.pk).update(active=False)
    DatedException.objects.create(
        pool=world.pool_namur,
        date=date(2026, 11, 23),
        kind=ExceptionKind.OPEN,
        start_minute=1200,
        end_minute=1210,
    )
    assert next_opening(MONDAY_NOON) == TUESDAY_9


def test_a_later_timetable_ends_the_earlier_one(world: World) -> None:
    make_timetable(world.pool_namur, date(2026, 11, 23), [(0, 840, 960)])
    assert not {one.slug: one.open for one in pool_states(MONDAY_10)}["cdm-namur"]


def test_a_pool_without_hours_never_opens(world: World) -> None:
    Pool.objects.create(slug="vide", name="Vide")
    assert next_opening(MONDAY_10, ["vide"]) is None


def test_a_pool_that_is_not_active_is_left_out(world: World) -> None:
    Pool.objects.update(active=False)
    assert pool_states(MONDAY_10) == ()
    assert next_opening(MONDAY_10) is None


def test_the_plan_in_force_comes_with_its_rules_and_steps_in_order(world: World) -> None:
    plan = make_plan(4)
    make_plan(5, PlanState.RETIRED)
    steps = [step("cdm-bruxelles"), step(after_s=20)]
    make_rule(plan, 2, "Formation", themes=["formation"], languages=["nl"], ring_size=2, steps=steps)

    loaded = published_plan()

    assert loaded.number == 4
    assert [one.name for one in loaded] == ["Tout", "Formation"]
    assert loaded.rules[1].themes == {"formation"}
    assert [(step.after_s, step.pools) for step in loaded.rules[1].steps] == [
        (0, frozenset({"cdm-bruxelles"})),
        (20, None),
    ]


def test_without_a_published_plan_loading_says_so(world: World) -> None:
    make_plan(1, PlanState.DRAFT)
    with pytest.raises(NoPlanInForceError):
        published_plan()


def test_hours_are_read_in_few_queries(world: World, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(3):  # type: ignore[operator]  # a fixture of pytest-django without a type
        pool_states(MONDAY_10)


def test_a_published_plan_is_read_once_and_the_next_one_at_once(
    world: World, django_assert_num_queries: object
) -> None:
    publishing.publish(
        actor=world.platform, draft=make_plan(1, PlanState.DRAFT), revision=1, now=timezone.now()
    )
    assert published_plan().number == 1
    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture of pytest-django without a type
        published_plan()
    draft = drafts.begin_draft(actor=world.platform)
    publishing.publish(actor=world.platform, draft=draft, revision=1, now=timezone.now())
    assert published_plan().number == 2


def test_a_timetable_without_intervals_closes_the_pool_from_its_day_on(world: World) -> None:
    make_timetable(world.pool_namur, date(2026, 11, 23), [])
    assert not {one.slug: one.open for one in pool_states(MONDAY_10)}["cdm-namur"]
