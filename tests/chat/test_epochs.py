"""The store has lost an open conversation: the conversation continues in the next epoch, which begins once."""

import asyncio

import pytest

from chat import database, runtime
from chat.faults import Unreachable
from chat.models import Conversation, Party
from chat.services import closing, epochs, messages
from chat.states import PartyRole, Reason, State
from chat.transcript.embedded import EmbeddedTranscripts
from chat.transcript.interface import PAGE, VISITOR, Appended, EntryKind, Page, PartyList, Unable
from partners.models import Staff
from routing_rules.models import Counsellor
from tests.chat.database_rows import NOW
from tests.chat.database_rows import conversation as new_conversation
from tests.sealing import envelope

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("running")]


def row(state: State = State.ACTIVE) -> str:
    one = new_conversation(state=state)
    return str(one.pk)


async def say(conversation: str, number: int) -> Appended | Unable:
    return await messages.append(
        conversation=conversation,
        kind=EntryKind.MESSAGE,
        author=VISITOR,
        client_id=f"m{number}",
        envelope=envelope(f"message {number}"),
        now=NOW,
    )


def epoch_of(conversation: str) -> int:
    return Conversation.objects.get(pk=conversation).epoch


async def test_the_first_message_after_the_loss_begins_the_next_epoch_at_one() -> None:
    conversation = await database.run(row)
    assert await say(conversation, 1) == Appended(2, 1, again=False)
    assert await say(conversation, 2) == Appended(2, 2, again=False)
    assert await database.run(epoch_of, conversation) == 2


async def test_many_who_reconnect_at_once_begin_one_epoch_and_lose_nothing() -> None:
    conversation = await database.run(row)

    async def comes_back(number: int) -> Appended | Unable:
        await asyncio.sleep(number / 1000)
        if number % 2:
            assert await epochs.reopen(conversation=conversation, now=NOW)
        return await say(conversation, number)

    got = await asyncio.gather(*(comes_back(number) for number in range(20)))
    assert sorted(one.seq for one in got if isinstance(one, Appended)) == list(range(1, 21))
    assert {one.epoch for one in got if isinstance(one, Appended)} == {2}
    page = await runtime.transcripts().read(conversation, kind=EntryKind.MESSAGE, after=0)
    assert page is not None
    assert len(page.entries) == 20
    assert await database.run(epoch_of, conversation) == 2


async def test_reopening_an_existing_transcript_changes_nothing() -> None:
    conversation = await database.run(row)
    await say(conversation, 1)
    assert await epochs.reopen(conversation=conversation, now=NOW)
    assert await say(conversation, 2) == Appended(2, 2, again=False)


async def test_a_closing_conversation_gets_no_new_epoch() -> None:
    conversation = await database.run(row, State.CLOSING)
    assert await epochs.reopen(conversation=conversation, now=NOW) is False
    assert await say(conversation, 1) is Unable.SEALED


async def test_an_unknown_conversation_gets_no_epoch() -> None:
    assert await epochs.reopen(conversation="00000000-0000-4000-8000-000000000000", now=NOW) is False


async def test_a_second_loss_begins_a_third_epoch() -> None:
    conversation = await database.run(row)
    await say(conversation, 1)
    await runtime.transcripts().erase(conversation)
    assert await say(conversation, 1) == Appended(3, 1, again=False)


class SlowOpening(EmbeddedTranscripts):
    """The second `open` waits until the test lets it continue."""

    may_open: asyncio.Event
    opened = 0
    first_opened: asyncio.Event
    second_opening: asyncio.Event
    barrier: asyncio.Barrier | None = None
    """So many readers find nothing before any of them continues."""

    async def read(self, conversation: str, *, kind: EntryKind, after: int, limit: int = PAGE) -> Page | None:
        page = await super().read(conversation, kind=kind, after=after, limit=limit)
        if self.barrier is not None:
            await self.barrier.wait()
            self.barrier = None
        return page

    async def open(
        self, conversation: str, *, epoch: int, parties: PartyList, now_ms: int, ticket: bytes | None = None
    ) -> int | None:
        self.opened += 1
        if self.opened == 2:
            self.second_opening.set()
            await self.may_open.wait()
        done = await super().open(conversation, epoch=epoch, parties=parties, now_ms=now_ms, ticket=ticket)
        self.first_opened.set()
        return done

    def lose_everything(self) -> None:
        self._kept.clear()
        self._tickets.clear()


