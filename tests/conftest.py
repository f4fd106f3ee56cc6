"""What every test has: compiled words, and a real server when it asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.server import Server


@pytest.fixture(scope="session", autouse=True)
def words() -> None:
    call_command("compile_words")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The embedded set-up with the demo data, as `make run` starts it; shared by the whole run."""
    with Server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """The same, for one test only: nothing of other tests is in its figures or queues."""
    with Server(tmp_path) as running:
        yield running
