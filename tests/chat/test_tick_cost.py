"""A tick checks every conversation each second: its cost must hardly depend on their number."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import database, runtime, volatile
from chat.hub import Hub
from chat.models import Conversation, Party
from chat.services import closing, idle
from chat.services.tick import Tick, _live
from chat.states import PartyRole, Reason, State
from chat.transcript.embedded import EmbeddedTranscripts
from chat.transcript.interface import VISITOR, EntryKind, PartyList
from chat.volatile import EmbeddedVolatile
from partners.models import Staff
from routing_rules.models import Counsellor, Site
from tests.chat.database_rows import NOW

pytestmark = pytest.mark.django_db(transaction=True)


class RecordingTranscripts(EmbeddedTranscripts):
    """Records what it is asked."""

    def __init__(self) -> None:
        super().__init__(publish=Hub().publish_entry, most=100, expiry_s=1e9)
        self.asked: list[int] = []
        self.shown: list[str] = []

    async def last_at(self, conversations: Iterable[str]) -> dict[str, int]:
        asked = list(conversations)
        self.asked.append(len(asked))
        return await super().last_at(asked)

    async def set_parties(self, conversation: str, parties: PartyList) -> bool:
        self.shown.append(conversation)
        return await super().set_parties(conversation, parties)


@pytest.fixture(autouse=True)
def transcripts() -> Iterator[RecordingTranscripts]:
    before = runtime.current
    store = RecordingTranscripts()
    runtime.start(runtime.Runtime(store, EmbeddedVolatile()))
    yield store
    runtime.current = before


def talking(how_many: int) -> list[str]:
    """So many active conversations of one visitor and one counsellor each, since NOW."""
    site = Site.objects.create(key="essai", name="Un site")
    made = []
    for number in range(how_many):
        row = Conversation.objects.create(
            token_hash=f"{number:064}",
            site=site,
            theme_asked="emploi",
            theme="emploi",
            language="fr",
            audience="public",
            state=State.ACTIVE,
            plan_number=1,
            asked_at=NOW,
            queued_at=NOW,
            party_version=1,
        )
        staff = Staff.objects.create(username=f"claire-{number}", role="counsellor")
        owner = Counsellor.objects.create(staff=staff, languages=["fr"])
        Party.objects.create(
            conversation=row, counsellor=owner, role=PartyRole.OWNER, number=1, joined_at=NOW
        )
        made.append(str(row.pk))
    return made


async def begun(how_many: int) -> list[str]:
    conversations = await database.run(talking, how_many)
    for each in conversations:
        await runtime.transcripts().open(each, epoch=1, parties=PartyList(), now_ms=_ms(0))
    return conversations


def _ms(after_s: float) -> int:
    return int((NOW.timestamp() + after_s) * 1000)


@pytest.mark.parametrize("how_many", [1, 12])
def test_all_live_conversations_are_one_query(how_many: int) -> None:
    talking(how_many)
    with CaptureQueriesContext(connection) as queries:
        found = _live()
    assert len(queries) == 1
    assert len(found) == how_many
    assert all(one.parties == PartyList(1, {one.counsellors[0]: 1}) for one in found)


def test_a_waiting_conversation_is_live_without_counsellors() -> None:
    talking(1)
    Party.objects.all().delete()
    Conversation.objects.update(state=State.WAITING)
    (found,) = _live()
    assert (found.state, found.counsellors, found.parties.numbers) == (State.WAITING, (), {})


def test_the_join_time_of_a_conversation_is_that_of_its_last_party() -> None:
    (conversation,) = talking(1)
    guest = Counsellor.objects.create(
        staff=Staff.objects.create(username="paul", role="counsellor"), languages=["fr"]
    )
    Party.objects.create(
        conversation_id=conversation,
        counsellor=guest,
        role=PartyRole.GUEST,
        number=2,
        joined_at=NOW + timedelta(minutes=3),
    )
    (found,) = _live()
    assert sorted(found.parties.numbers.values()) == [1, 2]
    assert set(found.counsellors) == set(found.parties.numbers)
    assert idle._joined([conversation]) == {conversation: NOW.timestamp() + 180}


async def test_the_store_is_read_once_for_all_and_given_what_is_new(
    transcripts: RecordingTranscripts,
) -> None:
    conversations = await begun(12)
    tick = Tick(holder="a")
    await tick.run(now=NOW)
    assert sorted(transcripts.shown) == sorted(conversations)
    await tick.run(now=NOW + timedelta(seconds=1))
    assert len(transcripts.shown) == 12
    assert transcripts.asked == [12, 12]


async def test_a_message_during_other_closings_keeps_its_conversation_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    conversations = await begun(2)
    late_s = int(settings.ENV.idle_close_s) + 60
    really_close = closing.close

    async def speak_first(**how: Any) -> Any:
        (other,) = set(conversations) - {how["conversation"]}
        await runtime.transcripts().append(
            other, kind=EntryKind.MESSAGE, author=VISITOR, client_id="a", envelope="", now_ms=_ms(second)
        )
        return await really_close(**how)

    monkeypatch.setattr(closing, "close", speak_first)
    tick = Tick(holder="a")
    for second in range(0, late_s, 10):
        for each in await database.run(_live):
            for who in (volatile.visitor(each.conversation), volatile.counsellor(each.counsellors[0])):
                await runtime.volatile().seen(who, at=NOW.timestamp() + second)
        await tick.run(now=NOW + timedelta(seconds=second))
    (left,) = await database.run(_live)
    tombstone = await runtime.volatile().tombstone(
        next(one for one in conversations if one != left.conversation), now=NOW.timestamp() + late_s
    )
    assert tombstone is not None
    assert tombstone.reason == Reason.IDLE.value
