"""A hole of the coverage says who could help, and asks them by a letter in their language that names nobody else."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from coordination.hole_help import HelpKind, who_could_help
from partners.models import AuditEntry, LetterChoices, Role, Staff
from partners.time_zone import BRUSSELS
from roster.models import Absence, UsualTime
from routing_rules.eligibility import covers
from routing_rules.models import Counsellor, Theme
from routing_rules.warnings import Member
from tests.coordination.conftest import World, make_person, make_plan, make_timetable, words_of

SignedIn = Callable[[str], Client]
COVERAGE = "/coordination/coverage/"


def counsellor(
    world: World, name: str, *, mine: bool, themes: tuple[str, ...], languages: list[str]
) -> Staff:
    person = make_person(name, Role.COUNSELLOR, world.namur if mine else world.bruxelles)
    skills = Counsellor.objects.create(staff=person, languages=languages)
    skills.pools.add(world.pool_namur if mine else world.pool_bruxelles)
    skills.themes.set(Theme.objects.filter(code__in=themes))
    return person


@pytest.fixture
def people(world: World) -> dict[str, Staff]:
    """Namur is open every day, Bruxelles never; nobody there takes employment in Dutch."""
    world.pool_bruxelles.timetables.all().delete()
    world.pool_namur.timetables.all().delete()
    make_timetable(
        world.pool_namur, timezone.localdate() - timedelta(days=30), [(day, 540, 720) for day in range(7)]
    )
    make_plan(1)
    return {
        "lotte": counsellor(world, "lotte", mine=True, themes=("formation",), languages=["fr", "nl"]),
        "wout": counsellor(world, "wout", mine=False, themes=("emploi",), languages=["nl"]),
        "luc": counsellor(world, "luc", mine=True, themes=("emploi",), languages=["fr"]),
    }


@pytest.fixture
def at_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.combine(timezone.localdate(), time(10, 10), tzinfo=BRUSSELS)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    return


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the pages that letters lead to."""
    for module in ("letters", "letter_choices"):
        monkeypatch.setattr(f"partners.{module}.reverse", lambda name, **_of: f"/{name}/")


def holes(client: Client, **asked: str) -> list[str]:
    page = words_of(client.get(COVERAGE, {"site": "miti", **asked}))
    return re.findall(r'href="(/coordination/coverage/hole/[^"]+theme=emploi[^"]+)"', page)


def test_the_hours_that_are_past_do_not_count(
    world: World, signed_in: SignedIn, people: dict[str, Staff], at_ten: None
) -> None:
    page = signed_in("coordinator").get(COVERAGE, {"site": "miti"}).content.decode()
    assert page.count("10:00-12:00</th>") == 1
    assert page.count("9:00-12:00</th>") == 6


def test_a_hole_says_how_many_speak_the_language_and_who_they_are(
    world: World, signed_in: SignedIn, people: dict[str, Staff]
) -> None:
    client = signed_in("coordinator")
    page = words_of(client.get(COVERAGE, {"site": "miti", "language": "nl"}))
    assert "2 personnes la parlent" in page
    assert "Personne des inscrits ne la parle" in unescape(
        client.get(COVERAGE, {"site": "miti", "language": "uk"}).content.decode()
    )
    shown = words_of(client.get(holes(client, language="nl")[0]))
    assert "Lotte" in shown
    # Somebody of another institution is a number.
    assert "Wout" not in shown
    assert "1 personne d’une autre institution" in shown
    assert "Luc" not in shown
    assert "Wout" in words_of(signed_in("platform").get(holes(client, language="nl")[0]))


@pytest.mark.usefixtures("letters")
def test_those_who_are_ticked_get_a_letter_of_their_own_in_their_language(
    world: World, signed_in: SignedIn, people: dict[str, Staff]
) -> None:
    for name in ("lotte", "wout"):
        LetterChoices.objects.create(person=people[name], language="nl")
    client = signed_in("platform")
    address = holes(client, language="nl")[1]
    sent = {"person": [people["lotte"].pk, people["wout"].pk, people["luc"].pk]}
    answer = client.post(address, sent, follow=True)
    assert "2 lettres partent" in words_of(answer)
    # Luc does not speak it: nobody can write to him from here.
    assert sorted(one.to[0] for one in mail.outbox) == ["lotte@example.be", "wout@example.be"]
    for one, other in ((mail.outbox[0], "Wout"), (mail.outbox[1], "Lotte")):
        assert "Nederlands" in one.subject
        assert "niemand" in one.body
        assert not re.search(rf"{other}|Paule|Nora", f"{one.subject} {one.body}")
    assert {one.subject for one in AuditEntry.objects.filter(action="coverage.asked")} == {
        f"person {people[name].pk}" for name in ("lotte", "wout")
    }
    # A second press writes to nobody again.
    again = client.post(address, sent, follow=True)
    assert "déjà été sollicitées aujourd’hui" in words_of(again)
    assert len(mail.outbox) == 2
    log = words_of(client.get("/coordination/log/"))
    assert "9:00-12:00" in log
    assert "Emploi" in log


