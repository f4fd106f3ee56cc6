"""A calendar reads its owner's shifts at a secret address, and nothing else; the address can be renewed and ended."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from icalendar import Calendar

from partners.models import AuditEntry
from roster import calendar_feed, planning
from roster.models import CalendarFeed, Shift
from routing_rules.models import Counsellor
from tests.coordination.conftest import World
from tests.roster.conftest import MONDAY, NOW, make_counsellor, make_shift, put_on

DAY = timedelta(days=1)
SignedIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def in_june(at: Callable[[datetime], None]) -> None:
    at(NOW)


def address_of(person: Counsellor) -> str:
    feed = CalendarFeed.objects.filter(counsellor=person).first()
    seen = feed.made_at if feed else None
    return urlsplit(calendar_feed.make(counsellor=person, seen=seen, now=NOW)).path


def events(path: str) -> list[dict[str, str]]:
    answer = Client().get(path)
    assert answer.status_code == 200
    found = []
    for one in Calendar.from_ical(answer.content).walk("VEVENT"):
        start, end = one.decoded("dtstart"), one.decoded("dtend")
        found.append(
            {
                "uid": str(one["uid"]),
                "from": start.isoformat(),
                "to": end.isoformat(),
                "is": str(one["summary"]),
            }
        )
    return found


def test_a_calendar_holds_ones_own_shifts_and_nobodys_name(world: World, sami: Counsellor) -> None:
    mine, other = make_shift(world.pool_namur, needed=2), make_shift(world.pool_namur, MONDAY + DAY)
    lea = make_counsellor("lea", world.pool_namur)
    put_on(mine, sami, lea)
    put_on(other, lea)
    path = address_of(sami)
    (event,) = events(path)
    assert event["uid"].startswith(f"shift-{mine.pk}@")
    assert (event["from"], event["to"]) == ("2026-06-15T07:00:00+00:00", "2026-06-15T10:00:00+00:00")
    assert event["is"] == "Permanence\u00a0: Équipe Namur"
    answer = Client().get(path)
    text = answer.content.decode()
    assert not re.search(r"Lea|Sami|example\.be", text)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize(
    ("day", "start", "ends"),
    [
        (date(2026, 3, 29), "2026-03-28T23:00:00+00:00", "2026-03-29T07:00:00+00:00"),
        (date(2026, 10, 25), "2026-10-24T22:00:00+00:00", "2026-10-25T08:00:00+00:00"),
    ],
)
def test_a_shift_of_the_night_in_which_the_clock_changes_is_when_people_come(
    world: World, sami: Counsellor, day: date, start: str, ends: str, at: Callable[[datetime], None]
) -> None:
    at(datetime.fromisoformat(start))
    put_on(make_shift(world.pool_namur, day, 0, 540), sami)
    (event,) = events(address_of(sami))
    assert (event["from"], event["to"]) == (start, ends)


def test_a_moved_shift_stays_one_event_and_a_cancelled_one_goes(world: World, sami: Counsellor) -> None:
    shift = make_shift(world.pool_namur)
    put_on(shift, sami)
    path = address_of(sami)
    (before,) = events(path)
    wanted = planning.ShiftWanted(MONDAY + DAY, 600, 720)
    planning.change(actor=world.coordinator, shift=shift, wanted=wanted, now=NOW)
    (after,) = events(path)
    assert after["uid"] == before["uid"]
    assert after["from"] == "2026-06-16T08:00:00+00:00"
    planning.delete(actor=world.coordinator, shift=Shift.objects.get(), now=NOW)
    assert events(path) == []


def test_what_has_not_changed_is_not_sent_again(world: World, sami: Counsellor) -> None:
    shift = make_shift(world.pool_namur)
    put_on(shift, sami)
    path = address_of(sami)
    etag = Client().get(path)["ETag"]
    same = Client().get(path, headers={"If-None-Match": etag})
    assert (same.status_code, same.content) == (304, b"")
    assert same["ETag"] == etag
    put_on(make_shift(world.pool_namur, MONDAY + DAY), sami)
    assert Client().get(path, headers={"If-None-Match": etag}).status_code == 200


def test_the_address_is_shown_once_and_kept_as_a_hash_only(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    browser = signed_in("counsellor")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "Make an address" in browser.get("/roster/calendar/").content.decode()
    page = browser.post("/roster/calendar/").content.decode()
    found = re.search(r'value="(\S+/roster/feed/(\S+)\.ics)"', page)
    assert found
    assert "Copy the address" in page
    assert found[2] not in str(CalendarFeed.objects.values_list("secret_hash").get())
    assert found[2] not in browser.get("/roster/calendar/").content.decode()
    assert found[2] not in str(list(AuditEntry.objects.values_list("subject", "detail")))
    assert Client().get(urlsplit(found[1]).path).status_code == 200


def test_a_renewed_ended_or_unknown_address_is_nothing_and_so_is_that_of_somebody_who_left(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    first = address_of(sami)
    second = address_of(sami)
    unknown = Client().get("/roster/feed/nothing.ics")
    assert unknown.status_code == 404
    assert Client().get(first).content == unknown.content
    assert Client().get(second).status_code == 200
    signed_in("counsellor").post("/roster/calendar/end", {"seen": NOW.isoformat()})
    assert Client().get(second).content == unknown.content
    third = address_of(sami)
    sami.staff.is_active = False
    sami.staff.save()
    assert Client().get(third).status_code == 404
    assert list(AuditEntry.objects.values_list("action", flat=True)).count("calendar.address_made") == 3


def test_one_address_is_read_so_often_an_hour_and_others_go_on(
    world: World, sami: Counsellor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar_feed, "MOST_AN_HOUR", 2)
    mine, hers = address_of(sami), address_of(make_counsellor("lea", world.pool_namur))
    assert [Client().get(mine).status_code for _ in range(3)] == [200, 200, 429]
    assert int(Client().get(mine)["Retry-After"]) > 0
    assert Client().get(hers).status_code == 200
