"""A coordinator's pages with the keyboard alone: groups of tabs, finding people, writing texts, and a hole in the coverage."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from partners.time_zone import BRUSSELS
from tests.browser.conftest import Axe, OpenPage

WORDS = {
    "fr-BE": {
        "groups": [
            "Maintenant",
            "Permanences",
            "Horaires",
            "Règles",
            "Personnes",
            "Sites et classes",
            "Textes",
            "Journal",
        ],
        "find": "Chercher : nom, équipe, thématique, langue",
        "tick": "Cocher les personnes affichées",
        "ticked": "cochées",
        "deactivate": "Désactiver 2 personnes",
        "write": "Écrire à 1 personne",
    },
    "nl-BE": {
        "groups": [
            "Nu",
            "Permanenties",
            "Uurroosters",
            "Regels",
            "Mensen",
            "Sites en klassen",
            "Teksten",
            "Logboek",
        ],
        "find": "Zoeken: naam, team, thema, taal",
        "tick": "Wie getoond wordt aanvinken",
        "ticked": "aangevinkt",
        "deactivate": "2 mensen deactiveren",
        "write": "1 persoon aanschrijven",
    },
}


@pytest.mark.parametrize("language", list(WORDS))
def test_people_are_found_and_ticked_by_typing_and_buttons_name_how_many(
    sign_in: OpenPage, looks: Callable[[Page], Iterator[str]], axe: Axe, language: str
) -> None:
    words = WORDS[language]
    page = sign_in("plateforme", "/coordination/people/", language=language)
    tabs = page.locator("nav.coordination-tabs").first.get_by_role("link")
    shown = tabs.all_inner_texts()
    assert shown == words["groups"]
    boxes = page.locator("tbody input[type=checkbox]")
    boxes.nth(0).press("Space")
    boxes.nth(1).press("Space")
    page.locator("#several-act").select_option("deactivate")
    expect(page.get_by_role("button", name=str(words["deactivate"]))).to_be_visible()
    page.locator("input[data-tick-rows]").press("Space")
    expect(boxes.last).to_be_checked()

    page.goto("/coordination/try/")
    find = page.locator("#find-ready")
    assert words["find"] == find.evaluate("one => one.labels[0].innerText").replace("\u00a0", " ")
    find.press_sequentially("nederlands bruxelles")
    everybody = page.locator("[data-finder] label.choice")
    some = page.locator("[data-finder] label.choice:visible")
    assert 0 < some.count() < everybody.count()
    find.press("Enter")
    # Enter looked for somebody, and tried nothing.
    assert "theme=" not in page.url
    page.get_by_role("button", name=str(words["tick"]), exact=True).press("Enter")
    expect(page.locator("[data-finder] output")).to_have_text(
        re.compile(rf"{words['ticked']}\s?: {some.count()}$")
    )
    assert page.locator("[data-finder] input:checked").count() == some.count()
    for _look in looks(page):
        axe(page)

    tomorrow = (datetime.now(BRUSSELS) + timedelta(days=1)).date()
    page.goto(
        f"/coordination/coverage/hole/?site=miti&theme=emploi&language=nl&day={tomorrow}&start=540&end=720"
    )
    page.locator("label.choice input").first.check()
    expect(page.get_by_role("button", name=str(words["write"]))).to_be_visible()
    for _look in looks(page):
        axe(page)


def test_texts_are_written_with_keys_and_the_browser_takes_a_key_back(sign_in: OpenPage, axe: Axe) -> None:
    page = sign_in("plateforme", "/coordination/notices/closed/fr/")
    text = page.get_by_label("Texte", exact=True)
    text.fill("")
    text.press_sequentially("Voir Miti")
    text.press("Shift+Control+ArrowLeft")
    text.press("Control+k")
    expect(text).to_have_value("Voir [Miti](https://)")
    # The address that is missing is what is typed next.
    page.keyboard.type("https://miti.be")
    expect(text).to_have_value("Voir [Miti](https://miti.be)")
    text.press("End")
    page.keyboard.type("\n- lundi\nmardi\n\nensuite")
    expect(text).to_have_value("Voir [Miti](https://miti.be)\n- lundi\n- mardi\nensuite")
    # As it is typed, without a button.
    expect(page.locator(".widget-preview li")).to_have_text(["lundi", "mardi"])
    expect(page.locator(".widget-preview a")).to_have_attribute("href", "https://miti.be")
    text.press("Control+a")
    text.press("Control+b")
    text.press("Control+b")
    expect(text).to_have_value("Voir [Miti](https://miti.be)\n- lundi\n- mardi\nensuite")
    text.press("Control+z")
    expect(text).to_have_value("**Voir [Miti](https://miti.be)**\n- **lundi**\n- **mardi**\n**ensuite**")
    page.locator("#id_starts_at").fill("2030-11-29T08:00")
    expect(page.get_by_role("button", name="Publier le vendredi 29 novembre 2030")).to_be_visible()
    axe(page)

    page.goto("/coordination/replies/new/")
    page.get_by_label("Texte", exact=True).fill("Voir https://miti.be, {theme}, <b>ici</b> ?")
    bubble = page.locator(".widget-preview .bubble")
    expect(bubble).to_have_text("Voir https://miti.be, Orientation, <b>ici</b> ?")
    expect(bubble.get_by_role("link")).to_have_attribute("href", "https://miti.be/")
    axe(page)
