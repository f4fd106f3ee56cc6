"""From a partner's page to a take-up rate: a visitor, a counsellor and an analyst, each in a browser of their own."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import be_available, is_open, message_field, offers, reload, transcript
from tests.browser.visitor_steps import BACK, ask, open_widget, write
from tests.server import Server

QUESTION = "Je ne sais pas quelles études choisir."
ANSWER = "Bonjour, je vous lis. Qu’est-ce qui vous plaît ?"


@pytest.fixture
def server(prepared: Path, tmp_path: Path) -> Iterator[Server]:
    """For this test alone: the figures begin at nothing."""
    with Server(tmp_path / "job", prepared=prepared) as running:
        yield running


def a_day_later(server: Server) -> None:
    """Figures are of days that are over: what was counted today was counted yesterday."""
    with closing(sqlite3.connect(server.database)) as database, database:
        for counted in ("metricrow", "counter", "capacity"):
            database.execute(f"UPDATE indicators_{counted} SET day = date(day, '-1 day')")


def test_a_visitor_talks_to_a_counsellor_and_the_figures_count_it(
    server: Server,
    open_page: OpenPage,
    sign_in: OpenPage,
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Path],
) -> None:
    figures = sign_in("indicateurs", "/indicators/", by_form=True)
    expect(figures.get_by_text("Aucune demande")).to_be_visible()
    console = be_available(sign_in, "conseillere.cdm", by_form=True)
    page = open_page("/demo/")
    widget = open_widget(page)
    picture(page, "widget-before")
    axe(page)
    ask(widget)
    expect(offers(console)).to_have_count(1)
    picture(console, "console-offer")
    axe(console)
    console.keyboard.press("Alt+a")
    expect(message_field(console)).to_be_focused()
    is_open(console)
    write(widget, QUESTION)
    expect(transcript(console)).to_contain_text(QUESTION)
    message_field(console).fill(ANSWER)
    message_field(console).press("Enter")
    expect(widget.locator(".bubble")).to_have_text([QUESTION, ANSWER])
    picture(page, "widget-talk")
    picture(console, "console-talk")
    axe(page)
    axe(console)

    page.reload()
    page.get_by_role("button", name=BACK).click()
    widget = page.frame_locator("iframe[title=Miti]")
    expect(widget.locator(".bubble")).to_have_text([QUESTION, ANSWER])
    reload(console)
    expect(transcript(console)).to_contain_text(ANSWER)

    console.keyboard.press("Alt+c")
    dialog = console.get_by_role("dialog")
    dialog.get_by_role("radio").first.check()
    dialog.get_by_role("button", name="Clore la conversation").click()
    expect(widget.get_by_role("heading", name="La conversation est terminée")).to_be_visible()
    picture(page, "widget-ended")
    axe(page)

    figures.reload()
    expect(figures.get_by_text("Aucune demande")).to_be_visible()
    a_day_later(server)
    figures.reload()
    expect(figures.locator("[data-figure=take_up]")).to_have_text(re.compile(r"100,0\s%"))
    expect(figures.get_by_text("demandes : 1 sur 1").first).to_be_visible()
    picture(figures, "job-figures")
    axe(figures)
    shown = figures.content()
    for secret in (QUESTION, ANSWER, "Claire"):
        assert secret not in shown
