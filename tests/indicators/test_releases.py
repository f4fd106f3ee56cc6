"""Releases: a closed period is frozen once, what was frozen never changes and outlives the rows, a correction stands beside it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.codes import Outcome
from indicators.models import FiguresRelease, MetricRow
from indicators.periods import Period, month_of, quarter_from
from indicators.releases import freezing
from indicators.releases.differences import changed, numbers_changed, tables_of
from indicators.releases.freezing import (
    FrozenMeanwhileError,
    NotClosedError,
    NothingToCorrectError,
    ReasonNeededError,
    closed_periods,
    freeze,
)
from indicators.rows import record
from indicators.sums.daily import forget_all
from operations import retention
from partners.models import AuditEntry, Role, Staff
from tests.indicators.conftest import IN_DECEMBER, Ended, three_with
from tests.indicators.test_figures_page import Tables

NOVEMBER = month_of(date(2026, 11, 1))
LIST = "/indicators/releases/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def november(ended: Ended, lost: Ended) -> None:
    for _ in range(6):
        record.request(ended=ended())
    record.request(ended=lost(Outcome.ABANDONED, theme_asked="formation", wait_s=90))
    record.request(ended=lost(Outcome.FULL, theme_asked="formation", language="nl"))


def make(
    actor: Staff, period: Period = NOVEMBER, reason: str = "", today: date = IN_DECEMBER
) -> FiguresRelease:
    return freeze(actor=actor, period=period, reason=reason, today=today)


def page(client: Client, path: str, **choice: str) -> tuple[str, dict[str, dict[str, list[str]]]]:
    response = client.get(path, choice, headers={"Accept-Language": "en"})
    assert response.status_code == 200
    return response.content.decode(), Tables(response.content.decode()).cells


@pytest.mark.usefixtures("november")
def test_an_analyst_freezes_last_month_on_the_page(analyst: Staff, client: Client) -> None:
    client.force_login(analyst)
    answer = client.post(LIST, {"period": "2026-11"})
    assert answer.headers["Location"] == "/indicators/releases/1/"
    html, tables = page(client, "/indicators/releases/1/", by="theme")
    assert "November 2026" in html
    assert tables["all-1"]["platform emploi"][:2] == ["emploi", "The whole platform"]
    assert "75.0%" in html, "six of eight"
    assert "Take-up rate (T) <span" in html
    _, listed = page(client, LIST)
    assert listed["releases"]["1"][:2] == ["Release 1", "November 2026"]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject, entry.detail) == (
        "figures.released",
        "1",
        {"period": "2026-11", "revision": 1},
    )


@pytest.mark.usefixtures("november")
@pytest.mark.parametrize("code", ["2026-12", "2027-01", "2026-Q4", "2026", "2020-01", "nonsense", ""])
def test_what_is_not_over_or_not_kept_is_not_frozen(analyst: Staff, client: Client, code: str) -> None:
    client.force_login(analyst)
    assert client.post(LIST, {"period": code}).status_code == 200
    assert not FiguresRelease.objects.exists()


@pytest.mark.parametrize(
    "period",
    [
        Period(date(2026, 12, 1), date(2026, 12, 14)),
        Period(date(2026, 11, 2), date(2026, 11, 30)),
        quarter_from("2026-Q4"),
    ],
)
def test_the_service_refuses_it_too(analyst: Staff, period: Period) -> None:
    with pytest.raises(NotClosedError):
        make(analyst, period)


def test_a_month_can_be_frozen_from_the_second_day_of_the_next() -> None:
    assert "2026-11" not in closed_periods(date(2026, 12, 1))
    assert "2026-11" in closed_periods(date(2026, 12, 2))


@pytest.mark.usefixtures("november")
def test_what_was_frozen_stays_when_rows_come_and_go(analyst: Staff, client: Client, ended: Ended) -> None:
    made = make(analyst)
    frozen = json.dumps(made.content, sort_keys=True)
    record.request(ended=ended())
    made.refresh_from_db()
    assert json.dumps(made.content, sort_keys=True) == frozen
    retention.purge(now=datetime(2029, 6, 1, tzinfo=UTC))
    assert not MetricRow.objects.exists()
    client.force_login(analyst)
    _, tables = page(client, "/indicators/releases/1/", by="language")
    assert "platform nl" in tables["all-1"]


@pytest.mark.usefixtures("november")
def test_a_correction_needs_a_reason_and_stands_beside_the_first(
    analyst: Staff, client: Client, ended: Ended
) -> None:
    make(analyst)
    client.force_login(analyst)
    html = client.post(LIST, {"period": "2026-11"}, headers={"Accept-Language": "en"}).content.decode()
    assert "say what is corrected" in html
    with pytest.raises(ReasonNeededError):
        make(analyst)
    record.request(ended=ended(theme_asked="formation"))
    client.post(LIST, {"period": "2026-11", "reason": "A backup had been missing a row."})
    first, second = FiguresRelease.objects.order_by("number")
    assert (first.revision, second.revision) == (1, 2)
    number = sum(numbers_changed(second, first).values())
    assert number > 0
    html, listed = page(client, LIST)
    assert listed["releases"]["2"][3] == "A backup had been missing a row."
    assert listed["releases"]["2"][4] == str(number)
    assert listed["releases"]["1"][4] == "—"
    _, tables = page(client, "/indicators/releases/2/beside/1/", by="theme")
    assert tables["compared"]["formation"][:7] == ["formation", "3", "2", "+1", "33.3", "0.0", "+33.3"]
    assert tables["compared"]["total"][1:4] == ["9", "8", "+1"]
    assert "emploi" not in tables["compared"], "nothing of it has changed"


@pytest.fixture
def longer(analyst: Staff) -> tuple[FiguresRelease, FiguresRelease]:
    """Two releases of November; in the later one every conversation lasts five minutes more."""
    three_with([date(2026, 11, 17)])
    first = make(analyst)
    for row in MetricRow.objects.filter(outcome="served"):
        MetricRow.objects.filter(pk=row.pk).update(duration_min=(row.duration_min or 0) + 5)
    forget_all(NOVEMBER)
    return make(analyst, reason="Durations had been cut."), first


@pytest.mark.usefixtures("november")
def test_the_page_shows_every_figure_that_a_correction_changed(
    analyst: Staff, client: Client, longer: tuple[FiguresRelease, FiguresRelease]
) -> None:
    later, first = longer
    client.force_login(analyst)
    beside = f"/indicators/releases/{later.number}/beside/{first.number}/"
    html, listed = page(client, LIST)
    assert f'href="{beside}"' in html
    shown = 0
    for by, number in numbers_changed(later, first).items():
        html, tables = page(client, beside, by=by)
        assert f"({number})</a>" in html
        assert len(tables.get("differing", {"": []})) - 1 == number
        assert "compared" not in tables, "no key figure has changed"
        shown += number
    assert listed["releases"]["2"][4] == str(shown) != "0"
    _, tables = page(client, beside, by="theme")
    assert tables["differing"]["emploi duration_v2_median_min"] == [
        "emploi", "Duration v2, median (min)", "15.0", "10.0", "+5.0",
    ]  # fmt: skip
    assert "total duration_v2_mean_min" in tables["differing"]
    assert not [key for key in tables["differing"] if "take_up" in key or "wait" in key]
    assert not [key for key in tables["differing"] if key.startswith("formation")]


@pytest.mark.usefixtures("november")
def test_at_first_it_shows_a_table_in_which_something_differs(analyst: Staff, client: Client) -> None:
    first = make(analyst)
    MetricRow.objects.filter(outcome="full").update(theme_asked="creation")
    forget_all(NOVEMBER)
    second = make(analyst, reason="It was about another theme.")
    assert numbers_changed(second, first)["month"] == 0
    client.force_login(analyst)
    html, tables = page(client, "/indicators/releases/2/beside/1/")
    assert tables["differing"]["creation full"][1:] == ["Refused: nobody was ready", "1", "—", "—"]
    html, tables = page(client, "/indicators/releases/2/beside/1/", by="month")
    assert "No figure of this table differs." in html
    assert "differing" not in tables


@pytest.mark.usefixtures("november")
def test_outcomes_are_compared_and_another_version_of_the_same_number_is_no_change(analyst: Staff) -> None:
    first = make(analyst)
    MetricRow.objects.filter(outcome="full").update(outcome="technical")
    forget_all(NOVEMBER)
    second = make(analyst, reason="It was a fault.")
    assert {(one.column, one.first, one.other, one.apart) for one in changed(second, first, "language")} == {
        ("full", 0, 1, -1),
        ("technical", 1, 0, 1),
    }
    for lines in second.content["tables"].values():
        for line in lines:
            line |= {"take_up_v3": line.pop("take_up_v2"), "full": 1, "technical": 0}
    assert [one.column for one in changed(second, first, "language")] == ["full"], "of French"
    assert second.content["tables"] != first.content["tables"]


def test_protected_tables_are_compared_in_words(analyst: Staff, client: Client, ended: Ended) -> None:
    keys = [record.request(ended=ended(asked_at=datetime(2026, 8, 18, 8, tzinfo=UTC))) for _ in range(100)]
    for key in keys[:40]:
        record.survey(row_id=key, helped="yes")
    summer = quarter_from("2026-Q3")
    make(analyst, summer)
    for key in keys[40:60]:
        record.survey(row_id=key, helped="yes")
    make(analyst, summer, reason="Twenty answers had been left out.")
    client.force_login(analyst)
    _, tables = page(client, "/indicators/releases/2/beside/1/", by="protected")
    assert tables["differing"]["total helped=yes"] == ["Total", "Helped? · Yes", "60", "40", "+20"]
    assert tables["differing"]["emploi helped=yes"][:2] == ["Theme · emploi", "Helped? · Yes"]
    _, tables = page(client, "/indicators/releases/2/beside/1/")
    assert "protected" in tables_of(*FiguresRelease.objects.all())
    assert client.get("/indicators/releases/2/beside/1/", {"by": "age_band"}).status_code == 404


@pytest.mark.usefixtures("november")
def test_a_reason_for_a_first_release_is_refused_and_kept_in_the_form(analyst: Staff, client: Client) -> None:
    client.force_login(analyst)
    choice = {"period": "2026-11", "reason": "The monthly meeting wants it."}
    html = client.post(LIST, choice, headers={"Accept-Language": "en"}).content.decode()
    assert "This period was not released before" in html
    assert 'value="The monthly meeting wants it."' in html
    assert not FiguresRelease.objects.exists()
    with pytest.raises(NothingToCorrectError):
        make(analyst, reason="Why not")


def test_the_page_says_what_the_reason_is_for_and_that_nothing_undoes_a_release(
    analyst: Staff, client: Client
) -> None:
    client.force_login(analyst)
    html, _ = page(client, LIST)
    before_the_button = html.split("<main")[1].split("<form")[0]
    assert "cannot be undone" in before_the_button
    assert 'id="id_reason_helptext">Only if this period was released before' in html
    assert 'aria-describedby="id_reason_helptext"' in html


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "fr",
            (
                "Publication 1\u00a0: novembre 2026",
                "Plans de routage\u00a0: 1.",
                "Règles de comptage\u00a0: 2.",
            ),
        ),
        ("nl", ("Publicatie 1: november 2026", "Routeringsplannen: 1.", "Telregels: 2.")),
    ],
)
@pytest.mark.usefixtures("november")
def test_a_release_is_named_as_each_language_writes_it(
    analyst: Staff, client: Client, language: str, words: tuple[str, ...]
) -> None:
    make(analyst)
    client.force_login(analyst)
    html = client.get("/indicators/releases/1/", headers={"Accept-Language": language}).content.decode()
    for one in words:
        assert one in html


@pytest.mark.usefixtures("november")
def test_of_two_who_freeze_at_once_one_is_told(
    analyst: Staff, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second looked for the next number before the first had written."""
    content = freezing._content
    made: list[FiguresRelease] = []

    def meanwhile(period: Period, today: date) -> dict[str, Any]:
        monkeypatch.setattr(freezing, "_content", content)
        made.append(make(analyst))
        return content(period, today)

    monkeypatch.setattr(freezing, "_content", meanwhile)
    with pytest.raises(FrozenMeanwhileError):
        make(analyst)
    assert FiguresRelease.objects.count() == 1
    assert AuditEntry.objects.filter(action="figures.released").count() == 1


