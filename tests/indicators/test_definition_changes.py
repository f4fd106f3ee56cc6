"""What changed in the definitions is on their page in three languages, leads to the present versions, and is in the docs word for word."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from indicators.definition_changes import CHANGES, PROTECTED, versions
from indicators.definitions import DEFINITIONS
from indicators.rows import record
from indicators.tables import protected
from partners.models import Staff
from tests.indicators.conftest import Ended

DOCS = {
    "en": ("docs/indicators.md", "## Changes of definitions", "all that there were"),
    "fr": ("docs/fr/indicateurs.md", "## Changements de définitions", "toutes celles qui existaient"),
}
LINE = re.compile(r"\| (\d{4}(?:-\d{2})?) \| v(\d+) \| (.+?) \| (.+) \| (.+?) \|")


def test_the_changes_lead_up_to_the_present_versions() -> None:
    now = {code: definition.version for code, definition in DEFINITIONS.items()}
    assert versions() == {**now, PROTECTED: protected.VERSION}
    assert [change.rules for change in CHANGES if change.rules] == list(range(1, record.VERSION + 1))


@pytest.mark.parametrize("language", DOCS)
def test_the_docs_list_the_same_changes_in_the_same_words(language: str) -> None:
    name, heading, of_all = DOCS[language]
    text = (Path(settings.ROOT) / name).read_text(encoding="utf-8").split(f"{heading}\n")[1].split("\n## ")[0]
    told = LINE.findall(text)
    with override(language):
        listed = [
            (
                change.since,
                str(change.version),
                of_all if change.of_all else ", ".join(f"`{code}`" for code in change.codes),
                str(change.words),
            )
            for change in CHANGES
        ]
    assert [one[:4] for one in told] == listed
    assert [series[-1] for *_rest, series in told if series[-1].isdigit()] == ["1", "2"]


@pytest.mark.parametrize(
    ("language", "month", "name"),
    [
        ("en", "November 2026", "Out of network"),
        ("fr", "novembre 2026", "Hors réseau"),
        ("nl", "november 2026", "Buiten het netwerk"),
    ],
)
@pytest.mark.django_db
def test_the_page_lists_them_latest_first(
    analyst: Staff, client: Client, language: str, month: str, name: str
) -> None:
    client.force_login(analyst)
    html = client.get("/indicators/definitions/", headers={"Accept-Language": language}).content.decode()
    table = html.split('id="definition-changes"')[1].split("</table>")[0]
    first = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", table.split("<tbody>")[1])[:5]
    with override(language):
        assert first[:4] == [month, "v3", name, str(CHANGES[-1].words)]
    assert table.count("<tr>") == len(CHANGES) + 1
    assert 'id="changes"' in html


@pytest.mark.parametrize("page", ["trend", "compare"])
@pytest.mark.django_db
def test_pages_that_mark_breaks_lead_to_the_list(
    analyst: Staff, client: Client, page: str, ended: Ended
) -> None:
    for year in (2025, 2026):
        record.request(ended=ended(asked_at=datetime(year, 8, 18, 8, tzinfo=UTC)))
    client.force_login(analyst)
    assert b'href="/indicators/definitions/#changes"' in client.get(f"/indicators/{page}/").content
