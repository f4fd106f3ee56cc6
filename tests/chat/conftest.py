"""Stores to hold to their contracts, and a database with the demo's people in it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from chat.transcript.embedded import EmbeddedTranscripts
from chat.transcript.interface import Entry, Transcripts
from chat.volatile import EmbeddedVolatile, Volatile

EXPIRY_S = 900.0


@dataclass
class Published:
    """What a store has told the hub, in order."""

    entries: list[tuple[str, Entry]] = field(default_factory=list)

    def __call__(self, conversation: str, entry: Entry) -> None:
        self.entries.append((conversation, entry))


MakeTranscripts = Callable[[Published, int], Transcripts]


def embedded(published: Published, most: int) -> Transcripts:
    return EmbeddedTranscripts(publish=published, most=most, expiry_s=EXPIRY_S)


#: Every store that there is: a new one is added here and is held to the same contract.
TRANSCRIPT_STORES: dict[str, MakeTranscripts] = {"embedded": embedded}
VOLATILE_STORES: dict[str, Callable[[], Volatile]] = {"embedded": EmbeddedVolatile}


@pytest.fixture
def published() -> Published:
    return Published()


@pytest.fixture(params=TRANSCRIPT_STORES)
def make_transcripts(request: pytest.FixtureRequest) -> MakeTranscripts:
    return TRANSCRIPT_STORES[request.param]


@pytest.fixture
def transcripts(make_transcripts: MakeTranscripts, published: Published) -> Transcripts:
    """A store for transcripts of at most 250 entries of a kind."""
    return make_transcripts(published, 250)


@pytest.fixture(params=VOLATILE_STORES)
def volatile(request: pytest.FixtureRequest) -> Volatile:
    return VOLATILE_STORES[request.param]()
