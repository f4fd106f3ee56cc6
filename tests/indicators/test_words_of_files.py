"""Workbooks and pages say in the reader's language what CSV and the API say as codes, which outside programs compare."""

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.test import Client

from indicators.periods import quarter_from
from indicators.releases import freezing
from indicators.rows import record
from partners.models import Staff
from tests.indicators.conftest import IN_DECEMBER, Ended
from tests.indicators.spreadsheet import displayed_lines
from tests.indicators.test_everything_on_a_page import Cells
from tests.indicators.test_figures_page import NOVEMBER, Tables

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("themes")]
SCOPE = {"fr": "Étendue", "nl": "Bereik van de cijfers", "en": "Scope"}
LINES = {"fr": "Lignes du tableau", "nl": "Rijen van de tabel", "en": "Lines of the table"}
WHOLE = {"fr": "Toute la plateforme", "nl": "Het hele platform", "en": "The whole platform"}
OWN = {"fr": "Vos équipes", "nl": "Uw teams", "en": "Your pools"}
MONTH = {"fr": "Mois", "nl": "Maand", "en": "Month"}
TOTAL = {"fr": "Total", "nl": "Totaal", "en": "Total"}
PROTECTED_CODES = {"status", "helped", "age_band", "gender", "pupil", "student", "theme", "language", "<10"}  # fmt: skip
MONTHLY = {**NOVEMBER, "by": "month"}


@pytest.fixture
def reader(client: Client, analyst: Staff, ended: Ended) -> Client:
    record.request(ended=ended())
    for number in range(40):
        key = record.request(ended=ended(asked_at=datetime(2026, 8, 18, 8, tzinfo=UTC)))
        record.survey(row_id=key, status="pupil" if number < 37 else "student", helped="yes")
    freezing.freeze(actor=analyst, period=quarter_from("2026-Q3"), reason="", today=IN_DECEMBER)
    client.force_login(analyst)
    return client


@pytest.mark.parametrize("language", SCOPE)
def test_scope_and_lines_are_words_in_the_workbook_and_on_the_page(reader: Client, language: str) -> None:
    spoken = {"Accept-Language": language}
    for address, choice in (("export.xlsx", MONTHLY), ("releases/1/file.xlsx", {"by": "month"})):
        book = reader.get(f"/indicators/{address}", choice, headers=spoken).content
        found = displayed_lines(book)
        assert {line[SCOPE[language]] for line in found} == {WHOLE[language]}, address
        assert {line[LINES[language]] for line in found} == {MONTH[language], TOTAL[language]}
    for address, choice in (("all/", MONTHLY), ("releases/1/", {"by": "month"})):
        html = reader.get(f"/indicators/{address}", choice, headers=spoken).content.decode()
        cells = Tables(html).abreast("all")
        assert cells["platform total"][:2] == [TOTAL[language], WHOLE[language]]


def test_of_ones_own_teams_the_workbook_says_whose_they_are(
    coordinator: Staff, client: Client, ended: Ended
) -> None:
    record.request(ended=ended())
    client.force_login(coordinator)
    for language, own in OWN.items():
        book = client.get("/indicators/export.xlsx", MONTHLY, headers={"Accept-Language": language}).content
        found = [line[SCOPE[language]] for line in displayed_lines(book)]
        assert found == [own, own, WHOLE[language]]


def test_csv_and_the_api_keep_their_codes(reader: Client) -> None:
    text = reader.get("/indicators/export.csv", MONTHLY, headers={"Accept-Language": "fr"}).content
    (month, total) = csv.DictReader(StringIO(text.decode("utf-8-sig")), delimiter=";")
    assert (month["scope"], month["by"], month["key"]) == ("platform", "month", "2026-11")
    assert (total["scope"], total["by"], total["key"]) == ("platform", "total", "")
    text = reader.get(
        "/indicators/releases/1/file.csv", {"by": "protected"}, headers={"Accept-Language": "nl"}
    ).content
    lines = list(csv.DictReader(StringIO(text.decode("utf-8-sig")), delimiter=";"))
    (pupils,) = [line for line in lines if line["answer"] == "pupil" and not line["by"]]
    assert (pupils["about"], pupils["answer_label"]) == ("status", "Leerling")
    assert {line["by"] for line in lines} == {"", "theme", "language"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", {"Situation", "Élève", "Thématique", "Langue", "< 10"}),
        ("nl", {"Situatie", "Leerling", "Thema", "Taal", "< 10"}),
        ("en", {"Situation", "Pupil", "Theme", "Language", "< 10"}),
    ],
)
def test_protected_tables_of_a_release_are_in_the_readers_language(
    reader: Client, language: str, words: set[str]
) -> None:
    """Also where somebody else froze it in another language."""
    spoken = {"Accept-Language": language}
    page = reader.get("/indicators/releases/1/", {"by": "protected"}, headers=spoken)
    book = reader.get("/indicators/releases/1/file.xlsx", {"by": "protected"}, headers=spoken).content
    for found in (
        {cell for line in Cells(page.content).lines for cell in line},
        {cell for line in displayed_lines(book) for cell in line.values()},
    ):
        assert words <= found
        assert not found & PROTECTED_CODES
