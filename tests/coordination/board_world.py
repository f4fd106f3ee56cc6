"""Who is there, and who waits, at a moment that a test chooses: for the tests of the board."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from asgiref.sync import async_to_sync
from django.test import Client

from chat import runtime, volatile
from chat.hub import Hub
from chat.models import Conversation, Duty
from chat.transcript.embedded import EmbeddedTranscripts
from chat.volatile import EmbeddedVolatile
from partners.models import Role, Staff
from routing_rules.models import Counsellor, Pool, Theme
from tests.coordination.conftest import World, make_person

SignedIn = Callable[[str], Client]
At = Callable[[datetime], None]
BOARD, NOW, ACT = "/coordination/board/", "/coordination/board/now", "/coordination/board/act"
OPEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
"""A Monday, 10:30 in Brussels; both teams are open from 9 to 12."""
CLOSES = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def empty_stores() -> runtime.Runtime:
    kept = EmbeddedTranscripts(publish=Hub().publish_entry, most=10, expiry_s=900)
    return runtime.Runtime(kept, EmbeddedVolatile())


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
    )


def parts(client: Client, address: str = NOW) -> dict[str, str]:
    found: dict[str, str] = client.get(address).json()["parts"]
    return {name: " ".join(html.split()) for name, html in found.items()}
