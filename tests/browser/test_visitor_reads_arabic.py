"""A visitor who reads from right to left: the chat is mirrored, nothing overflows, and only a site that lists Arabic has it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Axe, OpenPage
from tests.browser.partner_page import Partner, script
from tests.browser.socket_counsellor import SocketCounsellor
from tests.live.database_file import change
from tests.server import Server

WORDS_OF_VISITOR = "مرحباً، رقمي 0470 وأريد تغيير مهنتي."
Picture = Callable[[Page, str], Path]


ARABIC = (
    ("UPDATE routing_rules_site SET languages = ? WHERE key = 'demo'", '["ar", "fr"]'),
    (
        "UPDATE routing_rules_counsellor SET languages = ? WHERE staff_id ="
        " (SELECT id FROM partners_staff WHERE username = 'conseillere.cdm')",
        '["ar", "fr", "nl", "en"]',
    ),
    (
        "UPDATE routing_rules_theme SET labels = json_set(labels, '$.ar', ?) WHERE code = 'orientation'",
        "التوجيه المهني",
    ),
)
BEFORE = ('["fr", "nl", "en", "de", "uk"]', '["fr", "nl", "en"]', "")


@pytest.fixture
def arabic_site(server: Server) -> Iterator[None]:
    """The demo's site lists Arabic, and a counsellor speaks it."""
    for change_to, value in ARABIC:
        change(server, change_to, value)
    yield
    for (change_to, _value), value in zip(ARABIC, BEFORE, strict=True):
        change(server, change_to, value)


def widget_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title=Miti]")


def edges(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    assert box is not None
    return box["x"], box["x"] + box["width"]


def fits(page: Page) -> bool:
    (frame,) = (one for one in page.frames if "/widget/" in one.url)
    wide: list[str] = frame.evaluate(
        "[document.documentElement, ...document.querySelectorAll('main, main *')].filter(one =>"
        " one.checkVisibility() && getComputedStyle(one).display !== 'inline' && !one.closest('.unseen, svg')"
        " && one.scrollWidth > one.clientWidth + 1 && one.clientWidth).map(one => one.className || one.tagName)"
    )
    return wide == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.usefixtures("arabic_site")
def test_the_chat_is_mirrored_and_fits_a_phone(
    server: Server, open_page: OpenPage, axe: Axe, picture: Picture, dark: bool
) -> None:
    with SocketCounsellor(server) as counsellor, Partner(script(server, lang="ar")) as partner:
        page = open_page(partner, phone=True, dark=dark)
        light = "dark" if dark else "light"

        def seen(state: str) -> None:
            for size in (DESKTOP, PHONE):
                page.set_viewport_size(size)  # type: ignore[arg-type]
                assert fits(page), state
                axe(page, within="/widget/")
                device = "phone" if size is PHONE else "desktop"
                picture(page, f"visitor-{device}-{light}-ar-{state}")

        page.get_by_role("button", name="لديكم سؤال؟ اكتبوا لنا").click()
        widget = widget_of(page)
        expect(widget.get_by_role("heading", name="مرحباً. اطرحوا سؤالكم.")).to_be_visible()
        expect(widget.locator("html")).to_have_attribute("dir", "rtl")
        expect(widget.locator("html")).to_have_attribute("lang", "ar")
        seen("1-before")
        widget.locator("input[name=theme]").first.check()
        widget.get_by_role("button", name="ابدأوا").click()
        expect(widget.get_by_role("heading", name="في الانتظار")).to_be_visible()
        seen("3-waiting")
        counsellor.accepts()
        counsellor.says("مرحباً، أنا أقرأ لكم. الموقع: https://www.leforem.be/formations")
        widget.get_by_role("textbox", name="رسالتكم").fill(WORDS_OF_VISITOR)
        widget.get_by_role("button", name="إرسال", exact=True).click()
        counsellor.reads(WORDS_OF_VISITOR)
        theirs, own = widget.locator(".message").first, widget.locator(".message.is-mine")
        expect(own.locator(".bubble")).to_have_text(WORDS_OF_VISITOR)
        # Mirrored: answers begin at the right edge, one's own words end at the left one; in the order of time.
        log_left, log_right = edges(widget.get_by_role("log"))
        assert (
            log_right - edges(theirs.locator(".bubble"))[1] < edges(theirs.locator(".bubble"))[0] - log_left
        )
        assert edges(own.locator(".bubble"))[0] - log_left < log_right - edges(own.locator(".bubble"))[1]
        for message in (theirs, own):
            expect(message.locator(".bubble")).to_have_attribute("lang", "ar")
            expect(message.locator(".bubble")).to_have_css("direction", "rtl")
        seen("4-talking")
        counsellor.closes()
        expect(widget.get_by_role("heading", name="انتهت المحادثة")).to_be_visible()
        seen("9-ended")


def test_a_site_that_does_not_list_arabic_never_shows_it(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server), Partner(script(server, lang="ar")) as partner:
        page = open_page(partner, language="ar")
        page.get_by_role("button", name="Une question").click()
        widget = widget_of(page)
        expect(widget.get_by_role("heading", name="Bonjour")).to_be_visible()
        expect(widget.locator("html")).to_have_attribute("dir", "ltr")
        expect(widget.locator("input[name=language][value=ar]")).to_have_count(0)