def slow_opening() -> SlowOpening:
    store = SlowOpening(publish=runtime.hub().publish_entry, most=100, expiry_s=900)
    store.may_open, store.second_opening, store.first_opened = (
        asyncio.Event(),
        asyncio.Event(),
        asyncio.Event(),
    )
    runtime.running().transcripts = store
    return store


async def test_of_two_processes_that_begin_an_epoch_the_slower_deletes_nothing() -> None:
    conversation = await database.run(row)
    store = slow_opening()
    # As two processes do: what one process begins twice it begins once.
    both = [asyncio.create_task(epochs._reopen(conversation, NOW)) for _ in range(2)]
    # One that finds its number claimed leaves it to the other: that it is done does not say that anything is there.
    await store.first_opened.wait()
    first = await say(conversation, 1)
    assert isinstance(first, Appended)
    store.may_open.set()
    assert await asyncio.gather(*both) == [True, True]
    # Each may have claimed a number of its own: whichever was opened counts.
    assert await say(conversation, 1) == Appended(first.epoch, 1, again=True)
    assert await database.run(epoch_of, conversation) == first.epoch


async def test_an_epoch_with_messages_is_not_begun_again_after_a_second_loss() -> None:
    conversation = await database.run(row)
    store = slow_opening()
    store.barrier = asyncio.Barrier(2)
    both = [asyncio.create_task(epochs._reopen(conversation, NOW)) for _ in range(2)]
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    heard = await say(conversation, 1)
    assert isinstance(heard, Appended)
    # The slower of the two comes to it when what was said there has gone as well.
    await store.second_opening.wait()
    store.lose_everything()
    store.may_open.set()
    with pytest.raises(Unreachable):
        await asyncio.gather(*both)
    said = await say(conversation, 2)
    assert isinstance(said, Appended)
    assert said.epoch > heard.epoch
    assert await database.run(epoch_of, conversation) == said.epoch


async def test_a_conversation_closed_during_reopening_leaves_no_transcript() -> None:
    conversation = await database.run(row)
    store = slow_opening()
    store.opened = 1
    beginning = asyncio.create_task(epochs.reopen(conversation=conversation, now=NOW))
    await store.second_opening.wait()
    await closing.close(conversation=conversation, reason=Reason.VISITOR_LEFT, now=NOW)
    store.may_open.set()
    assert await beginning is False
    assert await store.read(conversation, kind=EntryKind.MESSAGE, after=0) is None


def accepted_row() -> tuple[str, int]:
    conversation = row()
    staff = Staff.objects.create(username="claire", role="counsellor")
    owner = Counsellor.objects.create(staff=staff, languages=["fr"]).pk
    Party.objects.create(
        conversation_id=conversation, counsellor_id=owner, role=PartyRole.OWNER, number=1, joined_at=NOW
    )
    Conversation.objects.filter(pk=conversation).update(party_version=1)
    return conversation, owner


async def test_a_party_unknown_to_the_store_may_write_and_a_stranger_may_not() -> None:
    conversation, owner = await database.run(accepted_row)
    await runtime.transcripts().open(conversation, epoch=1, parties=PartyList(), now_ms=0)
    for author, numbered in ((owner, Appended(1, 1, again=False)), (owner + 1, Unable.NOT_A_PARTY)):
        said = await messages.append(
            conversation=conversation,
            kind=EntryKind.MESSAGE,
            author=author,
            client_id="a",
            envelope=envelope("bonjour"),
            now=NOW,
        )
        assert said == numbered
