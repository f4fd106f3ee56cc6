"""The week by half hour: for analysts demand and the staffing of all teams, for a partner's coordinator that of their own."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from indicators.codes import Outcome
from indicators.models import OnDuty
from indicators.rows import record
from indicators.sums import daily
from partners.models import Partner, Role, Staff
from routing_rules.models import Pool
from tests.indicators.conftest import Ended
from tests.indicators.test_figures_page import Tables

PAGE = "/indicators/heat/"
NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}
SUMMER = {"from": "2026-07-01", "to": "2026-09-30"}
TUESDAY, WEDNESDAY, THURSDAY = 2, 3, 4
pytestmark = pytest.mark.django_db
Read = Callable[..., dict[str, dict[str, list[str]]]]


@pytest.fixture
def read(client: Client) -> Read:
    def open_page(somebody: Staff, **choice: str) -> dict[str, dict[str, list[str]]]:
        client.force_login(somebody)
        response = client.get(PAGE, choice, headers={"Accept-Language": "en"})
        assert response.status_code == 200
        return Tables(response.content.decode()).cells

    return open_page


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def a_month(ended: Ended, lost: Ended) -> None:
    """Tuesdays at ten, Brussels: six requests of which two in vain; Thursdays at eleven: two in Dutch, both in vain."""
    for _ in range(2):
        record.request(ended=ended(asked_at=at(3)))
        record.request(ended=ended(asked_at=at(17)))
        record.request(ended=lost(Outcome.ABANDONED, asked_at=at(24)))
        record.request(ended=lost(Outcome.FULL, asked_at=at(5, 10), language="nl", theme_asked="formation"))
    record.request(ended=ended(asked_at=at(3), outcome=Outcome.TEST))


def staffed(pool: str, day: int, *, unready: float, ready: float, month: int = 11) -> None:
    record.capacity(
        at=datetime(2026, month, day, 9, tzinfo=UTC), pool=pool, minutes_open=30, minutes_unready=unready, mean_ready=ready, mean_free=ready
    )  # fmt: skip


@pytest.mark.parametrize("stored", [False, True])
def test_an_analyst_sees_demand_and_what_was_in_vain_a_day(
    analyst: Staff, ended: Ended, lost: Ended, read: Read, stored: bool
) -> None:
    a_month(ended, lost)
    if stored:
        daily.store_missing(now=datetime(2026, 12, 15, tzinfo=UTC))
    tables = read(analyst, **NOVEMBER)
    # Four Tuesdays and four Thursdays; the table goes from the first half hour that was asked in to the last.
    assert [key for key in tables["asked"] if key] == ["10:00", "10:30", "11:00"]
    assert tables["asked"]["10:00"][1:] == ["0.0", "1.5", "0.0", "0.0", "0.0", "0.0", "0.0"]
    assert tables["in_vain"]["10:00"][TUESDAY] == "0.5"
    assert tables["in_vain"]["11:00"][THURSDAY] == "0.5"


def test_by_theme_and_by_language_rounded_to_five(
    analyst: Staff, ended: Ended, lost: Ended, read: Read
) -> None:
    a_month(ended, lost)
    for choice in ({"language": "nl"}, {"theme": "formation"}):
        assert not read(analyst, **NOVEMBER, **choice), "so few could be found again in other tables"
    for _ in range(9):
        record.request(ended=ended(asked_at=at(5, 10), language="nl", theme_asked="formation"))
    for language, theme in (("de", "creation"), ("uk", "mobilite")) * 5:
        record.request(ended=ended(language=language, theme_asked=theme))
    for choice in ({"language": "nl"}, {"theme": "formation"}):
        tables = read(analyst, **NOVEMBER, **choice)
        assert [key for key in tables["asked"] if key] == [
            key for key in read(analyst, **NOVEMBER)["asked"] if key
        ]
        assert tables["asked"]["11:00"][THURSDAY] == "2.5", "eleven are told as ten, of four Thursdays"
        assert tables["in_vain"]["11:00"][THURSDAY] == "< 5", "two of them"
        assert tables["asked"]["10:00"][TUESDAY] == "< 5", "nobody: it could as well be four"
        assert tables["asked"]["10:00"][WEDNESDAY] == "0.0", (
            "then nobody at all asked, as the table of all says"
        )


def test_an_analyst_sees_the_staffing_of_all_teams_together(
    analyst: Staff, read: Read, namur: Partner
) -> None:
    staffed("cdm-namur", 3, unready=30, ready=0)
    staffed("cdm-namur", 10, unready=0, ready=2)
    staffed("accueil", 3, unready=0, ready=1)
    tables = read(analyst, **NOVEMBER)
    assert tables["unmet"]["10:00"][TUESDAY] == "33.3"
    assert tables["ready"]["10:00"][TUESDAY] == "1.0"
    assert tables["ready"]["10:00"][WEDNESDAY] == "—"


def test_the_darkest_is_the_most(
    analyst: Staff, ended: Ended, lost: Ended, client: Client, read: Read
) -> None:
    a_month(ended, lost)
    client.force_login(analyst)
    page = client.get(PAGE, NOVEMBER, headers={"Accept-Language": "en"}).content.decode()
    asked = page.split('id="asked"')[1].split("</table>")[0]
    assert '<td class="number heat-5">1.5</td>' in asked
    assert '<td class="number heat-2">0.5</td>' in asked
    assert '<td class="number heat-0">0.0</td>' in asked


def test_a_partners_coordinator_sees_their_own_teams_of_three_and_no_demand(
    coordinator: Staff, namur: Partner, read: Read
) -> None:
    small = Pool.objects.create(slug="cdm-dinant", name="Dinant", partner=namur)
    OnDuty.objects.create(day=date(2026, 7, 7), pool=small.slug, people=2)
    for month in (7, 8, 9):
        OnDuty.objects.create(day=date(2026, month, 7), pool="cdm-namur", people=3)
    staffed("cdm-namur", 7, unready=15, ready=1, month=7)
    staffed("cdm-dinant", 7, unready=30, ready=0, month=7)
    staffed("accueil", 7, unready=0, ready=9, month=7)
    for choice in ({}, {"team": "cdm-namur"}):
        tables = read(coordinator, **SUMMER, **choice)
        assert set(tables) == {"unmet", "ready"}
        assert tables["unmet"]["11:00"][TUESDAY] == "50.0"
        assert tables["ready"]["11:00"][TUESDAY] == "1.0"


@pytest.mark.parametrize("team", ["cdm-dinant", "accueil"])
def test_no_coordinator_chooses_a_smaller_team_or_somebody_elses(
    coordinator: Staff, namur: Partner, client: Client, team: str
) -> None:
    Pool.objects.create(slug="cdm-dinant", name="Dinant", partner=namur)
    OnDuty.objects.create(day=date(2026, 7, 7), pool="cdm-dinant", people=2)
    OnDuty.objects.create(day=date(2026, 7, 7), pool="accueil", people=9)
    client.force_login(coordinator)
    page = client.get(PAGE, {**SUMMER, "team": team}, headers={"Accept-Language": "en"}).content.decode()
    assert "There is no such choice." in page
    assert 'id="unmet"' not in page


def test_a_period_without_three_on_duty_has_no_figures(
    coordinator: Staff, namur: Partner, client: Client
) -> None:
    staffed("cdm-namur", 3, unready=15, ready=1)
    client.force_login(coordinator)
    page = client.get(PAGE, SUMMER, headers={"Accept-Language": "en"}).content.decode()
    assert "None of your teams had three people on duty on one day of each of these months" in page
    assert "<td" not in page


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ({"from": "2026-11-02", "to": "2026-11-30"}, "whole months that are over"),
        ({"from": "2026-11-01", "to": "2026-12-31"}, "whole months that are over"),
        ({"from": "2025-10-01", "to": "2026-11-30"}, "Choose thirteen months at most."),
        ({"from": "2026-11-31", "to": "2026-11-30"}, "This is not a date of the calendar."),
        ({**NOVEMBER, "language": "klingon"}, "There is no such choice."),
    ],
)
def test_other_days_and_codes_are_refused(
    analyst: Staff, coordinator: Staff, client: Client, choice: dict[str, str], sentence: str
) -> None:
    for somebody in (analyst, coordinator):
        client.force_login(somebody)
        if somebody is coordinator and "language" in choice:
            continue
        page = client.get(PAGE, choice, headers={"Accept-Language": "en"}).content.decode()
        assert sentence in page
        assert "heat-0" not in page


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-11-01", "2026-11-30"), ("2026-09-01", "2026-11-30"), ("2026-04-01", "2026-09-30")],
)
def test_teams_are_shown_for_one_whole_quarter(
    coordinator: Staff, client: Client, first: str, last: str
) -> None:
    """Four Tuesdays at ten, or the difference of two periods, would be whether one person came."""
    client.force_login(coordinator)
    page = client.get(PAGE, {"from": first, "to": last}, headers={"Accept-Language": "en"}).content.decode()
    assert "Teams are shown for one whole quarter: choose such dates." in page
    assert 'id="unmet"' not in page


@pytest.mark.parametrize("name", ["site", "network", "audience", "by", "team", "pool"])
def test_what_could_point_to_a_person_is_no_filter(analyst: Staff, client: Client, name: str) -> None:
    client.force_login(analyst)
    assert client.get(PAGE, {**NOVEMBER, name: "miti"}).status_code == 400


@pytest.mark.parametrize("name", ["theme", "language", "site"])
def test_a_coordinator_has_no_filter_but_the_team(coordinator: Staff, client: Client, name: str) -> None:
    client.force_login(coordinator)
    assert client.get(PAGE, {**NOVEMBER, name: "fr"}).status_code == 400


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.ADMIN])
def test_others_do_not_see_it(person: Callable[..., Staff], client: Client, role: Role) -> None:
    client.force_login(person(role))
    assert client.get(PAGE).status_code == 403
