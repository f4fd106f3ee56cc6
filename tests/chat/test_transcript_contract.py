"""The contract of every transcript store: numbered without holes, never doubled, sealed for good, gone in time."""

import pytest

from chat.quiet_time import QUIET_MS
from chat.transcript.interface import (
    PAGE,
    SYSTEM,
    VISITOR,
    Appended,
    EntryKind,
    PartyList,
    TranscriptCounts,
    Transcripts,
    Unable,
)
from tests.chat.stores import EXPIRY_S, Published, Stores

OWNER, GUEST, STRANGER = 7, 8, 9


async def begun(transcripts: Transcripts, *, epoch: int = 1, version: int = 1, now_ms: int = 0) -> str:
    """A conversation of the visitor and its owner."""
    parties = PartyList(version, {OWNER: 1})
    await transcripts.open("c", epoch=epoch, parties=parties, now_ms=now_ms)
    return "c"


async def said(
    transcripts: Transcripts,
    client_id: str,
    *,
    author: int = VISITOR,
    kind: EntryKind = EntryKind.MESSAGE,
    now_ms: int = 0,
    conversation: str = "c",
) -> Appended | Unable:
    return await transcripts.append(
        conversation,
        kind=kind,
        author=author,
        client_id=client_id,
        # Of the signs that an envelope has.
        envelope="1.1." + client_id.encode().hex(),
        now_ms=now_ms,
    )


async def read_ids(transcripts: Transcripts, *, kind: EntryKind = EntryKind.MESSAGE) -> list[str]:
    page = await transcripts.read("c", kind=kind, after=0)
    assert page is not None
    return [entry.client_id for entry in page.entries]


async def test_entries_are_numbered_from_one_without_holes(transcripts: Transcripts) -> None:
    await begun(transcripts)
    assert await said(transcripts, "a") == Appended(1, 1, again=False)
    assert await said(transcripts, "b", author=OWNER) == Appended(1, 2, again=False)
    assert await said(transcripts, "c", author=SYSTEM) == Appended(1, 3, again=False)
    assert await read_ids(transcripts) == ["a", "b", "c"]


async def test_an_entry_keeps_its_author_its_time_and_its_bytes(transcripts: Transcripts) -> None:
    await begun(transcripts)
    await transcripts.append(
        "c", kind=EntryKind.MESSAGE, author=OWNER, client_id="x", envelope="1.1.sealed", now_ms=1_234
    )
    page = await transcripts.read("c", kind=EntryKind.MESSAGE, after=0)
    assert page is not None
    entry = page.entries[0]
    assert (entry.author, entry.number, entry.client_id) == (OWNER, 1, "x")
    assert (entry.envelope, entry.at_ms, entry.epoch, entry.seq) == ("1.1.sealed", 1_234, 1, 1)
    assert entry.parties == PartyList(1, {OWNER: 1})


async def test_a_repeat_gets_the_first_ones_number_and_is_stored_and_published_once(
    transcripts: Transcripts, published: Published
) -> None:
    await begun(transcripts)
    await said(transcripts, "a")
    await said(transcripts, "b")
    assert await said(transcripts, "a") == Appended(1, 1, again=True)
    assert await read_ids(transcripts) == ["a", "b"]
    assert [entry.client_id for _, entry in published.entries] == ["a", "b"]


@pytest.mark.parametrize("client_id", ["m1", '"\\', "~" * 22, "!" * 64, "A" * 22, "k-2_" * 16])
async def test_any_client_id_comes_back_as_it_was_and_is_known_when_it_is_sent_again(
    transcripts: Transcripts, client_id: str
) -> None:
    await begun(transcripts)
    assert await said(transcripts, client_id) == Appended(1, 1, again=False)
    assert await said(transcripts, client_id) == Appended(1, 1, again=True)
    assert await read_ids(transcripts) == [client_id]


