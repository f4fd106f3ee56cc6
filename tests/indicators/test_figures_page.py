"""The page of the figures: who sees what, in which period, by what, and what it says to bad input."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from html.parser import HTMLParser

import pytest
from django.test import Client

from indicators.codes import CounterKind, Outcome
from indicators.models import MetricRow, OnDuty
from indicators.rows import record
from partners.models import Partner, Role, Staff
from routing_rules.models import Site
from tests.indicators.conftest import IN_DECEMBER, NINE_IN_BRUSSELS, Ended, three_with

NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}
NO_TEAM = "None of your teams had three people on duty on one day of each of these months"
OCTOBER = {"from": "2026-10-01", "to": "2026-10-31"}


class Tables(HTMLParser):
    """The cells of every table by its id and each line's `data-key`, as text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.cells: dict[str, dict[str, list[str]]] = {}
        self.captions = 0
        self._table = self._key = ""
        self._in_cell = False
        self.feed(html)

    def abreast(self, name: str) -> dict[str, list[str]]:
        """Tables of the same lines as the one that they are parts of: `all-1`, `all-2` and so on as `all`."""
        parts = [cells for table, cells in self.cells.items() if re.fullmatch(rf"{name}-\d+", table)]
        assert all(part.keys() == parts[0].keys() for part in parts)
        return {
            key: line[:2] + [cell for part in parts for cell in part[key][2:]]
            for key, line in parts[0].items()
        }

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self._table = given.get("id") or ""
            self.cells[self._table] = {}
        elif tag == "tr":
            self._key = given.get("data-key") or ""
            self.cells[self._table].setdefault(self._key, [])
        elif tag in {"td", "th"}:
            self._in_cell = True
            self.cells[self._table][self._key].append("")
            assert tag == "td" or given.get("scope") in {"col", "row", "colgroup"}
        elif tag == "caption":
            self.captions += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.cells[self._table][self._key][-1] += data.strip()


Read = Callable[..., tuple[str, dict[str, dict[str, list[str]]]]]


@pytest.fixture
def read(client: Client) -> Read:
    """Open the page in English as somebody, and give its text and its tables."""

    def open_page(somebody: Staff, **choice: str) -> tuple[str, dict[str, dict[str, list[str]]]]:
        client.force_login(somebody)
        response = client.get("/indicators/", choice, headers={"Accept-Language": "en"})
        assert response.status_code == 200
        html = response.content.decode()
        return html, Tables(html).cells

    return open_page


def a_week(ended: Ended, lost: Ended) -> None:
    """Seven requests of November, four taken up: three of five for work, one of two for training; a test."""
    for number in range(3):
        record.request(ended=ended(wait_s=20 + number * 30))
    record.request(ended=lost(Outcome.ABANDONED_SHORT, wait_s=6))
    record.request(ended=lost(Outcome.ABANDONED, wait_s=200))
    record.request(
        ended=ended(
            theme_asked="formation", language="nl", network_served="CEFO", pool_served="cefo", wait_s=400
        )
    )
    record.request(
        ended=lost(
            Outcome.UNSERVED,
            theme_asked="formation",
            wait_s=1800,
            asked_at=datetime(2026, 11, 19, 10, tzinfo=UTC),
            plan_number=2,
        )
    )
    record.request(ended=lost(Outcome.TEST))


@pytest.mark.django_db
def test_t_and_t_star_stand_beside_each_other_with_interval_and_version(
    analyst: Staff, ended: Ended, lost: Ended, read: Read
) -> None:
    a_week(ended, lost)
    html, tables = read(analyst, **NOVEMBER)
    assert "57.1%" in html  # 4 of 7
    assert "66.7%" in html  # 4 of 6
    assert "25.0 to 84.2" in html  # Wilson, 4 of 7
    assert 'Take-up rate (T) <span class="version">v2<' in html
    assert '(T*) <span class="version">v2<' in html
    assert tables["breakdown"]["total"][:4] == ["Total", "7", "4", "57.1"]


