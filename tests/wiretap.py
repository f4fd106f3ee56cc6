"""A listener between two programs, such as the browsers and a server, who keeps every byte that goes either way."""

import socket
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

BLOCK = 65_536


class Wiretap:
    """Passes on to `target`, a port or a unix socket. Listens at `port` once entered, or on the unix socket `at`."""

    def __init__(self, target: int | Path, *, at: Path | None = None) -> None:
        self._target = target
        self.port = 0
        if at is None:
            self._listening = socket.create_server(("127.0.0.1", 0))
            self.port = self._listening.getsockname()[1]
        else:
            self._listening = socket.socket(socket.AF_UNIX)
            self._listening.bind(str(at))
            self._listening.listen()
        self._lock = threading.Lock()
        self._heard: dict[int, bytearray] = {}

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.close()

    @property
    def heard(self) -> list[bytes]:
        """By connection and direction. `heard` holds all bytes so far."""
        with self._lock:
            return [bytes(each) for each in self._heard.values()]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                browser, _ = self._listening.accept()
                threading.Thread(target=self._connect, args=(browser,), daemon=True).start()

    def _connect(self, browser: socket.socket) -> None:
        with browser, suppress(OSError), self._reach() as server:
            back = threading.Thread(target=self._pass_on, args=(server, browser), daemon=True)
            back.start()
            self._pass_on(browser, server)
            back.join()

    def _reach(self) -> socket.socket:
        """Raises `OSError`."""
        if isinstance(self._target, int):
            return socket.create_connection(("127.0.0.1", self._target))
        made = socket.socket(socket.AF_UNIX)
        made.connect(str(self._target))
        return made

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        mine = bytearray()
        with self._lock:
            self._heard[id(mine)] = mine
        with suppress(OSError):
            while block := source.recv(BLOCK):
                with self._lock:
                    mine += block
                target.sendall(block)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
