"""Who misses two offers in a row is set to away, and finds the way back."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import be_available, offers
from tests.browser.socket_visitor import SocketVisitor
from tests.server import TimedServer

RING_TIME_S = 50


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimedServer]:
    """Time passes when the test says so: an offer is missed when it is meant to be."""
    quick = TimedServer(tmp_path_factory.mktemp("misses"), prepared=prepared)
    with sqlite3.connect(quick.database) as database:
        database.execute(
            "UPDATE routing_rules_rulerow SET content = json_set(content, '$.ring_time_s', ?)", (RING_TIME_S,)
        )
    database.close()
    with quick:
        yield quick


def test_two_missed_offers_set_a_counsellor_away_and_one_button_brings_them_back(
    server: TimedServer, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with SocketVisitor(server) as someone:
        someone.ask()
        expect(offers(console)).to_have_count(1)
        server.advance_time(RING_TIME_S)
        expect(console.get_by_text("La proposition a expiré").first).to_be_visible()
        expect(offers(console)).to_have_count(1)
        server.advance_time(RING_TIME_S)
        expect(console.get_by_text("Vous êtes passé·e en « absent·e ».")).to_be_visible()
        away = console.get_by_role("button", name=re.compile("Absent·e"))
        expect(away).to_have_attribute("aria-pressed", "true")
        expect(offers(console)).to_have_count(0)
        # Found again after a reload too.
        console.reload()
        console.get_by_role("button", name="Je suis de retour").click()
        expect(console.get_by_role("button", name=re.compile("Disponible"))).to_have_attribute(
            "aria-pressed", "true"
        )
        expect(console.get_by_text("Vous êtes passé·e en « absent·e ».")).to_have_count(0)
