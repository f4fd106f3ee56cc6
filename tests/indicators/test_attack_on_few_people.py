"""A coordinator, and an analyst, ask everything they may of a team in which one person alone has a skill, and put all answers together.

Which request which person took up is known to the test alone. What is shown of how people worked is a sum over requests of a month, theme,
language and site; the work of one person is opened where it follows from these sums. Each guard is taken away once.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import pytest
from django.test import Client

from indicators import labels
from indicators.codes import FEW_PEOPLE, Outcome
from indicators.definitions import ServiceTarget, compute
from indicators.models import MetricRow, OnDuty
from indicators.periods import Period, month_of, quarter_of
from indicators.protection import combinations, few_people
from indicators.protection.combinations import OF_OWN_TEAMS, QuestionRefusal
from indicators.protection.linear_program import Sum, SumBounds
from indicators.questions.choice import FiguresForm
from indicators.sums import daily, figures
from indicators.sums.figures import tallies
from indicators.sums.query import BREAKDOWNS, Query
from indicators.tables.report import report
from indicators.tally import Tally, WorkTold, total
from indicators.values import Spread
from partners.models import Staff
from tests.indicators.conftest import IN_DECEMBER, three_with
from tests.indicators.test_figures_page import Tables

pytestmark = pytest.mark.django_db
MONTHS = (7, 8, 9)
QUARTER = quarter_of(date(2026, 7, 1))
PERIODS = [*(month_of(date(2026, month, 1)) for month in MONTHS), QUARTER]
BY = ("month", "theme", "language", "site")
"""The other lines of a coordinator are sums of these."""
TEAM = frozenset({"cdm-namur"})


class Work(NamedTuple):
    """Of which kind a request that was taken up is. Who took it up follows from its language and theme."""

    month: int
    theme: str
    language: str
    site: str


KINDS = [
    Work(*kind)
    for kind in product(MONTHS, ("emploi", "formation", "creation"), ("fr", "nl", "uk"), ("miti", "huy"))
]
NUMBER = {kind: number for number, kind in enumerate(KINDS)}
TIMES = {("emploi", "fr"): 5, ("formation", "fr"): 4, ("creation", "fr"): 3, ("emploi", "nl"): 4}
"""How often each is taken up a month and site; of each other language and theme once."""


def of_ola(kind: Work) -> bool:
    """Ukrainian is spoken by one person; she has every theme."""
    return kind.language == "uk"


def of_both(kind: Work) -> bool:
    """Three speak Dutch, three know how one creates a business, and one of them has both."""
    return kind.language == "nl" and kind.theme == "creation"


@pytest.fixture(autouse=True)
def quarter() -> None:
    """Three people have French, three Dutch, three each theme; Ukrainian has one."""
    skills = [
        ("language", "fr"),
        ("language", "nl"),
        *(("theme", one) for one in ("emploi", "formation", "creation")),
    ]
    three_with([date(2026, month, 15) for month in MONTHS], *TEAM, skills=skills)
    MetricRow.objects.bulk_create(
        MetricRow(
            day=date(2026, kind.month, 14 + copy),
            slot=18,
            theme_asked=kind.theme,
            language=kind.language,
            site=kind.site,
            site_network="CDM",
            network_served="CDM",
            pool_served="cdm-namur",
            outcome=Outcome.SERVED,
            plan_number=1,
            version=2,
            wait_s=20,
            first_answer_s=5,
            duration_min=10,
        )
        for kind in KINDS
        for copy in range(times(kind))
    )


@pytest.fixture(autouse=True)
def read_rows_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of questions are asked of rows that do not change meanwhile."""
    monkeypatch.setattr(daily, "codes", lru_cache(daily.codes))
    monkeypatch.setattr(labels, "known", lru_cache(labels.known))
    found = lru_cache(figures.hidden_in)
    for module in ("indicators.sums.figures", "indicators.questions.choice"):
        monkeypatch.setattr(f"{module}.hidden_in", found)


def times(kind: Work) -> int:
    return TIMES.get((kind.theme, kind.language), 1)


def questions(*, own_teams: bool) -> Iterator[Query]:
    """Each that the form lets through."""
    chosen = product(("", "emploi", "creation"), ("", "fr", "nl", "uk"), ("", "huy"))
    filters = [
        {name: code for name, code in zip(("theme", "language", "site"), codes, strict=True) if code}
        for codes in chosen
    ]
    for period, by, only in product(PERIODS, BY, filters):
        given = {"from": period.first.isoformat(), "to": period.last.isoformat(), "by": by, **only}
        form = FiguresForm(given, today=IN_DECEMBER, own_teams=own_teams, pools_in=lambda _period: TEAM)
        if form.is_valid():
            query = form.query()
            yield Query(**{**vars(query), "pools": TEAM}) if own_teams else query


