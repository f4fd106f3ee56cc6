"""The board: what a coordinator sees of now, by name of their own people only, and what all readers share."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.staff_pages import ASKED_BY_PAGES
from chat import clock, runtime
from chat.states import State
from coordination.board import answers, moment, planned
from coordination.board.moment import BoardNow
from coordination.board.planned import LackingShift, PlannedTeam
from indicators.models import MetricRow
from partners.models import Role
from routing_rules.models import Counsellor, PlanVersion, Pool
from tests.coordination.board_world import (
    BOARD,
    NOW,
    OPEN,
    At,
    SignedIn,
    ask,
    come,
    empty_stores,
    member,
    parts,
)
from tests.coordination.conftest import World, make_person, make_plan

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def nobody_there_yet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(runtime, "current", empty_stores())
    answers.forget()
    yield
    answers.forget()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """`at(OPEN)`: what the pages take for now."""

    def set_now(when: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: when)
        monkeypatch.setattr(clock, "now", lambda: when)

    return set_now


@pytest.fixture(autouse=True)
def it_is_open(at: At, world: World) -> None:
    make_plan(1)
    at(OPEN)


@pytest.fixture
def signed_in(world: World) -> SignedIn:
    """`signed_in("platform")`: a browser of that person of the world, in English."""

    def enter(name: str) -> Client:
        browser = world.client(getattr(world, name))
        browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return browser

    return enter


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def counted(served: int, requests: int, *, outcome: str = "abandoned") -> None:
    for number in range(requests):
        kind = "served" if number < served else outcome
        MetricRow.objects.create(day=OPEN.date(), slot=20, plan_number=1, outcome=kind)


# --- who sees what --------------------------------------------------------------------------------------------------


def test_own_people_are_named_and_others_are_numbers(world: World, signed_in: SignedIn) -> None:
    come(world.counsellor)
    come(member("lotte", world.pool_bruxelles))
    found = parts(signed_in("coordinator"))
    assert "Sami" in found["own"]
    assert "Lotte" not in "".join(found.values())
    assert "Équipe Bruxelles" in found["others"]
    assert "Équipe Namur" not in found["others"]


def test_a_colleague_of_another_partner_in_ones_own_team_is_a_number(
    world: World, signed_in: SignedIn
) -> None:
    guest = member("lotte", world.pool_bruxelles)
    Counsellor.objects.get(staff=guest).pools.add(world.pool_namur)
    come(guest)
    found = parts(signed_in("coordinator"))
    assert "Lotte" not in "".join(found.values())
    assert "1 person of another partner" in words(found["own"])


def test_the_platforms_coordinator_reads_everybody_by_name(world: World, signed_in: SignedIn) -> None:
    come(world.counsellor)
    come(member("lotte", world.pool_bruxelles))
    found = parts(signed_in("platform"))
    assert {"Sami", "Lotte"} <= set(re.findall(r"\w+", words(found["own"])))
    assert found["others"] == ""


def test_of_fewer_than_three_of_another_partner_it_is_not_said_who_is_busy(
    world: World, signed_in: SignedIn
) -> None:
    come(member("lotte", world.pool_bruxelles), capacity=1, active=1)
    come(member("jef", world.pool_bruxelles))
    told = words(parts(signed_in("coordinator"))["others"])
    assert "2 signed in · somebody answers" in told
    assert "busy" not in told
    come(member("mia", world.pool_bruxelles))
    answers.forget()
    assert "3 signed in · 2 ready, 1 busy" in words(parts(signed_in("coordinator"))["others"])


def test_nobody_but_coordinators_reads_it(world: World, signed_in: SignedIn) -> None:
    for name in ("counsellor", "analyst", "admin"):
        for address in (BOARD, NOW, "/coordination/board/wall"):
            assert signed_in(name).get(address).status_code == 403
    assert Client().get(NOW).status_code == 302


def test_a_wall_shows_no_name_at_all(world: World, signed_in: SignedIn) -> None:
    come(world.counsellor)
    ask(world)
    page = signed_in("platform").get(BOARD + "?wall=1").content.decode()
    assert "Équipe Namur" in page
    for secret in ("Sami", "Paule", "Formation"):
        assert secret not in page
    found = parts(signed_in("platform"), "/coordination/board/wall")
    assert set(found) == {"facts", "waiting", "others", "coming"}
    assert "Sami" not in "".join(found.values())


def test_a_wall_says_what_is_asked_about_only_where_several_wait(world: World, signed_in: SignedIn) -> None:
    for number in range(3):
        since = OPEN - number * MINUTE
        ask(world, theme="emploi" if number else "formation", language="fr" if number else "nl", since=since)
    told = words(parts(signed_in("platform"), "/coordination/board/wall")["waiting"])
    assert told == "Emploi 2 Formation 1 French 2 Dutch 1"


# --- the numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "used_ago", "duty", "says"),
    [
        ("available", 0, {}, "1 ready"),
        ("available", 0, {"capacity": 1, "active": 1}, "1 busy"),
        ("available", 121, {}, "1 probably absent"),
        ("away", 0, {}, "1 pausing"),
        ("finishing", 0, {}, "1 pausing"),
    ],
)
def test_each_person_there_is_one_thing(
    world: World, signed_in: SignedIn, state: str, used_ago: int, duty: dict[str, Any], says: str
) -> None:
    come(world.counsellor, state=state, used_at=OPEN - timedelta(seconds=used_ago), **duty)
    told = words(parts(signed_in("coordinator"))["own"])
    assert says in told
    assert "1 signed in" in told


def test_who_waits_is_shown_with_the_longest_wait_and_whether_anybody_can_answer(
    world: World, signed_in: SignedIn
) -> None:
    come(world.counsellor)
    ask(world, since=OPEN - 3 * MINUTE)
    ask(world, since=OPEN - MINUTE)
    ask(world, theme="emploi", since=OPEN)
    told = words(parts(signed_in("coordinator"))["waiting"])
    assert "Formation · French · 2 people, the longest for 3 minutes" in told
    assert "Emploi · French · 1 person, for less than a minute nobody who is there can answer" in told
    assert told.count("nobody who is there") == 1
    assert "3 the longest for 3 minutes" in words(parts(signed_in("coordinator"))["facts"])


def test_running_conversations_are_counted(world: World, signed_in: SignedIn) -> None:
    row = ask(world)
    row.state = State.ACTIVE
    row.save()
    assert "Running 1" in words(parts(signed_in("coordinator"))["facts"])


def test_todays_take_up_is_said_once_there_are_some_and_stays_for_a_quarter_of_an_hour(
    world: World, signed_in: SignedIn, at: At
) -> None:
    counted(1, 2)
    assert "too few requests yet" in parts(signed_in("coordinator"))["facts"]
    cache.clear()
    counted(6, 7)
    counted(0, 1, outcome="test")
    answers.forget()
    assert "7 of 9 taken up so far today" in parts(signed_in("coordinator"))["facts"]
    counted(1, 1)
    for later, says in ((OPEN + 14 * MINUTE, "7 of 9"), (OPEN + 15 * MINUTE, "8 of 10")):
        at(later)
        assert says in parts(signed_in("coordinator"))["facts"]


def test_a_team_without_a_roster_shows_nobody_as_planned(world: World, signed_in: SignedIn) -> None:
    assert "planned" not in "".join(parts(signed_in("coordinator")).values())


def test_who_is_planned_and_not_there_is_named_to_their_coordinator_only(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    sami = Counsellor.objects.get(staff=world.counsellor)
    team = PlannedTeam(needed=2, people=(sami.pk,), until=OPEN + 90 * MINUTE)
    lacking = LackingShift(world.pool_namur.pk, OPEN + 24 * 60 * MINUTE, OPEN + 25 * 60 * MINUTE, 1)
    monkeypatch.setattr(planned, "planned_at", lambda now: {world.pool_namur.pk: team})
    monkeypatch.setattr(planned, "next_shifts_lacking", lambda now, days: [lacking])
    found = parts(signed_in("coordinator"))
    told = words(found["own"])
    assert "1 planned of 2 needed" in told
    assert "planned, not there Sami" in told
    assert "Équipe Namur, Tuesday 10:30: 1 person is missing" in words(found["coming"])
    world.counsellor.partner = world.bruxelles
    world.counsellor.save()
    answers.forget()
    assert "Sami" not in parts(signed_in("coordinator"))["own"]


def test_next_openings_are_listed_also_when_all_is_open(world: World, signed_in: SignedIn, at: At) -> None:
    assert "Équipe Namur opens Tuesday 9:00" in words(parts(signed_in("coordinator"))["coming"])
    at(datetime(2026, 11, 23, 18, 0, tzinfo=UTC))
    found = parts(signed_in("coordinator"))
    assert "closed, opens Tuesday 9:00" in words(found["own"])
    assert "<button" not in found["own"]


def test_without_published_rules_it_says_so(world: World, signed_in: SignedIn) -> None:

    PlanVersion.objects.all().delete()
    come(world.counsellor)
    found = parts(signed_in("coordinator"))
    assert "No rules are published" in found["facts"]
    assert "1 signed in" in words(found["own"])


# --- one answer for all ---------------------------------------------------------------------------------------------


def test_two_hundred_readers_cost_one_reading_a_second(
    world: World, signed_in: SignedIn, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings: list[datetime] = []
    read = moment.board_now

    def counted_reading(now: datetime) -> BoardNow:
        readings.append(now)
        return read(now)

    monkeypatch.setattr(answers, "board_now", counted_reading)
    browsers = [signed_in("platform"), signed_in("coordinator"), signed_in("coordinator")]
    for number in range(200):
        assert browsers[number % 3].get(NOW).status_code == 200
    assert readings == [OPEN]
    at(OPEN + timedelta(seconds=1))
    browsers[0].get(NOW)
    assert len(readings) == 2


def test_a_page_that_shows_it_already_gets_nothing_again(world: World, signed_in: SignedIn) -> None:
    browser = signed_in("coordinator")
    first = browser.get(NOW)
    again = browser.get(NOW, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    come(world.counsellor)
    answers.forget()
    assert browser.get(NOW, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_answer_is_not_kept_by_caches(world: World, signed_in: SignedIn) -> None:
    assert signed_in("coordinator").get(NOW)["Cache-Control"] == "no-store"


def test_a_coordinator_without_a_partner_reads_no_name(world: World) -> None:
    come(world.counsellor)
    somebody = make_person("omar", Role.COORDINATOR)
    Pool.objects.create(slug="accueil", name="Accueil")
    found = parts(world.client(somebody))
    assert "Sami" not in "".join(found.values())
    assert "n’a pas d’équipe" in found["own"]


def test_an_open_page_does_not_keep_a_session_alive_but_a_wall_does(
    world: World, signed_in: SignedIn
) -> None:

    assert "coordination:board-now" in ASKED_BY_PAGES
    assert "coordination:board-wall" not in ASKED_BY_PAGES
