"""A visitor over a socket, for journeys in which only the counsellor's screen matters. Blocking, as Playwright's pages are."""

import json
import time
from contextlib import ExitStack
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.sealed_end import VisitorEnd
from tests.server import Server
from tests.socket_clients import Frame, new_token

# More than the quarter of a minute that a lost wake-up may cost.
PATIENCE_S = 60.0


class SocketVisitor:
    """There all the time, as a browser is: pings are answered while the test is busy with a page."""

    def __init__(self, server: Server, *, theme: str = "orientation", language: str = "fr") -> None:
        self.server, self.theme, self.language = server, theme, language
        self.token = new_token()
        self._said = 0
        self._end = VisitorEnd()
        self._sockets = ExitStack()

    def __enter__(self) -> Self:
        self.come_back()
        return self

    def come_back(self) -> None:
        """A new socket with the same token."""
        address = f"{self.server.sockets}/visitor/"
        self._socket = self._sockets.enter_context(
            connect(address, origin=Origin(self.server.url), open_timeout=PATIENCE_S, ping_interval=None)
        )
        self._frames: SimpleQueue[Frame | None] = SimpleQueue()
        Thread(target=_read, args=(self._socket, self._frames, self._end), daemon=True).start()
        self.send("hello", site="demo", lang=self.language, token=self.token)
        self.expect("welcome")

    def vanish(self) -> None:
        """As when the phone loses its network: the socket is gone, nothing was said."""
        self._sockets.close()

    def __exit__(self, *_: object) -> None:
        self.send("leave")
        self._sockets.close()

    def ask(self) -> str:
        """Wait in the queue; the conversation's id."""
        self.send("ask", theme=self.theme, language=self.language)
        return str(self.expect("waiting")["conversation"])

    def say(self, body: str) -> int:
        """The number that it has in the transcript."""
        self._said += 1
        self.send("say", client_id=f"v{self._said}", body=body)
        return int(self.expect("message", client_id=f"v{self._said}")["seq"])

    def send(self, kind: str, /, **fields: Any) -> None:
        self._socket.send(json.dumps(self._end.sealed({"type": kind, **fields})))

    def expect(self, kind: str, /, **fields: Any) -> Frame:
        """The next frame of this type with these fields; what comes before it is passed over."""
        deadline = time.monotonic() + PATIENCE_S
        passed: list[Frame] = []
        while True:
            try:
                frame = self._frames.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                raise AssertionError(f"no {kind} {fields} in time; there were {passed}") from None
            if frame is None:
                raise AssertionError(f"closed before {kind} {fields}; there were {passed}")
            if frame["type"] == kind and all(frame.get(name) == value for name, value in fields.items()):
                return frame
            passed.append(frame)


def _read(socket: ClientConnection, frames: "SimpleQueue[Frame | None]", end: VisitorEnd) -> None:
    try:
        for text in socket:
            frame = json.loads(text)
            if frame["type"] == "ping":
                socket.send('{"type":"pong"}')
            else:
                for answer in end.received(frame):
                    socket.send(json.dumps(answer))
                frames.put(frame)
    except ConnectionClosed:
        pass
    finally:
        frames.put(None)