def answers(*, own_teams: bool) -> list[Sum]:
    """What each line and each total tells: to a coordinator how many their teams took up; to an analyst how these were worked on, if it
    is told."""
    found: dict[tuple[int, ...], Sum] = {}
    for query in questions(own_teams=own_teams):
        lines = tallies(query)
        counted = [kind for kind in KINDS if _asked(query, kind)]
        told = [(tally, _of_line(query, key, set(lines), counted)) for key, tally in lines.items()]
        if lines:
            told.append((total(lines.values()), [NUMBER[kind] for kind in counted]))
        for tally, of in told:
            n = tally.served if own_teams else _worked(tally)
            if n is not None:
                found[tuple(of)] = Sum(of, n, n)
    return list(found.values())


def _worked(tally: Tally) -> int | None:
    first = compute(tally)["first_answer"]
    return first.n if isinstance(first, Spread) else None


def _asked(query: Query, kind: Work) -> bool:
    day = date(2026, kind.month, 15)
    return query.period.first <= day <= query.period.last and all(
        getattr(kind, name) == code for name, code in query.filters.items()
    )


def _of_line(query: Query, key: str, keys: set[str], counted: list[Work]) -> list[int]:
    """The kinds that a line counts."""
    match query.by:
        case "month":
            return [NUMBER[kind] for kind in counted if key == f"2026-{kind.month:02}"]
        case _ if key == FEW_PEOPLE:
            return [NUMBER[kind] for kind in counted if getattr(kind, query.by) not in keys]
    return [NUMBER[kind] for kind in counted if getattr(kind, query.by) == key]


def opened(known: list[Sum]) -> list[str]:
    """Whose work of some month follows from what is known."""
    whose = [(of, month) for of in (of_ola, of_both) for month in MONTHS]
    wanted = [
        Sum([NUMBER[kind] for kind in KINDS if kind.month == month and of(kind)], 0, 1_000)
        for of, month in whose
    ]
    bounds = SumBounds([1_000] * len(KINDS), [*known, *wanted])
    found = []
    for place, (of, month) in enumerate(whose):
        low, high = bounds.range_of(len(known) + place)
        if low == high:
            found.append(f"{of.__name__} {month}")
    return found


ROLES = [pytest.param(True, id="coordinator"), pytest.param(False, id="analyst")]


@pytest.mark.parametrize("own_teams", ROLES)
def test_nobodys_work_alone_follows_from_all_that_may_be_asked(own_teams: bool) -> None:
    known = answers(own_teams=own_teams)
    assert len(known) > 20, "there is much to put together"
    assert opened(known) == []


@pytest.mark.parametrize("own_teams", ROLES)
def test_a_month_in_which_three_speak_it_is_told_and_opens_no_other(own_teams: bool) -> None:
    three_with([date(2026, 9, 15)], *TEAM, skills=[("language", "uk")])
    september = Query(period=PERIODS[2], by="language", pools=TEAM if own_teams else None)
    assert "uk" in tallies(september)
    assert _worked(tallies(september)["uk"]) == 6
    assert opened(answers(own_teams=own_teams)) == ["of_ola 9"], "in September it is the work of three"


