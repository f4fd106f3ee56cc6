"""A real browser on a real server. Pages are opened in contexts of their own: a visitor and a counsellor never share anything."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from chat.states import Reason, State
from tests.live.database_file import change, read
from tests.server import ROOT, Server
from tests.socket_clients import session_of

AXE = Path(__file__).parent / "vendor" / "axe.js"
# Of what passes, axe would write down a way to every element, and nobody reads it.
AXE_RUN = """
axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
  resultTypes: ["violations"],
}).then(found => found.violations)
"""
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1440, "height": 900}
SYSTEM_CHROMIUM = ("chromium-headless-shell", "chromium", "google-chrome")

OpenPage = Callable[..., Page]
LOOKS = {
    "desktop-light": (DESKTOP, "light", False),
    "desktop-dark": (DESKTOP, "dark", False),
    "phone-dark": (PHONE, "dark", True),
    "phone-light": (PHONE, "light", True),
}
"""Size, colours, and whether it is a touch screen. The journeys check each state in all of them."""
Axe = Callable[..., None]

# A busy machine is no reason to fail; what never comes still fails.
PATIENCE_MS = 60_000
END = """
UPDATE chat_conversation SET state = ?, closing_reason = ?, closed_at = strftime('%Y-%m-%d %H:%M:%f', 'now') WHERE state != ?
"""
FREEZE = """
import django
django.setup()
from indicators import current_day
from indicators.releases import freezing
from partners.models import Staff
today = current_day.today()
quarters = [period for code, period in freezing.closed_periods(today).items() if "-Q" in code]
for period in quarters[:2]:
    freezing.freeze(actor=Staff.objects.get(username="indicateurs"), period=period, reason="", today=today)
"""
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    found = next((path for name in SYSTEM_CHROMIUM if (path := shutil.which(name))), None)
    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    return {"args": arguments} | ({"executable_path": found} if found else {})


@pytest.fixture(autouse=True)
def nobody_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """A visitor who is left in the queue, or alone, would ring at the counsellor of the next test, who would take them for somebody else.

    The server finishes what a process that died has decided.
    """
    # Asked for before the test: it is then stopped after this.
    server = request.getfixturevalue("server") if "server" in request.fixturenames else None
    yield
    if server is not None:
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while read(server, "SELECT 1 FROM chat_conversation"):
            assert time.monotonic() < deadline
            change(server, END, State.CLOSING, Reason.TECHNICAL, State.CLOSING)
            time.sleep(0.1)


@pytest.fixture(scope="session")
def figures_server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demo's two invented years of figures and two releases of them, complete before it starts."""
    server = Server(tmp_path_factory.mktemp("figures"), prepared=prepared)
    environment = {**os.environ, **server.environment(), "DJANGO_SETTINGS_MODULE": "miti.settings"}
    for command in (["-m", "miti", "demo_figures"], ["-c", FREEZE]):
        subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)
    with server:
        yield server


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[OpenPage]:
    """`open_page("/demo/", phone=True, dark=True, language="nl-BE")`: a page in a fresh context.

    A script error on any of them fails the test.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(
        path: str,
        *,
        phone: bool = False,
        dark: bool = False,
        language: str = "fr-BE",
        session: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Page:
        context = browser.new_context(
            base_url=server.url,
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
            has_touch=phone,
            color_scheme="dark" if dark else "light",
            locale=language,
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        cookies = session or {}
        context.add_cookies([{"name": name, "value": cookies[name], "url": server.url} for name in cookies])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None,
        )
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def sign_in(open_page: OpenPage, server: Server) -> OpenPage:
    """`sign_in("conseillere.cdm", "/console/")`: the page, signed in; `by_form=True`: by hand, in a session of its own."""

    def enter(account: str, path: str, *, by_form: bool = False, **options: Any) -> Page:
        if not by_form:
            return open_page(path, session=session_of(server, account), **options)
        page = open_page(f"/accounts/login/?next={path}", **options)
        page.fill("#id_login", account)
        page.fill("#id_password", "miti-demo")
        page.press("#id_password", "Enter")
        page.wait_for_url(f"**{path}")
        return page

    return enter


@pytest.fixture
def looks() -> Callable[[Page], Iterator[str]]:
    """`for look in looks(page)`: the same page in every size and scheme, and at last as it was."""

    def turn(page: Page) -> Iterator[str]:
        before = page.viewport_size
        touch = page.context.new_cdp_session(page)
        now: list[Any] = [None, None, None]
        for name, wanted in LOOKS.items():
            # Each turn costs; one look differs from the next in one thing, or two.
            size, colours, mark_active = wanted
            if size != now[0]:
                page.set_viewport_size(size)  # type: ignore[arg-type]
            if colours != now[1]:
                page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
            if mark_active != now[2]:
                touch.send("Emulation.setTouchEmulationEnabled", {"enabled": mark_active})
            now = list(wanted)
            yield name
        touch.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
        page.emulate_media(color_scheme="light")
        assert before is not None
        page.set_viewport_size(before)
        touch.detach()

    return turn


@pytest.fixture
def axe() -> Axe:
    """Fail with what axe finds against WCAG 2.2 AA, in the page and its frames; or in those `within` an address."""

    def check(page: Page, within: str = "") -> None:
        found = []
        for frame in page.frames:
            if not frame.url.startswith("http") or within not in frame.url:
                continue
            # By the debugger, not by a script element: the page's own policy stays in force.
            if not frame.evaluate("Boolean(window.axe)"):
                frame.evaluate(AXE.read_text(encoding="utf-8"))
            found += [
                f"{one['id']}: {one['help']} — {[node['html'][:120] for node in one['nodes'][:3]]}"
                for one in frame.evaluate(AXE_RUN)
            ]
        assert found == [], "\n".join(found)

    return check


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page, str], Path]:
    """Keep a screenshot under var/pictures, to be looked at and used by the docs."""
    folder = Path(request.config.rootpath) / "var" / "pictures"

    def take(page: Page, name: str) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        page.screenshot(path=path)
        return path

    return take
