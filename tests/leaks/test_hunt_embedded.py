"""The hunt in the embedded set-up: nothing of a marked life is in a file, in memory, in a log or in the metrics afterwards."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.leaks.hunt import Hunt, gone_from_memory
from tests.leaks.marked_life import FAILING, SETTINGS, MarkedVisitor, conversation_forms, ends, metrics, talks
from tests.live.database_file import change, eventually, live_rows, read
from tests.server import Server


@pytest.fixture
def server(prepared: Path, tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "embedded", prepared=prepared, command=FAILING, **SETTINGS) as running:
        yield running


def rows(server: Server) -> tuple[int, int]:
    """Pending ones, and counted ones."""
    (found,) = read(
        server,
        """SELECT (SELECT count(*) FROM indicators_pendingrow) AS pending,
                  (SELECT count(*) FROM indicators_metricrow) AS counted""",
    )
    return found["pending"], found["counted"]


async def test_nothing_of_a_marked_life_is_left_in_the_embedded_set_up(server: Server) -> None:
    hunt = Hunt()
    who = MarkedVisitor(hunt, "visitor")
    everybody, conversation = await talks([server], who, transfer=True)
    # While they talk the conversation is in memory, where the search finds it; of their words only what was sent in plain, and refused.
    conversation_forms(found := Hunt(), conversation)
    assert any("the memory of" in one for one in found.in_process(server.pid, "the server"))
    assert who.in_folder(server.folder) == []
    (token_hash,) = (row["token_hash"] for row in read(server, "SELECT token_hash FROM chat_conversation"))
    await ends(everybody, conversation, who, server)
    eventually(lambda: live_rows(server) == 0)
    assert who.in_bytes("the metrics", await metrics(server)) == []
    assert who.in_folder(server.folder) == []
    gone_from_memory(who.words, server.pid, "the server")
    # As little after a crash, with the write-ahead log as it is then, and after an orderly stop.
    server.kill()
    assert who.in_folder(server.folder) == []
    # An hour later it is counted; then neither database nor write-ahead log knows the conversation, nor the digest of its token.
    assert rows(server) == (1, 0)
    change(server, "UPDATE indicators_pendingrow SET ready_at = '2026-01-01 00:00:00'")
    change(server, "DELETE FROM chat_lease WHERE name = 'count_pending_rows'")
    server.start()
    eventually(lambda: rows(server) == (0, 1))
    conversation_forms(hunt, conversation)
    hunt.add("the digest of the token", token_hash)
    eventually(lambda: not who.in_folder(server.folder))
    assert server.stop() == 0
    assert who.in_folder(server.folder) == []
    assert server.log.stat().st_size > 1_000, "there was a log to look through"


def test_the_hunt_finds_what_was_planted_in_every_encoding(tmp_path: Path) -> None:
    hunt = Hunt()
    hunt.add("an address", "2001:db8:1234:5678:9abc:def0:1234:5678")
    for number, (what, pattern) in enumerate(hunt.patterns()):
        (tmp_path / str(number)).write_bytes(b"before" + pattern + b"after")
        assert f"{what} in {number}" in hunt.in_folder(tmp_path), what
    for number, made in enumerate(
        (
            hunt.canary("x").encode(),
            hunt.canary("x").encode("utf-16-be"),
            gzip.compress(b"before " + hunt.canary("x").encode()),
            b"before" + zlib.compress(hunt.canary("x").encode()),
        )
    ):
        folder = tmp_path / f"folder {number}"
        folder.mkdir()
        (folder / "planted").write_bytes(made)
        assert hunt.in_folder(folder) != []
    assert Hunt().in_folder(tmp_path) == []
