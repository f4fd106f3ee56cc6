"""Two releases behind the Caddyfile: while one web process after the other is renewed, every page works and no word is lost."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.test import override_settings

from indicators.rows import pending
from partners.keys import key_for
from tests import socket_clients
from tests.frame_schemas import fault
from tests.live.database_file import eventually
from tests.live.fleet import KEYS, WEB, Door, Fleet, Readers, started
from tests.live.test_two_processes import talk
from tests.postgres import Postgres
from tests.release_before import build, release_before
from tests.server import ROOT
from tests.socket_clients import (
    SocketClient,
    counsellor,
    joined,
    new_token,
    open_console,
    session_of,
    visitor,
)

pytestmark = pytest.mark.timeout(900)
WITHOUT_CODE = shutil.ignore_patterns(".*", "var", "node_modules", "__pycache__", "*.mo", "tests", "docs")
NOTES = {".js": "\n// The next release.\n", ".css": "\n/* The next release. */\n"}
COME_BACK = 4000
STAFF_PAGES = (
    "/coordination/",
    "/coordination/sites/",
    "/coordination/notices/",
    "/coordination/log/",
    "/indicators/",
)


def next_release(folder: Path, data: Path) -> Path:
    """The same code, in which every script and style sheet has another digest; with the keys of this data folder."""
    shutil.copytree(ROOT, folder, ignore=WITHOUT_CODE)
    (folder / "var").mkdir()
    for key in KEYS:
        shutil.copy(data / key, folder / "var")
    for file in folder.glob("*/static/**/*"):
        if note := NOTES.get(file.suffix):
            file.write_text(file.read_text(encoding="utf-8") + note, encoding="utf-8")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def fleet(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Without web processes yet."""
    with started(tmp_path_factory.mktemp("fleet"), prepared / "static") as here:
        yield here


def serve(fleet: Fleet, code: Path, database: str) -> None:
    """Both web processes run this code, on this database."""
    fleet.database(database)
    with fleet.redis() as redis:
        redis.flushall()
    fleet.migrate(code)
    for name in WEB:
        fleet.renew(name, code)
    fleet.wait_for(*WEB)


def counted(fleet: Fleet) -> list[Any]:
    """The requests that have ended, as the rows that wait to be counted hold them."""
    with override_settings(CONTENT_KEY=(fleet.folder / "var" / "content_key").read_text()):
        key = AESGCM(key_for(pending.PURPOSE))
    rows = fleet.query("SELECT id, sealed FROM indicators_pendingrow")
    return [pending.opened(bytes(sealed), UUID(str(name)), key=key).ended for name, sealed in rows]


async def whole(door: Door, console: SocketClient, token: str) -> None:
    """A conversation from its first word to its last."""
    someone, conversation = await joined(door, console, token)  # type: ignore[arg-type]
    await talk(someone, console, conversation, first=1)
    await console.send("close", conversation=conversation, classification={"theme": "orientation"})
    await someone.expect("closed", outcome="served")


async def staff_pages_answer(fleet: Fleet) -> None:
    """Somebody who signed in before the upgrade reads on."""
    cookies = await asyncio.to_thread(session_of, fleet, "plateforme")  # type: ignore[arg-type]
    async with httpx.AsyncClient(base_url=fleet.url, cookies=cookies) as browser:
        for path in STAFF_PAGES:
            assert (await browser.get(path)).status_code == httpx.codes.OK, path


