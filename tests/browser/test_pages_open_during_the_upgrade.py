"""Real pages of the release before, open in real browsers while the server is upgraded: told to reload once, they go on."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.both_ends import begun
from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import be_available, message_field, transcript
from tests.browser.visitor_steps import BACK, write
from tests.release_before import release_before
from tests.server import ROOT, Server


def set_up(server: Server) -> None:
    command = [sys.executable, "-m", "miti", "setup"]
    subprocess.run(command, cwd=server.root, env=server.environment(), check=True)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Of the release before, for this test alone."""
    before = release_before()
    if not before.needs_pause:
        pytest.skip(f"pages of {before.version} go on as they are: tests/live/test_rolling_upgrade.py")
    old = before.unpack(tmp_path / "before")
    # A busy machine may take longer to upgrade than a counsellor keeps their conversations.
    running = Server(old / "var", command=("miti", "serve"), MITI_COUNSELLOR_GRACE_S="600")
    running.root = old
    set_up(running)
    with running:
        yield running


def upgrade(server: Server) -> None:
    server.stop()
    server.root = ROOT
    set_up(server)
    server.start()


def test_both_ends_are_told_to_reload_once_and_the_conversation_goes_on(
    server: Server, open_page: OpenPage, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    page = open_page("/demo/")
    widget = begun(page, console)
    write(widget, "avant")
    expect(transcript(console)).to_contain_text("avant")

    upgrade(server)
    expect(widget.get_by_text("Rechargez-la")).to_be_visible()
    # What it had stays on the screen.
    expect(widget.get_by_text("avant")).to_be_visible()
    # 0.1.0 lets browsers keep the console's modules for a minute: they are older than that after a real pause.
    console.context.new_cdp_session(console).send("Network.clearBrowserCache")
    console.get_by_role("link", name="Se reconnecter").click()
    expect(console.locator(".mine")).to_have_count(1)
    page.reload()
    page.get_by_role("button", name=BACK).click()

    write(widget, "après")
    expect(transcript(console)).to_contain_text("après")
    message_field(console).fill("me revoilà")
    message_field(console).press("Enter")
    expect(widget.locator(".bubble")).to_have_text(["après", "me revoilà"])
    expect(widget.get_by_text("Rechargez-la")).to_have_count(0)