@pytest.mark.usefixtures("november")
def test_files_of_a_release_are_its_tables_and_audited(analyst: Staff, client: Client) -> None:
    make(analyst)
    client.force_login(analyst)
    text = client.get("/indicators/releases/1/file.csv", {"by": "theme"}).content.decode("utf-8-sig")
    lines = [line.split(";") for line in text.splitlines()]
    heads = lines[0]
    shown = {line[heads.index("key")]: line[heads.index("requests_v2")] for line in lines[1:]}
    assert shown == {"emploi": "6", "formation": "2", "": "8"}
    assert {line[heads.index("release")] for line in lines[1:]} == {"1"}
    assert client.get("/indicators/releases/1/file.xlsx", {"by": "month"}).content.startswith(b"PK")
    assert AuditEntry.objects.filter(action="figures.exported").count() == 2
    for path in (
        "/indicators/releases/1/file.pdf",
        "/indicators/releases/2/file.csv",
        "/indicators/releases/1/file.csv?by=age_band",
        "/indicators/releases/1/beside/7/",
    ):
        assert client.get(path).status_code == 404


def test_a_quarter_has_its_protected_tables_as_published(
    analyst: Staff, client: Client, ended: Ended
) -> None:
    for number in range(40):
        key = record.request(ended=ended(asked_at=datetime(2026, 8, 18, 8, tzinfo=UTC)))
        record.survey(row_id=key, status="pupil" if number < 37 else "student")
    made = make(analyst, quarter_from("2026-Q3"))
    counts = {line["count"] for line in made.content["protected"]}
    assert "<10" in counts
    assert not counts & {37, 3}
    assert make(analyst).content["protected"] == [], "a month has none"
    client.force_login(analyst)
    text = client.get("/indicators/releases/1/file.csv", {"by": "protected"}).content.decode("utf-8-sig")
    assert text.startswith("quarter;about;answer;")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.COUNSELLOR, Role.ADMIN])
