"""The board: what a coordinator sees of now, by name of their own people only, and what all readers share."""

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from time import sleep
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.staff_pages import ASKED_BY_PAGES
from chat import runtime
from chat.states import State
from coordination.board import answers, moment, planned
from coordination.board.answers import BoardAnswer
from coordination.board.moment import BoardNow
from coordination.board.planned import PlannedTeam, ShiftToFill
from coordination.board.shared import DerivedAnswer, SharedAnswer
from coordination.models import AlertWatch
from indicators.models import MetricRow
from partners import clock
from partners.models import Role
from roster.models import Shift
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
WALL = "/coordination/board/wall"


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


def test_looking_again_and_again_does_not_tell_who_of_a_small_team_took_a_request(
    world: World, signed_in: SignedIn
) -> None:
    lotte, jef = member("lotte", world.pool_bruxelles), member("jef", world.pool_bruxelles)
    come(lotte)
    come(jef)
    waiting = ask(world, language="nl")
    before = parts(signed_in("coordinator"))
    come(lotte, active=1, capacity=1)
    waiting.delete()
    answers.forget()
    after = parts(signed_in("coordinator"))
    assert before["waiting"] != after["waiting"]
    assert before["others"] == after["others"]


def test_nobody_but_coordinators_reads_it(world: World, signed_in: SignedIn) -> None:
    for name in ("counsellor", "analyst", "admin"):
        for address in (BOARD, NOW, WALL):
            assert signed_in(name).get(address).status_code == 403
    assert Client().get(NOW).status_code == 302


def test_a_wall_shows_no_name_at_all(world: World, signed_in: SignedIn) -> None:
    come(world.counsellor)
    ask(world)
    page = signed_in("platform").get(BOARD + "?wall=1").content.decode()
    assert "Équipe Namur" in page
    for secret in ("Sami", "Paule", "Formation"):
        assert secret not in page
    found = parts(signed_in("platform"), WALL)
    assert set(found) == {"alerts", "facts", "waiting", "teams", "coming"}
    assert "Sami" not in "".join(found.values())


def test_a_wall_shows_every_alert_and_first_the_teams_that_it_is_about(
    world: World, signed_in: SignedIn
) -> None:
    come(world.counsellor)
    began = (OPEN - 20 * MINUTE).timestamp()
    for kind, team in (("long_wait", ""), ("team_empty", "cdm-bruxelles")):
        AlertWatch.objects.create(kind=kind, team=team, since=began, began=began)
    AlertWatch.objects.create(kind="team_empty", team="cdm-namur", since=began)
    for name in ("platform", "coordinator"):
        found = parts(signed_in(name), WALL)
        alerts = words(found["alerts"])
        assert alerts == (
            "Somebody has been waiting for long. · since 10:10 Without anybody for ten minutes: Équipe Bruxelles · since 10:10"
        )
        told = words(found["teams"])
        assert told.index("Équipe Bruxelles") < told.index("Équipe Namur")
        assert found["teams"].count("is-alert") == 1
        assert "nobody since 10:10" in told


def test_a_wall_counts_the_teams_of_an_alert_beyond_the_first_four(world: World, signed_in: SignedIn) -> None:
    for number in range(6):
        Pool.objects.create(slug=f"team-{number}", name=f"Team {number}")
        began = OPEN.timestamp() + number
        AlertWatch.objects.create(kind="team_empty", team=f"team-{number}", since=began, began=began)
    told = words(parts(signed_in("platform"), WALL)["alerts"])
    assert "Team 0, Team 1, Team 2, Team 3 and 2 other teams · since 10:30" in told
    AlertWatch.objects.filter(team="team-5").delete()
    answers.forget()
    assert "Team 3 and 1 other team · since" in words(parts(signed_in("platform"), WALL)["alerts"])


def test_on_a_wall_closed_teams_that_nobody_is_at_are_one_line(
    world: World, signed_in: SignedIn, at: At
) -> None:
    come(world.counsellor)
    at(OPEN + 4 * 60 * MINUTE)
    come(world.counsellor, when=OPEN + 4 * 60 * MINUTE)
    found = parts(signed_in("platform"), WALL)
    assert "Closed: Équipe Bruxelles (opens Tuesday 9:00)" in words(found["teams"])
    assert found["teams"].count("<li") == 1
    assert "Équipe Namur closed, opens Tuesday 9:00 1 signed in" in words(found["teams"])
    assert words(found["teams"]).count("1 signed in") == 1


