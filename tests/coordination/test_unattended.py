"""Coordinators are warned when something is open, or about to open, and nobody is ready for it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from chat import runtime, volatile
from chat.hub import Hub
from chat.models import Duty
from chat.transcript.embedded import EmbeddedTranscripts
from chat.volatile import EmbeddedVolatile
from routing_rules.models import Counsellor
from routing_rules.presence import PROBABLY_ABSENT_AFTER_S
from tests.coordination.conftest import World

SignedIn = Callable[[str], Client]
HOME = "/coordination/"
OPEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
"""A Monday, 10:30 in Brussels; both teams are open from 9 to 12."""
NAMUR, BRUXELLES = "Équipe Namur", "Équipe Bruxelles"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """`at(OPEN)`: what the pages take for now."""

    def set_now(moment: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return set_now


def come(world: World, moment: datetime, state: str = "available") -> None:
    """The counsellor of Namur opens a console and says this of themselves."""
    person = Counsellor.objects.get(staff=world.counsellor)
    Duty.objects.update_or_create(counsellor=person, defaults={"state": state, "on_duty": True})
    async_to_sync(runtime.volatile().seen)(volatile.counsellor(person.pk), at=moment.timestamp(), active=True)


@pytest.fixture(autouse=True)
def nobody_there_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = EmbeddedTranscripts(publish=Hub().publish_entry, most=10, expiry_s=900)
    stores = runtime.Runtime(transcripts=kept, volatile=EmbeddedVolatile())
    monkeypatch.setattr(runtime, "current", stores)


def warned(client: Client) -> str:
    """The warning's words; empty when there is none."""
    page = client.get(f"{HOME}unattended/").content.decode()
    return " ".join(page.split()) if "notice" in page else ""


def test_a_coordinator_is_warned_of_their_own_team(
    world: World, signed_in: SignedIn, at: Callable[[datetime], None]
) -> None:
    at(OPEN)
    words = warned(signed_in("coordinator"))
    assert "Personne n’est prêt·e dans aucune équipe ouverte" in words
    assert "ouverte jusqu’à 12:00, personne n’est prêt·e" in words
    assert (NAMUR in words, BRUXELLES in words) == (True, False)
    assert words.split("<ul>")[1] in " ".join(signed_in("coordinator").get(HOME).content.decode().split())


def test_the_platforms_coordinator_is_warned_of_every_team(
    world: World, signed_in: SignedIn, at: Callable[[datetime], None]
) -> None:
    at(OPEN)
    come(world, OPEN)
    words = warned(signed_in("platform"))
    assert "Une ouverture sans personne de prêt·e" in words
    assert (NAMUR in words, BRUXELLES in words) == (False, True)


def test_somebody_ready_ends_the_warning(
    world: World, signed_in: SignedIn, at: Callable[[datetime], None]
) -> None:
    at(OPEN)
    come(world, OPEN)
    assert warned(signed_in("coordinator")) == ""


def test_an_open_console_alone_makes_nobody_ready(
    world: World, signed_in: SignedIn, at: Callable[[datetime], None]
) -> None:
    at(OPEN)
    come(world, OPEN, "away")
    assert "1 personne a sa console ouverte sans être prête" in warned(signed_in("coordinator"))


def test_a_session_that_is_still_signed_in_makes_nobody_ready(
    world: World, signed_in: SignedIn, at: Callable[[datetime], None]
) -> None:
    come(world, OPEN - timedelta(minutes=5))
    at(OPEN)
    assert "personne n’est prêt·e" in warned(signed_in("coordinator"))


@pytest.mark.parametrize(
    ("minutes_before", "says"), [(29, "ouvre à 9:00, personne n’est encore prêt·e"), (31, "")]
)
def test_an_opening_that_begins_soon_is_warned_of(
    world: World, signed_in: SignedIn, at: Callable[[datetime], None], minutes_before: int, says: str
) -> None:
    at(datetime(2026, 11, 23, 8, 0, tzinfo=UTC) - timedelta(minutes=minutes_before))
    words = warned(signed_in("coordinator"))
    assert says in words
    assert bool(words) == bool(says)


def test_after_the_last_intake_and_when_closed_there_is_nothing_to_warn_of(
    world: World, signed_in: SignedIn, at: Callable[[datetime], None]
) -> None:
    for moment in (datetime(2026, 11, 23, 10, 55, tzinfo=UTC), datetime(2026, 11, 23, 18, 0, tzinfo=UTC)):
        at(moment)
        assert warned(signed_in("platform")) == ""


def test_somebody_whose_page_is_not_used_is_nobody_ready(
    world: World, signed_in: SignedIn, at: Callable[[datetime], None]
) -> None:
    at(OPEN)
    come(world, OPEN - timedelta(seconds=PROBABLY_ABSENT_AFTER_S + 1))
    person = Counsellor.objects.get(staff=world.counsellor)
    async_to_sync(runtime.volatile().seen)(volatile.counsellor(person.pk), at=OPEN.timestamp())
    assert "1 personne a sa console ouverte sans être prête" in warned(signed_in("coordinator"))


def test_a_page_that_shows_the_warning_gets_no_second_one(
    world: World, signed_in: SignedIn, at: Callable[[datetime], None]
) -> None:
    at(OPEN)
    client = signed_in("coordinator")
    page = client.get(f"{HOME}unattended/").content.decode()
    again = page.split('hx-get="')[1].split('"')[0]
    assert client.get(again).status_code == 204
    come(world, OPEN)
    changed = client.get(again)
    assert (changed.status_code, "notice" in changed.content.decode()) == (200, False)


def test_an_inactive_team_is_not_warned_of(
    world: World, signed_in: SignedIn, at: Callable[[datetime], None]
) -> None:
    at(OPEN)
    world.pool_namur.active = False
    world.pool_namur.save()
    assert warned(signed_in("coordinator")) == ""


def test_a_holiday_is_not_warned_of(
    world: World, signed_in: SignedIn, at: Callable[[datetime], None]
) -> None:
    at(OPEN)
    world.pool_namur.exceptions.create(date=date(2026, 11, 23), kind="closed", reason="Fête")
    assert warned(signed_in("coordinator")) == ""