def test_others_neither_see_nor_make_releases(
    person: Callable[..., Staff], analyst: Staff, client: Client, role: Role
) -> None:
    make(analyst)
    client.force_login(person(role))
    for path in (
        LIST,
        "/indicators/releases/1/",
        "/indicators/releases/1/file.csv",
        "/indicators/releases/1/beside/1/",
    ):
        assert client.get(path).status_code == 403
    assert client.post(LIST, {"period": "2026-10"}).status_code == 403
    assert FiguresRelease.objects.count() == 1


def test_every_page_leads_to_the_list(analyst: Staff, client: Client) -> None:
    client.force_login(analyst)
    assert f'href="{reverse("indicators:releases")}"' in page(client, "/indicators/")[0]


def test_what_is_called_total_is_not_taken_for_the_total(
    analyst: Staff, client: Client, ended: Ended
) -> None:
    for theme, many in (("total", 2), ("formation", 3)):
        for _ in range(many):
            record.request(ended=ended(theme_asked=theme, site="total"))
    first = make(analyst)
    record.request(ended=ended(theme_asked="total", site="total"))
    second = make(analyst, reason="One more.")
    for by, lines in (("theme", {"formation": (3, 3), "total": (3, 2)}), ("site", {"total": (6, 5)})):
        found: dict[str | None, Any] = {
            key: (cells["requests"].first, cells["requests"].other)
            for key, cells in freezing.compared(second, first, by).items()
        }
        assert found.pop(None) == (6, 5)
        assert found == lines
        told = [(line["by"], line["key"], line["requests_v2"]) for line in freezing.lines_of(second, by)]
        assert told == [*((by, key, many) for key, (many, _) in lines.items()), ("total", "", 6)]
    client.force_login(analyst)
    html, _ = page(client, "/indicators/releases/2/beside/1/", by="theme")
    for name, numbers in (("total", (3, 2)), ("Total", (6, 5))):
        cells = "".join(f'<td class="number">{n}</td>' for n in numbers)
        assert f'<th scope="row">{name}</th>{cells}' in html


def test_a_release_of_earlier_days_is_read_as_before(analyst: Staff, ended: Ended) -> None:
    """Their total had the key `total`."""
    record.request(ended=ended())
    made = make(analyst)
    now = {by: freezing.lines_of(made, by) for by in freezing.TABLES}
    for lines in made.content["tables"].values():
        lines[-1]["key"] = "total"
    assert {by: freezing.lines_of(made, by) for by in freezing.TABLES} == now