@pytest.mark.usefixtures("letters")
def test_nobody_writes_to_people_of_others(
    world: World, signed_in: SignedIn, people: dict[str, Staff]
) -> None:
    client = signed_in("coordinator")
    answer = client.post(holes(client, language="nl")[0], {"person": [people["wout"].pk, "x"]}, follow=True)
    assert "cochez qui doit recevoir" in words_of(answer)
    assert not mail.outbox


def test_who_is_usually_free_then_comes_first_and_is_ticked_unless_away(
    world: World, signed_in: SignedIn, people: dict[str, Staff]
) -> None:
    zita = counsellor(world, "zita", mine=True, themes=("formation",), languages=["nl"])
    away = counsellor(world, "anna", mine=True, themes=("formation",), languages=["nl"])
    client = signed_in("coordinator")
    address = holes(client, language="nl")[1]
    day = date.fromisoformat(re.findall(r"day=([\d-]+)", address)[0])
    for one in (zita, away):
        UsualTime.objects.create(
            counsellor=one.counsellor, weekday=day.weekday(), start_minute=480, end_minute=780
        )
    Absence.objects.create(counsellor=away.counsellor, first_day=day - timedelta(days=1), last_day=day)
    page = words_of(client.get(address))
    assert page.index("Zita") < page.index("Lotte") < page.index("Anna")
    assert f'value="{zita.pk}" checked' in page
    assert page.count(" checked") == 1
    assert page.count("d’habitude libre") == 2
    assert page.count("absent·e ce jour-là") == 1


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"day": "2020-01-01"},
        {"day": "hier"},
        {"start": "9" * 40},
        {"start": "700", "end": "600"},
        {"theme": "x\n"},
        {"language": "xx"},
        {"site": "rien"},
    ],
)
def test_an_opening_that_is_none_leads_back_to_the_coverage(
    world: World, signed_in: SignedIn, people: dict[str, Staff], asked: dict[str, Any]
) -> None:
    given: dict[str, Any] = {
        "site": "miti",
        "theme": "emploi",
        "language": "nl",
        "day": timezone.localdate().isoformat(),
        "start": "540",
        "end": "720",
    }
    answer = signed_in("coordinator").get(f"{COVERAGE}hole/", (given | asked) if asked else {})
    assert (answer.status_code, answer["Location"]) == (302, COVERAGE)


@pytest.mark.usefixtures("letters")
def test_nobody_is_asked_for_hours_that_are_over_or_closed_since(
    world: World, signed_in: SignedIn, people: dict[str, Staff], at_ten: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("coordinator")
    today, tomorrow = holes(client, language="nl")[:2]
    sent = {"person": [people["lotte"].pk]}
    later = datetime.combine(timezone.localdate(), time(12), tzinfo=BRUSSELS)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    client = signed_in("coordinator")
    assert "Cette ouverture est passée" in words_of(client.post(today, sent, follow=True))
    world.pool_namur.timetables.all().delete()
    assert "Cette ouverture est passée" in words_of(client.post(tomorrow, sent, follow=True))
    assert not mail.outbox


@pytest.mark.usefixtures("letters")
def test_of_an_opening_that_runs_the_letter_asks_for_what_is_left_and_once(
    world: World, signed_in: SignedIn, people: dict[str, Staff], at_ten: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("coordinator")
    address, sent = holes(client, language="nl")[0], {"person": [people["lotte"].pk]}
    for hour, minute in ((10, 50), (11, 40)):
        then = datetime.combine(timezone.localdate(), time(hour, minute), tzinfo=BRUSSELS)
        monkeypatch.setattr("django.utils.timezone.now", lambda then=then: then)
        client = signed_in("coordinator")
        assert "Lotte" in words_of(client.get(address))
        client.post(address, sent)
    (letter,) = mail.outbox
    assert "10:30-12:00" in letter.body


codes = st.frozensets(st.sampled_from(["a", "b", "c"]))
skilled = st.builds(Member, pools=codes, themes=codes, languages=codes)


@given(people=st.dictionaries(st.integers(1, 9), skilled), pools=codes)
def test_everybody_who_speaks_it_is_named_once_or_could_take_it(
    people: dict[int, Member], pools: frozenset[str]
) -> None:
    found = who_could_help(people, theme="a", language="b", pools=pools)
    named = [one.person for one in found]
    assert len(named) == len(set(named))
    for key, one in people.items():
        takes = covers(one, theme="a", language="b") and bool(one.pools & pools)
        assert (key in named) == ("b" in one.languages and not takes)
    assert [list(HelpKind).index(one.kind) for one in found] == sorted(
        list(HelpKind).index(one.kind) for one in found
    )
