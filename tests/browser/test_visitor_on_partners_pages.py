"""The one-line script on pages that are not ours: strict, rebuilt by their own scripts, with two scripts by mistake."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.partner_page import Partner, script
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import (
    BACK,
    LAUNCHER,
    ask,
    composer,
    open_widget,
    stop_waiting,
    stored,
    write,
)
from tests.server import Server


def test_a_partner_with_the_strictest_policy_can_embed_it(server: Server, open_page: OpenPage) -> None:
    policy = (
        f"default-src 'none'; script-src {server.url}; connect-src {server.url}; frame-src {server.url}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    with SocketCounsellor(server) as counsellor, Partner(script(server), policy=policy) as url:
        page = open_page(url)
        widget = open_widget(page)
        box = page.locator("iframe[title=Miti]").bounding_box()
        assert box is not None
        assert box["width"] == 400
        ask(widget)
        counsellor.accepts()
        write(widget, "Bonjour")
        counsellor.reads("Bonjour")
        counsellor.says("Bonjour aussi")
        expect(widget.get_by_text("Bonjour aussi")).to_be_visible()
        counsellor.closes()


def test_a_second_script_changes_nothing(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server), Partner(script(server) * 2) as url:
        page = open_page(url)
        expect(page.get_by_role("button", name=LAUNCHER["fr"])).to_have_count(1)


def test_it_survives_navigation_without_a_page_load(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server), Partner(script(server)) as url:
        page = open_page(url)
        widget = open_widget(page)
        ask(widget)
        # As such pages do: another address, another body, every script of the new page put in again.
        page.evaluate(
            """src => {
                history.pushState({}, "", "/ailleurs");
                document.body.replaceChildren("Une autre page");
                const again = Object.assign(document.createElement("script"), { src });
                again.dataset.site = "demo";
                document.body.append(again);
                return new Promise((done) => { again.onload = done; });
            }""",
            f"{server.url}/widget.js",
        )
        expect(page.locator("iframe[title=Miti]")).to_have_count(1)
        expect(composer(widget)).to_be_visible()
        stop_waiting(widget)
        expect(widget.get_by_text("Vous avez quitté la file.")).to_be_visible()


def test_widgets_of_two_sites_in_one_tab_never_mix(server: Server, open_page: OpenPage) -> None:
    both = (script(server) + script(server, site="ecole")).replace(" async", "")
    with SocketCounsellor(server), Partner(both) as url:
        page = open_page(url)
        # Of two on one page, the first counts.
        expect(page.get_by_role("button", name=LAUNCHER["fr"])).to_have_count(1)
        widget = open_widget(page)
        assert "/widget/demo/" in [frame.url for frame in page.frames][1]
        ask(widget)
        assert stored(page) == ["miti-back:demo", "miti:demo"]
        page.goto("/demo/?site=ecole")
        page.wait_for_function("window.Miti")
        page.evaluate("Miti.open()")
        school = page.frame_locator("iframe[title=Miti]")
        expect(school.get_by_role("heading", level=1)).to_be_visible()
        expect(composer(school)).to_have_count(0)
        page.goto(url)
        page.get_by_role("button", name=BACK).click()
        expect(composer(widget)).to_be_visible()
        stop_waiting(widget)
        expect(widget.get_by_text("Vous avez quitté la file.")).to_be_visible()
        assert stored(page) == []


def test_the_partner_chooses_language_side_colour_and_theme(server: Server, open_page: OpenPage) -> None:
    with (
        SocketCounsellor(server),
        Partner(script(server, lang="nl", position="left", colour="#7a1f5c", theme="emploi")) as url,
    ):
        page = open_page(url)
        button = page.get_by_role("button", name=LAUNCHER["nl"])
        expect(button).to_have_css("background-color", "rgb(122, 31, 92)")
        expect(button).to_have_css("left", "20px")
        widget = open_widget(page, "nl")
        expect(widget.get_by_role("radio", name="Werk", exact=True)).to_be_checked()


def test_with_forced_colours_borders_show_what_colours_would(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server):
        page = open_page("/demo/", forced_colors="active")
        expect(page.get_by_role("button", name=LAUNCHER["fr"])).to_have_css("border-top-width", "1px")
        widget = open_widget(page)
        widget.get_by_role("radio", name="Orientation").check()
        expect(widget.locator(".themes :checked + span")).to_have_css("border-top-width", "3px")
        expect(widget.locator(".themes :not(:checked) + span").first).to_have_css("border-top-width", "1px")


def test_a_page_may_open_the_widget_and_receive_its_state(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server), Partner(script(server, start="manual")) as url:
        page = open_page(url)
        page.wait_for_function("window.Miti")
        page.evaluate("window.heard = []; Miti.on('state', (state) => heard.push(state))")
        expect(page.get_by_role("button", name=LAUNCHER["fr"])).to_have_count(0)
        page.evaluate("Miti.open()")
        expect(page.frame_locator("iframe").get_by_role("heading", name="Bonjour")).to_be_visible()
        page.evaluate("Miti.close()")
        expect(page.locator("iframe")).to_be_hidden()
        assert page.evaluate("heard.filter(({ open }) => open).length") >= 1
        assert page.evaluate("heard.at(-1).open") is False


def test_messages_from_another_window_are_ignored(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server), Partner(script(server)) as url:
        page = open_page(url)
        widget = open_widget(page)
        frame = next(frame for frame in page.frames if "/widget/" in frame.url)
        for window in (page, frame):
            # The last one has come: so have those before it.
            window.evaluate(
                """new Promise((done) => {
                    addEventListener("message", ({ data }) => data === "last" && done());
                    for (const said of [{ miti: "vanish" }, { miti: "hide" }, "last"]) postMessage(said, "*");
                })"""
            )
        expect(widget.get_by_role("heading", name="Bonjour")).to_be_visible()
        assert page.url == url


def test_on_a_phone_it_fills_the_screen_and_the_page_behind_stays_still(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server):
        page = open_page("/demo/", phone=True)
        widget = open_widget(page)
        assert page.locator("iframe[title=Miti]").bounding_box() == {
            "x": 0,
            "y": 0,
            "width": 360,
            "height": 740,
        }
        expect(page.locator("html")).to_have_css("overflow", "hidden")
        assert page.evaluate("document.body.inert") is True
        widget.get_by_role("button", name="Réduire").tap()
        expect(page.locator("html")).to_have_css("overflow", "visible")
        assert page.evaluate("document.body.inert") is False


def test_a_phones_keyboard_covers_neither_the_message_nor_the_way_out(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server):
        page = open_page("/demo/", phone=True)
        widget = open_widget(page)
        ask(widget)
        # As a phone does: what is seen of the page is lower, the page is not.
        page.evaluate(
            """() => {
                Object.defineProperty(visualViewport, "height", { value: 400 });
                Object.defineProperty(visualViewport, "offsetTop", { value: 120 });
                visualViewport.dispatchEvent(new Event("resize"));
            }"""
        )
        box = page.locator("iframe[title=Miti]").bounding_box()
        assert box is not None
        assert (box["y"], box["height"]) == (120, 400)
        expect(composer(widget)).to_be_in_viewport(ratio=1)
        expect(widget.get_by_role("button", name="Quitter vite")).to_be_in_viewport(ratio=1)
        stop_waiting(widget)
        expect(widget.get_by_text("Vous avez quitté la file.")).to_be_visible()


def test_without_storage_the_chat_works_and_warns_about_a_reload(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("about:blank")
        refuse = "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('', 'SecurityError'); } })"
        page.add_init_script(refuse)
        page.goto("/demo/")
        widget = open_widget(page)
        expect(widget.get_by_text("Ne rechargez pas cette page")).to_be_attached()
        ask(widget)
        counsellor.accepts()
        write(widget, "Bonjour")
        counsellor.reads("Bonjour")
        counsellor.closes()


def test_everything_fits_at_twice_the_size(
    server: Server, open_page: OpenPage, axe: Callable[[Page], None]
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        page.set_viewport_size({"width": 640, "height": 360})
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        write(widget, "Bonjour")
        counsellor.says("Bonjour. " * 60)
        expect(composer(widget)).to_be_in_viewport()
        expect(widget.get_by_text(re.compile(r"(Bonjour\. ){20}"))).to_be_visible()
        for number in range(6):
            counsellor.says(f"Encore une ligne, la {number}e.")
        # Where the screen is too low for two that scroll, the whole one follows.
        expect(widget.get_by_text("la 5e.")).to_be_in_viewport()
        expect(widget.get_by_role("button", name="nouveau")).to_have_count(0)
        wide = widget.locator("html").evaluate("page => page.scrollWidth > page.clientWidth")
        assert wide is False
        axe(page)
        counsellor.closes()


def test_an_unreachable_server_leaves_no_dead_panel_over_the_page(
    own_server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(own_server), Partner(script(own_server)) as url:
        page = open_page(url, phone=True)
        launcher = page.get_by_role("button", name=LAUNCHER["fr"])
        expect(launcher).to_be_visible()
        own_server.kill()
        launcher.click()
        close = page.get_by_role("button", name="Fermer")
        expect(close).to_be_focused()
        expect(page.get_by_text("Miti ne répond pas")).to_be_visible()
        for number in ("112", "080032123"):
            expect(page.locator(f'miti-chat a[href="tel:{number}"]')).to_be_visible()
        close.click()
        expect(launcher).to_be_focused()
        assert page.evaluate("document.body.inert") is False
        own_server.start()
        launcher.click()
        expect(
            page.frame_locator("iframe[title=Miti]").get_by_role("button", name="Quitter vite")
        ).to_be_visible()
        expect(page.get_by_text("Miti ne répond pas")).to_have_count(0)
        expect(close).to_have_count(0)
