"""After many wrong passwords the sign-in page does a sum, and lets the right one in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.server import Server


@pytest.fixture
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = {"MITI_WRONG_PASSWORDS_PER_ADDRESS": "1", "MITI_PROOF_TRIES": "20000"}
    with Server(tmp_path_factory.mktemp("guessed"), prepared=prepared, **settings) as running:
        yield running


def give(page: Page, account: str, password: str) -> None:
    page.fill("#id_login", account)
    page.fill("#id_password", password)
    with page.expect_navigation():
        page.press("#id_password", "Enter")


@pytest.mark.parametrize("workers", [True, False], ids=["in a worker", "in the page"])
def test_the_page_does_the_sum_and_the_right_password_passes(open_page: OpenPage, workers: bool) -> None:
    page = open_page("/accounts/login/")
    if not workers:
        page.add_init_script("delete window.Worker")
    # Counts begin anew each minute: until it asks.
    while not page.locator("form[data-challenge]").count():
        give(page, "nobody", "wrong")
    give(page, "conseillere.cdm", "miti-demo")
    page.wait_for_url("**/console/")
