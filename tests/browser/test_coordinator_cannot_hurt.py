"""What protects a coordinator from one wrong press: buttons that say what they do, forms that lose nothing, undo."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import open_widget
from tests.server import Server


def test_a_session_that_ended_loses_no_word(sign_in: Callable[..., Page]) -> None:
    page = sign_in("coordination", "/coordination/exceptions/", by_form=True)
    page.get_by_label("Motif").fill("Journée de formation de toute l’équipe")
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Motif").press("Enter")
    page.fill("#id_login", "coordination")
    page.fill("#id_password", "miti-demo")
    page.press("#id_password", "Enter")
    expect(page.get_by_role("status")).to_contain_text("Rien n’a été enregistré")
    expect(page.get_by_label("Motif")).to_have_value("Journée de formation de toute l’équipe")


def test_signing_in_again_in_another_tab_loses_no_word(sign_in: Callable[..., Page]) -> None:
    page = sign_in("coordination", "/coordination/exceptions/", by_form=True)
    page.get_by_label("Motif").fill("Réunion")
    other = page.context.new_page()
    page.context.clear_cookies(name="sessionid")
    other.goto("/accounts/login/?next=/coordination/")
    other.fill("#id_login", "coordination")
    other.fill("#id_password", "miti-demo")
    other.press("#id_password", "Enter")
    other.wait_for_url("**/coordination/")
    page.get_by_label("Motif").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Rien n’a été enregistré")
    expect(page.get_by_label("Motif")).to_have_value("Réunion")


def test_buttons_follow_what_is_chosen_and_a_takeover_is_undone(sign_in: OpenPage) -> None:
    page = sign_in("plateforme", "/coordination/holidays/?pool=cdm-bruxelles&calendar=public&year=2033")
    expect(page.get_by_role("button", name="Fermer 12 jours pour CDM Bruxelles")).to_be_visible()
    for box in page.get_by_role("checkbox").all()[1:]:
        box.uncheck()
    page.get_by_label("Équipe").select_option(label="CEFO")
    page.get_by_role("button", name="Fermer 1 jour pour CEFO").click()
    expect(page.get_by_role("cell", name="CEFO", exact=True)).to_be_visible()
    page.get_by_role("button", name="Annuler cet acte").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("tout est comme avant")
    expect(page.get_by_role("cell", name="CEFO", exact=True)).to_have_count(0)


@pytest.mark.parametrize("language", ["fr-BE", "nl-BE"])
def test_a_time_that_is_chosen_is_meant_and_the_button_says_it(sign_in: OpenPage, language: str) -> None:
    words = {
        "fr-BE": (
            "Modifier les règles",
            "Publier maintenant",
            "Publier le",
            "Jeter le brouillon",
            "Oui, le jeter",
        ),
        "nl-BE": ("De regels wijzigen", "Nu publiceren", "Publiceren op", "weggooien", "Ja"),
    }[language]
    page = sign_in("plateforme", "/coordination/rules/", language=language)
    page.get_by_role("button", name=words[0]).click()
    button = page.locator("button[data-says]")
    expect(button).to_contain_text(words[1])
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    page.locator("#id_publish_at").fill(tomorrow.strftime("%Y-%m-%dT08:00"))
    expect(button).to_contain_text(words[2])
    expect(button).to_contain_text("8:00")
    expect(page.locator("input[name=when][value=later]")).to_be_checked()
    page.locator("summary", has_text=words[3]).click()
    page.get_by_role("button", name=words[4]).click()
    expect(page.locator("button[data-says]")).to_have_count(0)


def test_a_notice_is_written_with_keys_looked_at_and_shown_to_visitors_as_it_was(
    server: Server, sign_in: OpenPage, open_page: OpenPage
) -> None:
    address = "/coordination/notices/opening/fr/"
    page = sign_in("plateforme", address)
    text = page.get_by_label("Texte", exact=True)
    text.fill("Fermé pour inventaire")
    text.press("Control+A")
    text.press("Control+b")
    expect(text).to_have_value("**Fermé pour inventaire**")
    text.press("End")
    page.keyboard.type("\n\nRevenez lundi")
    page.get_by_role("button", name="Liste").press("Enter")
    expect(text).to_have_value("**Fermé pour inventaire**\n\n- Revenez lundi")
    page.get_by_role("button", name="Aperçu").press("Enter")
    expect(page.locator(".widget-preview strong")).to_have_text("Fermé pour inventaire")
    expect(page.locator(".widget-preview li")).to_have_text("Revenez lundi")
    previewed = page.locator(".widget-preview").inner_html()
    page.get_by_role("button", name="Publier maintenant").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("dès l’internaute suivant")
    with SocketCounsellor(server):
        widget = open_widget(open_page("/demo/"))
        expect(widget.locator("strong", has_text="Fermé pour inventaire")).to_be_visible()
        expect(widget.locator("li", has_text="Revenez lundi")).to_be_visible()
        shown = "".join(one.evaluate("one => one.outerHTML") for one in widget.locator(".notice").all())
        # Without the elements in which a translator may replace words.
        assert re.sub("</?x-t>", "", shown) == previewed
    # The server is shared: visitors of other tests read what they read before.
    page.goto(address)
    text.fill("")
    page.get_by_role("button", name="Publier maintenant").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("L’avis a été retiré")


def test_marks_come_and_go_by_keys_and_an_ended_session_takes_neither_text_nor_preview(
    server: Server, sign_in: OpenPage
) -> None:
    address = "/coordination/notices/closed/de/"
    page = sign_in("plateforme", address)
    text = page.locator("#id_html")
    text.press("Control+b")
    page.keyboard.type("fett")
    text.press("Control+b")
    page.keyboard.type(" und mehr")
    expect(text).to_have_value("**fett** und mehr")
    text.fill("a")
    text.press("Control+A")
    for key, then in (("b", "**a**"), ("i", "***a***"), ("b", "*a*"), ("i", "a")):
        text.press(f"Control+{key}")
        expect(text).to_have_value(then)
    text.fill("a\nb\nc")
    text.press("Control+A")
    for then in ("- a\n- b\n- c", "a\nb\nc"):
        page.get_by_role("button", name="Liste").press("Enter")
        expect(text).to_have_value(then)
    text.fill("Info <info@cdm.be>, **jetzt** <img src=x>")
    preview = page.locator("#preview-part")
    expect(preview.get_by_role("link")).to_have_text("info@cdm.be")
    page.context.clear_cookies()
    text.press("End")
    page.keyboard.type(" und weiter")
    expect(page.get_by_role("alert")).to_contain_text("L’aperçu s’est arrêté")
    expect(preview.locator("strong")).to_have_text("jetzt")
    page.locator("#notice-form button.is-main").click()
    page.locator("input[name=login]").fill("plateforme")
    page.locator("input[name=password]").fill("miti-demo")
    page.locator("input[name=password]").press("Enter")
    expect(page.locator("#id_html")).to_have_value("Info <info@cdm.be>, **jetzt** <img src=x> und weiter")
