"""The main job in three real browsers on the scaled set-up: the words are in no byte of the servers, Redis or PostgreSQL."""

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.both_ends import begun, talk_of
from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import be_available, is_open, offers, transcript
from tests.browser.tapped import TappedServer, in_all_bytes, in_processes, on_the_wire
from tests.browser.visitor_steps import BACK, composer, write
from tests.leaks.hunt import Hunt
from tests.postgres import Postgres
from tests.valkey import Valkey
from tests.wiretap import Wiretap

ENVELOPE, THEME = "the first envelope", "a theme"
# PostgreSQL and its migrations, where no test before this one needed them.
pytestmark = pytest.mark.timeout(600)


@dataclass
class TappedPlatform:
    """Two web processes; whatever goes to them, to Redis and to PostgreSQL is listened to."""

    one: TappedServer
    two: TappedServer
    redis: Wiretap
    database: Wiretap
    valkey: Valkey
    postgres: Postgres

    def found(self, hunt: Hunt) -> dict[str, list[str]]:
        """By place."""
        first, *others = self.postgres.processes()
        return {
            "one": in_all_bytes(hunt, self.one),
            "two": in_all_bytes(hunt, self.two),
            "to Redis": on_the_wire(hunt, "the wire", self.redis),
            "in Redis": in_processes(hunt, "process", [self.valkey.pid]),
            "to PostgreSQL": on_the_wire(hunt, "the wire", self.database),
            # They share most of their memory: it is read once.
            "in PostgreSQL": hunt.in_folder(self.postgres.folder)
            + in_processes(hunt, "process", [first])
            + _in_backends(hunt, others),
        }


def _in_backends(hunt: Hunt, pids: Iterable[int]) -> list[str]:
    found: list[str] = []
    for pid in pids:
        # Some end by themselves: a connection that is closed, a worker that has cleaned up.
        with suppress(FileNotFoundError, ProcessLookupError):
            found += hunt.in_process(pid, f"process {pid}", shared=False)
    return found


@pytest.fixture
def platform(
    prepared: Path, postgres: Postgres, demo_template: str, tmp_path: Path
) -> Iterator[TappedPlatform]:
    with ExitStack() as running:
        valkey = running.enter_context(Valkey())
        # A unix socket's path is short by law of the kernel: not under pytest's long folders.
        taps = Path(tempfile.mkdtemp(prefix="tap-"))
        running.callback(shutil.rmtree, taps, ignore_errors=True)
        name = ".s.PGSQL.5432"
        redis = running.enter_context(Wiretap(valkey.folder / "socket", at=taps / "redis"))
        database = running.enter_context(Wiretap(postgres.folder / name, at=taps / name))
        direct = urlsplit(postgres.database("tapped", like=demo_template))
        stores = {
            "DATABASE_URL": direct._replace(query=f"host={taps}").geturl(),
            "REDIS_URL": f"unix://{taps / 'redis'}",
        }
        servers = []
        for folder in ("one", "two"):
            server = TappedServer(tmp_path / folder, prepared=prepared, **stores)
            server.tap = running.enter_context(Wiretap(server.port))
            servers.append(running.enter_context(server))
        yield TappedPlatform(servers[0], servers[1], redis, database, valkey, postgres)


@pytest.fixture
def server(platform: TappedPlatform) -> TappedServer:
    """Where pages are opened that say nothing else."""
    return platform.two


def test_the_words_are_in_no_byte_of_two_servers_redis_and_postgresql(
    platform: TappedPlatform, open_page: OpenPage, sign_in: OpenPage
) -> None:
    words = Hunt()

    def sign_in_at_one(account: str, path: str, **options: object) -> Page:
        return sign_in(account, platform.one.url + path, **options)

    console = be_available(sign_in, "conseillere.cdm")
    page = open_page("about:blank")
    envelopes: list[str] = []
    page.on("websocket", partial(_keep_envelopes, envelopes))
    page.goto(f"{platform.one.url}/demo/")
    widget = begun(page, console)
    said = talk_of(words, widget, console)
    # Handed on, with a note, to somebody on the other process.
    successor = be_available(sign_in_at_one, "conseiller.cefo")
    console.get_by_role("button", name="Transférer").click()
    dialog = console.get_by_role("dialog")
    dialog.get_by_role("radio", name="Karim").check()
    dialog.locator("textarea").fill(words.canary("transfer"))
    dialog.get_by_role("button", name="Transférer").click()
    expect(offers(successor)).to_have_count(1)
    successor.keyboard.press("Alt+a")
    is_open(successor)
    expect(transcript(successor)).to_contain_text(words.canary("answer"))
    expect(successor.locator(".note-body")).to_have_text([words.canary("note"), words.canary("transfer")])
    write(widget, words.canary("thanks"))
    expect(transcript(successor)).to_contain_text(words.canary("thanks"))
    composer(widget).fill(words.canary("draft"))
    page.reload()
    page.get_by_role("button", name=BACK).click()
    expect(widget.locator(".bubble")).to_have_text([*said, words.canary("thanks")])
    expect(composer(widget)).to_have_value(words.canary("draft"))
    # The same search finds what is there: the envelope, wherever it passes; PostgreSQL has none, and the names of themes.
    words.add(ENVELOPE, envelopes[0])
    words.add(THEME, "orientation")
    found = platform.found(words)
    assert [
        what for place in found.values() for what in place if not what.startswith((ENVELOPE, THEME))
    ] == []
    for place, what in found.items():
        there = THEME if "PostgreSQL" in place else ENVELOPE
        assert any(one.startswith(there) for one in what), place


def _keep_envelopes(envelopes: list[str], socket: WebSocket) -> None:
    def keep(sent: str | bytes) -> None:
        frame = json.loads(sent)
        if frame["type"] == "say":
            envelopes.append(frame["body"])

    socket.on("framesent", keep)