async def test_two_authors_may_use_the_same_client_id(transcripts: Transcripts) -> None:
    await begun(transcripts)
    assert await said(transcripts, "same") == Appended(1, 1, again=False)
    assert await said(transcripts, "same", author=OWNER) == Appended(1, 2, again=False)


async def test_notes_are_numbered_apart_from_messages(transcripts: Transcripts) -> None:
    await begun(transcripts)
    await said(transcripts, "a")
    assert await said(transcripts, "a", author=OWNER, kind=EntryKind.NOTE) == Appended(1, 1, again=False)
    assert await read_ids(transcripts, kind=EntryKind.NOTE) == ["a"]
    assert await read_ids(transcripts) == ["a"]


async def test_a_stranger_appends_nothing(transcripts: Transcripts, published: Published) -> None:
    await begun(transcripts)
    assert await said(transcripts, "a", author=STRANGER) is Unable.NOT_A_PARTY
    assert await said(transcripts, "a", author=STRANGER, kind=EntryKind.NOTE) is Unable.NOT_A_PARTY
    assert await read_ids(transcripts) == []
    assert published.entries == []


async def test_a_party_who_left_can_append_no_more(transcripts: Transcripts) -> None:
    await begun(transcripts, version=1)
    assert isinstance(await said(transcripts, "a", author=OWNER), Appended)
    assert await transcripts.set_parties("c", PartyList(2, {GUEST: 2}))
    assert await said(transcripts, "b", author=OWNER) is Unable.NOT_A_PARTY
    # Not even a repeat: it would confirm that the conversation is still there.
    assert await said(transcripts, "a", author=OWNER) is Unable.NOT_A_PARTY
    assert isinstance(await said(transcripts, "b", author=GUEST), Appended)


async def test_an_older_party_list_that_arrives_late_changes_nothing(transcripts: Transcripts) -> None:
    await begun(transcripts, version=5)
    await transcripts.set_parties("c", PartyList(4, {STRANGER: 3}))
    assert await said(transcripts, "a", author=STRANGER) is Unable.NOT_A_PARTY
    assert isinstance(await said(transcripts, "b", author=OWNER), Appended)


async def test_every_entry_carries_the_party_list_of_its_time(
    transcripts: Transcripts, published: Published
) -> None:
    await begun(transcripts, version=1)
    await said(transcripts, "a")
    await transcripts.set_parties("c", PartyList(2, {GUEST: 2}))
    await said(transcripts, "b")
    assert [entry.parties.version for _, entry in published.entries] == [1, 2]
    assert [dict(entry.parties.numbers) for _, entry in published.entries] == [{OWNER: 1}, {GUEST: 2}]


async def test_every_method_treats_an_unknown_conversation_as_unknown(transcripts: Transcripts) -> None:
    assert await said(transcripts, "a", conversation="never") is Unable.UNKNOWN
    assert await transcripts.read("never", kind=EntryKind.MESSAGE, after=0) is None
    assert await transcripts.set_parties("never", PartyList()) is False
    assert await transcripts.seal("never") is None
    assert await transcripts.last_at(["never"]) == {}
    await transcripts.renew(["never"], now_ms=1)
    await transcripts.erase("never")
    assert await transcripts.read("never", kind=EntryKind.MESSAGE, after=0) is None


async def test_a_sealed_transcript_refuses_everybody_and_repeats_its_counts(
    transcripts: Transcripts, published: Published
) -> None:
    await begun(transcripts)
    await said(transcripts, "a")
    await said(transcripts, "b", author=OWNER)
    await said(transcripts, "c", author=OWNER)
    await said(transcripts, "d", author=SYSTEM)
    await said(transcripts, "n", author=OWNER, kind=EntryKind.NOTE)
    counts = TranscriptCounts(visitor=1, counsellor=2, last_ms=0)
    assert await transcripts.seal("c") == counts
    told = len(published.entries)
    for author in (VISITOR, OWNER, SYSTEM):
        assert await said(transcripts, "late", author=author) is Unable.SEALED
    assert await said(transcripts, "a") is Unable.SEALED
    assert len(published.entries) == told
    assert await transcripts.seal("c") == counts


