"""The upgrade from a release that does not go together with this one: docs/install.md. Conversations that run go on."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.database_file import eventually
from tests.live.fleet import KEYS, WEB, Door, Fleet, started
from tests.live.pages_of_before import COME_BACK, as_before, as_now, both_schemas, sent_away, told_to_reload
from tests.live.test_rolling_upgrade import counted, serve
from tests.live.test_two_processes import talk
from tests.postgres import Postgres
from tests.release_before import release_before
from tests.server import ROOT
from tests.socket_clients import asking, counsellor, joined, new_token, open_console, visitor

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def fleet(prepared: Path, tmp_path: Path) -> Iterator[Fleet]:
    folder = tmp_path / "fleet"
    folder.mkdir()
    with started(folder, prepared / "static") as here:
        yield here


def pause(fleet: Fleet) -> None:
    """Everything of the old release ends before anything of this one begins."""
    for name in WEB:
        fleet.running[name].stop()
    fleet.migrate(ROOT)
    for name in WEB:
        fleet.use(name, ROOT)
        fleet.start(name)
    fleet.wait_for(*WEB)


def keep_the_keys(old: Path, fleet: Fleet) -> None:
    for key in KEYS:
        (fleet.folder / "var" / key).write_bytes((old / "var" / key).read_bytes())


async def test_conversations_go_on_after_the_pause(
    fleet: Fleet, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = release_before()
    if not before.needs_pause:
        pytest.skip(f"the upgrade from {before.version} needs no pause: tests/live/test_rolling_upgrade.py")
    old = await asyncio.to_thread(before.unpack, tmp_path / "before")
    both_schemas(monkeypatch, old)
    as_before(monkeypatch)
    await asyncio.to_thread(serve, fleet, old, postgres.database("before"))
    keep_the_keys(old, fleet)
    one, two = (Door(fleet, name) for name in WEB)
    token, waiting_token = new_token(), new_token()
    console = await counsellor(two, capacity=2)  # type: ignore[arg-type]
    someone, lasting = await joined(one, console, token)  # type: ignore[arg-type]
    await talk(someone, console, lasting, first=1)
    waiting = await asking(one, waiting_token, theme="formation")  # type: ignore[arg-type]
    await waiting.expect("waiting")

    await asyncio.to_thread(pause, fleet)
    for end in (someone, console, waiting):
        assert await end.closed() == COME_BACK

    await sent_away(two)  # type: ignore[arg-type]
    await told_to_reload(one, token, state="active", after=2, epoch=1)  # type: ignore[arg-type]
    await told_to_reload(two, waiting_token, state="waiting")  # type: ignore[arg-type]

    as_now(monkeypatch)
    # What was said before the pause is not there: only the old release could have opened it.
    back = await visitor(one, token)  # type: ignore[arg-type]
    resumed = await back.expect("resumed")
    assert (resumed["conversation"], resumed["epoch"], resumed["events"]) == (lasting, 2, [])
    console = await open_console(two)  # type: ignore[arg-type]
    await console.send("hello")
    snapshots = {one["conversation"]: one for one in (await console.expect("welcome"))["conversations"]}
    assert (snapshots[lasting]["epoch"], snapshots[lasting]["messages"]) == (2, [])
    await talk(back, console, lasting, first=1, epoch=2)
    still = await visitor(two, waiting_token)  # type: ignore[arg-type]
    assert (await still.expect("resumed"))["conversation"] != lasting
    await console.send("close", conversation=lasting, classification={"theme": "orientation"})
    await back.expect("closed", outcome="served")
    eventually(lambda: len(counted(fleet)) == 1)
