"""Two coordinators at the same moment: one wins, the other gets a message, nothing is doubled."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from partners.models import Role, Staff
from routing_rules import drafting, drafts, publishing, timetables
from routing_rules.models import OpeningInterval, PlanState, PlanVersion, Pool
from routing_rules.plans import Rule
from routing_rules.weekly import Interval
from tests.coordination.conftest import make_person, make_plan

pytestmark = pytest.mark.django_db(transaction=True)
TOGETHER = 4


def at_once(act: Callable[[int], object]) -> list[str]:
    """Let several do it at the same moment; how each ended: "done", or the name of the refusal."""
    barrier = Barrier(TOGETHER)
    ends: list[str] = []

    def one(number: int) -> None:
        try:
            barrier.wait()
            act(number)
            ends.append("done")
        except Exception as refusal:  # told by its name below
            ends.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [Thread(target=one, args=(number,)) for number in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


@pytest.fixture
def platform() -> Staff:
    return make_person("paule", Role.PLATFORM)


def test_only_one_of_several_changes_to_one_draft_revision_wins(platform: Staff) -> None:
    make_plan(1)
    draft = drafts.begin_draft(actor=platform)

    def change(number: int) -> None:
        mine = PlanVersion.objects.get(pk=draft.pk)
        rule = Rule(name=f"Règle {number}", themes=frozenset({"emploi"}))
        drafting.add_rule(actor=platform, draft=mine, revision=1, rule=rule)

    assert at_once(change) == ["StaleDraftError"] * (TOGETHER - 1) + ["done"]
    assert draft.rules.count() == 2


def test_one_draft_is_begun_at_a_time(platform: Staff) -> None:
    make_plan(1)
    ends = at_once(lambda number: drafts.begin_draft(actor=platform))
    assert ends == ["DraftExistsError"] * (TOGETHER - 1) + ["done"]


def test_one_plan_comes_into_force(platform: Staff) -> None:
    make_plan(1)
    draft = drafts.begin_draft(actor=platform)

    def publish(number: int) -> None:
        mine = PlanVersion.objects.get(pk=draft.pk)
        publishing.publish(actor=platform, draft=mine, revision=1, now=timezone.now())

    assert at_once(publish) == ["StaleDraftError"] * (TOGETHER - 1) + ["done"]
    assert PlanVersion.objects.filter(state=PlanState.PUBLISHED).count() == 1


def test_a_plan_that_is_due_comes_into_force_once(platform: Staff) -> None:
    make_plan(1)
    draft = drafts.begin_draft(actor=platform)
    now = timezone.now()
    publishing.schedule(actor=platform, draft=draft, revision=1, publish_at=now, now=now)
    published: list[int] = []
    at_once(lambda number: published.extend(publishing.publish_due(now=now + timedelta(seconds=1))))
    assert published == [2]


def test_a_week_saved_by_several_is_one_of_theirs(platform: Staff) -> None:
    pool = Pool.objects.create(slug="namur", name="Namur")

    def save(number: int) -> None:
        week = [Interval(day, 540 + 60 * number, 720 + 60 * number) for day in range(5)]
        timetables.set_week(
            actor=platform, pool=pool, valid_from=timezone.localdate(), intervals=week, now=timezone.now()
        )

    assert at_once(save) == ["done"] * TOGETHER
    assert OpeningInterval.objects.count() == 5
    assert len(set(OpeningInterval.objects.values_list("start_minute", flat=True))) == 1