@pytest.mark.parametrize("own_teams", ROLES)
@pytest.mark.parametrize("guard", ["people", "smallest beside", "one skill"])
def test_each_guard_against_few_people_is_needed(
    guard: str, own_teams: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    match guard:
        case "people":
            monkeypatch.setattr(figures, "hidden_in", lambda period, skill, pools: frozenset())
            monkeypatch.setattr(
                "indicators.questions.choice.hidden_in", lambda period, skill, pools: frozenset()
            )
        case "smallest beside":
            monkeypatch.setattr(
                few_people,
                "hidden_together",
                lambda served, enough: frozenset(
                    code for code, n in served.items() if n and code not in enough
                ),
            )
        case "one skill":
            # Otherwise Ukrainian would hide Dutch with it.
            three_with([date(2026, month, 15) for month in MONTHS], *TEAM, skills=[("language", "uk")])
            _allow_both(monkeypatch)
    whose = {name.partition(" ")[0] for name in opened(answers(own_teams=own_teams))}
    assert ("of_both" if guard == "one skill" else "of_ola") in whose


def test_a_total_of_what_is_not_told_is_not_told_either(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = Tally(work=WorkTold.NO) + Tally()
    assert lost.work is WorkTold.NO
    assert opened(answers(own_teams=False)) == []
    adds = Tally.__add__

    def forgets(one: Tally, other: Tally) -> Tally:
        found = adds(one, other)
        found.work = WorkTold.YES
        return found

    monkeypatch.setattr(Tally, "__add__", forgets)
    assert "of_ola 7" in opened(answers(own_teams=False))


def _allow_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it were enough that theme and language are each those of three people."""
    asked = FiguresForm._refusal

    def without(form: FiguresForm, period: Period) -> QuestionRefusal | None:
        found = asked(form, period)
        return None if found is QuestionRefusal.TEAMS_BY_ONE_SKILL else found

    monkeypatch.setattr(FiguresForm, "_refusal", without)
    monkeypatch.setattr(figures, "several_skills", lambda query: False)


def test_the_page_says_what_is_not_told(client: Client, analyst: Staff) -> None:
    client.force_login(analyst)
    english = {"Accept-Language": "en"}
    for address in ("/indicators/", "/indicators/all/"):
        choice = {"from": "2026-07-01", "to": "2026-07-31", "by": "language"}
        page = client.get(address, choice, headers=english).content.decode()
        assert "How people worked" in page
        assert (
            "How people worked"
            not in client.get(address, {**choice, "by": "theme"}, headers=english).content.decode()
        )
    line = Tables(page).abreast("all")
    heads, of_ola = line[""], line["platform uk"]
    assert of_ola[heads.index("Take-up rate (T) v2")] == "100.0%", "that they were answered is told"
    for code in (
        "First answer v2, median (s)",
        "Duration v2, mean (min)",
        "Transfers per conversation v2",
    ):
        assert of_ola[heads.index(code)] == "—", code
        assert line["platform fr"][heads.index(code)] != "—", code


def test_a_coordinator_sees_one_line_of_them_and_may_not_choose_one(
    client: Client, coordinator: Staff
) -> None:
    for month in MONTHS:
        OnDuty.objects.create(day=date(2026, month, 15), pool="cdm-namur", people=3)
    client.force_login(coordinator)
    choice = {"from": "2026-07-01", "to": "2026-07-31", "by": "language"}
    page = client.get("/indicators/", choice, headers={"Accept-Language": "en"}).content.decode()
    lines = Tables(page).cells["own-pools"]
    assert set(lines) == {"", "fr", "~", "total"}
    assert lines["~"][0] == "Others, some of them of fewer than three people"
    for refused in ({"language": "uk"}, {"language": "nl"}, {"by": "theme", "language": "fr"}):
        answer = client.get(
            "/indicators/", {**choice, "by": "month", **refused}, headers={"Accept-Language": "en"}
        )
        assert "own-pools" not in Tables(answer.content.decode()).cells
        assert client.get("/indicators/export.csv", {**choice, "by": "month", **refused}).status_code == 400
    told = client.get("/indicators/", {**choice, "by": "month", "language": "fr"})
    assert Tables(told.content.decode()).cells["own-pools"]["total"][2] != ""


def test_how_people_worked_at_a_time_of_day_is_told_of_no_theme_or_language() -> None:
    """Three people spoke French on a day of the month, and one may have been alone at nine."""
    for by in ("slot", "weekday", "day"):
        for only in ({"theme": "emploi"}, {"language": "fr"}):
            told = report(replace(Query(period=PERIODS[0], by=by, finer=True), **only), ServiceTarget())  # type: ignore[arg-type]
            for line in told.lines:
                assert {line.figures[code] for code in ("first_answer", "duration", "transfers")} == {None}
    days = Query(period=Period(date(2026, 7, 14), date(2026, 7, 15)), by="theme", finer=True)
    assert {line.figures["first_answer"] for line in report(days, ServiceTarget()).lines} == {None}
    assert _worked(tallies(Query(period=PERIODS[0], by="theme"))["emploi"]) is not None


def test_a_coordinator_reads_by_nothing_that_this_attack_leaves_out() -> None:
    november = {"from": "2026-11-01", "to": "2026-11-30"}
    forms = (FiguresForm({**november, "by": by}, today=IN_DECEMBER, own_teams=True) for by in BREAKDOWNS)
    asked = {form.query().by for form in forms if form.is_valid()}
    assert asked == OF_OWN_TEAMS
    # A network or a partner is a sum of sites, a quarter of months; the audience and campaign of a request say nothing of who took it up.
    assert asked - set(BY) == {"quarter", "network", "partner", "audience", "campaign"}


def test_what_is_hidden_together() -> None:
    assert combinations.hidden_together({"fr": 9, "nl": 4, "uk": 1}, {"fr", "nl"}) == {"uk", "nl"}
    assert combinations.hidden_together({"fr": 9, "uk": 0}, {"fr"}) == frozenset()
    assert combinations.hidden_together({"uk": 3}, set()) == {"uk"}
