"""The rules that decisions follow are read once for a moment, and never out of date after an edit that was announced."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import demo.build
from chat import runtime, shared_reading
from chat.hub import Notification
from chat.models import Duty
from chat.services import edited_sites as sites_module
from chat.services import live_snapshot
from chat.services import rules_in_force as rules_module
from chat.services.edited_sites import edited_sites
from chat.services.rules_in_force import RulesInForce, rules_in_force
from partners import clock
from partners.models import Partner, Role, Staff
from routing_rules.models import Counsellor, Pool, Site
from wakeups.sender import sender
from wakeups.topics import EVERY_COUNSELLOR, EVERY_VISITOR

pytestmark = pytest.mark.django_db


class Moment:
    """The monotonic clock, which stands still."""

    def __init__(self) -> None:
        self.at = 1000.0

    def monotonic(self) -> float:
        return self.at


class RunningLoop:
    def is_running(self) -> bool:
        return True


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    still = Moment()
    monkeypatch.setattr(shared_reading, "time", still)
    return still


@pytest.fixture
def listening(running: None, moment: Moment, monkeypatch: pytest.MonkeyPatch) -> Moment:
    """This process hears of edits, and nothing was read yet."""
    demo.build.ensure()
    monkeypatch.setattr(sender, "loop", RunningLoop())
    for shared in (rules_module._shared, sites_module._shared):
        monkeypatch.setattr(shared, "_last", None)
    return moment


def queries(read: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        read()
    return len(seen)


def rules() -> RulesInForce:
    return rules_in_force(clock.now())


def test_decisions_within_a_quarter_of_a_second_share_a_reading(listening: Moment) -> None:
    first = rules()
    listening.at += 0.24
    assert queries(lambda: rules()) == 0
    assert rules() is first
    listening.at += 0.02
    assert rules() is not first


@pytest.mark.parametrize(("topic", "name"), [(EVERY_COUNSELLOR, "routing"), (EVERY_VISITOR, "content")])
def test_an_announced_edit_ends_the_sharing(listening: Moment, topic: str, name: str) -> None:
    first = rules()
    Pool.objects.update(active=False)
    assert rules() is first
    runtime.hub().notify(Notification(topic, name))
    assert rules().hours == {}
    assert first.hours


def test_a_change_of_the_queue_does_not_end_it(listening: Moment) -> None:
    first = rules()
    runtime.hub().notify(Notification(EVERY_COUNSELLOR, "queue"))
    assert rules() is first


def test_an_edit_that_is_announced_during_a_reading_is_not_missed(
    listening: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = rules_module.bookings_of_today

    def announced_meanwhile(now: datetime) -> list[tuple[Any, ...]]:
        runtime.hub().notify(Notification(EVERY_COUNSELLOR, "routing"))
        return true(now)

    monkeypatch.setattr(rules_module, "bookings_of_today", announced_meanwhile)
    first = rules()
    assert rules() is not first


def test_the_next_day_has_its_own_reading(listening: Moment) -> None:
    now = clock.now()
    first = rules_in_force(now)
    assert rules_in_force(now) is first
    assert rules_in_force(now + timedelta(days=1)) is not first


def test_a_process_that_does_not_hear_of_edits_reads_anew_each_time(
    listening: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "loop", None)
    assert rules() is not rules()


def test_somebody_new_on_duty_has_their_skills_at_once(listening: Moment) -> None:
    known = rules().skills
    staff = Staff.objects.create(
        username="nour", partner=Partner.objects.earliest("pk"), role=Role.COUNSELLOR
    )
    new = Counsellor.objects.create(staff=staff, languages=["fr"])
    assert new.pk not in known
    assert rules().skills is known
    Duty.objects.create(counsellor=new, on_duty=True, capacity=1)
    read = live_snapshot.read(clock.now())
    assert read.rules.skills[new.pk].languages == {"fr"}
    assert rules() is read.rules


def test_sites_share_a_reading_in_the_same_way(listening: Moment) -> None:
    first = edited_sites(clock.now())
    assert "demo" in first.sites
    assert queries(lambda: edited_sites(clock.now())) == 0
    Site.objects.filter(key="demo").update(active=False)
    runtime.hub().notify(Notification(EVERY_VISITOR, "content"))
    assert "demo" not in edited_sites(clock.now()).sites
