"""Whatever happens to a store in whatever order: no hole, no double, nothing after the seal, nobody but the parties."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chat.transcript.interface import SYSTEM, VISITOR, Appended, EntryKind, PartyList, Unable
from tests.chat.stores import STORES, Published, Stores

T = TypeVar("T")
MOST = 6
PEOPLE = (3, 4, 5)
conversations = st.sampled_from(["one", "two"])
authors = st.sampled_from([VISITOR, SYSTEM, *PEOPLE])
client_ids = st.sampled_from(["a", "b", "c", "d"])
kinds = st.sampled_from(list(EntryKind))
party_lists = st.sets(st.sampled_from(PEOPLE)).map(
    lambda who: {one: n for n, one in enumerate(sorted(who), 1)}
)


@dataclass
class Model:
    """What a transcript must be: the plainest thing that could be true."""

    epoch: int
    parties: PartyList
    entries: dict[EntryKind, list[tuple[int, str]]] = field(
        default_factory=lambda: {kind: [] for kind in EntryKind}
    )
    sealed: bool = False


class AnyOrder(RuleBasedStateMachine):
    make: Callable[[], Stores]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.models: dict[str, Model] = {}
        self.clock = 0

    def does(self, what: Awaitable[T]) -> T:
        async def it() -> T:
            return await what

        self.clock += 1
        return self.loop.run_until_complete(it())

    @initialize()
    def begin(self) -> None:
        self.published = Published()
        self.stores = type(self).make()
        self.store = self.stores.transcripts(self.published, MOST)

    @rule(conversation=conversations, epoch=st.integers(1, 3), who=party_lists, version=st.integers(0, 4))
    def open(self, conversation: str, epoch: int, who: dict[int, int], version: int) -> None:
        parties = PartyList(version, who)
        self.does(self.store.open(conversation, epoch=epoch, parties=parties, now_ms=self.clock))
        known = self.models.get(conversation)
        if known is None:
            self.models[conversation] = Model(epoch, parties)

    @rule(conversation=conversations, author=authors, client_id=client_ids, kind=kinds)
    def append(self, conversation: str, author: int, client_id: str, kind: EntryKind) -> None:
        before = len(self.published.entries)
        got = self.does(
            self.store.append(
                conversation,
                kind=kind,
                author=author,
                client_id=client_id,
                envelope=client_id,
                now_ms=self.clock,
            )
        )
        assert got == self._must_answer(conversation, author, client_id, kind)
        new = isinstance(got, Appended) and not got.again
        assert len(self.published.entries) == before + new
        if new:
            self.models[conversation].entries[kind].append((author, client_id))

    def _must_answer(
        self, conversation: str, author: int, client_id: str, kind: EntryKind
    ) -> Appended | Unable:
        model = self.models.get(conversation)
        if model is None:
            return Unable.UNKNOWN
        if model.sealed:
            return Unable.SEALED
        if author in PEOPLE and author not in model.parties.numbers:
            return Unable.NOT_A_PARTY
        entries = model.entries[kind]
        if (author, client_id) in entries:
            return Appended(model.epoch, entries.index((author, client_id)) + 1, again=True)
        if len(entries) >= MOST:
            return Unable.FULL
        return Appended(model.epoch, len(entries) + 1, again=False)

    @rule(conversation=conversations, who=party_lists, version=st.integers(0, 6))
    def set_parties(self, conversation: str, who: dict[int, int], version: int) -> None:
        model = self.models.get(conversation)
        assert self.does(self.store.set_parties(conversation, PartyList(version, who))) is (model is not None)
        if model is not None and version >= model.parties.version:
            model.parties = PartyList(version, who)

    @rule(conversation=conversations)
    def seal(self, conversation: str) -> None:
        counts = self.does(self.store.seal(conversation))
        model = self.models.get(conversation)
        assert (counts is None) is (model is None)
        if model is not None and counts is not None:
            model.sealed = True
            wrote = [author for author, _ in model.entries[EntryKind.MESSAGE]]
            assert counts.visitor == wrote.count(VISITOR)
            assert counts.counsellor == sum(author in PEOPLE for author in wrote)

    @rule(conversation=conversations)
    def erase(self, conversation: str) -> None:
        self.does(self.store.erase(conversation))
        self.models.pop(conversation, None)

    @rule(conversation=conversations, kind=kinds, after=st.integers(0, MOST + 1), limit=st.integers(0, MOST))
    def read(self, conversation: str, kind: EntryKind, after: int, limit: int) -> None:
        page = self.does(self.store.read(conversation, kind=kind, after=after, limit=limit))
        model = self.models.get(conversation)
        assert (page is None) is (model is None)
        if page is None or model is None:
            return
        wanted = model.entries[kind][after : after + limit]
        assert [(entry.author, entry.client_id) for entry in page.entries] == wanted
        assert [entry.seq for entry in page.entries] == list(range(after + 1, after + 1 + len(wanted)))
        assert {entry.epoch for entry in page.entries} <= {model.epoch}
        assert page.more is (len(model.entries[kind]) > after + limit)

    @invariant()
    def nothing_was_published_twice(self) -> None:
        if not hasattr(self, "published"):
            return
        # Erasing lets an epoch begin again, with the same numbers: within one life they are unique.
        lives: dict[str, Any] = {}
        for conversation, entry in self.published.entries:
            assert entry.author not in PEOPLE or entry.author in entry.parties.numbers
            lives.setdefault(conversation, []).append(entry.envelope)
        for conversation, model in self.models.items():
            stored = sum(len(entries) for entries in model.entries.values())
            assert len(lives.get(conversation, [])) >= stored

    def teardown(self) -> None:
        self.does(self.stores.close())
        self.loop.close()


@pytest.mark.parametrize("store", STORES)
def test_a_store_behaves_like_the_simple_model_in_any_order(store: str, redis_url: str) -> None:
    machine = type("OneStore", (AnyOrder,), {"make": lambda: STORES[store](redis_url)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
