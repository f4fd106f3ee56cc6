"""A report of figures on paper: A4, black and white, the key figures whole on the first page; and it fetches nothing."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PHONE
from tests.browser.test_figures_are_printed import COLOURED
from tests.server import ROOT, Server

WIDTH, HEIGHT = 703, 1032
"""Of A4 within the margins that the letter asks for, at 96 dots an inch."""
WRITE = """
import sys
import django
django.setup()
from datetime import timedelta
from django.utils.translation import override
from indicators import current_day
from indicators.letters import contents, sending
from partners.letter_kinds import LetterKind
from partners.models import Staff
name, kind, language = sys.argv[1], LetterKind(sys.argv[2]), sys.argv[3]
whole = sending.KINDS[kind]
period = whole(whole(current_day.today() - timedelta(days=2)).first - timedelta(days=1))
person = Staff.objects.get(username=name)
with override(language):
    letter = contents.letter_to(person, kind, period)
    sys.stdout.buffer.write(letter.written(kind, person, language).html.encode())
"""
OVERFLOWING = "[...document.querySelectorAll('th, td')].filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"
LOWEST = "(which) => Math.max(0, ...[...document.querySelectorAll(which)].map((one) => one.getBoundingClientRect().bottom))"


def letter_of(server: Server, *given: str) -> str:
    environment = {**os.environ, **server.environment(), "DJANGO_SETTINGS_MODULE": "miti.settings"}
    done = subprocess.run(
        [sys.executable, "-c", WRITE, *given], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    return done.stdout.decode()


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize("kind", ["figures_month", "figures_quarter"])
@pytest.mark.parametrize("name", ["indicateurs", "coordination"])
def test_a_report_is_whole_on_paper_and_fetches_nothing(
    server: Server, browser: Browser, name: str, kind: str, language: str
) -> None:
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda one: asked.append(one.url))
    page.set_content(letter_of(server, name, kind, language))
    page.emulate_media(media="print")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate(LOWEST, "table:first-of-type, ul") <= HEIGHT, "the key figures and what breaks them"
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, "nothing is cut at the right"
    assert page.evaluate(COLOURED) == []
    pages = len(re.findall(rb"/Type\s*/Page\b[^s]", page.pdf(prefer_css_page_size=True)))
    assert 1 <= pages <= 2
    assert asked == []
    page.close()


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize("kind", ["figures_month", "figures_quarter"])
def test_on_a_phone_no_head_runs_into_the_next(
    server: Server, browser: Browser, kind: str, language: str
) -> None:
    page = browser.new_page()
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.set_content(letter_of(server, "indicateurs", kind, language))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate(OVERFLOWING) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.close()
