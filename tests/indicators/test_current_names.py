"""Figures keep codes; every page and file shows what they are called today, in the reader's language."""

import csv
import json
from collections.abc import Callable
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from indicators import labels
from indicators.api import tokens
from indicators.rows import record
from partners.models import Partner, Staff
from routing_rules.models import Site, Theme
from tests.indicators.conftest import Ended

NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("themes")]

Get = Callable[..., bytes]


@pytest.fixture
def get(client: Client, analyst: Staff) -> Get:
    """What an analyst is shown there, in this language."""
    client.force_login(analyst)

    def load(path: str, language: str = "fr", **choice: str) -> bytes:
        response = client.get(
            f"/indicators/{path}",
            choice if "profiles" in path else {**NOVEMBER, **choice},
            headers={"Accept-Language": language},
        )
        assert response.status_code == 200
        return response.content

    return load


def first_line(content: bytes) -> dict[str, str]:
    return next(iter(csv.DictReader(StringIO(content.decode("utf-8-sig")), delimiter=";")))


def test_a_renamed_theme_has_its_new_name_in_page_csv_and_workbook(get: Get, ended: Ended) -> None:
    record.request(ended=ended())
    Theme.objects.filter(code="emploi").update(labels={"fr": "Travail", "nl": "Arbeid"})
    for language, name in (("fr", "Travail"), ("nl", "Arbeid"), ("en", "Travail")):
        page = get("", language).decode()
        assert f">{name}<" in page
        assert ">Emploi<" not in page
        line = first_line(get("export.csv", language))
        assert (line["key"], line["label"]) == ("emploi", name)
        with ZipFile(BytesIO(get("export.xlsx", language))) as book:
            assert name in book.read("xl/sharedStrings.xml").decode()


def test_a_renamed_theme_has_its_new_name_in_the_api(client: Client, analyst: Staff, ended: Ended) -> None:
    record.request(ended=ended())
    Theme.objects.filter(code="emploi").update(labels={"fr": "Travail"})
    token = tokens.make(owner=analyst, name="report", today=timezone.localdate())
    answer = client.get("/api/v1/indicators/figures", NOVEMBER, headers={"Authorization": f"Bearer {token}"})
    assert [(line["key"], line["label"]) for line in json.loads(answer.content)["records"]] == [
        ("emploi", "Travail"),
        ("", ""),
    ]


def test_a_filter_is_shown_by_todays_name(get: Get, ended: Ended) -> None:
    record.request(ended=ended())
    Theme.objects.filter(code="emploi").update(labels={"fr": "Travail"})
    line = first_line(get("export.csv", theme="emploi", network="CDM"))
    assert line["filters"] == "theme=emploi network=CDM"
    assert line["filter_labels"] == "Thématique: Travail; Réseau du site: CDM"


def test_a_new_theme_can_be_filtered_by_and_an_archived_one_keeps_its_name(get: Get, ended: Ended) -> None:
    record.request(ended=ended())
    Theme.objects.filter(code="emploi").update(active=False)
    Theme.objects.create(code="stage", labels={"fr": "Stages"})
    page = get("").decode()
    assert '<option value="stage">Stages</option>' in page
    assert '<option value="emploi">Emploi</option>' in page
    assert first_line(get("export.csv"))["label"] == "Emploi"


def test_sites_and_networks_are_shown_by_their_names(get: Get, ended: Ended, namur: Partner) -> None:
    Site.objects.create(key="miti", name="miti.be, la page d’entrée", partner=namur)
    record.request(ended=ended())
    assert first_line(get("export.csv", by="site"))["label"] == "miti.be, la page d’entrée"
    assert first_line(get("export.csv", by="network"))["label"] == "Cités des Métiers"
    page = get("", by="site").decode()
    assert "miti.be, la page d’entrée</option>" in page
    assert "Cités des Métiers" in page


def test_a_site_that_is_known_no_more_stands_for_itself(get: Get, ended: Ended) -> None:
    record.request(ended=ended(site="gone-site"))
    assert first_line(get("export.csv", by="site"))["label"] == "gone-site"


@pytest.mark.parametrize(
    ("language", "names"),
    [("fr", ["Français", "Ukrainien"]), ("nl", ["Frans", "Oekraïens"]), ("en", ["French", "Ukrainian"])],
)
def test_languages_are_named_in_the_readers_language(language: str, names: list[str]) -> None:
    with override(language):
        assert [labels.of("language", code) for code in ("fr", "uk")] == names


def test_profiles_name_their_codes(get: Get) -> None:
    content = get("profiles.csv")
    lines = list(csv.DictReader(StringIO(content.decode("utf-8-sig")), delimiter=";"))
    named = {(line["by"], line["code"], line["label"]) for line in lines if line["by"]}
    assert {("theme", "emploi", "Emploi"), ("language", "nl", "Néerlandais")} <= named
    assert {(line["answer"], line["answer_label"]) for line in lines} >= {("pupil", "Élève"), ("", "")}
