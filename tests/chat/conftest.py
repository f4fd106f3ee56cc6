"""Stores to hold to their contracts."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chat.transcript.interface import Transcripts
from chat.volatile import Volatile
from tests.chat.stores import STORES, Published, Stores


@pytest.fixture
def published() -> Published:
    return Published()


@pytest_asyncio.fixture(params=STORES)
async def stores(request: pytest.FixtureRequest, redis_url: str) -> AsyncIterator[Stores]:
    made = STORES[request.param](redis_url)
    yield made
    await made.close()


@pytest.fixture
def transcripts(stores: Stores, published: Published) -> Transcripts:
    """A store for transcripts of at most 250 entries of a kind."""
    return stores.transcripts(published, 250)


@pytest.fixture
def volatile(stores: Stores) -> Volatile:
    return stores.volatile()
