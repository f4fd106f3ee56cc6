"""What every hunt leaves behind: nobody."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.socket_clients import everybody_leaves


@pytest_asyncio.fixture(autouse=True)
async def leave_afterwards() -> AsyncIterator[None]:
    yield
    await everybody_leaves()
