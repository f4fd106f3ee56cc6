"""The first day, as docs/first-day.md tells it, in a browser: from `python -m miti begin` to the first conversation.

It takes the pictures of that page, and counts what people type and press: the page says how many.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import AVAILABLE, become, message_field, offers, transcript
from tests.browser.partner_page import Partner
from tests.browser.visitor_steps import composer, open_widget
from tests.live.test_first_day import ANSWERS, PASSWORD, begin
from tests.platform.test_second_factor import code
from tests.server import ROOT, Server

DOCS = (ROOT / "docs" / "first-day.md").read_text(encoding="utf-8")
NUMBERS = {"nine": 9, "ten": 10}
QUESTION = "Je ne sais pas quelles études choisir."
ANSWER = "Bonjour, je vous lis."


class Steps:
    """What people type and press; each field and each press is one."""

    def __init__(self) -> None:
        self.n = 0

    def fill(self, page: Page, field: str, text: str) -> None:
        page.fill(field, text)
        self.n += 1

    def press(self, done: Callable[[], object]) -> None:
        done()
        self.n += 1


class Begun:
    """An installation after the questions, with the page of a centre that will show the chat."""

    def __init__(self, server: Server, told: str) -> None:
        self.server = server
        self.told = told
        self.links = re.findall(rf"{server.url}(/accounts/password/reset/key/\S+)", told)
        self.line = next(line.strip() for line in told.splitlines() if "<script" in line)


@pytest.fixture(scope="module")
def begun(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begun]:
    tmp_path = tmp_path_factory.mktemp("begun")
    server = Server(tmp_path, command=("miti", "serve"), MITI_DEMO="0")
    server._settings |= {"PORT": str(server.port), "MITI_PUBLIC_URL": server.url}
    answers = [*list(ANSWERS.values())[:-1], "http://localhost:*"]
    done = begin(tmp_path, answers, PORT=str(server.port), MITI_PUBLIC_URL=server.url)
    assert done.returncode == 0, done.stdout + done.stderr
    again = begin(tmp_path, [])
    assert again.returncode == 1
    assert "has a plan already" in again.stderr
    (tmp_path / "static").rmdir()
    (tmp_path / "static").symlink_to(prepared / "static")
    with server:
        yield Begun(server, done.stdout)


@pytest.fixture(scope="module")
def server(begun: Begun) -> Server:
    return begun.server


def test_the_questions_are_as_many_as_the_docs_say(begun: Begun) -> None:
    word = re.search(r"Answer (\w+) questions", DOCS)
    assert word is not None
    assert len(ANSWERS) == NUMBERS[word[1]]
    assert begun.told.count(": ") >= len(ANSWERS)
    assert len(begun.links) == 3
    assert 'data-site="centre-de-namur"' in begun.line


def test_a_first_conversation_after_the_questions(
    begun: Begun, open_page: OpenPage, axe: Callable[[Page], None], picture: Callable[[Page, str], Path]
) -> None:
    steps = Steps()
    people = {}
    for who, link in zip(("ada", "berthe", "chloe"), begun.links, strict=True):
        page = people[who] = open_page(link)
        page.wait_for_selector("#id_password1")
        if who == "ada":
            axe(page)
            picture(page, "first-day-password")
        steps.fill(page, "#id_password1", PASSWORD)
        steps.fill(page, "#id_password2", PASSWORD)
        steps.press(lambda page=page: page.press("#id_password2", "Enter"))  # type: ignore[misc]  # each its own
        page.wait_for_url("**/accounts/password/reset/key/done/")
        page.goto("/accounts/login/")
        steps.fill(page, "#id_login", f"{who}@centre.example")
        steps.fill(page, "#id_password", PASSWORD)
        steps.press(lambda page=page: page.press("#id_password", "Enter"))  # type: ignore[misc]
    for who, place in (("ada", "/admin/"), ("berthe", "/coordination/")):
        page = people[who]
        page.wait_for_url("**/accounts/2fa/totp/activate/")
        if who == "ada":
            picture(page, "first-day-second-factor")
        steps.fill(page, "#id_code", code(page.input_value("#authenticator_secret")))
        steps.press(lambda page=page: page.press("#id_code", "Enter"))  # type: ignore[misc]
        page.wait_for_url("**/accounts/2fa/recovery-codes/")
        page.goto(place)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if who == "berthe":
            picture(page, "first-day-coordination")
    console = people["chloe"]
    console.wait_for_url("**/console/")
    steps.press(lambda: become(console, AVAILABLE))
    with Partner(begun.line) as address:
        visitor = open_page(address)
        widget = open_widget(visitor)
        steps.n += 1
        steps.press(widget.get_by_role("radio", name="Orientation").check)
        steps.press(widget.get_by_role("button", name="Commencer").click)
        expect(composer(widget)).to_be_visible()
        expect(offers(console)).to_have_count(1)
        picture(console, "first-day-offer")
        steps.press(lambda: console.keyboard.press("Alt+a"))
        expect(message_field(console)).to_be_focused()
        steps.press(lambda: composer(widget).fill(QUESTION))
        steps.press(lambda: composer(widget).press("Enter"))
        expect(transcript(console)).to_contain_text(QUESTION)
        steps.press(lambda: message_field(console).fill(ANSWER))
        steps.press(lambda: message_field(console).press("Enter"))
        expect(widget.locator(".bubble")).to_have_text([QUESTION, ANSWER])
        picture(visitor, "first-day-visitor")
    said = re.search(r"(\d+) fields and presses", DOCS)
    assert said is not None
    assert steps.n == int(said[1])
