"""The button and the chat on pages that make it hard (zoo/), and what is said where the chat cannot come up."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.partner_page import Partner, script
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import LAUNCHER, ask, open_widget, stop_waiting
from tests.live.database_file import change
from tests.server import Server

ZOO = Path(__file__).parent / "zoo"
WORKS = sorted(page.stem for page in ZOO.glob("*.html") if page.stem != "sandboxed")
"""In a sandbox, the chat says that it does not come up."""
AWAY = "Miti ne répond pas"
NarrowPage = Callable[..., Page]


def body(name: str, server: Server) -> str:
    return (ZOO / f"{name}.html").read_text(encoding="utf-8").replace("MITI", server.url)


@pytest.fixture
def visit(browser: Browser) -> Iterator[NarrowPage]:
    """As open_page, for pages whose own policy or scripts complain."""
    contexts = []

    def open_one(url: str, **options: object) -> Page:
        context = browser.new_context(**{"viewport": DESKTOP, "locale": "fr-BE"} | options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", WORKS)
def test_the_button_shows_and_the_first_step_works(server: Server, visit: NarrowPage, name: str) -> None:
    with SocketCounsellor(server), Partner(body(name, server)) as url:
        page = visit(url)
        expect(page.get_by_role("button", name=LAUNCHER["fr"])).to_have_count(1)
        widget = open_widget(page)
        ask(widget)
        stop_waiting(widget)
        expect(widget.get_by_text("Vous avez quitté la file.")).to_be_visible()


def test_no_rule_of_the_page_changes_how_the_button_looks(server: Server, visit: NarrowPage) -> None:
    looks = []
    for name in ("plain", "restyled"):
        with SocketCounsellor(server), Partner(body(name, server)) as url:
            button = visit(url).get_by_role("button", name=LAUNCHER["fr"])
            expect(button).to_be_visible()
            looks.append(
                button.evaluate(
                    """button => {
                        const look = getComputedStyle(button);
                        const host = getComputedStyle(button.getRootNode().host);
                        const names = ["color", "fontSize", "letterSpacing", "textShadow", "webkitTextStrokeWidth", "right"];
                        return [...names.map((name) => look[name]), host.opacity, button.offsetWidth];
                    }"""
                )
            )
    assert looks[0] == looks[1]


def test_the_buttons_of_a_cookie_banner_stay_usable_on_a_phone(server: Server, visit: NarrowPage) -> None:
    with SocketCounsellor(server), Partner(body("cookie_banner", server)) as url:
        page = visit(url, viewport=PHONE, has_touch=True)
        expect(page.get_by_role("button", name=LAUNCHER["fr"])).to_be_visible()
        page.get_by_role("button", name="Tout refuser").tap()
        expect(page.get_by_role("button", name="Tout refuser")).to_have_count(0)
        open_widget(page)


def test_at_400_percent_the_button_and_the_chat_fit(server: Server, visit: NarrowPage) -> None:
    with SocketCounsellor(server), Partner(body("plain", server)) as url:
        page = visit(url, viewport={"width": 320, "height": 256})
        expect(page.get_by_role("button", name=LAUNCHER["fr"])).to_be_in_viewport(ratio=1)
        widget = open_widget(page)
        assert page.locator("iframe[title=Miti]").bounding_box() == {
            "x": 0,
            "y": 0,
            "width": 320,
            "height": 256,
        }
        ask(widget)
        widget.get_by_role("button", name="Ne plus attendre").click()


def test_nothing_of_it_is_printed(server: Server, visit: NarrowPage) -> None:
    with SocketCounsellor(server), Partner(body("plain", server)) as url:
        page = visit(url)
        open_widget(page)
        page.emulate_media(media="print")
        for part in ("button", "section", "iframe"):
            for one in page.locator(f"miti-chat {part}").all():
                expect(one).to_be_hidden()


@pytest.mark.parametrize(
    "colour",
    ["#fff", "yellow", "#777", "#0b6e69", "rgb(0 0 0 / 10%)", "transparent", "oklch(0.9 0.1 90)", "x"],
)
def test_words_on_the_button_can_be_read_whatever_the_colour(
    server: Server, visit: NarrowPage, colour: str
) -> None:
    with SocketCounsellor(server), Partner(script(server, colour=colour)) as url:
        button = visit(url).get_by_role("button", name=LAUNCHER["fr"])
        expect(button).to_be_visible()
        words, behind = (
            luminance(button.evaluate("(button, name) => getComputedStyle(button)[name]", name))
            for name in ("color", "backgroundColor")
        )
        assert (max(words, behind) + 0.05) / (min(words, behind) + 0.05) >= 4.5


def luminance(colour: str) -> float:
    assert colour.startswith("rgb("), f"{colour} lets something through"
    parts = [float(part) / 255 for part in colour[4:-1].split(",")]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("attributes", ['data-site="personne"', "", 'data-site="demo"'])
def test_a_site_that_is_not_there_shows_no_button_and_says_so_once(
    own_server: Server, visit: NarrowPage, attributes: str
) -> None:
    """Unknown, missing, switched off."""
    change(own_server, "UPDATE routing_rules_site SET active = 0 WHERE key = 'demo'")
    with Partner(f'<script src="{own_server.url}/widget.js" {attributes}></script>') as url:
        page = visit("about:blank")
        said: list[str] = []
        page.on("console", lambda line: said.append(line.text) if "Miti:" in line.text else None)
        with page.expect_console_message(lambda line: "Miti:" in line.text):
            page.goto(url)
        page.evaluate("Miti.open()")
        expect(page.locator("miti-chat")).to_have_count(0)
        assert len(said) == 1


def test_where_the_page_forbids_to_ask_the_button_does_not_say_that_it_is_open(
    server: Server, visit: NarrowPage
) -> None:
    policy = f"default-src 'none'; script-src {server.url}; frame-src {server.url}"
    with SocketCounsellor(server), Partner(script(server), policy=policy) as url:
        page = visit(url)
        page.get_by_role("button", name="Chat Miti").click()
        widget = page.frame_locator("iframe[title=Miti]")
        expect(widget.get_by_role("heading", name="Bonjour")).to_be_visible()
        widget.get_by_role("button", name="Réduire").click()
        expect(page.get_by_role("button", name=LAUNCHER["fr"])).to_be_visible()


def test_a_frame_that_the_page_or_the_server_forbids_gives_words_and_numbers(
    server: Server, visit: NarrowPage
) -> None:
    no_frames = f"default-src 'none'; script-src {server.url}; connect-src {server.url}"
    with (
        SocketCounsellor(server),
        Partner(script(server), policy=no_frames) as strict,
        Partner(script(server)) as foreign,
        Partner(body("sandboxed", server)) as sandboxed,
    ):
        for url, inside in (
            (strict, ""),
            # Not one of the site's domains.
            (foreign.replace("localhost", "partenaire.localhost"), ""),
            (sandboxed, "iframe[title=Cadre]"),
        ):
            page = visit(url, viewport=PHONE if not inside else DESKTOP)
            place = page.frame_locator(inside) if inside else page
            place.get_by_role("button", name=LAUNCHER["fr"]).click()
            close = place.get_by_role("button", name="Fermer")
            expect(close).to_be_visible()
            expect(place.get_by_text(AWAY)).to_be_visible()
            expect(place.locator('a[href="tel:112"]')).to_be_visible()
            close.click()
            expect(place.get_by_role("button", name=LAUNCHER["fr"])).to_be_visible()
            page.close()


def test_a_browser_without_what_the_chat_needs_gets_a_link_to_its_page(
    browser: Browser, server: Server
) -> None:
    with SocketCounsellor(server), Partner(script(server)) as url:
        context = browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
        page = context.new_page()
        page.add_init_script(
            "window.CSSStyleSheet = function () { throw new TypeError('Illegal constructor'); }"
        )
        page.goto(url)
        page.get_by_role("link", name=LAUNCHER["fr"]).click()
        expect(page).to_have_url(f"{server.url}/widget/demo/?lang=fr")
        expect(page.get_by_role("heading", name="Bonjour")).to_be_visible()
        context.close()
