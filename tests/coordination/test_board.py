"""The board: what a coordinator sees of now, by name of their own people only, and what all readers share."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from chat import runtime, volatile
from chat.hub import Hub
from chat.models import Conversation, Duty
from chat.transcript.embedded import EmbeddedTranscripts
from chat.volatile import EmbeddedVolatile
from coordination.board import answers, moment, planned
from coordination.board.planned import LackingShift, PlannedTeam
from indicators.models import MetricRow
from partners.models import Role, Staff
from routing_rules.models import Counsellor, Pool, Theme
from tests.coordination.conftest import World, make_person, make_plan

SignedIn = Callable[[str], Client]
At = Callable[[datetime], None]
BOARD, NOW = "/coordination/board/", "/coordination/board/now"
OPEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
"""A Monday, 10:30 in Brussels; both teams are open from 9 to 12."""


@pytest.fixture(autouse=True)
def nobody_there_yet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    kept = EmbeddedTranscripts(publish=Hub().publish_entry, most=10, expiry_s=900)
    monkeypatch.setattr(runtime, "current", runtime.Runtime(kept, EmbeddedVolatile()))
    answers.forget()
    yield
    answers.forget()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """`at(OPEN)`: what the pages take for now."""

    def set_now(when: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: when)

    return set_now


@pytest.fixture(autouse=True)
def it_is_open(at: At, world: World) -> None:
    make_plan(1)
    at(OPEN)


def member(name: str, pool: Pool, *, theme: str = "formation", languages: tuple[str, ...] = ("fr",)) -> Staff:
    person = make_person(name, Role.COUNSELLOR, pool.partner)
    skills = Counsellor.objects.create(staff=person, languages=list(languages))
    skills.pools.add(pool)
    skills.themes.add(Theme.objects.get(code=theme))
    return person


def come(
    person: Staff,
    *,
    when: datetime = OPEN,
    state: str = "available",
    used_at: datetime | None = None,
    **duty: Any,
) -> None:
    """This counsellor opens a console, and uses it."""
    counsellor = Counsellor.objects.get(staff=person)
    Duty.objects.update_or_create(counsellor=counsellor, defaults={"state": state, "on_duty": True, **duty})
    seen = async_to_sync(runtime.volatile().seen)
    seen(volatile.counsellor(counsellor.pk), at=(used_at or when).timestamp(), active=True)
    seen(volatile.counsellor(counsellor.pk), at=when.timestamp())


def ask(
    world: World, *, theme: str = "formation", language: str = "fr", since: datetime = OPEN
) -> Conversation:
    """Somebody waits."""
    return Conversation.objects.create(
        token_hash=f"{theme}{language}{Conversation.objects.count()}",
        site=world.site,
        theme_asked=theme,
        theme=theme,
        language=language,
        audience="public",
        plan_number=1,
        asked_at=since,
        queued_at=since,
        content_key=b"x",
    )


def parts(client: Client, address: str = NOW) -> dict[str, str]:
    found: dict[str, str] = client.get(address).json()["parts"]
    return {name: " ".join(html.split()) for name, html in found.items()}


def test_smoke(world: World, signed_in: SignedIn) -> None:
    come(world.counsellor)
    ask(world)
    page = signed_in("coordinator").get(BOARD)
    assert page.status_code == 200
    print(page.content.decode())
    print(parts(signed_in("platform")))
    print(signed_in("platform").get(BOARD + "?wall=1").content.decode())
    assert 0