@pytest.mark.usefixtures("themes")
@pytest.mark.django_db
def test_by_theme_each_line_counts_what_was_asked(
    analyst: Staff, ended: Ended, lost: Ended, read: Read
) -> None:
    a_week(ended, lost)
    _, tables = read(analyst, **NOVEMBER)
    work, training = tables["breakdown"]["emploi"], tables["breakdown"]["formation"]
    assert work == ["Employment", "5", "3", "60.0", "23.1 to 88.2", "", "75.0", "40.0", "50.0", "80", "25.0"]
    assert training[:4] == ["Training", "2", "1", "50.0"]
    assert tables["outcomes"]["abandoned_short"][:3] == ["Left within 10 seconds", "1", "14.3"]
    assert "test" not in tables["outcomes"]
    assert tables["networks"]["CDM"][1:3] == ["3", "75.0"]
    assert tables["networks"]["CEFO"][1:3] == ["1", "25.0"]


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("day", [f"2026-11-{day:02}" for day in range(1, 31)]),
        ("week", ["2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23", "2026-11-30"]),
        ("month", ["2026-11"]),
        ("quarter", ["2026-Q4"]),
        ("weekday", ["2", "4"]),
        ("slot", ["18", "22"]),
        ("language", ["fr", "nl"]),
        ("network", ["CDM"]),
        ("site", ["miti"]),
        ("audience", ["public"]),
        ("plan", ["1", "2"]),
    ],
)
@pytest.mark.django_db
def test_every_breakdown_has_its_lines_in_order(
    analyst: Staff, ended: Ended, lost: Ended, read: Read, by: str, keys: list[str]
) -> None:
    a_week(ended, lost)
    _, tables = read(analyst, by=by, **NOVEMBER)
    assert [key for key in tables["breakdown"] if key not in {"", "total"}] == keys
    assert sum(int(tables["breakdown"][key][1]) for key in keys) == 7


@pytest.mark.django_db
def test_a_break_is_marked_across_a_month_without_requests(analyst: Staff, ended: Ended, read: Read) -> None:
    for month, plan, version in ((8, 1, 1), (9, 1, 1), (11, 2, 2)):
        key = record.request(ended=ended(asked_at=datetime(2026, month, 3, 10, tzinfo=UTC), plan_number=plan))
        MetricRow.objects.filter(pk=key).update(version=version)
    _, tables = read(analyst, by="month", **{"from": "2026-08-01", "to": "2026-11-30"})
    lines = tables["breakdown"]
    assert lines["2026-10"][1:3] == ["0", "0"]
    assert "break" not in lines["2026-09"][0] + lines["2026-10"][0]
    assert "break in series: plan 2" in lines["2026-11"][0]
    assert "break in series: counted by rules 2" in lines["2026-11"][0]


@pytest.mark.django_db
def test_the_end_of_a_preset_is_kept_where_only_its_begin_is_given(analyst: Staff, client: Client) -> None:
    client.force_login(analyst)
    page = client.get("/indicators/", {"period": "last-year", "from": "2025-12-01"})
    assert (page.context["report"].query.period.last) == date(2025, 12, 31)