@pytest.mark.parametrize(
    ("authors", "two_way"),
    [([VISITOR, OWNER], False), ([OWNER, VISITOR], True), ([SYSTEM, VISITOR], False), ([VISITOR], False)],
)
async def test_it_is_two_way_once_the_visitor_writes_after_a_counsellor(
    transcripts: Transcripts, authors: list[int], two_way: bool
) -> None:
    await begun(transcripts)
    for number, author in enumerate(authors):
        await said(transcripts, f"{number}", author=author)
    counts = await transcripts.seal("c")
    assert counts is not None
    assert counts.two_way is two_way


async def test_only_stretches_longer_than_five_minutes_are_kept_as_quiet(transcripts: Transcripts) -> None:
    await begun(transcripts, now_ms=0)
    await said(transcripts, "a", now_ms=QUIET_MS)
    await said(transcripts, "b", now_ms=2 * QUIET_MS + 60_000)
    last_ms = 2 * QUIET_MS + 61_000
    await said(transcripts, "c", now_ms=last_ms)
    counts = await transcripts.seal("c")
    assert counts is not None
    assert counts.quiet == ((QUIET_MS, 2 * QUIET_MS + 60_000),)
    assert counts.last_ms == last_ms


async def test_an_erased_transcript_is_unknown(transcripts: Transcripts) -> None:
    await begun(transcripts)
    await said(transcripts, "a")
    await transcripts.erase("c")
    assert await transcripts.read("c", kind=EntryKind.MESSAGE, after=0) is None
    assert await said(transcripts, "b") is Unable.UNKNOWN


async def test_opening_again_in_any_epoch_keeps_the_transcript(transcripts: Transcripts) -> None:
    await begun(transcripts, epoch=2)
    await said(transcripts, "a")
    for epoch in (2, 1, 3):
        assert await transcripts.open("c", epoch=epoch, parties=PartyList(), now_ms=0) == 2
    assert await read_ids(transcripts) == ["a"]
    assert await said(transcripts, "b") == Appended(2, 2, again=False)


async def test_a_ticket_is_the_same_for_all_who_ask_and_begins_one_epoch(transcripts: Transcripts) -> None:
    ticket = await transcripts.ticket("c")
    assert await transcripts.ticket("c") == ticket
    assert await transcripts.ticket("other") != ticket
    for epoch in (2, 3):
        # The second finds what the first began.
        assert await transcripts.open("c", epoch=epoch, parties=PartyList(), now_ms=0, ticket=ticket) == 2
    await transcripts.erase("c")
    assert await transcripts.open("c", epoch=3, parties=PartyList(), now_ms=0, ticket=ticket) is None
    assert await transcripts.read("c", kind=EntryKind.MESSAGE, after=0) is None


async def test_a_ticket_from_before_a_loss_begins_nothing(transcripts: Transcripts, stores: Stores) -> None:
    await transcripts.ticket("c")
    assert await transcripts.open("c", epoch=2, parties=PartyList(), now_ms=0, ticket=b"foreign") is None
    late = await transcripts.ticket("c")
    await stores.advance_time(61)
    assert await transcripts.open("c", epoch=2, parties=PartyList(), now_ms=0, ticket=late) is None
    assert await transcripts.read("c", kind=EntryKind.MESSAGE, after=0) is None
    fresh = await transcripts.ticket("c")
    assert await transcripts.open("c", epoch=2, parties=PartyList(), now_ms=0, ticket=fresh) == 2


async def test_a_later_epoch_begins_with_an_empty_list_at_one(transcripts: Transcripts) -> None:
    await begun(transcripts, epoch=1)
    await said(transcripts, "a")
    await transcripts.erase("c")
    assert await transcripts.open("c", epoch=2, parties=PartyList(1, {OWNER: 1}), now_ms=0) == 2
    assert await read_ids(transcripts) == []
    assert await said(transcripts, "a") == Appended(2, 1, again=False)


