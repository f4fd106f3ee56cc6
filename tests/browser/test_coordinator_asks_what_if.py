"""A question to the what-if, computed by a real process beside the server: it survives a reload, is answered, and can be cancelled."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.figures_pages import landmarks_of_one_name

COMPUTED_MS = 400_000
"""For what never comes: a busy machine takes its time."""


def test_a_question_is_computed_beside_the_server_cancelled_and_answered(
    sign_in: Callable[..., Page],
) -> None:
    page = sign_in("plateforme", "/coordination/what-if/")
    page.get_by_label("Demande et présence").select_option("today")
    page.get_by_label("Des derniers").select_option("12")
    page.get_by_label("Montrer les dix changements").check()
    page.get_by_role("button", name="Calculer").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.reload()
    expect(page.get_by_role("progressbar")).to_be_visible()
    cancel = page.get_by_role("button", name="Annuler", exact=True)
    cancel.focus()
    with page.expect_response(lambda response: "/what-if/" in response.url):
        pass
    expect(cancel).to_be_focused()
    cancel.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Le calcul a été annulé.")

    page.get_by_label("Demande et présence").select_option("today")
    page.get_by_label("Des derniers").select_option("1")
    page.get_by_label("Personnes de plus en service").fill("1")
    page.get_by_label("Elles sont là de, à").fill("11:00-12:00")
    page.get_by_role("button", name="Calculer").click()
    expect(page.get_by_text("sont inventées")).to_be_visible(timeout=COMPUTED_MS)
    expect(page.get_by_role("row", name="Taux de prise en charge (%)")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    assert landmarks_of_one_name(page) == []
