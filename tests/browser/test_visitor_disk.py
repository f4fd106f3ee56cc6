"""What a browser leaves on the disk of the visitor's computer: no word of what was typed and not sent, and nothing to read it with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import BACK, ask, composer, kept, open_widget, until, write
from tests.leaks.hunt import Hunt
from tests.server import Server


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def own_browser(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], profile: Path, server: Server
) -> Iterator[BrowserContext]:
    """A browser that keeps its profile, as people's browsers do."""
    context = browser_type.launch_persistent_context(
        profile, base_url=server.url, locale="fr-BE", **browser_type_launch_args
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


def test_what_is_not_sent_survives_a_reload_and_no_word_of_it_is_on_the_disk(
    server: Server, own_browser: BrowserContext, profile: Path
) -> None:
    hunt, planted = Hunt(), Hunt()
    with SocketCounsellor(server) as counsellor:
        page = own_browser.new_page()
        page.goto("/demo/")
        widget = open_widget(page)
        ask(widget)
        write(widget, hunt.canary("en attente"))
        # With the keys alone it is shorter; and the draft, which is longer than the padding, adds to it.
        until(page, lambda: len(kept(page)["sealed"] or "") > 400)
        written = len(kept(page)["sealed"])
        composer(widget).fill(hunt.canary("brouillon") * 2)
        until(page, lambda: len(kept(page)["sealed"]) > written)
        page.reload()
        page.get_by_role("button", name=BACK).click()
        widget = page.frame_locator("iframe[title=Miti]")
        expect(composer(widget)).to_have_value(hunt.canary("brouillon") * 2)
        expect(widget.get_by_text(hunt.mark)).to_be_visible()
        assert hunt.in_bytes("storage", str(kept(page)).encode()) == []
        page.evaluate("text => sessionStorage.setItem('planted', text)", planted.canary("exprès"))
        # As when the power is cut or the computer taken away: nobody has left. A browser that ends writes everything down.
        own_browser.close()
        assert hunt.in_folder(profile) == []
        assert planted.in_folder(profile) != [], "what is in a storage is on the disk, and is found there"
        counsellor.accepts()
        counsellor.closes()
