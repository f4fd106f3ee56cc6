"""The store has forgotten an open conversation: it goes on in the next epoch, which begins once."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from chat import database, runtime, sealing
from chat.hub import Hub
from chat.models import Conversation, State
from chat.sealing import Cipher
from chat.services import saying
from chat.transcript.embedded import EmbeddedTranscripts
from chat.transcript.interface import VISITOR, Appended, Kind, Unable
from chat.volatile import EmbeddedVolatile
from routing_rules.models import Site

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def a_fresh_memory() -> Iterator[None]:
    before = runtime._running
    hub = Hub()
    transcripts = EmbeddedTranscripts(publish=hub.published, most=100, expiry_s=900)
    runtime.start(runtime.Runtime(transcripts, EmbeddedVolatile(), hub))
    yield
    runtime._running = before


def row(state: State = State.ACTIVE) -> tuple[str, bytes]:
    site = Site.objects.create(key="essai", name="Un site")
    one = Conversation(
        token_hash="0" * 64,
        site=site,
        state=state,
        theme_asked="emploi",
        theme="emploi",
        language="fr",
        audience="public",
        plan_number=1,
        asked_at=NOW,
        queued_at=NOW,
    )
    one.content_key = sealing.new_key(str(one.pk))
    one.save()
    return str(one.pk), bytes(one.content_key)


async def say(conversation: str, key: bytes, number: int) -> Appended | Unable:
    return await saying.say(
        conversation=conversation,
        kind=Kind.MESSAGE,
        author=VISITOR,
        client_id=f"m{number}",
        body=f"message {number}",
        cipher=Cipher(conversation, key),
        now=NOW,
    )


def epoch_of(conversation: str) -> int:
    return Conversation.objects.get(pk=conversation).epoch


async def test_the_first_word_after_the_loss_begins_the_next_epoch_at_one() -> None:
    conversation, key = await database.run(row)
    assert await say(conversation, key, 1) == Appended(2, 1, again=False)
    assert await say(conversation, key, 2) == Appended(2, 2, again=False)
    assert await database.run(epoch_of, conversation) == 2


async def test_many_who_come_back_at_once_begin_one_epoch_and_lose_nothing() -> None:
    conversation, key = await database.run(row)

    async def comes_back(number: int) -> Appended | Unable:
        await asyncio.sleep(number / 1000)
        if number % 2:
            assert await saying.reopen(conversation=conversation, now=NOW)
        return await say(conversation, key, number)

    got = await asyncio.gather(*(comes_back(number) for number in range(20)))
    assert sorted(one.seq for one in got if isinstance(one, Appended)) == list(range(1, 21))
    assert {one.epoch for one in got if isinstance(one, Appended)} == {2}
    page = await runtime.transcripts().read(conversation, kind=Kind.MESSAGE, after=0)
    assert page is not None
    assert len(page.entries) == 20
    assert await database.run(epoch_of, conversation) == 2


async def test_reopening_what_is_there_changes_nothing() -> None:
    conversation, key = await database.run(row)
    await say(conversation, key, 1)
    assert await saying.reopen(conversation=conversation, now=NOW)
    assert await say(conversation, key, 2) == Appended(2, 2, again=False)


async def test_a_conversation_that_is_closing_is_not_begun_anew() -> None:
    conversation, key = await database.run(row, State.CLOSING)
    assert await saying.reopen(conversation=conversation, now=NOW) is False
    assert await say(conversation, key, 1) is Unable.SEALED


async def test_a_conversation_that_does_not_exist_is_not_begun_at_all() -> None:
    assert await saying.reopen(conversation="00000000-0000-4000-8000-000000000000", now=NOW) is False


async def test_a_second_loss_begins_a_third_epoch() -> None:
    conversation, key = await database.run(row)
    await say(conversation, key, 1)
    await runtime.transcripts().erase(conversation)
    assert await say(conversation, key, 1) == Appended(3, 1, again=False)
