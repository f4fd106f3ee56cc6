"""Anybody can read how accessible Miti is, whom to tell what hinders them, and who decides on complaints."""

from typing import Any

import pytest
from django.test import Client
from pydantic import ValidationError

from miti.accessibility import OMBUDSMEN, PREPARED_ON
from miti.environment import Environment

PAGE = "/accessibility/"


def configure(settings: Any, **given: str) -> None:
    settings.ENV = settings.ENV.model_copy(update=given)


def read(lang: str = "fr") -> str:
    answer = Client().get(PAGE, {"lang": lang})
    assert answer.status_code == 200
    assert not answer.cookies
    return answer.text


@pytest.mark.parametrize(
    ("lang", "sections"),
    [
        ("fr", ["Déclaration d’accessibilité", "État de conformité", "Contenu non accessible", "Établissement de cette",
                "Retour d’information et contact", "Procédure de recours", "partiellement conforme", "Médiateur fédéral"]),
        ("nl", ["Toegankelijkheidsverklaring", "Nalevingsstatus", "Niet-toegankelijke inhoud", "Opstelling van deze",
                "Feedback en contact", "Handhavingsprocedure", "voldoet gedeeltelijk", "federale Ombudsman"]),
        ("en", ["Accessibility statement", "Compliance status", "Content that is not accessible", "Preparation of this",
                "Feedback and contact", "Enforcement procedure", "partially compliant", "federal Ombudsman"]),
    ],
)  # fmt: skip
def test_it_has_every_part_of_the_model_in_each_language(lang: str, sections: list[str]) -> None:
    page = read(lang)
    assert [part for part in sections if part not in page] == []
    assert f'<html lang="{lang}">' in page
    assert str(PREPARED_ON.year) in page


def test_another_language_gets_that_of_the_request() -> None:
    for lang in ("uk", "xx", "../fr", "fr\x00"):
        page = Client().get(PAGE, {"lang": lang}, headers={"Accept-Language": "nl"}).text
        assert '<html lang="nl">' in page


def test_it_names_the_operator_and_leads_to_their_contacts(settings: Any) -> None:
    configure(
        settings, operator="Cité des Métiers <Namur>", accessibility_contact="mailto:acces@centre.example",
        complaints_contact="https://centre.example/plaintes",
    )  # fmt: skip
    page = read()
    assert "Cité des Métiers &lt;Namur&gt; s’engage" in page
    assert '<a href="mailto:acces@centre.example">acces@centre.example</a>' in page
    assert '<a href="https://centre.example/plaintes">' in page


def test_without_contacts_it_sends_to_the_institution_whose_site_it_is(settings: Any) -> None:
    configure(settings, operator="", accessibility_contact="", complaints_contact="")
    page = read()
    assert "Écrivez à l’institution" in page
    assert "service des plaintes" not in page


@pytest.mark.parametrize("office", OMBUDSMEN)
def test_each_community_has_its_law_and_its_ombudsman(settings: Any, office: str) -> None:
    configure(settings, ombudsman=office)
    page = read("nl")
    assert f"mailto:{OMBUDSMEN[office].email}" in page
    assert OMBUDSMEN[office].phone in page


def test_another_office_is_named_in_its_own_words(settings: Any) -> None:
    configure(settings, ombudsman="Bureau de médiation, Place du Test 1, 4700 Eupen, 080 00 00 00")
    assert "Place du Test 1, 4700 Eupen" in read()


@pytest.mark.parametrize("setting", ["accessibility_contact", "complaints_contact"])
@pytest.mark.parametrize("wrong", ["javascript:alert(1)", "acces@centre.example", "mailto:"])
def test_a_contact_that_cannot_be_written_to_ends_the_start(setting: str, wrong: str) -> None:
    with pytest.raises(ValidationError, match="give mailto:"):
        Environment.model_validate({setting: wrong})


@pytest.mark.parametrize("page", ["/", "/accounts/login/", "/nulle-part"])
def test_staffs_pages_link_to_it(db: None, page: str) -> None:
    assert f'href="{PAGE}?lang=fr"' in Client().get(page).text