@pytest.mark.parametrize("address", ["/indicators/", "/indicators/export.csv", "/indicators/export.xlsx"])
@pytest.mark.django_db
def test_an_unknown_parameter_is_refused(analyst: Staff, client: Client, address: str) -> None:
    client.force_login(analyst)
    answer = client.get(address, {"langauge": "nl"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    assert "There is no parameter “langauge”." in answer.content.decode()


@pytest.mark.django_db
def test_another_plan_is_marked_as_a_break_in_the_series(
    analyst: Staff, ended: Ended, lost: Ended, read: Read
) -> None:
    a_week(ended, lost)
    _, tables = read(analyst, by="day", **NOVEMBER)
    assert "break in series: plan 2" in tables["breakdown"]["2026-11-19"][0]
    assert "break" not in tables["breakdown"]["2026-11-17"][0]


@pytest.mark.django_db
def test_filters_and_period_leave_out_the_rest(analyst: Staff, ended: Ended, lost: Ended, read: Read) -> None:
    a_week(ended, lost)
    assert read(analyst, theme="formation", **NOVEMBER)[1]["breakdown"]["total"][1] == "2"
    assert read(analyst, language="nl", **NOVEMBER)[1]["breakdown"]["total"][1] == "1"
    only = {"from": "2026-11-18", "to": "2026-11-19"}
    assert read(analyst, **only)[1]["breakdown"]["total"][1] == "1"


@pytest.mark.django_db
def test_the_seconds_of_the_service_level_can_be_chosen(
    analyst: Staff, ended: Ended, lost: Ended, read: Read
) -> None:
    a_week(ended, lost)
    assert "28.6%" in read(analyst, **NOVEMBER)[0]  # 2 of 7 within 60 s
    assert "42.9%" in read(analyst, within="120", **NOVEMBER)[0]


@pytest.mark.django_db
def test_the_aim_stands_only_beside_the_seconds_that_it_is_of(
    analyst: Staff, ended: Ended, lost: Ended, read: Read
) -> None:
    a_week(ended, lost)
    assert "of all requests; the aim is 80.0%" in read(analyst, within="60", **NOVEMBER)[0]
    for within in ("30", "120"):
        html, _ = read(analyst, within=within, **NOVEMBER)
        assert "of all requests" in html
        assert "the aim is" not in html


@pytest.mark.django_db
def test_what_is_counted_in_minutes_says_so(analyst: Staff, ended: Ended, read: Read) -> None:
    three_with([NINE_IN_BRUSSELS.date()])
    record.request(ended=ended(duration_s=1200, quiet_s=600))
    record.capacity(
        at=NINE_IN_BRUSSELS, pool="cdm-namur", minutes_open=30, minutes_unready=3, mean_ready=1, mean_free=1
    )
    others = read(analyst, **NOVEMBER)[1]["others"]
    assert others["quiet"][1:4] == ["50.0%", "10\u00a0min", "20\u00a0min"]
    assert others["unmet_open_time"][1:4] == ["10.0%", "3\u00a0min", "30\u00a0min"]
    assert others["abandonment"][1:4] == ["0.0%", "0", "1"]


@pytest.mark.django_db
def test_what_was_asked_while_closed_is_in_the_take_up_of_all_demand(
    analyst: Staff, ended: Ended, lost: Ended, read: Read
) -> None:
    a_week(ended, lost)
    for kind, n in ((CounterKind.OPENED, 9), (CounterKind.ASKED_CLOSED, 3)):
        for _ in range(n):
            record.count(kind=kind, site="miti", language="fr", now=datetime(2026, 11, 17, 8, tzinfo=UTC))
    html, tables = read(analyst, **NOVEMBER)
    assert "4 of 10, questions asked while closed included" in html
    assert tables["reach"]["miti"] == ["miti", "9", "0", "0", "3", "7", "4"]
    assert "Not known with a filter on theme or network" in read(analyst, theme="emploi", **NOVEMBER)[0]


@pytest.mark.django_db
def test_yesterday_is_in_the_figures_without_any_choice_and_the_running_day_is_not(
    analyst: Staff, ended: Ended, read: Read
) -> None:
    noon = datetime.combine(IN_DECEMBER, time(12), UTC)
    record.request(ended=ended(asked_at=noon - timedelta(days=1)))
    record.request(ended=ended(asked_at=noon))
    html, tables = read(analyst, **{"from": "2026-12-01", "to": "2026-12-31"})
    assert tables["breakdown"]["total"][1] == "1"
    assert (
        "No day of this period is over yet" in read(analyst, **{"from": "2026-12-15", "to": "2026-12-15"})[0]
    )
    html, tables = read(analyst)
    assert tables["breakdown"]["total"][1:4] == ["1", "1", "100.0"]
    assert "1 of 1 requests" in html


@pytest.mark.usefixtures("themes")
@pytest.mark.django_db
def test_a_partners_coordinator_sees_their_pools_and_nothing_of_the_others(
    coordinator: Staff, ended: Ended, lost: Ended, read: Read
) -> None:
    a_week(ended, lost)
    record.capacity(
        at=datetime(2026, 11, 17, 8, tzinfo=UTC),
        pool="cdm-namur",
        minutes_open=30,
        minutes_unready=3,
        mean_ready=1.5,
        mean_free=2,
    )
    record.capacity(
        at=datetime(2026, 11, 17, 8, tzinfo=UTC),
        pool="cefo",
        minutes_open=30,
        minutes_unready=30,
        mean_ready=0,
        mean_free=0,
    )
    html, tables = read(coordinator, **NOVEMBER)
    assert set(tables) == {"own-pools", "staffing"}
    assert tables["own-pools"]["emploi"][:3] == ["Employment", "3", "3"]
    assert "formation" not in tables["own-pools"]
    assert "others" not in tables["own-pools"]
    assert tables["staffing"]["cdm-namur"] == ["Namur", "30", "3", "1.5", "2.0"]
    assert "cefo" not in tables["staffing"]
    assert "57.1%" not in html, "of seven requests, a rate tells what the others took"


@pytest.mark.django_db
def test_present_is_set_against_planned_for_own_pools_of_three_people_and_whole_months(
    coordinator: Staff, ended: Ended, lost: Ended, read: Read
) -> None:
    a_week(ended, lost)
    for pool in ("cdm-namur", "cefo"):
        record.capacity(
            at=datetime(2026, 11, 17, 8, tzinfo=UTC),
            pool=pool,
            minutes_open=30,
            minutes_unready=3,
            mean_ready=1.5,
            mean_free=2,
            rostered=record.RosteredMinutes(minutes=15, needed=45, planned=30, ready=15),
        )
    _, tables = read(coordinator, **NOVEMBER)
    assert list(tables["rostered"].values())[1:] == [["Namur", "0.3", "3.0", "2.0", "1.0"]]
    assert list(tables["rostered-slots"].values())[1:] == [["Namur", "09:00", "0.3", "3.0", "2.0", "1.0"]]
    # The difference of two periods would be a day, and whether somebody came.
    _, tables = read(coordinator, **{**NOVEMBER, "to": "2026-11-28"})
    assert {"rostered", "rostered-slots"}.isdisjoint(tables)
    OnDuty.objects.update(people=2)
    _, tables = read(coordinator, **NOVEMBER)
    assert {"rostered", "rostered-slots"}.isdisjoint(tables)


@pytest.mark.django_db
def test_a_campaign_of_a_few_visitors_is_among_the_others(analyst: Staff, ended: Ended, read: Read) -> None:
    """A page could give each visitor a campaign of their own, and read here what became of them."""
    for campaign, served in (("salon", 10), ("anna", 9), ("bruno", 1), ("", 2)):
        for _ in range(served):
            record.request(ended=ended(campaign=campaign))
    record.count(kind=CounterKind.OPENED, site="miti", language="fr", campaign="anna", now=NINE_IN_BRUSSELS)
    html, tables = read(analyst, by="campaign", **NOVEMBER)
    requests = {key: cells[1] for key, cells in tables["breakdown"].items() if key in {"salon", "other", ""}}
    assert requests["salon"] == "10"
    assert requests["other"] == "10"
    assert "anna" not in html
    assert "bruno" not in html
    # With a filter that leaves fewer of them, as little.
    assert "salon" not in read(analyst, by="campaign", theme="formation", **NOVEMBER)[0]


@pytest.mark.parametrize(
    ("served", "shown"),
    [
        ({"salon": 12, "foire": 11, "anna": 1}, {"salon": "12", "other": "12"}),
        ({"salon": 12, "anna": 1}, {"other": "13"}),
        ({"salon": 12, "foire": 11}, {"salon": "12", "foire": "11"}),
        ({"salon": 12, "anna": 6, "bruno": 5}, {"salon": "12", "other": "11"}),
        # Where even all are one campaign, or few requests, they are told with those who came by none.
        ({"anna": 1}, {}),
        ({"anna": 9}, {}),
        ({"anna": 4, "bruno": 5}, {}),
        ({"anna": 5, "bruno": 5}, {"other": "10"}),
        ({"salon": 12}, {"salon": "12"}),
    ],
)
@pytest.mark.django_db
def test_the_other_campaigns_are_two_and_ten_requests_at_least(
    analyst: Staff, ended: Ended, read: Read, served: dict[str, int], shown: dict[str, str]
) -> None:
    for campaign, n in served.items():
        for _ in range(n):
            record.request(ended=ended(campaign=campaign))
    _, tables = read(analyst, by="campaign", **NOVEMBER)
    lines = tables["breakdown"]
    assert {key: lines[key][1] for key in lines if key not in {"", "total"}} == shown
    assert lines["total"][1] == str(sum(served.values())), "nobody is lost"
    if not shown:
        none = lines[""].index("None, or one too rare to be named")
        assert lines[""][none + 1] == lines["total"][1]


@pytest.mark.django_db
def test_with_a_filter_a_rare_campaign_is_told_with_none_and_a_usual_one_by_name(
    analyst: Staff, coordinator: Staff, ended: Ended, lost: Ended, read: Read
) -> None:
    """Of one site the others were one visitor; and so they were as the difference of two sites."""
    for campaign, n in (("salon", 12), ("anna", 9)):
        for _ in range(n):
            record.request(ended=ended(campaign=campaign, site="miti"))
    record.request(ended=lost(Outcome.ABANDONED, campaign="affiche", site="huy"))
    record.request(ended=ended(campaign="other", site="huy"))  # as old rows have it
    record.request(ended=ended(campaign="salon", site="huy", theme_asked="formation"))

    def by_campaign(**only: str) -> dict[str, str]:
        lines = read(analyst, by="campaign", **only, **NOVEMBER)[1]["breakdown"]
        return {key: cells[1] for key, cells in lines.items() if key != "total" and len(cells) > 1}

    def lines_of(**only: str) -> dict[str, str]:
        return {key: n for key, n in by_campaign(**only).items() if n.isdigit()}

    assert {key: n for key, n in lines_of().items() if key} == {"salon": "13", "other": "11"}
    assert "other" not in lines_of(site="huy")
    assert lines_of(site="huy")["salon"] == "1", "what is usual in the month is named of every site"
    assert "other" not in lines_of(site="miti")
    assert lines_of(theme="formation")["salon"] == "1"
    own = read(coordinator, by="campaign", **NOVEMBER)[1]["own-pools"]
    assert {key for key in own if key != "total"} == {"", "salon"}


@pytest.mark.django_db
def test_reach_is_of_the_chosen_campaign(analyst: Staff, ended: Ended, read: Read) -> None:
    Site.objects.create(key="a-site", name="A site", campaigns=["salon"])
    for campaign, n in (("salon", 12), ("", 30)):
        record.count(
            kind=CounterKind.OPENED, site="miti", language="fr", campaign=campaign, now=NINE_IN_BRUSSELS
        )
        for _ in range(n):
            record.request(ended=ended(campaign=campaign))
    record.count(kind=CounterKind.OPENED, site="miti", language="fr", campaign="", now=NINE_IN_BRUSSELS)
    reached = {}
    for campaign in ("", "salon"):
        _, tables = read(analyst, campaign=campaign, by="month", **NOVEMBER)
        reached[campaign] = tables["reach"]["miti"][1:]
        assert tables["breakdown"]["total"][1] == tables["reach"]["miti"][5]
    assert [cells[0] for cells in reached.values()] == ["3", "1"], "opened"
    assert [cells[4] for cells in reached.values()] == ["42", "12"], "asked"


@pytest.mark.django_db
def test_campaigns_are_shown_for_whole_months_only(analyst: Staff, read: Read) -> None:
    html, tables = read(analyst, by="campaign", **{"from": "2026-11-01", "to": "2026-11-29"})
    assert "campaigns are shown for whole months" in html
    assert not tables


@pytest.mark.django_db
def test_a_campaign_is_named_by_months_in_which_it_is_not_rare(
    analyst: Staff, ended: Ended, read: Read
) -> None:
    """Twelve in two months would be named, and nine in one of them would be the difference of two tables."""
    for n, at in ((3, NINE_IN_BRUSSELS - timedelta(days=30)), (12, NINE_IN_BRUSSELS)):
        for _ in range(n):
            record.request(ended=ended(campaign="salon", asked_at=at))
        for _ in range(15):
            record.request(ended=ended(campaign="foire", asked_at=at))
    both = {**OCTOBER, "to": NOVEMBER["to"], "by": "campaign"}
    lines = read(analyst, **both)[1]["breakdown"]
    assert {key: lines[key][1] for key in lines if key not in {"", "total"}} == {
        "foire": "15",
        "salon": "12",
        "other": "18",
    }


@pytest.mark.django_db
def test_figures_of_one_campaign_are_those_of_months_in_which_it_is_named(
    analyst: Staff, ended: Ended, read: Read
) -> None:
    Site.objects.create(key="a-site", name="A site", campaigns=["salon", "foire"])
    for campaign in ("salon", "foire"):
        for theme in ("emploi", "formation"):
            for _ in range(6):
                record.request(ended=ended(campaign=campaign, theme_asked=theme))
    html, tables = read(analyst, campaign="salon", **NOVEMBER)
    assert tables["breakdown"]["total"][1] == "12"
    assert tables["breakdown"]["formation"][1] == "6"
    assert "Campaign: salon" in html
    html, tables = read(analyst, campaign="salon", **{**OCTOBER, "to": NOVEMBER["to"]})
    assert "too few came by this campaign" in html
    assert not tables
    html, tables = read(analyst, campaign="anna", **NOVEMBER)
    assert "There is no such choice." in html
    assert not tables


@pytest.mark.django_db
def test_a_pool_of_two_people_is_not_shown(coordinator: Staff, ended: Ended, lost: Ended, read: Read) -> None:
    """Its figures would be how one person works, or nearly."""
    a_week(ended, lost)
    record.capacity(
        at=NINE_IN_BRUSSELS,
        pool="cdm-namur",
        minutes_open=30,
        minutes_unready=3,
        mean_ready=1,
        mean_free=2,
    )
    # That three are its members now says nothing of who was there.
    OnDuty.objects.update(people=2)
    html, tables = read(coordinator, **NOVEMBER)
    assert not tables
    assert NO_TEAM in html


@pytest.mark.django_db
def test_a_pool_of_one_that_grows_to_three_does_not_show_the_past_of_the_first(
    coordinator: Staff, ended: Ended, read: Read
) -> None:
    record.request(ended=ended())
    OnDuty.objects.update(people=1)
    record.on_duty(at=NINE_IN_BRUSSELS + timedelta(days=2), pool="cdm-namur", people=3)
    record.request(ended=ended(asked_at=NINE_IN_BRUSSELS - timedelta(days=30)))
    for past in (OCTOBER, {**OCTOBER, "to": NOVEMBER["to"]}):
        html, tables = read(coordinator, **past)
        assert (tables, NO_TEAM in html) == ({}, True)
    assert read(coordinator, **NOVEMBER)[1]["own-pools"]["total"][2] == "1"


@pytest.mark.parametrize(
    "choice",
    [
        {"from": "2026-11-01", "to": "2026-11-29"},
        {"from": "2026-11-17", "to": "2026-11-17"},
        {"period": "last-30-days"},
        {"period": "this-month"},
        {**NOVEMBER, "by": "day"},
        {**NOVEMBER, "by": "weekday"},
        {**NOVEMBER, "by": "slot"},
        {**NOVEMBER, "by": "plan"},
    ],
)
@pytest.mark.django_db
def test_a_coordinator_sees_no_single_day_of_their_teams(
    coordinator: Staff, ended: Ended, read: Read, choice: dict[str, str]
) -> None:
    """Of a day on which one person was there, all that the team took up is hers."""
    record.request(ended=ended())
    html, tables = read(coordinator, **choice)
    assert not tables
    assert "Nothing is shown yet" in html


@pytest.mark.django_db
def test_a_coordinator_begins_with_the_last_month(coordinator: Staff, ended: Ended, read: Read) -> None:
    record.request(ended=ended())
    html, tables = read(coordinator)
    assert tables["own-pools"]["total"][2] == "1"
    assert "7 days" not in html
    assert "Time of day" not in html


@pytest.mark.django_db
def test_a_filter_shows_a_coordinator_nothing_of_the_others(
    coordinator: Staff, ended: Ended, lost: Ended, read: Read
) -> None:
    a_week(ended, lost)
    html, tables = read(coordinator, theme="formation", **NOVEMBER)
    assert tables["own-pools"]["total"][1:3] == ["0", "0"]
    assert "others" not in tables["own-pools"]
    assert "57.1%" not in html


@pytest.mark.django_db
def test_a_coordinator_without_a_partner_sees_totals_only(
    person: Callable[..., Staff], ended: Ended, lost: Ended, read: Read
) -> None:
    a_week(ended, lost)
    html, tables = read(person(Role.COORDINATOR), **NOVEMBER)
    assert (tables, NO_TEAM in html) == ({}, True)


@pytest.mark.django_db
def test_another_partners_coordinator_sees_none_of_these_pools(
    namur: Partner, person: Callable[..., Staff], ended: Ended, lost: Ended, read: Read
) -> None:
    a_week(ended, lost)
    stranger = Partner.objects.create(slug="arlon-of-the-tests", name="Arlon", network=namur.network)
    html, tables = read(person(Role.COORDINATOR, stranger), **NOVEMBER)
    assert (tables, NO_TEAM in html) == ({}, True)


@pytest.mark.parametrize("address", ["/indicators/", "/indicators/export.csv", "/indicators/definitions/"])
@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.ADMIN])
@pytest.mark.django_db
def test_counsellors_and_administrators_are_refused(
    client: Client, person: Callable[..., Staff], role: Role, address: str
) -> None:
    client.force_login(person(role))
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("address", ["/indicators/", "/indicators/export.csv", "/indicators/definitions/"])
@pytest.mark.django_db
def test_a_stranger_is_asked_to_sign_in(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("role", [Role.ANALYST, Role.PLATFORM])
@pytest.mark.django_db
def test_analysts_and_platform_coordinators_see_every_table(
    person: Callable[..., Staff], ended: Ended, lost: Ended, read: Read, role: Role
) -> None:
    a_week(ended, lost)
    _, tables = read(person(role), **NOVEMBER)
    assert set(tables) == {"breakdown", "outcomes", "times", "networks", "partners", "others", "reach"}


@pytest.mark.django_db
def test_an_empty_period_says_so(analyst: Staff, read: Read) -> None:
    html, tables = read(analyst, **{"from": "2025-03-01", "to": "2025-03-31"})
    assert "No request and no question in this period." in html
    assert not tables


@pytest.mark.parametrize(
    ("choice", "field", "sentence"),
    [
        ({"from": "31-02-2026", "to": ""}, "from", "This is not a date of the calendar."),
        ({"from": "yesterday", "to": "2026-11-30"}, "from", "This is not a date of the calendar."),
        ({"from": "2026-11-30", "to": "2026-11-01"}, "to", "The last day lies before the first."),
        ({"from": "1900-01-01", "to": "2026-11-01"}, "to", "Choose ten years at most."),
        ({"from": "2025-01-01", "to": "2026-11-01", "by": "day"}, "by", "choose weeks or months"),
        ({"by": "person"}, "by", "There is no such choice."),
        ({"theme": "' OR 1=1"}, "theme", "There is no such choice."),
        ({"within": "7"}, "within", "There is no such choice."),
    ],
)
@pytest.mark.django_db
def test_bad_input_gets_a_sentence_by_its_field_and_no_figures(
    analyst: Staff, ended: Ended, lost: Ended, read: Read, choice: dict[str, str], field: str, sentence: str
) -> None:
    a_week(ended, lost)
    html, tables = read(analyst, **choice)
    said = html.split(f'id="id_{field}_error"')[1].split("</p>")[0]
    assert sentence in said
    assert f'aria-describedby="id_{field}_error"' in html
    assert not tables


@pytest.mark.django_db
def test_no_table_crosses_language_site_and_time_of_day(
    analyst: Staff, ended: Ended, lost: Ended, read: Read
) -> None:
    a_week(ended, lost)
    for where in ({"site": "miti"}, {"network": "CDM"}):
        html, tables = read(analyst, by="slot", language="fr", **where, **NOVEMBER)
        assert "choose theme or audience, not both" in html
        assert not tables
    for alone in ({"site": "miti"}, {"language": "fr"}):
        html, tables = read(analyst, by="slot", **alone, **NOVEMBER)
        assert "not by day, week, plan, weekday or half hour" in html
        assert not tables
    # Few of a month could be found again in other tables.
    html, tables = read(analyst, by="slot", theme="formation", **NOVEMBER)
    assert "too few such requests" in html
    assert not tables
    for theme in ("formation", "creation", "mobilite"):
        for _ in range(9):
            record.request(ended=ended(theme_asked=theme))
    assert int(read(analyst, by="slot", theme="formation", **NOVEMBER)[1]["breakdown"]["total"][1]) >= 10
    assert not read(analyst, by="slot", theme="mobilite", **NOVEMBER)[1]


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ({"by": "language", "period": "last-30-days"}, "shown for whole months"),
        ({"by": "site", "from": "2026-11-17", "to": "2026-11-17"}, "shown for whole months"),
        ({"by": "network", "period": "this-month"}, "shown for whole months"),
        ({"by": "day", "language": "fr", **NOVEMBER}, "shown for whole months"),
        ({"by": "week", "site": "miti", **NOVEMBER}, "shown for whole months"),
        ({"by": "plan", "language": "fr", **NOVEMBER}, "shown for whole months"),
        (
            {"by": "theme", "language": "fr", "from": "2026-11-02", "to": "2026-11-30"},
            "choose theme or audience",
        ),
        ({"by": "day", "theme": "formation", **NOVEMBER}, "too few such requests"),
        (
            {"by": "slot", "audience": "public", "theme": "formation", **NOVEMBER},
            "choose theme or audience",
        ),
    ],
)
@pytest.mark.django_db
def test_no_two_tables_can_be_intersected_to_one_visitor(
    analyst: Staff, ended: Ended, lost: Ended, read: Read, choice: dict[str, str], sentence: str
) -> None:
    a_week(ended, lost)
    html, tables = read(analyst, **choice)
    assert sentence in html
    assert not tables


