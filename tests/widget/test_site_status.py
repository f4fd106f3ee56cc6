"""What a site shows is read once for everybody: never wrong for longer than a second, and not at all at openings and closings."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import pytest_asyncio

import demo.build
from chat import database, runtime, volatile
from chat.hub import Notification
from chat.models import Contact, Duty
from chat.services import site_status
from partners import clock
from partners.models import Staff
from routing_rules.models import (
    Counsellor,
    DatedException,
    OpeningInterval,
    PlanVersion,
    Pool,
    Site,
    Theme,
    Timetable,
)
from wakeups.topics import EVERY_COUNSELLOR, EVERY_VISITOR
from widget import status_answer, welcome
from widget.status_answer import StatusAnswer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("running")]

TUESDAY = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
"""At ten in Brussels."""
MINUTE = timedelta(minutes=1)


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = TUESDAY

    def seconds(self) -> float:
        return self.now.timestamp()

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    still = Clock()
    monkeypatch.setattr(clock, "seconds", still.seconds)
    return still


@pytest_asyncio.fixture(autouse=True)
async def demo_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_status, "_last", None)
    await database.run(demo.build.ensure)
    await database.run(_open_from_nine_to_noon)


def _open_from_nine_to_noon() -> None:
    """The pools of the real sites, on working days."""
    Timetable.objects.all().delete()
    for pool in Pool.objects.all():
        timetable = Timetable.objects.create(pool=pool, valid_from=date(2020, 1, 1))
        OpeningInterval.objects.bulk_create(
            OpeningInterval(timetable=timetable, weekday=day, start_minute=540, end_minute=720)
            for day in range(5)
        )


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """When everything was read."""
    found: list[datetime] = []
    true = site_status._read_rows

    def counted(now: datetime) -> Any:
        found.append(now)
        return true(now)

    monkeypatch.setattr(site_status, "_read_rows", counted)
    return found


async def state(key: str = "demo") -> str:
    found = (await site_status.standing()).of(key)
    return "none" if found is None else found.door.state.value


async def status_of(key: str, wanted: str) -> StatusAnswer | None:
    shown = await site_status.standing()
    status = shown.of(key)
    if status is None:
        return None
    return status_answer.answer(shown, status, language=welcome.language_of(status.site, wanted))


def everybody_is_on_duty() -> list[int]:
    people = [one.pk for one in Counsellor.objects.all()]
    Duty.objects.bulk_create(
        Duty(counsellor_id=one, state="available", on_duty=True, capacity=2) for one in people
    )
    return people


async def signs_of(people: list[int], at: datetime) -> None:
    for one in people:
        await runtime.volatile().seen(volatile.counsellor(one), at=at.timestamp(), active=True)


@pytest_asyncio.fixture
async def people(time: Clock) -> AsyncIterator[list[int]]:
    """Everybody is on duty and present."""
    found = await database.run(everybody_is_on_duty)
    await signs_of(found, time.now)
    yield found


async def test_whoever_asks_within_a_second_shares_one_reading(
    time: Clock, readings: list[datetime], people: list[int]
) -> None:
    assert await asyncio.gather(*(state() for _ in range(20))) == ["open"] * 20
    time.pass_time(0.9)
    for key in ("demo", "miti", "ecole", "nowhere"):
        await state(key)
        await welcome.welcome_for(key, "nl")
        await status_of(key, "de")
    assert readings == [TUESDAY]


def everybody_is_away() -> None:
    Duty.objects.update(state="away")


def everybody_went_home() -> None:
    Duty.objects.update(on_duty=False)


def nobody_has_a_place_left() -> None:
    Duty.objects.update(capacity=0)


def it_is_a_holiday() -> None:
    DatedException.objects.create(date=TUESDAY.date(), kind="closed", pool=None)


def the_site_is_switched_off() -> None:
    Site.objects.filter(key="demo").update(active=False)


def accounts_are_disabled() -> None:
    Staff.objects.update(is_active=False)


def the_rules_are_withdrawn() -> None:
    PlanVersion.objects.all().delete()


CHANGES: list[tuple[Callable[[], None], str]] = [
    (everybody_is_away, "full"),
    (everybody_went_home, "full"),
    (nobody_has_a_place_left, "full"),
    (accounts_are_disabled, "full"),
    (it_is_a_holiday, "closed"),
    (the_rules_are_withdrawn, "closed"),
    (the_site_is_switched_off, "none"),
]


@pytest.mark.parametrize(("change", "after"), CHANGES)
async def test_a_change_that_no_wake_up_announced_shows_within_a_second(
    time: Clock, people: list[int], change: Callable[[], None], after: str
) -> None:
    assert await state() == "open"
    await database.run(change)
    time.pass_time(1)
    assert await state() == after


async def test_a_lost_counsellor_closes_the_door_within_a_second(time: Clock, people: list[int]) -> None:
    assert await state() == "open"
    time.pass_time(3600)
    await signs_of(people, time.now - timedelta(minutes=30))
    assert await state() == "full"
    await signs_of(people, time.now)
    time.pass_time(1)
    assert await state() == "open"


async def test_changed_themes_and_numbers_show_within_a_second(time: Clock, people: list[int]) -> None:
    def change() -> None:
        Theme.objects.filter(code="emploi").update(active=False)
        Theme.objects.filter(code="formation").update(labels={"fr": "Études"})
        Contact.objects.create(labels={"fr": "Nouveau"}, number="1212", position=99)

    before = await status_of("demo", "fr")
    await database.run(change)
    time.pass_time(1)
    after, greeted = await status_of("demo", "fr"), await welcome.welcome_for("demo", "fr")
    assert before is not None
    assert after is not None
    assert greeted is not None
    assert b'"emploi"' in before.body
    assert b'"emploi"' not in after.body
    assert before.etag != after.etag
    themes = {one.code: one.label for one in greeted.welcome.themes}
    assert "emploi" not in themes
    assert themes["formation"] == "Études"
    assert greeted.welcome.contacts[-1].number == "1212"


@pytest.mark.parametrize(("topic", "name"), [(EVERY_COUNSELLOR, "routing"), (EVERY_VISITOR, "content")])
async def test_what_a_coordinator_changes_shows_at_once(
    time: Clock, people: list[int], topic: str, name: str
) -> None:
    assert await state() == "open"
    await database.run(the_site_is_switched_off)
    runtime.hub().notify(Notification(topic, name))
    assert await state() == "none"


async def test_many_changes_of_the_queue_cost_few_readings(
    time: Clock, people: list[int], readings: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wait(seconds: float) -> None:
        time.pass_time(seconds)

    monkeypatch.setattr(site_status, "sleep", wait)
    for _ in range(20):
        await state()
        runtime.hub().notify(Notification(EVERY_VISITOR, "queue"))
        time.pass_time(0.01)
    between = [(after - before).total_seconds() for before, after in pairwise(readings)]
    assert len(between) >= 10
    assert min(between) >= site_status.PAUSE_S - 0.001


@pytest.mark.parametrize(
    ("boundary", "before", "after"),
    [
        # In Brussels: nine, and ten minutes before noon, when nobody new is taken.
        (datetime(2026, 11, 17, 8, 0, tzinfo=UTC), "closed", "open"),
        (datetime(2026, 11, 17, 10, 50, tzinfo=UTC), "open", "closed"),
    ],
)
async def test_an_opening_and_a_closing_show_at_their_very_moment(
    time: Clock, people: list[int], boundary: datetime, before: str, after: str
) -> None:
    moment = timedelta(milliseconds=1)
    await signs_of(people, boundary)
    time.now = boundary - moment
    assert await state() == before
    told = await status_of("demo", "fr")
    assert told is not None
    # No cache may show it for longer.
    assert told.cache_control == "public, max-age=0"
    time.now = boundary
    assert await state() == after


async def test_a_reading_that_began_before_the_closing_is_not_shown_after_it(
    time: Clock, people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    closing = datetime(2026, 11, 17, 10, 50, tzinfo=UTC)
    await signs_of(people, closing)
    time.now = closing - timedelta(milliseconds=1)
    true = site_status._read_rows

    def slow(now: datetime) -> Any:
        found = true(now)
        time.now = closing
        return found

    monkeypatch.setattr(site_status, "_read_rows", slow)
    assert await state() == "closed"


async def test_what_comes_later_is_told_from_the_second_of_each_answer(
    time: Clock, people: list[int]
) -> None:
    first = await status_of("demo", "fr")
    time.pass_time(30)
    later = await status_of("demo", "fr")
    assert first is not None
    assert later is not None
    assert b'"in_s": 6600,' in first.body
    assert b'"in_s": 6570,' in later.body
    assert first.etag != later.etag


async def test_a_failed_reading_is_not_kept(
    time: Clock, people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    true = site_status._read_rows

    def fails(_: datetime) -> Any:
        raise ValueError("the database is away")

    monkeypatch.setattr(site_status, "_read_rows", fails)
    with pytest.raises(ValueError, match="away"):
        await state()
    monkeypatch.setattr(site_status, "_read_rows", true)
    assert await state() == "open"


async def test_an_asker_who_leaves_takes_the_answer_from_nobody(time: Clock, people: list[int]) -> None:
    leaving = asyncio.create_task(state())
    staying = asyncio.create_task(state())
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == "open"


async def test_unknown_sites_and_languages_take_no_memory(time: Clock, people: list[int]) -> None:
    for number in range(200):
        await welcome.welcome_for(f"site-{number}", "fr")
        await status_of(f"site-{number}", "fr")
        await welcome.welcome_for("demo", f"{number % 100:02}")
        await status_of("demo", f"{number % 100:02}")
    shown = await site_status.standing()
    # One greeting in the fallback language, and one status in the site's first.
    assert len(shown.made) == 2


async def test_answers_last_as_long_as_their_reading(time: Clock, people: list[int]) -> None:
    def many_sites() -> None:
        Site.objects.bulk_create(Site(key=f"s{number}", name=f"{number}") for number in range(300))

    await database.run(many_sites)
    kept = []
    for _ in range(3):
        for number in range(300):
            assert await status_of(f"s{number}", "fr") is not None
        kept.append((len((shown := await site_status.standing()).made), len(shown.made_of_hours)))
        time.pass_time(1)
    # Each reading has answers of its own, and what follows from the hours is made once for all sites with the same teams.
    assert kept == [(300, 1)] * 3
