"""When nobody writes for long: the warning says the time that is left, on a page that was loaded meanwhile too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import BACK, talk_to, write
from tests.server import Server, TimedServer

IDLE_WARNING_S, IDLE_CLOSE_S = 200, 400
STILL_THERE = "Vous êtes toujours là ?"


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    patience = {
        "MITI_IDLE_WARNING_S": str(IDLE_WARNING_S),
        "MITI_IDLE_CLOSE_S": str(IDLE_CLOSE_S),
        "MITI_PING_S": "1",
        "MITI_SILENCE_S": "15",
    }
    with TimedServer(tmp_path_factory.mktemp("time"), prepared=prepared, **patience) as running:
        yield running


def test_an_idle_warning_says_the_time_that_is_left_after_a_reload_too(
    server: TimedServer, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = talk_to(counsellor, page)
        counsellor.says("Prenez votre temps")
        expect(widget.get_by_text("Prenez votre temps")).to_be_visible()
        server.advance_time(IDLE_WARNING_S + 1)
        warning = widget.get_by_text(STILL_THERE)
        expect(warning).to_contain_text("dans moins de 4 minutes.")
        server.advance_time(150)
        page.reload()
        page.get_by_role("button", name=BACK).click()
        expect(warning).to_contain_text("dans moins de 1 minute.")
        # It goes on counting by the page's own clock.
        expect(warning).to_contain_text("dans moins de 30 secondes.")
        write(widget, "Oui, je réfléchis")
        expect(warning).to_have_count(0)
        counsellor.closes()