@pytest.mark.django_db
def test_themes_that_are_rare_in_a_month_are_shown_together_where_days_are(
    analyst: Staff, ended: Ended, read: Read
) -> None:
    for theme, n in (("emploi", 30), ("formation", 12), ("creation", 2), ("mobilite", 1)):
        for _ in range(n):
            record.request(ended=ended(theme_asked=theme))
    _, tables = read(analyst, by="theme", **{"from": "2026-11-17", "to": "2026-11-17"})
    found = {key: cells[:2] for key, cells in tables["breakdown"].items() if key not in {"", "total"}}
    assert found == {"emploi": ["emploi", "30"], "*": ["Others, each too few in a month", "15"]}
    assert "creation" in read(analyst, by="theme", **NOVEMBER)[1]["breakdown"]


@pytest.mark.django_db
def test_an_unknown_preset_is_refused(analyst: Staff, client: Client) -> None:
    client.force_login(analyst)
    assert client.get("/indicators/export.csv", {"period": "always"}).status_code == 400
    page = client.get("/indicators/", {"period": "always"}, headers={"Accept-Language": "en"})
    assert "There is no such period" in page.content.decode()


@pytest.mark.django_db
def test_the_figures_are_read_and_never_posted(analyst: Staff, client: Client) -> None:
    client.force_login(analyst)
    assert client.post("/indicators/").status_code == 405


@pytest.mark.django_db
def test_the_definitions_page_names_every_indicator_in_three_languages(
    analyst: Staff, client: Client
) -> None:
    client.force_login(analyst)
    for language, words in (
        ("en", "Take-up rate (T)"),
        ("fr", "Taux de prise en charge (T)"),
        ("nl", "Opnamegraad (T)"),
    ):
        html = client.get("/indicators/definitions/", headers={"Accept-Language": language}).content.decode()
        assert words in html
        assert html.count("<dt>") == 22


@pytest.mark.django_db
def test_a_page_of_figures_is_not_stored_by_browsers_or_proxies(analyst: Staff, client: Client) -> None:
    client.force_login(analyst)
    assert client.get("/indicators/").headers["Cache-Control"] == "no-store"
