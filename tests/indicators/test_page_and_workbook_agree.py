"""The same figure has the same digits on every page, in a report by e-mail, and as a spreadsheet displays the file."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from indicators.codes import Outcome
from indicators.definitions import DEFINITIONS
from indicators.digits import DECIMALS, FigureKind, number_format_of
from indicators.glossary import GLOSSARY
from indicators.rows import record
from indicators.templatetags.figures import decimal, percent, points, share, shown
from indicators.values import LEAST_WHOLE, Rate, without_parts
from partners.models import Staff
from tests.indicators.conftest import NINE_IN_BRUSSELS, Ended
from tests.indicators.report_letters import MONTH, SECOND, html_of, send, set_day, subscribe
from tests.indicators.spreadsheet import displayed, displayed_lines
from tests.indicators.test_figures_page import NOVEMBER, Tables
from tests.indicators.test_report_agrees_with_the_page import LetterTables

WHOLES = range(1, 321)
"""In these are all shares whose true value ends in a half of a tenth of a percent, such as 51 of 80."""
Lines = dict[str, list[str]]


def shares() -> Iterator[tuple[int, int]]:
    return ((part, whole) for whole in WHOLES for part in range(whole + 1))


def test_every_share_of_some_hundreds_is_the_one_that_a_spreadsheet_displays() -> None:
    halves = 0
    with translation.override("en"):
        for part, whole in shares():
            tenths = (2000 * part + whole) // (2 * whole)
            exact = f"{tenths // 10}.{tenths % 10}%"
            halves += (2000 * part + whole) % (2 * whole) == 0
            written = f"{part / whole:.16G}"
            assert displayed(written, number_format_of(FigureKind.SHARE)) == exact, (part, whole)
            assert percent(part / whole) == exact, (part, whole)
    assert halves > 100, "the shares that it is about are among them"


def test_a_share_whose_true_value_ends_in_five_goes_away_from_zero() -> None:
    with translation.override("fr"):
        assert percent(51 / 80) == "63,8\u00a0%"
        assert share(51 / 80) == "63,8"
        assert points(51 / 80 - 1) == "−36,3"
        assert points(-0.0004) == "0,0"
        assert shown(51 / 80, "share") == "63,8"


def test_who_sees_no_parts_reads_the_same_share() -> None:
    with translation.override("en"):
        for part, whole in shares():
            if whole >= LEAST_WHOLE:
                rate = Rate(part, whole)
                whole_percents = displayed(f"{rate.share:.16G}", "0%").replace("%", ".0%")
                assert percent(without_parts(rate).share) == whole_percents, rate


@pytest.mark.parametrize("kind", FigureKind)
def test_every_kind_of_figure_has_one_number_of_decimals(kind: FigureKind) -> None:
    for value in (0.0, 22.5, 0.6375, 36.526315789, 5625.183298, 2.675, 0.125, 1e-9, 1.005):
        with translation.override("en"):
            sign = "%" if kind is FigureKind.SHARE else ""
            told = displayed(f"{value:.16G}", number_format_of(kind))
            assert shown(value, kind) + sign == told
            assert told.rstrip("%").partition(".")[2] == told.rstrip("%")[-DECIMALS[kind] :] * bool(
                DECIMALS[kind]
            )


def test_no_template_chooses_decimals_of_its_own() -> None:
    for path in Path(settings.ROOT, "indicators/templates").rglob("*.*"):
        assert not re.search(r"\|(decimal|floatformat)", path.read_text()), path.name
    assert decimal(None) == "—"


@pytest.fixture
def month(ended: Ended, lost: Ended) -> None:
    """November with a median of 22.5, a share of 51 of 80, a mean with many digits, and minutes with many more."""
    for number in range(51):
        record.request(
            ended=ended(
                wait_s=(20, 25, 640)[number % 3],
                transfers=int(number % 3 == 0),
                first_answer_s=10 + number % 7,
                duration_s=610 + 7 * number,
            )
        )
    record.request(ended=ended(wait_s=20, theme_asked="formation"))
    record.request(ended=ended(wait_s=25, theme_asked="formation"))
    for _number in range(29):
        record.request(ended=lost(Outcome.ABANDONED, wait_s=90))
    for minutes in (28.318764, 29.9, 30.0):
        record.capacity(
            at=NINE_IN_BRUSSELS, pool="accueil", minutes_open=minutes, minutes_unready=minutes / 3, mean_ready=1, mean_free=1
        )  # fmt: skip


@pytest.fixture
def english(client: Client, analyst: Staff) -> Client:
    client.force_login(analyst)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def book_of(client: Client) -> dict[str, dict[str, str]]:
    lines = displayed_lines(client.get("/indicators/export.xlsx", {**NOVEMBER, "by": "theme"}).content)
    return {line.get("Code") or "total": line for line in lines}


def name_of(code: str, part: str = "") -> str:
    within = " 60 s" if code == "service_level" else ""
    return f"{GLOSSARY[code].name}{within} v{DEFINITIONS[code].version}{part and f', {part}'}"


@pytest.mark.usefixtures("month", "themes")
@pytest.mark.django_db
def test_the_overview_shows_what_the_workbook_displays(english: Client) -> None:
    book = book_of(english)
    html = english.get("/indicators/", {**NOVEMBER, "by": "theme"}).content.decode()
    tables = Tables(html).cells
    assert tables["breakdown"]["formation"][8] == "22.5"
    with translation.override("en"):
        check_breakdown(tables["breakdown"], book)
        check_times(tables["times"], book["total"])
        check_others(tables["others"], book["total"])
        for code in ("take_up", "take_up_star", "service_level", "take_up_all_demand"):
            told = re.search(rf'data-figure="{code}">([^<]*)<', html)
            assert told is not None
            assert told[1] == book["total"][name_of(code)]


def check_breakdown(lines: Lines, book: dict[str, dict[str, str]]) -> None:
    heads = {
        1: name_of("requests"),
        2: name_of("take_up", "counted"),
        3: name_of("take_up"),
        6: name_of("take_up_star"),
        7: name_of("service_level"),
        8: name_of("wait_served", "median (s)"),
        9: name_of("wait_served", "90th percentile (s)"),
        10: name_of("abandonment"),
    }
    for key in ("emploi", "formation", "total"):
        found = {place: lines[key][place] for place in heads}
        assert found == {place: book[key].get(head, "—").rstrip("%") for place, head in heads.items()}
        low, high = (book[key][name_of("take_up", f"interval, {end}")].rstrip("%") for end in ("low", "high"))
        assert lines[key][4] == f"{low} to {high}"


def check_times(lines: Lines, total: dict[str, str]) -> None:
    for code in ("wait_served", "wait_abandoned", "first_answer", "duration"):
        unit = "min" if code == "duration" else "s"
        parts = ("requests", f"mean ({unit})", f"median ({unit})", f"90th percentile ({unit})")
        assert lines[code][1:5] == [total[name_of(code, part)] for part in parts]


def check_others(lines: Lines, total: dict[str, str]) -> None:
    assert total[name_of("unmet_open_time", "counted")] == "29", "of 29.406254…"
    for code, cells in lines.items():
        if code:
            heads = [name_of(code), name_of(code, "counted"), name_of(code, "out of")]
            assert [cell.removesuffix("\xa0min") for cell in cells[1:4]] == [
                total.get(head, "—") for head in heads
            ], code


@pytest.mark.usefixtures("month", "themes")
@pytest.mark.django_db
def test_a_report_by_email_shows_what_the_workbook_displays(
    english: Client, analyst: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = book_of(english)["total"]
    set_day(monkeypatch, SECOND)
    subscribe(analyst, MONTH)
    (letter,) = send()
    key, times, *_ = LetterTables(html_of(letter)).lines
    with translation.override("en"):
        for code in ("requests", "take_up", "answer_rate", "two_way", "abandonment", "unmet_open_time"):
            assert key[code][1][0] == total[name_of(code)], code
        for code, unit in (("wait_served", "s"), ("first_answer", "s"), ("duration", "min")):
            p90 = total[name_of(code, f"90th percentile ({unit})")]
            median = total[name_of(code, f"median ({unit})")]
            assert times[code][1] == [median, f"90th percentile {p90}"], code


@pytest.mark.django_db
def test_own_teams_have_the_same_digits_on_the_page_in_the_file_and_in_the_report(
    coordinator: Staff, client: Client, ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        wait = {"wait_s": 20 if number % 2 else 25, "first_answer_s": 10 if number % 2 else 15}
        record.request(ended=ended(**wait, asked_at=datetime(2026, 11, 17, 8, 10, tzinfo=UTC)))
    client.force_login(coordinator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    book = displayed_lines(client.get("/indicators/export.xlsx", NOVEMBER).content)[-2]
    cells = Tables(client.get("/indicators/", NOVEMBER).content.decode()).cells["own-pools"]["total"]
    with translation.override("en"):
        heads = [
            name_of("requests"),
            "Taken up",
            name_of("wait_served", "median (s)"),
            name_of("wait_served", "90th percentile (s)"),
            name_of("first_answer", "median (s)"),
            name_of("duration", "median (min)"),
            name_of("transferred"),
        ]
    assert cells[1:] == [book[head].rstrip("%") for head in heads]
    assert (cells[3], cells[5]) == ("22.5", "12.5")
    set_day(monkeypatch, SECOND)
    subscribe(coordinator, MONTH)
    (letter,) = send()
    assert own_figures(html_of(letter)) == cells[1:]


def own_figures(html: str) -> list[str]:
    """The figures of the last table, of the period itself; two lines about waits have the same key."""
    last = html.rpartition("<tbody>")[2].partition("</tbody>")[0]
    return re.findall(r"<td align=\"right\"><strong>([^<]*)<", last)
