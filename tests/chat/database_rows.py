"""Rows of the database for tests that need an open conversation and no server."""

from datetime import UTC, datetime
from typing import Any

from chat.models import Conversation
from routing_rules.models import Site

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
TOKEN = "0" * 64


def site() -> Site:
    return Site.objects.get_or_create(key="essai", defaults={"name": "Un site"})[0]


def conversation(**fields: Any) -> Conversation:
    """Asked for on a site of its own at NOW, by whoever has TOKEN; `fields` say what is other than in one that waits."""
    one = Conversation(
        token_hash=TOKEN,
        site=site(),
        theme_asked="emploi",
        theme="emploi",
        language="fr",
        audience="public",
        plan_number=1,
        asked_at=NOW,
        queued_at=NOW,
        **fields,
    )
    one.save()
    return one
