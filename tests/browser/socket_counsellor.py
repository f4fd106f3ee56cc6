"""A counsellor without a browser, for tests that look at the visitor's side: a real socket in a thread of its own."""

import asyncio
import secrets
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeVar

from websockets.exceptions import ConnectionClosed

from tests.server import Server
from tests.socket_clients import PATIENCE_S, Frame, SocketClient, counsellor

LONG_S = 3 * PATIENCE_S
"""Longer than what is done may wait itself."""
T = TypeVar("T")


class SocketCounsellor:
    """`with SocketCounsellor(server) as counsellor: counsellor.accepts(); counsellor.says("Bonjour")`."""

    def __init__(self, server: Server, account: str = "conseillere.cdm") -> None:
        self._server, self._account = server, account
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._end: SocketClient | None = None
        self.conversation = ""
        self._past: set[str] = set()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        done: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return done.result(LONG_S)

    @property
    def end(self) -> SocketClient:
        assert self._end is not None
        return self._end

    @property
    def keys(self) -> dict[int, bytes]:
        """All that its browser was granted for this conversation."""
        return self.end.end.keys[self.conversation].keys

    def __enter__(self) -> Self:
        self._thread.start()
        self._end = self._do(counsellor(self._server, self._account))
        return self

    def rings(self) -> None:
        """The next conversation does."""
        offer = self._do(self.end.expect("offer", lambda one: one["conversation"] not in self._past))
        self.conversation = str(offer["conversation"])
        self._past.add(self.conversation)

    def accepts(self) -> None:
        """The next conversation that rings."""
        self.rings()
        self.sends("accept")
        self.hears("opened")

    def gone(self) -> str:
        """Why the offer that rang is no more."""
        gone = self._do(self.end.expect("offer_gone"))
        self._past.add(gone["conversation"])
        return str(gone["reason"])

    def says(self, body: str) -> None:
        client_id = secrets.token_urlsafe(12)
        self.sends("say", client_id=client_id, body=body)
        self._do(self.end.expect("message", client_id=client_id))

    def hears(self, kind: str, **fields: Any) -> Frame:
        return self._do(self.end.expect(kind, conversation=self.conversation, **fields))

    def reads(self, *bodies: str) -> None:
        """Everything that the visitor has written in this conversation is this, in this order; in time, or it fails."""
        deadline = time.monotonic() + PATIENCE_S
        while (read := self.read()) != list(bodies):
            assert time.monotonic() < deadline, read
            time.sleep(0.05)

    def read(self) -> list[str]:
        """From the messages as they came and from the snapshots that hold them."""
        found: dict[tuple[int, int], str] = {}
        for frame in list(self.end.all):
            if frame.get("conversation") != self.conversation:
                continue
            for one in [frame] if frame["type"] == "message" else frame.get("messages", []):
                if one["author"] == "visitor":
                    found[one["epoch"], one["seq"]] = one["body"]
        return [found[place] for place in sorted(found)]

    def sends(self, kind: str, **fields: Any) -> None:
        self._do(self.end.send(kind, conversation=self.conversation, **fields))

    def closes(self) -> None:
        self.sends("close", classification={"theme": "orientation", "given": ["information"]})
        self.hears("closed")

    def vanishes(self) -> None:
        """As when a laptop is closed: the socket is gone, nothing was said."""
        self._do(self.end.leave())

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._end is not None:
            if self.conversation:
                # A test that failed half-way must not leave this counsellor busy for the next one.
                with suppress(ConnectionClosed):
                    self.sends("close", classification={"theme": "orientation"})
            self._do(self._end.leave())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(LONG_S)
        self._loop.close()
