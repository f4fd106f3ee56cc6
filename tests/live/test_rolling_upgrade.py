"""Two releases behind the Caddyfile: while one web process after the other is renewed, every page finds every file of its own release."""

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tests.live.database_file import eventually
from tests.live.test_docker_compose import START_S, Platform
from tests.postgres import Postgres
from tests.server import ROOT

pytestmark = pytest.mark.timeout(900)
PAGES = ("/widget/demo/", "/accounts/login/", "/", "/demo/")
LEADS_TO = re.compile(
    r"""(?:src|href)="(/static/[^"]+)"|(?:from|import)\s*\(?["'](\.[^"']+)["']|url\(["']?([^"')]+\.\w+)["']?\)"""
)
WITHOUT_CODE = shutil.ignore_patterns(".*", "var", "node_modules", "__pycache__", "*.mo", "tests", "docs")
NOTES = {".js": "\n// The next release.\n", ".css": "\n/* The next release. */\n"}


def next_release(folder: Path) -> Path:
    """The same code, in which every script and style sheet has another digest."""
    shutil.copytree(ROOT, folder, ignore=WITHOUT_CODE)
    for file in folder.glob("*/static/**/*"):
        if note := NOTES.get(file.suffix):
            file.write_text(file.read_text(encoding="utf-8") + note, encoding="utf-8")
    environment = {"PATH": "", "MITI_DATA_DIR": str(folder / "var")}
    subprocess.run([sys.executable, "-m", "miti", "build"], cwd=folder, env=environment, check=True)
    return folder


class Fleet(Platform):
    """The web processes of two releases. Both share one folder of files, as the composition's volume is."""

    def __init__(self, folder: Path, database: str, static: Path) -> None:
        super().__init__(folder, database, static)
        self.shared = folder / "releases"
        self.shared.mkdir()
        (folder / "var" / "releases").symlink_to(self.shared)

    def data_dir(self, name: str) -> Path:
        return self.code[name] / "var" if name in self.code else self.folder / "var"

    def migrate(self) -> None:
        one = self.start("migrate")
        assert one.process.wait(START_S) == 0, one.log.read_text()


@pytest.fixture(scope="module")
def fleet(prepared: Path, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with ExitStack() as stack:
        here = Fleet(tmp_path_factory.mktemp("fleet"), postgres.database("rolling"), prepared / "static")
        stack.callback(here.end)
        here.start("redis")
        here.wait_for("redis")
        here.migrate()
        for name in ("web-1", "web-2", "caddy"):
            here.start(name)
        here.wait_for("web-1", "web-2", "caddy")
        eventually(here.authority.exists)
        stack.enter_context(pytest.MonkeyPatch.context()).setenv("SSL_CERT_FILE", str(here.authority))
        yield here


class Readers:
    """Open pages with everything that they lead to, again and again, each time over new connections."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._over = threading.Event()
        self.failed: list[str] = []
        self.pages = 0
        self.scripts: set[str] = set()
        """The widget page's own script, by the digest in its name: one for each release."""

    def read_all(self) -> None:
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

    def stop(self) -> None:
        self._over.set()


def test_every_page_finds_its_files_while_one_process_after_the_other_is_renewed(
    fleet: Fleet, tmp_path: Path
) -> None:
    readers = Readers(fleet)
    readers.read_once()
    before = set(readers.scripts)
    assert len(before) == 1
    thread = threading.Thread(target=readers.read_all)
    thread.start()
    try:
        code = next_release(tmp_path / "next")
        (code / "var" / "releases").symlink_to(fleet.shared)
        fleet.code["migrate"] = code
        fleet.migrate()
        for name in ("web-1", "web-2"):
            fleet.running[name].stop()
            fleet.code[name] = code
            fleet.start(name)
            fleet.wait_for(name)
            done = readers.pages
            eventually(lambda done=done: readers.pages >= done + 30)  # type: ignore[misc]
    finally:
        readers.stop()
        thread.join()
    assert readers.failed == []
    assert len(readers.scripts) == 2, "pages of both releases were opened"
    # And a page that was opened before and is still loading finds its files in processes of the next release only.
    with httpx.Client(base_url=fleet.url) as browser:
        for script in before:
            assert browser.get(script).status_code == httpx.codes.OK


def test_only_files_with_a_digest_inside_the_folder_are_found(fleet: Fleet) -> None:
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
