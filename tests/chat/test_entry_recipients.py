"""A wake-up may be lost: each entry carries the list of parties, and a console that is not on it does not show the entry."""

from datetime import UTC, datetime

import pytest

from chat.hub import TranscriptEvent
from chat.services.counsellor_view import CounsellorView, Participation
from chat.transcript.interface import VISITOR, Entry, EntryKind, PartyList
from counsellor_console.consumer import CounsellorSocket

ME, COLLEAGUE, KNOWN = 7, 8, 3


class Console(CounsellorSocket):
    """A console after a refresh, which found it in the conversation at version 3 of its parties."""

    def __init__(self) -> None:
        super().__init__()
        self.pushed: list[bytes] = []
        self.refreshes = 0
        participation = Participation(
            conversation="c",
            epoch=1,
            theme="emploi",
            language="fr",
            audience="public",
            waited_s=0,
            role="owner",
            accepted_at=datetime(2026, 5, 4, 10, 0, tzinfo=UTC),
            party_version=KNOWN,
            parties={ME: (1, "Claire")},
            guests=[],
            answered=True,
            number=1,
            keys={},
            parties_so_far=1,
        )
        self._me = ME
        self._set_view(CounsellorView("available", 2, 0, {"c": participation}, {}))

    def push(self, frame: object) -> None:
        assert isinstance(frame, bytes)
        self.pushed.append(frame)

    def refresh_soon(self) -> None:
        self.refreshes += 1


def event(kind: EntryKind, parties: PartyList) -> TranscriptEvent:
    return TranscriptEvent("c", Entry(kind, 1, 1, VISITOR, 0, "a", "pour une autre personne", 0, parties))


@pytest.mark.parametrize("kind", list(EntryKind))
@pytest.mark.parametrize("version", [KNOWN, KNOWN + 1])
def test_a_console_that_is_not_listed_receives_nothing_and_refreshes(kind: EntryKind, version: int) -> None:
    console = Console()
    console.deliver(event(kind, PartyList(version, {COLLEAGUE: 2})))
    assert (console.pushed, console.refreshes) == ([], 1)


@pytest.mark.parametrize("kind", list(EntryKind))
def test_a_listed_console_receives_the_entry(kind: EntryKind) -> None:
    console = Console()
    console.deliver(event(kind, PartyList(KNOWN + 1, {ME: 1, COLLEAGUE: 2})))
    assert len(console.pushed) == 1
    assert b"pour une autre personne" in console.pushed[0]


def test_a_list_older_than_the_database_is_ignored() -> None:
    console = Console()
    console.deliver(event(EntryKind.MESSAGE, PartyList(KNOWN - 1, {COLLEAGUE: 2})))
    assert len(console.pushed) == 1
