"""What pages of the release before do when they come back to this one, which they cannot go on with."""

from pathlib import Path
from typing import Any

import pytest

from chat.frames.base import PROTOCOL
from tests import socket_clients
from tests.frame_schemas import fault
from tests.server import Server
from tests.socket_clients import SocketClient, open_console, visitor

COME_BACK, OUT_OF_DATE = 4000, 4053


def both_schemas(monkeypatch: pytest.MonkeyPatch, old: Path) -> None:
    """What the server sends must fit the frames of this release or of the one before."""

    def strange(path: str, frame: dict[str, Any]) -> str | None:
        return fault(path, frame) and fault(path, frame, old / "docs" / "protocol")

    monkeypatch.setattr(socket_clients, "fault", strange)


def as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on pages of 0.1.0 are opened, which send what is said as it is."""
    monkeypatch.setattr(SocketClient, "seals", False)
    monkeypatch.setattr(SocketClient, "protocol", None)


def as_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SocketClient, "seals", True)
    monkeypatch.setattr(SocketClient, "protocol", PROTOCOL)


async def sent_away(server: Server) -> None:
    """A console of before: its page says that it is no longer connected, and offers to be loaded anew."""
    console = await open_console(server)
    await console.send("hello")
    assert await console.closed() == OUT_OF_DATE


async def told_to_reload(server: Server, token: str, *, state: str, **back: int) -> None:
    """A visitor's page of before: it shows what it had, and is told to reload; it can send nothing, and is sent nothing that was said."""
    page = await visitor(server, token, site="demo", lang="fr", **back)
    resumed = await page.expect("resumed")
    assert (resumed["state"], resumed["events"]) == (state, [])
    told = await page.expect("message")
    assert (told["author"], told["seq"]) == ("system", 0)
    assert "Rechargez" in told["body"]
    await page.send("say", client_id="plain", body="en clair")
    await page.expect("error", code="bad_frame")
    await page.leave()
