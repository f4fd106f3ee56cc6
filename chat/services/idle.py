"""When nobody writes: how long a conversation has been quiet, and when it is closed for that."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db.models import Max

from chat import database, runtime
from chat.models import Conversation
from chat.services import tick_signs


async def quiet_since(active: Collection[str], *, now: datetime) -> dict[str, float]:
    """The active conversations in which nobody has written for long enough to be warned: since when, or since somebody joined."""
    # The store leaves out a conversation whose memory was lost, and with it the last message. A new epoch begins when an end reconnects.
    last = await runtime.transcripts().last_at(active)
    long_ago = now.timestamp() - settings.ENV.idle_warning_s
    silent = {one: spoken / 1000 for one, spoken in last.items() if spoken / 1000 < long_ago}
    joined = await database.run(_joined, list(silent)) if silent else {}
    return {one: max(spoken, joined[one]) for one, spoken in silent.items() if one in joined}


def _joined(conversations: list[str]) -> dict[str, float]:
    """When the last counsellor joined, or the conversation last entered the queue."""
    rows = Conversation.objects.filter(pk__in=conversations).annotate(last_joined=Max("parties__joined_at"))
    return {
        str(row): max(queued_at, last_joined or queued_at).timestamp()
        for row, queued_at, last_joined in rows.values_list("pk", "queued_at", "last_joined")
    }


def counted_s(since: float, *, unbroken_s: float, now: datetime) -> float:
    """For how long the silence counts: not longer than anybody has watched."""
    return min(now.timestamp() - since, unbroken_s)


def is_warned(quiet_s: float) -> bool:
    return quiet_s > settings.ENV.idle_warning_s


def closes_in_s(quiet_s: float) -> int:
    return max(1, int(settings.ENV.idle_close_s - quiet_s))


async def warning(conversation: str, *, now: datetime) -> int | None:
    """In how many seconds an active conversation is closed unless somebody writes; None: it is too early to warn."""
    since = (await quiet_since([conversation], now=now)).get(conversation)
    if since is None:
        return None
    quiet_s = counted_s(since, unbroken_s=await tick_signs.unbroken_s(now=now), now=now)
    return closes_in_s(quiet_s) if is_warned(quiet_s) else None
