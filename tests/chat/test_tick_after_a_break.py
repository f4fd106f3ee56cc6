"""After a break in the tick, silence and idleness are counted anew: nobody could show a sign meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from chat import database, runtime, volatile
from chat.models import Conversation, Party
from chat.services import closing
from chat.services.tick import Tick
from chat.states import PartyRole, State
from chat.transcript.interface import EntryKind, PartyList, Unable
from partners.models import Staff
from routing_rules.models import Counsellor
from tests.chat.database_rows import NOW, conversation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("running")]


def talking() -> tuple[str, int]:
    """A conversation of a visitor and a counsellor, since NOW."""
    one = conversation(state=State.ACTIVE, accepted_at=NOW, party_version=1)
    staff = Staff.objects.create(username="claire", role="counsellor")
    owner = Counsellor.objects.create(staff=staff, languages=["fr"])
    Party.objects.create(conversation=one, counsellor=owner, role=PartyRole.OWNER, number=1, joined_at=NOW)
    return str(one.pk), owner.pk


def states() -> list[str]:
    return list(Conversation.objects.values_list("state", flat=True))


async def begun() -> tuple[Tick, str, int]:
    conversation, owner = await database.run(talking)
    await runtime.transcripts().open(
        conversation, epoch=1, parties=PartyList(), now_ms=int(NOW.timestamp() * 1000)
    )
    for who in (volatile.visitor(conversation), volatile.counsellor(owner)):
        await runtime.volatile().seen(who, at=NOW.timestamp())
    tick = Tick(holder="a")
    await tick.run(now=NOW)
    return tick, conversation, owner


async def test_an_hour_without_a_tick_ends_no_conversation() -> None:
    tick, conversation, owner = await begun()
    later = NOW + timedelta(hours=1)
    await tick.run(now=later)
    await tick.run(now=later + timedelta(seconds=1))
    # Another process may lead from here on: it knows of the break as well.
    other = Tick(holder="b")
    await other.run(now=later + timedelta(seconds=10))
    assert await database.run(states) == [State.ACTIVE]
    for who in (volatile.visitor(conversation), volatile.counsellor(owner)):
        await runtime.volatile().seen(who, at=later.timestamp() + 12)
    for second in range(11, 60):
        await other.run(now=later + timedelta(seconds=second))
    assert await database.run(states) == [State.ACTIVE]


async def test_a_party_who_does_not_reconnect_after_the_break_is_lost() -> None:
    tick, *_ = await begun()
    later = NOW + timedelta(hours=1)
    for second in range(0, 60, 10):
        await tick.run(now=later + timedelta(seconds=second))
    assert await database.run(states) == []


async def test_a_conversation_with_a_lost_transcript_is_not_idle() -> None:
    tick, conversation, owner = await begun()
    await runtime.transcripts().erase(conversation)
    end_s = int(settings.ENV.idle_close_s) + 60
    for second in range(0, end_s, 10):
        for who in (volatile.visitor(conversation), volatile.counsellor(owner)):
            await runtime.volatile().seen(who, at=NOW.timestamp() + second)
        await tick.run(now=NOW + timedelta(seconds=second))
    assert await database.run(states) == [State.ACTIVE]


async def test_the_tick_gives_the_store_a_missing_party() -> None:
    _, conversation, owner = await begun()
    said = await runtime.transcripts().append(
        conversation, kind=EntryKind.MESSAGE, author=owner, client_id="a", envelope="", now_ms=0
    )
    assert not isinstance(said, Unable)


async def test_a_conversation_that_fails_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tick, broken, _ = await begun()
    await database.run(lambda: Conversation.objects.update(token_hash="1" * 64))
    sound = await database.run(conversation)
    close = closing.close

    async def closed(**about: Any) -> Any:
        if about["conversation"] == broken:
            raise LookupError("nowhere")
        return await close(**about)

    monkeypatch.setattr(closing, "close", closed)
    for second in range(0, 300, 10):
        await tick.run(now=NOW + timedelta(hours=1, seconds=second))
    assert not await database.run(Conversation.objects.filter(pk=sound.pk).exists)
    assert await database.run(Conversation.objects.filter(pk=broken).exists)