def test_a_wall_names_three_shifts_that_lack_somebody_and_counts_the_others(
    world: World, signed_in: SignedIn
) -> None:
    for day in range(1, 5):
        Shift.objects.create(
            pool=world.pool_namur,
            date=OPEN.date() + timedelta(days=day),
            start_minute=540,
            end_minute=720,
            needed=2,
        )
    told = words(parts(signed_in("platform"), WALL)["coming"])
    assert told.startswith("Coming: Équipe Namur, Tuesday 9:00: 2 people are missing ·")
    assert told.endswith("and 1 other shift")


def test_a_wall_says_what_is_asked_about_only_where_several_wait(world: World, signed_in: SignedIn) -> None:
    for number in range(3):
        since = OPEN - number * MINUTE
        ask(world, theme="emploi" if number else "formation", language="fr" if number else "nl", since=since)
    told = words(parts(signed_in("platform"), WALL)["waiting"])
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


def test_the_board_shows_who_the_roster_plans_and_what_it_lacks(world: World, signed_in: SignedIn) -> None:
    now, later = (
        Shift.objects.create(pool=world.pool_namur, date=day, start_minute=540, end_minute=720, needed=2)
        for day in (OPEN.date(), OPEN.date() + timedelta(days=1))
    )
    sami = Counsellor.objects.get(staff=world.counsellor)
    now.assignments.create(counsellor=sami, assigned_at=OPEN)
    told = words("".join(parts(signed_in("coordinator")).values()))
    assert "1 planned of 2 needed" in told
    assert "planned, not there Sami" in told
    lacking = planned.next_shifts_lacking(OPEN, 2)
    assert [(one.starts_at.date(), one.missing) for one in lacking] == [(now.date, 1), (later.date, 2)]


def test_who_is_planned_and_not_there_is_named_to_their_coordinator_only(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    sami = Counsellor.objects.get(staff=world.counsellor)
    team = PlannedTeam(needed=2, people=(sami.pk,), until=OPEN + 90 * MINUTE)
    lacking = ShiftToFill(world.pool_namur.pk, OPEN + 24 * 60 * MINUTE, OPEN + 25 * 60 * MINUTE, 1)
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


def test_those_who_ask_at_the_same_moment_wait_for_one_reading() -> None:
    together, made = 16, []
    barrier = Barrier(together)

    def make(key: str, now: datetime) -> str:
        made.append(key)
        sleep(0.05)
        return f"{key} {len(made)}"

    shared = SharedAnswer(make)

    def ask_once(_number: int) -> str:
        barrier.wait()
        return shared.at("fr", OPEN)

    with ThreadPoolExecutor(together) as readers:
        assert set(readers.map(ask_once, range(together))) == {"fr 1"}
    assert made == ["fr"]
    # A clock that was set back is no reason to show what is older.
    assert shared.at("fr", OPEN - MINUTE) == "fr 2"
    shared.forget()
    assert shared.at("fr", OPEN - MINUTE) == "fr 3"


def test_what_is_made_of_one_reading_is_made_once_and_again_of_the_next() -> None:
    made: list[str] = []

    def make(key: str, source: list[int]) -> str:
        made.append(key)
        return f"{key}{source}"

    derived, first, equal = DerivedAnswer(make), [1], [1]
    assert [derived.of(key, first) for key in ("fr", "nl", "fr")] == ["fr[1]", "nl[1]", "fr[1]"]
    assert made == ["fr", "nl"]
    # Another reading, whatever stands in it.
    derived.of("fr", equal)
    assert made == ["fr", "nl", "fr"]


def test_what_all_readers_of_a_kind_get_is_written_once(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[BoardAnswer] = []
    write = BoardAnswer.of

    def counted_writing(pieces: Mapping[str, str]) -> BoardAnswer:
        written.append(write(pieces))
        return written[-1]

    monkeypatch.setattr(BoardAnswer, "of", counted_writing)
    coordinator, platform = signed_in("coordinator"), signed_in("platform")
    for _ in range(20):
        assert coordinator.get(NOW).content != platform.get(NOW).content
        platform.get(WALL)
    assert len(written) == 3


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
