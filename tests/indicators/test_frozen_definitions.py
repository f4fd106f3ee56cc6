"""A release stays readable: its file and its page say the definitions that it was made with, whatever today's are."""

from dataclasses import replace

import pytest
from django.test import Client
from django.utils import translation

from indicators.definitions import DEFINITIONS
from indicators.glossary import GLOSSARY, GlossaryEntry
from indicators.models import FiguresRelease
from indicators.releases.frozen_definitions import definitions_of
from indicators.rows import record
from partners.models import Staff
from tests.indicators.conftest import Ended
from tests.indicators.test_figures_api import cells_of
from tests.indicators.test_releases import make

pytestmark = pytest.mark.django_db
FORMULA = {
    "fr": "prises en charge / toutes les demandes faites pendant l’ouverture",
    "en": "taken up / all requests made in open hours",
}
TODAYS = GlossaryEntry("Another name", "Another meaning", "another / formula")
NOT_KEPT = "This release was made before definitions were kept with it in words."


@pytest.fixture
def release(analyst: Staff, client: Client, ended: Ended, monkeypatch: pytest.MonkeyPatch) -> FiguresRelease:
    """Made with version 2 of T; today it is 3, and means something else."""
    record.request(ended=ended())
    made = make(analyst)
    monkeypatch.setitem(DEFINITIONS, "take_up", replace(DEFINITIONS["take_up"], version=3))
    monkeypatch.setitem(GLOSSARY, "take_up", TODAYS)
    client.force_login(analyst)
    return made


def second_sheet(client: Client, address: str, language: str) -> dict[str, list[str]]:
    cells = cells_of(client.get(address, headers={"Accept-Language": language}).content, 2)
    lines: dict[str, list[str]] = {}
    for place, (_kind, words) in cells.items():
        lines.setdefault(place[1:], []).append(words)
    return {line[0]: line[1:] for line in lines.values()}


@pytest.mark.parametrize("language", FORMULA)
def test_the_file_of_a_release_has_the_definitions_of_its_day(
    release: FiguresRelease, client: Client, language: str
) -> None:
    told = second_sheet(client, f"/indicators/releases/{release.number}/file.xlsx", language)
    _name, version, _meaning, formula = told["take_up"]
    assert (version, formula) == ("2", FORMULA[language])
    assert len(told) == 1 + len(DEFINITIONS)
    today = second_sheet(client, "/indicators/export.xlsx", language)
    assert today["take_up"] == ["Another name", "3", "Another meaning", "another / formula"]


def test_the_page_of_a_release_has_them_too(release: FiguresRelease, client: Client) -> None:
    html = client.get(
        f"/indicators/releases/{release.number}/", headers={"Accept-Language": "en"}
    ).content.decode()
    assert f"<code>take_up</code> = {FORMULA['en']}" in html
    assert 'Take-up rate (T) <span class="version">v2</span>' in html
    assert "Another meaning" not in html


def test_of_an_older_release_only_versions_are_known(release: FiguresRelease, client: Client) -> None:
    """Of a version that is still in force the words are known."""
    versions = {code: definition["version"] for code, definition in release.content["definitions"].items()}
    release.content["definitions"] = {**versions, "long_gone": 1}
    with translation.override("en"):
        found = {line.code: line for line in definitions_of(release.content)}
        assert found["requests"].formula == str(GLOSSARY["requests"].formula)
    assert (found["take_up"].version, found["take_up"].meaning, found["take_up"].formula) == (2, NOT_KEPT, "")
    assert (found["long_gone"].name, found["long_gone"].meaning) == ("long_gone", NOT_KEPT)
    FiguresRelease.objects.filter(pk=release.pk).update(content=release.content)
    address = f"/indicators/releases/{release.number}/"
    assert NOT_KEPT in client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert second_sheet(client, f"{address}file.xlsx", "en")["take_up"][1:3] == ["2", NOT_KEPT]
