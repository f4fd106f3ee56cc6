"""Beside *helped, of all taken up*: of how many, and how many answered, each only where it is published."""

import re

import pytest
from django.test import Client
from django.utils import translation

from indicators.letters.letter_tables import _helped_cell
from indicators.tables import protected
from indicators.tables.protected import HelpedOfServed
from indicators.templatetags.figures import counted
from indicators.values import Rate
from partners.models import Staff

HELPED = Rate(175, 705)
WITHHELD = {"fr": "environ 175 sur 705", "nl": "ongeveer 175 van 705", "en": "about 175 of 705"}
KNOWN = {
    "fr": "environ 175 sur 705\u00a0; 42,6\u00a0% ont répondu",
    "nl": "ongeveer 175 van 705; 42,6% antwoordde",
    "en": "about 175 of 705; 42.6% answered",
}


@pytest.mark.parametrize("language", WITHHELD)
def test_who_answered_is_left_out_where_it_is_withheld(language: str) -> None:
    with translation.override(language):
        for nothing in (None, Rate(0, 0)):
            assert counted(HelpedOfServed("2026-Q3", HELPED, nothing)) == WITHHELD[language]
        told = counted(HelpedOfServed("2026-Q3", HELPED, Rate(300, 705)))
        assert told.replace("\u202f", "\u00a0") == KNOWN[language]


@pytest.mark.django_db
@pytest.mark.parametrize("language", WITHHELD)
def test_the_overview_and_the_report_say_the_same(
    analyst: Staff, client: Client, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    helped = HelpedOfServed("2026-Q3", HELPED, None)
    monkeypatch.setattr(protected, "helped_of_served", lambda **_asked: helped)
    client.force_login(analyst)
    choice = {"period": "last-month", "by": "month"}
    monkeypatch.setattr("indicators.tables.report.FiguresReport.empty", False)
    html = client.get("/indicators/", choice, headers={"Accept-Language": language}).content.decode()
    figure = html.split('data-figure="helped_of_served">')[1].split("</div>")[0]
    assert f"· {WITHHELD[language]}</span>" in re.sub(r"\s+", " ", figure)
    assert "—" not in figure
    with translation.override(language):
        assert _helped_cell(helped).note == WITHHELD[language]


def test_nothing_is_told_of_too_few() -> None:
    with translation.override("en"):
        assert counted(HelpedOfServed("2026-Q3", None, Rate(300, 705))) == "too few answers to tell"
