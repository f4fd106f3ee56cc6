"""Who waits, at which position, and which counsellor sees whom: one query for all sockets."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import demo.build
from chat import runtime, volatile
from chat.hub import Notification
from chat.models import Conversation, Duty, Offer
from chat.services import eligibility, live_snapshot, queue
from chat.services.dispatch import _decide_and_claim
from chat.services.queue import QueueView
from chat.states import State
from indicators.models import MetricRow
from partners import clock
from routing_rules.models import Counsellor, PlanState, PlanVersion, Pool, RuleRow, Site
from routing_rules.plans import Rule
from routing_rules.presence import LastSigns
from wakeups.topics import EVERY_COUNSELLOR

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo_data(db: None) -> None:
    demo.build.ensure()


def waits(
    number: int,
    *,
    theme: str = "orientation",
    language: str = "fr",
    asked_at: datetime | None = None,
    state: State = State.WAITING,
) -> Conversation:
    moment = asked_at or clock.now() - timedelta(minutes=10) + timedelta(seconds=number)
    return Conversation.objects.create(
        token_hash=f"{number:064}",
        site=Site.objects.get(key="demo"),
        theme_asked=theme,
        theme=theme,
        language=language,
        audience="public",
        plan_number=1,
        asked_at=moment,
        queued_at=moment,
        state=state,
    )


def person(account: str = "conseillere.cdm") -> Counsellor:
    return Counsellor.objects.get(staff__username=account)


def read(signs: Mapping[str, LastSigns] | None = None) -> QueueView:
    return queue._view(live_snapshot.read(clock.now()), signs or {})


def seen_by(one: Counsellor) -> list[str]:
    return [each.conversation for each in read().queue_of(one.pk)]


def on_duty(one: Counsellor, **changes: object) -> Duty:
    fields = {"state": "available", "on_duty": True, "capacity": 2, **changes}
    return Duty.objects.create(counsellor=one, **fields)


def test_the_queue_is_sorted_by_priority_and_then_by_first_arrival() -> None:
    before_the_demo_rules(Rule("first", languages=frozenset({"nl"}), priority=9))
    same = clock.now() - timedelta(minutes=20)
    rows = [
        waits(1),
        waits(2),
        waits(3, language="nl"),
        waits(4, asked_at=same),
        waits(6, state=State.ACTIVE),
    ]
    places = [read().positions.get(str(row.pk)) for row in rows]
    assert places == [3, 4, 1, 2, None]


def before_the_demo_rules(rule: Rule) -> None:
    """One more rule in force, before the others."""
    plan = PlanVersion.objects.get(state=PlanState.PUBLISHED)
    for row in plan.rules.order_by("-position"):
        row.position += 1
        row.save()
    RuleRow.objects.create(plan=plan, position=0, content=rule.to_dict())
    # Plans in force are remembered by when they came into force.
    plan.published_at = clock.now()
    plan.save()


def test_dispatch_rings_in_the_shown_order() -> None:
    before_the_demo_rules(Rule("first", languages=frozenset({"nl"}), priority=9))
    claire = person()
    claire.languages = ["fr", "nl"]
    claire.save()
    on_duty(claire, capacity=1)
    waits(1)
    dutch = waits(2, language="nl")
    done = _decide_and_claim(live_snapshot.read(clock.now()), there(claire))
    assert done.rung == {claire.pk}
    assert [offer.conversation_id for offer in Offer.objects.all()] == [dutch.pk]
    assert read().positions[str(dutch.pk)] == 1


def there(*people: Counsellor) -> dict[str, LastSigns]:
    now = clock.seconds()
    return {volatile.counsellor(one.pk): LastSigns(now, now) for one in people}


def test_an_estimate_counts_present_counsellors_who_can_serve() -> None:
    claire = person()
    on_duty(claire, capacity=2)
    first, other = waits(1), waits(2, theme="inscription")
    shown = read(there(claire))
    assert (shown.estimates[str(first.pk)], shown.estimates[str(other.pk)]) == (60, None)
    # An open tab of somebody who fell silent is nobody.
    assert read().estimates[str(first.pk)] is None
    Duty.objects.update(state="away")
    assert read(there(claire)).estimates[str(first.pk)] is None


def test_an_estimate_uses_recent_conversations() -> None:
    claire = person()
    on_duty(claire, capacity=1, active=1)
    row = waits(1)
    live_snapshot._recent_chats.cache_clear()
    assert read(there(claire)).estimates[str(row.pk)] == 16 * 60
    for _ in range(180):
        MetricRow.objects.create(
            day=clock.now().date(), slot=20, outcome="served", plan_number=1, duration_min=5, quiet_min=0
        )
    live_snapshot._recent_chats.cache_clear()
    # 180 of five minutes and twenty taken to last fifteen.
    assert read(there(claire)).estimates[str(row.pk)] == 7 * 60
    live_snapshot._recent_chats.cache_clear()


def test_a_counsellor_sees_exactly_those_whom_they_can_serve() -> None:
    claire = person()
    claire.themes.remove(*claire.themes.exclude(code="orientation"))
    claire.languages = ["fr"]
    claire.save()
    first, _, _, last = waits(1), waits(2, theme="inscription"), waits(3, language="nl"), waits(4)
    assert seen_by(claire) == [str(first.pk), str(last.pk)]
    other = Pool.objects.create(slug="autre", name="Autre")
    claire.pools.set([other])
    # A pool that is closed rings nobody.
    assert seen_by(claire) == []
    claire.pools.clear()
    assert seen_by(claire) == []


def test_a_counsellor_with_a_closed_account_sees_nobody() -> None:
    waits(1)
    claire = person()
    assert len(seen_by(claire)) == 1
    claire.staff.is_active = False
    claire.staff.save()
    assert seen_by(claire) == []


def test_no_more_than_fifty_are_shown() -> None:
    for number in range(60):
        waits(number)
    assert len(seen_by(person())) == 50
    assert max(read().positions.values()) == 60


def test_a_queue_shows_theme_language_audience_and_wait_only() -> None:
    row = waits(1)
    (shown,) = read().queue_of(person().pk)
    assert (shown.conversation, shown.theme, shown.language, shown.audience, shown.priority) == (
        str(row.pk),
        "orientation",
        "fr",
        "public",
        0,
    )
    assert 590 <= shown.waited_s <= 660


def test_a_query_of_the_queue_costs_the_same_for_one_and_for_many() -> None:
    waits(0)
    # A published plan is remembered from the first reading on.
    read()
    with CaptureQueriesContext(connection) as for_one:
        read()
    for number in range(1, 40):
        waits(number)
    with CaptureQueriesContext(connection) as for_many:
        now = read()
        for counsellor in now.skills:
            now.queue_of(counsellor)
    assert len(for_many) == len(for_one)


def test_an_empty_queue_costs_one_query() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert live_snapshot.read_if_somebody_waits(clock.now()) is None
    assert len(queries) == 1


def test_the_target_of_a_transfer_sees_it_whatever_the_theme() -> None:
    claire = person()
    row = waits(1, theme="inscription")
    assert seen_by(claire) == []
    Conversation.objects.filter(pk=row.pk).update(to_counsellor=claire)
    assert seen_by(claire) == [str(row.pk)]
    assert can_take(row, claire)


def test_a_counsellor_can_take_exactly_what_the_queue_shows_them() -> None:
    claire = person()
    rows = [waits(1), waits(2, theme="inscription"), waits(3, language="uk")]
    for row in rows:
        assert can_take(row, claire) == (str(row.pk) in seen_by(claire))


def can_take(row: Conversation, who: Counsellor) -> bool:
    columns = Conversation.objects.values_list(*live_snapshot.WAITING_COLUMNS).get(pk=row.pk)
    now = clock.now()
    return eligibility.could_serve(eligibility.request_of(columns, now), who.pk, now)


class Readings:
    """Counts how often the queue is read."""

    def __init__(self) -> None:
        self.done = 0

    async def __call__(self) -> QueueView:
        self.done += 1
        return QueueView(now=float(self.done))


@pytest.mark.usefixtures("running")
async def test_consoles_share_a_reading_until_a_change_is_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = Readings()
    monkeypatch.setattr(queue, "now", readings)
    monkeypatch.setattr(queue, "_known", None)
    monkeypatch.setattr(queue, "FRESH_S", 3600)
    for _ in range(3):
        await queue.latest()
    assert readings.done == 1
    runtime.hub().notify(Notification(EVERY_COUNSELLOR, "queue"))
    assert (await queue.latest()).now == 2
    monkeypatch.setattr(queue, "FRESH_S", 0)
    assert (await queue.latest()).now == 3
