"""The web processes of two releases behind the Caddyfile, and people who read their pages meanwhile."""

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tests.docker_compose import Service
from tests.live.database_file import eventually
from tests.live.test_docker_compose import START_S, Platform
from tests.server import ROOT

WEB = ("web-1", "web-2")
KEYS = ("secret_key", "content_key")
PAGES = ("/widget/demo/", "/accounts/login/", "/", "/demo/")
ROUNDS = 3
"""How often each page is opened after each step."""
LEADS_TO = re.compile(
    r"""(?:src|href)="(/static/[^"]+)"|(?:from|import)\s*\(?["'](\.[^"']+)["']|url\(["']?([^"')]+\.\w+)["']?\)"""
)


class Fleet(Platform):
    """Both share one folder of files, as the composition's volume is. The keys are in the data folders, as they are by default."""

    def __init__(self, folder: Path, static: Path) -> None:
        super().__init__(folder, "", static)
        self.shared = folder / "releases"
        self.shared.mkdir()
        self._share_with(folder)
        for name in KEYS:
            (self.secrets / f"miti_{name}").unlink()

    def environment(self, service: Service) -> dict[str, str]:
        told = super().environment(service)
        told.pop("MITI_CONTENT_KEY_FILE", None)
        return told

    def _share_with(self, code: Path) -> None:
        link = code / "var" / "releases"
        if not link.exists():
            link.symlink_to(self.shared)

    def data_dir(self, name: str) -> Path:
        return self.code[name] / "var" if name in self.code else self.folder / "var"

    def use(self, name: str, code: Path) -> None:
        """From its next start on, the service runs this code."""
        if code == ROOT:
            self.code.pop(name, None)
        else:
            self._share_with(code)
            self.code[name] = code

    def database(self, address: str) -> None:
        (self.secrets / "database_url").write_text(address)

    def migrate(self, code: Path) -> None:
        self.use("migrate", code)
        one = self.start("migrate")
        assert one.process.wait(START_S) == 0, one.log.read_text()

    def renew(self, name: str, code: Path) -> None:
        if name in self.running:
            self.running[name].stop()
        self.use(name, code)
        self.start(name)

    def healthy(self, name: str) -> bool:
        if name not in WEB:
            return super().healthy(name)
        proxied = {"Host": "localhost", "X-Forwarded-Proto": "https"}
        with suppress(httpx.TransportError):
            asked = httpx.get(f"http://127.0.0.1:{self.ports[name]}/health/ready", headers=proxied)
            return asked.status_code == httpx.codes.OK
        return False


@contextmanager
def started(folder: Path, static: Path) -> Iterator[Fleet]:
    """Redis and Caddy, whose certificate is trusted; no web process yet."""
    with ExitStack() as stack:
        here = Fleet(folder, static)
        stack.callback(here.end)
        for name in ("redis", "caddy"):
            here.start(name)
        here.wait_for("redis", "caddy")
        eventually(here.authority.exists)
        stack.enter_context(pytest.MonkeyPatch.context()).setenv("SSL_CERT_FILE", str(here.authority))
        yield here


@dataclass(frozen=True)
class Door:
    """One web process, without Caddy between: to `tests.socket_clients` it is a server."""

    fleet: Fleet
    name: str

    @property
    def folder(self) -> Path:
        return self.fleet.folder

    @property
    def url(self) -> str:
        return self.fleet.url

    @property
    def sockets(self) -> str:
        return f"ws://127.0.0.1:{self.fleet.ports[self.name]}/ws"


class Readers:
    """Open pages with everything that they lead to, again and again, each time over new connections."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._over = threading.Event()
        self.failed: list[str] = []
        self.pages = 0
        self.scripts: set[str] = set()
        """The widget page's own script, by the digest in its name: one for each release."""

    @contextmanager
    def reading(self) -> Iterator[None]:
        thread = threading.Thread(target=self._read_all)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def wait_for_all_pages(self) -> None:
        """Each was opened some times more."""
        wanted = self.pages + ROUNDS * len(PAGES)
        eventually(lambda: self.pages >= wanted)

    async def all_pages(self) -> None:
        await asyncio.to_thread(self.wait_for_all_pages)

    def _read_all(self) -> None:
        while not self._over.is_set():
            self.read_once()

    def read_once(self) -> None:
        for page in PAGES:
            with httpx.Client(base_url=self._fleet.url) as browser:
                self._follow(browser, page, set())
            self.pages += 1

    def _follow(self, browser: httpx.Client, path: str, seen: set[str]) -> None:
        seen.add(path)
        try:
            answer = browser.get(path, follow_redirects=True)
        except httpx.TransportError as fault:
            self.failed.append(f"{path}: {fault!r}")
            return
        if answer.status_code != httpx.codes.OK:
            self.failed.append(f"{path}: {answer.status_code}")
            return
        if path == PAGES[0]:
            self.scripts |= set(re.findall(r'src="(/static/widget/[^"]+\.js)"', answer.text))
        if (
            "text" not in answer.headers["content-type"]
            and "javascript" not in answer.headers["content-type"]
        ):
            return
        for found in LEADS_TO.finditer(answer.text):
            further = urljoin(path, next(one for one in found.groups() if one))
            if further.startswith("/static/") and further not in seen:
                self._follow(browser, further, seen)