async def test_no_page_fails_and_no_word_is_lost_in_the_upgrade_from_the_release_before(
    fleet: Fleet, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The steps of docs/install.md, with conversations on either side of each."""
    before = release_before()
    before.require_side_by_side()
    old = await asyncio.to_thread(before.unpack, tmp_path / "before")

    def strange(path: str, frame: dict[str, Any]) -> str | None:
        """What neither release may send."""
        return fault(path, frame) and fault(path, frame, old / "docs" / "protocol")

    monkeypatch.setattr(socket_clients, "fault", strange)
    for key in KEYS:
        await asyncio.to_thread(shutil.copy, old / "var" / key, fleet.folder / "var")
    await asyncio.to_thread(serve, fleet, old, postgres.database("before"))
    one, two = (Door(fleet, name) for name in WEB)
    readers = Readers(fleet)
    readers.read_once()
    opened_before = set(readers.scripts)

    # One conversation that goes on, and one that ends before the upgrade.
    tokens = [new_token() for _ in range(2)]
    console = await counsellor(two, capacity=3)  # type: ignore[arg-type]
    await whole(one, console, new_token())
    someone, lasting = await joined(one, console, tokens[0])  # type: ignore[arg-type]
    await talk(someone, console, lasting, first=1)

    with readers.reading():
        # The old processes serve on the new tables.
        await asyncio.to_thread(fleet.migrate, ROOT)
        await talk(someone, console, lasting, first=3)
        await whole(one, console, new_token())
        await staff_pages_answer(fleet)
        await readers.all_pages()

        await asyncio.to_thread(fleet.renew, "web-1", ROOT)
        assert await someone.closed() == COME_BACK
        await asyncio.to_thread(fleet.wait_for, "web-1")

        # A page of the old release comes back to the new one, while its counsellor is still on the old.
        someone = await visitor(one, tokens[0], after=4, epoch=1)  # type: ignore[arg-type]
        assert (await someone.expect("resumed"))["gap"] is False
        await talk(someone, console, lasting, first=5)
        # Asked on the new release, answered and closed on the old.
        await whole(one, console, tokens[1])
        await readers.all_pages()

        await asyncio.to_thread(fleet.renew, "web-2", ROOT)
        assert await console.closed() == COME_BACK
        await asyncio.to_thread(fleet.wait_for, "web-2")
        console = await open_console(two)  # type: ignore[arg-type]
        await console.send("hello", after={lasting: {"epoch": 1, "seq": 6}})
        (snapshot,) = (await console.expect("welcome"))["conversations"]
        assert (snapshot["conversation"], snapshot["epoch"]) == (lasting, 1)
        await talk(someone, console, lasting, first=7)
        await staff_pages_answer(fleet)
        await readers.all_pages()

    # Everything that was said, in its order.
    again = await visitor(two, tokens[0], after=0, epoch=1)  # type: ignore[arg-type]
    resumed = await again.expect("resumed")
    assert [message["body"] for message in resumed["events"]] == [f"mot {n}" for n in range(1, 9)]
    await console.send("close", conversation=lasting, classification={"theme": "orientation"})
    await someone.expect("closed", outcome="served")
    eventually(lambda: len(counted(fleet)) == 4)
    assert sorted(one.messages_visitor for one in counted(fleet)) == [1, 1, 1, 4]

    assert readers.failed == []
    assert len(readers.scripts - opened_before) == 1, "pages of both releases were opened"
    # And a page that was opened before and is still loading finds its files in processes of this release only.
    async with httpx.AsyncClient(base_url=fleet.url) as browser:
        for script in opened_before:
            assert (await browser.get(script)).status_code == httpx.codes.OK


def test_every_page_finds_its_files_while_one_process_after_the_other_is_renewed(
    fleet: Fleet, postgres: Postgres, demo_template: str, tmp_path: Path
) -> None:
    """Two releases that share their files, and nothing but the order of docs/install.md."""
    serve(fleet, ROOT, postgres.database("rolling", like=demo_template))
    readers = Readers(fleet)
    readers.read_once()
    before = set(readers.scripts)
    assert len(before) == 1
    code = next_release(tmp_path / "next", fleet.folder / "var")
    with readers.reading():
        fleet.migrate(code)
        for name in WEB:
            fleet.renew(name, code)
            fleet.wait_for(name)
            readers.wait_for_all_pages()
    assert readers.failed == []
    assert len(readers.scripts) == 2, "pages of both releases were opened"
    with httpx.Client(base_url=fleet.url) as browser:
        for script in before:
            assert browser.get(script).status_code == httpx.codes.OK


def test_only_files_with_a_digest_inside_the_folder_are_found(
    fleet: Fleet, postgres: Postgres, demo_template: str
) -> None:
    if "web-1" not in fleet.running:
        serve(fleet, ROOT, postgres.database("files", like=demo_template))
    (fleet.shared / "plain.js").write_text("plain")
    (fleet.folder / "outside.0123456789ab.js").write_text("outside")
    (fleet.shared / "inside.0123456789ab.js").write_text("inside")
    with httpx.Client(base_url=fleet.url) as browser:
        assert browser.get("/static/inside.0123456789ab.js").text == "inside"
        for path in (
            "plain.js",
            "..%2foutside.0123456789ab.js",
            "%2e%2e/outside.0123456789ab.js",
            "missing.0123456789ab.js",
        ):
            assert browser.get(f"/static/{path}").status_code == httpx.codes.NOT_FOUND
