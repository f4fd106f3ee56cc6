"""What every test has: compiled words, and a real server when it asks for one."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.core.cache import cache
from django.core.management import call_command

from chat import runtime
from chat.hub import Hub
from chat.transcript.embedded import EmbeddedTranscripts
from chat.volatile import EmbeddedVolatile
from tests.postgres import Postgres
from tests.server import Server, prepare
from tests.valkey import Valkey, given

# Five seconds are the default, of which checking a password on a busy machine takes most.
for _step in ("connect", "read", "write", "pool"):
    setattr(httpx._config.DEFAULT_TIMEOUT_CONFIG, _step, 60.0)


@pytest.fixture(scope="session", autouse=True)
def words() -> None:
    call_command("compile_words")


@pytest.fixture(autouse=True)
def forget_counts() -> None:
    """What was counted in other tests, such as tries to sign in, is no limit for this one."""
    cache.clear()


@pytest.fixture(autouse=True)
def no_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A what-if that a test asks for is not computed beside it, with another database; on a real server it is."""
    monkeypatch.setattr("coordination.what_if.process.start", lambda run: None)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="session")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The embedded set-up with the demo data, as `make run` starts it; shared by the whole run."""
    with Server(tmp_path_factory.mktemp("server"), prepared=prepared) as running:
        yield running


@pytest.fixture
def own_server(prepared: Path, tmp_path: Path) -> Iterator[Server]:
    """The same, for one test only: nothing of other tests is in its figures or queues."""
    with Server(tmp_path / "own", prepared=prepared) as running:
        yield running


@pytest.fixture
def start_server(prepared: Path, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """`start_server(MITI_OFFER_S="2")`: one for this test, with settings of its own."""
    with ExitStack() as running:

        def start(**settings: str) -> Server:
            folder = tmp_path / f"server-{len(settings)}"
            return running.enter_context(Server(folder, prepared=prepared, **settings))

        yield start


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as running:
        yield running


@pytest.fixture(scope="session")
def demo_template(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the demo data, to be copied."""
    address = postgres.database("template")
    prepare(tmp_path_factory.mktemp("template"), DATABASE_URL=address)
    return urlsplit(address).path.removeprefix("/")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis that tests may empty: the one that the run was given, or one of its own."""
    if address := given():
        yield address
        return
    with Valkey() as running:
        yield running.url


@pytest.fixture
def own_valkey() -> Iterator[Valkey]:
    """One for this test only, which may kill it."""
    with Valkey() as running:
        yield running


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stores of a process, as `miti.asgi` makes them where nothing is set, with nothing in them; nothing expires."""
    hub = Hub()
    kept = EmbeddedTranscripts(publish=hub.publish_entry, most=100, expiry_s=1e9)
    monkeypatch.setattr(runtime, "current", runtime.Runtime(kept, EmbeddedVolatile(), hub))
