"""Who waits, where in the line, and which counsellor sees whom: found out once for everybody who is to be told."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import demo.build
from chat import clock
from chat.models import Conversation, Duty, State
from chat.services import queue
from chat.services.queue import Capacity, WaitingLine
from chat.services.visitor_view import VisitorView, _look
from routing_rules.models import Counsellor, Pool, Site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo_data(db: None) -> None:
    demo.build.ensure()


def waits(
    number: int,
    *,
    theme: str = "orientation",
    language: str = "fr",
    priority: int = 0,
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
        priority=priority,
        plan_number=1,
        asked_at=moment,
        queued_at=moment,
        content_key=b"key",
        state=state,
    )


def person(account: str = "conseillere.cdm") -> Counsellor:
    return Counsellor.objects.get(staff__username=account)


def line() -> WaitingLine:
    return queue._read()


def seen_by(one: Counsellor) -> list[str]:
    return [each.conversation for each in line().queue_of(one.pk)]


def test_a_higher_priority_is_ahead_and_then_who_came_first() -> None:
    same = clock.now() - timedelta(minutes=20)
    rows = [
        waits(1),
        waits(2),
        waits(3, priority=1),
        waits(4, asked_at=same),
        waits(5, asked_at=same),
        waits(6, state=State.ACTIVE),
    ]
    places = [line().positions.get(str(row.pk)) for row in rows]
    assert places == [4, 5, 1, 2, 2, None]


def test_a_visitors_own_look_says_the_same_place_and_wait() -> None:
    same = clock.now() - timedelta(minutes=20)
    Duty.objects.create(counsellor=person(), state="available", on_duty=True, capacity=2, active=1)
    rows = [waits(1, priority=1), waits(2), waits(3, asked_at=same), waits(4, asked_at=same)]
    now = line()
    for row in rows:
        view, _ = _look(row.token_hash)
        assert isinstance(view, VisitorView)
        place = now.positions[str(row.pk)]
        assert (view.position, view.estimate_s) == (place, now.room.estimate_s(place))


def test_a_counsellor_sees_whom_they_could_serve_and_nobody_else() -> None:
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


def test_whose_account_was_closed_sees_nobody() -> None:
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
    assert max(line().positions.values()) == 60


def test_a_queue_says_no_more_than_theme_language_audience_and_wait() -> None:
    row = waits(1)
    (shown,) = line().queue_of(person().pk)
    assert (shown.conversation, shown.theme, shown.language, shown.audience, shown.priority) == (
        str(row.pk),
        "orientation",
        "fr",
        "public",
        0,
    )
    assert 590 <= shown.waited_s <= 660


def test_one_reading_costs_the_same_for_one_who_waits_and_for_many() -> None:
    waits(0)
    # A published plan is remembered from the first reading on.
    line()
    with CaptureQueriesContext(connection) as for_one:
        line()
    for number in range(1, 40):
        waits(number)
    with CaptureQueriesContext(connection) as for_many:
        now = line()
        for counsellor in now.skills:
            now.queue_of(counsellor)
    assert len(for_many) == len(for_one)


def test_nobody_waiting_costs_one_query() -> None:
    claire = person().pk
    with CaptureQueriesContext(connection) as queries:
        assert line().queue_of(claire) == []
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("position", "room", "minutes"),
    [
        (1, Capacity(0, 0), None),
        (1, Capacity(2, 0), 1),
        (2, Capacity(2, 0), 1),
        (1, Capacity(2, 2), 9),
        (3, Capacity(2, 2), 24),
        # Somebody was given fewer places than they have conversations.
        (1, Capacity(2, 3), 9),
    ],
)
def test_the_estimate_is_in_whole_minutes(position: int, room: Capacity, minutes: int | None) -> None:
    assert room.estimate_s(position) == (None if minutes is None else minutes * 60)
