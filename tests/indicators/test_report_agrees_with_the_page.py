"""A report by e-mail says what its reader's own page of that period says, to the digit, and nothing that this page does not."""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from indicators.models import MetricRow, OnDuty
from indicators.rows import record
from partners.models import Staff
from tests.indicators.conftest import Ended
from tests.indicators.report_letters import (
    JANUARY,
    MONTH,
    NOW,
    QUARTER,
    SECOND,
    html_of,
    send,
    set_day,
    subscribe,
    three_periods,
)
from tests.indicators.test_figures_page import Tables

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("themes")]
LINK = re.compile(r"https?://[^\s\"]+")


class LetterTables(HTMLParser):
    """The cells of every line by its table's number and its `data-key`; a note is a cell's second string."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[dict[str, list[list[str]]]] = []
        self.heads: list[list[str]] = []
        self._key = ""
        self._in_cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.lines.append({})
            self.heads.append([])
        elif tag == "tr":
            self._key = dict(attrs).get("data-key") or ""
            self.lines[-1].setdefault(self._key, [])
        elif tag in {"td", "th"}:
            self._in_cell = True
            self.lines[-1][self._key].append([])

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell and data.strip():
            self.lines[-1][self._key][-1].append(data.strip())


def page_of(client: Client, person: Staff, letter: EmailMultiAlternatives, language: str = "en") -> str:
    """The page to which the letter leads."""
    client.force_login(person)
    (page,) = {one for one in LINK.findall(str(letter.body)) if urlsplit(one).path == "/indicators/"}
    parts = urlsplit(page)
    answer = client.get(f"{parts.path}?{parts.query}", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def headline_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-figure="(\w+)">([^<]*)<', page))


def test_every_key_figure_of_an_analyst_is_that_of_the_page(
    analyst: Staff, ended: Ended, lost: Ended, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_periods(ended, lost)
    set_day(monkeypatch, SECOND)
    subscribe(analyst, MONTH)
    (letter,) = send()
    found, page = LetterTables(html_of(letter)), page_of(client, analyst, letter)
    key, times, outcomes, themes = found.lines
    told = headline_of(page)
    assert told["take_up"] == "75.0%"
    for code in ("take_up", "take_up_star", "service_level", "take_up_all_demand"):
        assert key[code][1][0] == told[code]
    assert key["take_up"][1][1] == "30 of 40 (59.8 to 85.8)"
    tables = Tables(page).cells
    assert key["requests"][1] == [tables["breakdown"]["total"][1]] == ["40"]
    others = tables["others"]
    for code in ("answer_rate", "two_way", "abandonment"):
        assert key[code][1][0] == others[code][1]
        assert key[code][1][1].startswith(f"{others[code][2]} of {others[code][3]}")
    for code in ("wait_served", "first_answer", "duration"):
        assert times[code][1] == [tables["times"][code][3], f"90th percentile {tables['times'][code][4]}"]
    for code, (_name, n, share, _interval) in ((key, one) for key, one in tables["outcomes"].items() if key):
        assert outcomes[code][1] == [f"{n} · {share}%"]
    assert list(themes) == ["", "emploi", "formation"]
    for code in ("emploi", "formation"):
        assert themes[code][1][0] == f"{tables['breakdown'][code][3]}%"


def test_the_period_before_and_the_year_before_stand_beside_it_and_are_those_of_their_pages(
    analyst: Staff, ended: Ended, lost: Ended, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_periods(ended, lost)
    set_day(monkeypatch, SECOND)
    subscribe(analyst, MONTH)
    (letter,) = send()
    take_up = LetterTables(html_of(letter)).lines[0]["take_up"]
    assert [cell[0] for cell in take_up[1:]] == ["75.0%", "70.0%", "80.0%"]
    client.force_login(analyst)
    for cell, dates in ((2, ("2026-10-01", "2026-10-31")), (3, ("2025-11-01", "2025-11-30"))):
        page = client.get(
            "/indicators/", {"from": dates[0], "to": dates[1]}, headers={"Accept-Language": "en"}
        )
        assert headline_of(page.content.decode())["take_up"] == take_up[cell][0]


def test_what_makes_periods_not_comparable_is_marked_and_said(
    analyst: Staff, ended: Ended, lost: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_periods(ended, lost)
    MetricRow.objects.filter(day__year=2025).update(version=1)
    set_day(monkeypatch, SECOND)
    subscribe(analyst, MONTH)
    (letter,) = send()
    heads = [" ".join(cell) for cell in LetterTables(html_of(letter)).lines[0][""]]
    assert heads == ["Indicator", "November 2026", "October 2026", "November 2025 [1, 2]"]
    for text in (html_of(letter), str(letter.body)):
        assert "[1] October 2026: another routing plan (2)." in text
        assert "[2] October 2026: counted by other rules" in text
    assert "  November 2025 [1, 2]: 80.0%" in str(letter.body)


def test_periods_of_one_plan_and_the_same_rules_have_no_mark(
    analyst: Staff, ended: Ended, lost: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_periods(ended, lost)
    MetricRow.objects.update(plan_number=2)
    set_day(monkeypatch, SECOND)
    subscribe(analyst, MONTH)
    (letter,) = send()
    assert "[1]" not in html_of(letter) + str(letter.body)


def test_a_month_by_two_plans_is_marked_itself(
    analyst: Staff, ended: Ended, lost: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_periods(ended, lost)
    november = MetricRow.objects.filter(day__year=2026, day__month=11).values("pk")[:5]
    MetricRow.objects.filter(pk__in=list(november.values_list("pk", flat=True))).update(plan_number=3)
    set_day(monkeypatch, SECOND)
    subscribe(analyst, MONTH)
    (letter,) = send()
    heads = [" ".join(cell) for cell in LetterTables(html_of(letter)).lines[0][""]]
    assert heads[1:] == ["November 2026 [2]", "October 2026 [2]", "November 2025 [1, 2]"]


def test_a_coordinator_gets_rates_of_the_platform_without_parts_and_their_own_teams(
    coordinator: Staff, ended: Ended, lost: Ended, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_periods(ended, lost, times=2)
    set_day(monkeypatch, SECOND)
    subscribe(coordinator, MONTH)
    (letter,) = send()
    page = page_of(client, coordinator, letter)
    platform, own = LetterTables(html_of(letter)).lines
    told = headline_of(page)
    assert set(platform) == {"", "take_up", "take_up_star", "service_level", "take_up_all_demand"}
    for code in platform.keys() - {""}:
        assert platform[code][1] == [told[code]], "the rate alone, without its parts"
    assert told["take_up"] == "75.0%"
    total = Tables(page).cells["own-pools"]["total"]
    cells = [cell[1][0] for cell in own.values() for cell in [cell] if cell[0] != ["Indicator"]]
    assert own["requests"][1] == ["60"]
    assert set(cells) <= {*total, "—"}
    # Nobody of the team was noted on duty in October or a year ago: the own page of those months shows none of it.
    assert [cell[0] for cell in own["requests"][2:]] == ["—", "—"]
    for text in (html_of(letter), str(letter.body)):
        assert "of 80" not in text
        assert "60 of" not in text
        assert "Namur" not in text, "whoever reads over the shoulder learns of no institution"


def test_a_team_of_two_is_in_no_letter(
    coordinator: Staff, ended: Ended, lost: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_periods(ended, lost)
    OnDuty.objects.update(people=2)
    set_day(monkeypatch, SECOND)
    subscribe(coordinator, MONTH)
    (letter,) = send()
    own = LetterTables(html_of(letter)).lines[1]
    assert [cell[0] for cell in own["requests"][1:]] == ["—", "—", "—"]
    assert "Pools of fewer than three people are not shown" in str(letter.body)


def test_rates_on_fewer_than_thirty_requests_are_no_rates_to_a_coordinator(
    coordinator: Staff, ended: Ended, monkeypatch: pytest.MonkeyPatch, lost: Ended
) -> None:
    three_periods(ended, lost)
    keep = MetricRow.objects.filter(day=date(2026, 11, 17))[:29].values_list("pk", flat=True)
    MetricRow.objects.exclude(pk__in=list(keep)).delete()
    set_day(monkeypatch, SECOND)
    subscribe(coordinator, MONTH)
    (letter,) = send()
    assert LetterTables(html_of(letter)).lines[0]["take_up"][1] == ["—"]


def test_a_quarter_has_helped_of_taken_up_as_its_page_has_it(
    analyst: Staff, ended: Ended, lost: Ended, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_periods(ended, lost)
    served = MetricRow.objects.filter(day__year=2026, outcome="served")
    served.filter(pk__in=list(served.values_list("pk", flat=True)[:40])).update(helped="yes")
    set_day(monkeypatch, JANUARY.date())
    subscribe(analyst, QUARTER)
    (letter,) = send(JANUARY)
    assert "Quarter 4 of 2026" in letter.subject
    key = LetterTables(html_of(letter)).lines[0]
    page = page_of(client, analyst, letter)
    assert key["helped_of_served"][1][0] == headline_of(page)["helped_of_served"] != "—"
    assert key["helped_of_served"][2:] == [["—", "too few answers to tell"]] * 2
    assert key["requests"][1] == ["90"]


def test_earlier_quarters_have_it_as_their_pages_have_it(
    analyst: Staff, ended: Ended, lost: Ended, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_periods(ended, lost)
    for _ in range(30):
        record.request(ended=ended(asked_at=datetime(2026, 8, 18, 8, tzinfo=UTC)))
    MetricRow.objects.filter(day__year=2025, outcome="served").update(helped="yes")
    for day, n in ((date(2026, 8, 18), 20), (date(2026, 10, 13), 30), (date(2025, 11, 18), 12)):
        rows = MetricRow.objects.filter(day=day, outcome="served").values_list("pk", flat=True)[:n]
        MetricRow.objects.filter(pk__in=list(rows)).update(helped="no" if day.year == 2025 else "yes")
    set_day(monkeypatch, JANUARY.date())
    subscribe(analyst, QUARTER)
    (letter,) = send(JANUARY)
    told = LetterTables(html_of(letter)).lines[0]["helped_of_served"][1:]
    quarters = (("2026-10-01", "2026-12-31"), ("2026-07-01", "2026-09-30"), ("2025-10-01", "2025-12-31"))
    client.force_login(analyst)
    for cell, (first, last), share in zip(told, quarters, ("46.2%", "66.7%", "70.0%"), strict=True):
        page = client.get("/indicators/", {"from": first, "to": last}, headers={"Accept-Language": "en"})
        assert cell[0] == headline_of(page.content.decode())["helped_of_served"] == share


def test_a_month_has_no_protected_figure(
    analyst: Staff, ended: Ended, lost: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_periods(ended, lost)
    MetricRow.objects.update(helped="yes", rating=5, gender="woman")
    set_day(monkeypatch, SECOND)
    subscribe(analyst, MONTH)
    for day, now in ((SECOND, NOW), (JANUARY.date(), JANUARY)):
        # In January the last quarter is published, too.
        set_day(monkeypatch, day)
        (letter,) = send(now)
        assert "helped" not in html_of(letter).lower()


def test_a_year_whose_rows_are_gone_has_dashes(
    analyst: Staff, ended: Ended, lost: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_periods(ended, lost)
    monkeypatch.setattr("indicators.sums.kept.kept_since", lambda today: date(2025, 11, 2))
    set_day(monkeypatch, SECOND)
    subscribe(analyst, MONTH)
    (letter,) = send()
    assert LetterTables(html_of(letter)).lines[0]["take_up"][3] == ["—"]


def test_nothing_is_fetched_from_anywhere_and_nothing_tells_who_reads_it(
    analyst: Staff, coordinator: Staff, ended: Ended, lost: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_periods(ended, lost)
    set_day(monkeypatch, SECOND)
    for one in (analyst, coordinator):
        one.first_name = "Ada Lovelace"
        subscribe(one, MONTH)
    letters = send()
    assert len(letters) == 2
    for letter in letters:
        html = html_of(letter)
        assert re.findall(r"<(?:img|script|link|iframe|object|form|video|svg)|url\(|@import|src=", html) == []
        wire = letter.message().as_string()
        for told in ("Ada", "Lovelace", analyst.username, coordinator.username):
            heads, _empty, rest = wire.partition("\n\n")
            assert told not in rest
            assert told not in re.sub(r"(?m)^To: .*$", "", heads)
        assert letter.extra_headers["List-Unsubscribe"].endswith("/indicators/reports/>")
        assert "List-Unsubscribe-Post" not in letter.extra_headers
    links = [set(LINK.findall(html_of(one))) for one in letters]
    assert {one for one in links[0] if "within" not in one} == {
        one for one in links[1] if "within" not in one
    }
    assert all(len(one) == 2 for one in links), "to the page of the period, and to the page that stops it"
