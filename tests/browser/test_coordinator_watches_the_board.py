"""The board in a browser: it renews itself, one press does and undoes, and it says how old it is when nothing comes."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import Axe, OpenPage
from tests.browser.socket_counsellor import SocketCounsellor
from tests.live.database_file import change
from tests.server import Server

BOARD = "/coordination/board/"
POOL = "(SELECT id FROM routing_rules_pool WHERE slug = 'cdm-bruxelles')"


PRESS_AS_IT_MOVES = """() => {
  const board = document.getElementById("board");
  const act = () => board.querySelector("[id^=longer-]");
  const place = () => act().getBoundingClientRect().top - board.getBoundingClientRect().top;
  const before = place();
  board.addEventListener("shown", function press() {
    if (place() === before) return;
    board.removeEventListener("shown", press);
    act().dispatchEvent(new MouseEvent("click", { detail: 1, bubbles: true, cancelable: true }));
  });
}"""


@pytest.fixture
def open_for_hours(server: Server) -> Iterator[None]:
    """The team of the real hours is open from an hour ago on, for nine hours more."""
    began = timezone.now().astimezone(ZoneInfo("Europe/Brussels")) - timedelta(hours=1)
    minute = began.hour * 60 + began.minute
    change(
        server,
        f"""INSERT INTO routing_rules_datedexception (pool_id, date, kind, start_minute, end_minute, reason)
            VALUES ({POOL}, ?, 'open', ?, ?, 'board')""",
        began.date().isoformat(),
        minute,
        minute + 600,
    )
    yield
    change(server, f"DELETE FROM routing_rules_datedexception WHERE pool_id = {POOL}")


def test_the_board_renews_itself_and_one_press_is_undone_by_another(
    server: Server,
    sign_in: OpenPage,
    open_for_hours: None,
    looks: Callable[[Page], Iterator[str]],
    axe: Axe,
    picture: Callable[[Page, str], Path],
) -> None:
    page = sign_in("coordination", BOARD)
    expect(page.get_by_role("link", name="Maintenant")).to_have_attribute("aria-current", "page")
    demo = page.locator(".board-team", has=page.get_by_role("heading", name="Démo CDM", exact=True))
    expect(demo).to_contain_text("jour et nuit")
    real = page.locator(".board-team", has=page.get_by_role("heading", name="CDM Bruxelles", exact=True))

    longer = real.get_by_role("button", name="Ouvrir 30 min de plus")
    longer.focus()
    with SocketCounsellor(server):
        # It comes by itself, and what has the focus keeps it.
        expect(demo).to_contain_text("Claire")
        expect(demo).to_contain_text("1 connecté·e")
        expect(longer).to_be_focused()
        for look in looks(page):
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wide), look
            axe(page)
            picture(page, f"board-{look}")

    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("CDM Bruxelles reste ouverte jusqu’à")
    page.get_by_role("button", name="Annuler cet acte").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("tout est comme avant")
    early = real.get_by_role("button", name="Fermer plus tôt")
    early.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("ne prend plus de nouvelle demande")
    page.get_by_role("button", name="Annuler cet acte").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("tout est comme avant")

    page.goto("/accounts/letters/")
    expect(page.get_by_role("checkbox", name="Alertes")).to_be_checked()
    axe(page)
    picture(page, "letters")


def test_a_press_on_what_has_only_just_come_under_the_pointer_does_nothing(
    server: Server, sign_in: OpenPage, open_for_hours: None, picture: Callable[[Page, str], Path]
) -> None:
    page = sign_in("coordination", BOARD, by_form=True)
    real = page.locator(".board-team", has=page.get_by_role("heading", name="CDM Bruxelles", exact=True))
    expect(real.get_by_role("button", name="Ouvrir 30 min de plus")).to_be_visible()
    moved = page.get_by_text("Les boutons venaient de bouger")
    # Somebody comes, the acts move down, and in that moment the mouse is pressed.
    page.evaluate(PRESS_AS_IT_MOVES)
    with SocketCounsellor(server):
        expect(moved).to_be_visible()
        picture(page, "board-moved")
        expect(page.get_by_role("button", name="Annuler cet acte")).to_have_count(0)
        expect(moved).to_be_hidden(timeout=20_000)
        # Meant: it is done.
        real.get_by_role("button", name="Ouvrir 30 min de plus").click()
        expect(page.get_by_role("status").first).to_contain_text("reste ouverte jusqu’à")
        page.get_by_role("button", name="Annuler cet acte").click()


def test_it_says_how_old_it_is_while_nothing_comes_and_then_goes_on(
    sign_in: OpenPage, picture: Callable[[Page, str], Path]
) -> None:
    page = sign_in("plateforme", BOARD, language="nl-BE")
    page.clock.install()
    page.reload()
    trouble = page.locator("[data-trouble]")
    expect(page.locator(".board-team").first).to_be_visible()
    expect(trouble).to_be_hidden()
    page.context.set_offline(True)
    page.clock.run_for(21_000)
    expect(trouble).to_contain_text("Miti antwoordt niet")
    expect(page.locator("#board")).to_have_class("board stack is-loose is-old")
    picture(page, "board-old")
    page.context.set_offline(False)
    page.clock.run_for(5_000)
    expect(trouble).to_be_hidden()
    expect(page.locator("[data-recovered]")).to_have_text("Miti antwoordt weer.")


def test_a_wall_is_read_from_afar_and_names_nobody(
    server: Server, sign_in: OpenPage, axe: Axe, picture: Callable[[Page, str], Path]
) -> None:
    page = sign_in("plateforme", f"{BOARD}?wall=1")
    with SocketCounsellor(server):
        card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Démo CDM"))
        expect(card).to_contain_text("quelqu’un répond")
        expect(card).to_contain_text("1 connecté·e")
        expect(page.locator("body")).not_to_contain_text("Claire")
        expect(page.locator("body")).not_to_contain_text("Simon")
        for name, width in (("phone", 360), ("tablet", 768), ("desktop", 1440)):
            page.set_viewport_size({"width": width, "height": 900})
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), name
            picture(page, f"board-wall-{name}")
        axe(page)