async def test_a_full_transcript_refuses_one_more_but_still_knows_its_repeats(
    stores: Stores, published: Published
) -> None:
    transcripts = stores.transcripts(published, 3)
    await begun(transcripts)
    for name in ("a", "b", "c"):
        await said(transcripts, name)
    assert await said(transcripts, "d") is Unable.FULL
    assert await said(transcripts, "b") == Appended(1, 2, again=True)
    assert await read_ids(transcripts) == ["a", "b", "c"]


async def test_a_long_transcript_is_read_page_by_page(transcripts: Transcripts) -> None:
    await begun(transcripts)
    for n in range(250):
        await said(transcripts, f"m{n}")
    seen: list[int] = []
    pages = []
    while True:
        page = await transcripts.read("c", kind=EntryKind.MESSAGE, after=len(seen))
        assert page is not None
        pages.append((len(page.entries), page.more))
        seen += [entry.seq for entry in page.entries]
        if not page.more:
            break
    assert pages == [(PAGE, True), (PAGE, True), (50, False)]
    assert seen == list(range(1, 251))


async def test_a_page_that_ends_at_the_last_entry_says_that_there_is_no_more(
    transcripts: Transcripts,
) -> None:
    await begun(transcripts)
    for n in range(4):
        await said(transcripts, f"m{n}")
    page = await transcripts.read("c", kind=EntryKind.MESSAGE, after=2, limit=2)
    assert page is not None
    assert ([entry.seq for entry in page.entries], page.more) == ([3, 4], False)
    beyond = await transcripts.read("c", kind=EntryKind.MESSAGE, after=99)
    assert beyond is not None
    assert (beyond.entries, beyond.more) == ([], False)


async def test_the_last_activity_is_the_last_message_or_the_beginning(transcripts: Transcripts) -> None:
    await begun(transcripts, now_ms=5)
    assert await transcripts.last_at(["c", "never"]) == {"c": 5}
    await said(transcripts, "a", now_ms=9)
    await said(transcripts, "n", author=OWNER, kind=EntryKind.NOTE, now_ms=12)
    assert await transcripts.last_at(["c"]) == {"c": 9}


async def test_a_transcript_that_is_not_renewed_expires_on_time(
    stores: Stores, transcripts: Transcripts
) -> None:
    await begun(transcripts)
    await said(transcripts, "a")
    await transcripts.open("other", epoch=1, parties=PartyList(), now_ms=0)
    await stores.advance_time(EXPIRY_S - 60)
    assert set(await transcripts.last_at(["c", "other"])) == {"c", "other"}
    await transcripts.renew(["c"], now_ms=stores.now_ms)
    await stores.advance_time(61)
    assert set(await transcripts.last_at(["c", "other"])) == {"c"}
    assert await read_ids(transcripts) == ["a"]
    await stores.advance_time(EXPIRY_S)
    assert await transcripts.last_at(["c", "other"]) == {}


async def test_a_sealed_transcript_that_nobody_erases_expires_too(
    stores: Stores, transcripts: Transcripts
) -> None:
    await begun(transcripts)
    await said(transcripts, "a")
    await transcripts.seal("c")
    await stores.advance_time(EXPIRY_S + 1)
    assert await transcripts.read("c", kind=EntryKind.MESSAGE, after=0) is None


async def test_conversations_do_not_mix(transcripts: Transcripts, published: Published) -> None:
    await begun(transcripts)
    await transcripts.open("other", epoch=1, parties=PartyList(1, {GUEST: 1}), now_ms=0)
    await said(transcripts, "a")
    assert await said(transcripts, "a", conversation="other") == Appended(1, 1, again=False)
    assert await said(transcripts, "b", author=OWNER, conversation="other") is Unable.NOT_A_PARTY
    await transcripts.erase("other")
    assert await read_ids(transcripts) == ["a"]
    assert [conversation for conversation, _ in published.entries] == ["c", "other"]
