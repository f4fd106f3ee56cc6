"""Two sides of figures: their difference, its interval, what it is made of; sides that share requests are refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from math import isclose
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from indicators.codes import COUNTED, Outcome
from indicators.periods import Period, year_before
from indicators.rows import record
from indicators.tables.comparison import compare
from indicators.tally import Tally, total
from indicators.values import Rate, difference
from partners.models import Role, Staff
from tests.indicators.conftest import Ended, calm
from tests.indicators.test_figures_page import Tables

PAGE = "/indicators/compare/"
NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}
OCTOBER = {"other-from": "2026-10-01", "other-to": "2026-10-31"}
Read = Callable[..., tuple[str, dict[str, dict[str, list[str]]]]]


@pytest.fixture
def read(client: Client) -> Read:
    def open_page(somebody: Staff, **choice: str) -> tuple[str, dict[str, dict[str, list[str]]]]:
        client.force_login(somebody)
        response = client.get(PAGE, choice, headers={"Accept-Language": "en"})
        assert response.status_code == 200
        html = response.content.decode()
        return html, Tables(html).cells

    return open_page


def tallied(outcomes: list[Outcome], waits: list[int]) -> Tally:
    tally = Tally()
    for outcome, wait in zip(outcomes, waits, strict=False):
        tally.outcomes[outcome] += 1
        if outcome is Outcome.SERVED and wait:
            tally.waits_served[wait] += 1
    return tally


sides = st.dictionaries(
    st.tuples(st.sampled_from(["emploi", "formation"]), st.sampled_from(["fr", "nl"])),
    st.builds(
        tallied,
        st.lists(st.sampled_from(COUNTED), min_size=1, max_size=8),
        st.lists(st.sampled_from([0, 5, 30, 35, 60, 121, 900]), min_size=8, max_size=8),
    ),
    min_size=1,
)


@calm
@given(sides, sides)
def test_each_way_to_take_it_to_pieces_adds_up_to_the_difference(
    first: dict[Any, Tally], other: dict[Any, Tally]
) -> None:
    found = compare(total(first.values()), total(other.values()), first, other)
    assert found is not None
    assert isclose(found.mix + found.within, found.apart, abs_tol=1e-12)
    for kinds in (found.themes, found.languages):
        assert isclose(sum(kind.mix + kind.within for kind in kinds), found.apart, abs_tol=1e-12)
        assert sum(kind.first.whole for kind in kinds) == found.first.whole
    for pieces in (found.outcomes, found.waits):
        assert isclose(sum(piece.change for piece in pieces), found.apart, abs_tol=1e-12)


def test_a_side_without_requests_cannot_be_compared() -> None:
    some = {("emploi", "fr"): tallied([Outcome.SERVED], [5])}
    assert compare(total(some.values()), Tally(), some, {}) is None


def test_the_interval_of_a_difference_is_the_one_of_the_literature() -> None:
    """56 of 70 and 48 of 80: the example of Newcombe's paper, method 10."""
    found = difference(Rate(56, 70), Rate(48, 80))
    assert found is not None
    assert [round(one, 4) for one in found] == [0.2, 0.0524, 0.3339]


def test_the_same_requests_differ_by_nothing() -> None:
    one = {("emploi", "fr"): tallied([Outcome.SERVED, Outcome.FULL], [5, 0])}
    found = compare(total(one.values()), total(one.values()), one, one)
    assert found is not None
    assert (found.apart, found.mix, found.within) == (0, 0, 0)
    assert found.may_be_chance


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        (date(2026, 7, 1), date(2026, 9, 30), (date(2025, 7, 1), date(2025, 9, 30))),
        (date(2024, 2, 1), date(2024, 2, 29), (date(2023, 2, 1), date(2023, 2, 28))),
        (date(2025, 2, 1), date(2025, 2, 28), (date(2024, 2, 1), date(2024, 2, 29))),
        (date(2024, 2, 29), date(2024, 3, 5), (date(2023, 2, 28), date(2023, 3, 5))),
    ],
)
def test_a_year_before_whole_months_are_whole(first: date, last: date, before: tuple[date, date]) -> None:
    assert year_before(Period(first, last)) == Period(*before)


def autumn(ended: Ended, lost: Ended) -> None:
    """In October T is 8 of 10; in November as many in French, and ten in Dutch of which two are taken up."""
    for month in (10, 11):
        at = datetime(2026, month, 3, 10, tzinfo=UTC)
        for _ in range(8):
            record.request(ended=ended(asked_at=at, plan_number=month - 9))
        for _ in range(2):
            record.request(ended=lost(Outcome.ABANDONED, asked_at=at, plan_number=month - 9, wait_s=100))
    at = datetime(2026, 11, 4, 10, tzinfo=UTC)
    for _ in range(2):
        record.request(ended=ended(asked_at=at, language="nl", plan_number=2, wait_s=90))
    for _ in range(8):
        record.request(ended=lost(Outcome.FULL, asked_at=at, language="nl", plan_number=2))


@pytest.mark.django_db
def test_why_it_fell_is_read_from_the_page(analyst: Staff, ended: Ended, lost: Ended, read: Read) -> None:
    autumn(ended, lost)
    html, tables = read(analyst, **NOVEMBER, **OCTOBER)
    assert tables["sides"]["first"][1:5] == ["20", "0.7", "50.0", "29.9 to 70.1"]
    assert tables["sides"]["other"][1:5] == ["10", "0.3", "80.0", "49.0 to 94.3"]
    assert "T differs by −30.0 points, first side less the other; 95% interval −54.7 to +6.9." in html
    assert "chance alone may have made this difference" in html
    assert "The routing plans differ: 2 on the first side, 1 on the other." in html
    # It fell because Dutch, which is taken up less, was asked more: not because the same was taken up less.
    assert tables["languages"]["total"][-2:] == ["−30.0", "0.0"]
    assert tables["languages"]["nl"][1:] == ["10", "0", "20.0", "—", "−22.5", "0.0"]
    assert tables["outcomes"]["full"][1:] == ["40.0", "0.0", "−40.0"]
    assert tables["outcomes"]["abandoned"][1:] == ["10.0", "20.0", "+10.0"]
    assert tables["outcomes"]["total"][-1] == "−30.0"
    assert tables["waits"]["30"] == ["within 30 s", "40.0", "80.0", "−40.0"]
    assert tables["waits"]["120"] == ["after more than 60 s, within 120 s", "10.0", "0.0", "+10.0"]


@pytest.mark.django_db
def test_two_groups_of_the_same_days(analyst: Staff, ended: Ended, lost: Ended, read: Read) -> None:
    autumn(ended, lost)
    html, tables = read(analyst, language="fr", **NOVEMBER, **{"other-language": "nl"})
    assert tables["sides"]["first"][1:4] == ["10", "0.3", "80.0"]
    assert tables["sides"]["other"][1:4] == ["10", "0.3", "20.0"]
    assert "does not hold zero" in html
    assert "The routing plans differ" not in html


@pytest.mark.django_db
def test_the_filters_of_the_first_side_are_the_others_too(
    analyst: Staff, ended: Ended, lost: Ended, read: Read
) -> None:
    autumn(ended, lost)
    _, tables = read(analyst, language="fr", **NOVEMBER, **OCTOBER)
    assert tables["sides"]["other"][1] == "10"
    assert tables["languages"]["total"][1:3] == ["10", "10"]
    assert "nl" not in tables["languages"]


@pytest.mark.parametrize(
    "choice",
    [
        {"from": "2026-11-01", "to": "2026-11-29", **OCTOBER},
        {**NOVEMBER, "other-from": "2026-10-02", "other-to": "2026-10-31"},
        {**OCTOBER, "from": "2026-12-01", "to": "2026-12-14"},
    ],
)
@pytest.mark.django_db
def test_both_sides_are_whole_months_because_both_are_shown_by_language(
    analyst: Staff, client: Client, choice: dict[str, str]
) -> None:
    client.force_login(analyst)
    page = client.get(PAGE, choice, headers={"Accept-Language": "en"}).content.decode()
    assert "Comparisons are of whole months that are over" in page
    assert 'id="sides"' not in page


@pytest.mark.parametrize(
    "choice",
    [
        {**NOVEMBER, "other-from": "2026-10-01", "other-to": "2026-11-30"},
        {**NOVEMBER, "other-language": "nl"},
    ],
)
@pytest.mark.django_db
def test_sides_that_share_requests_are_refused(
    analyst: Staff, client: Client, choice: dict[str, str]
) -> None:
    client.force_login(analyst)
    page = client.get(PAGE, choice, headers={"Accept-Language": "en"}).content.decode()
    assert "Some requests would be on both sides." in page
    assert 'id="sides"' not in page


@pytest.mark.parametrize("name", ["other-langauge", "langauge", "other", "by"])
@pytest.mark.django_db
def test_an_unknown_parameter_is_refused(analyst: Staff, client: Client, name: str) -> None:
    client.force_login(analyst)
    assert client.get(PAGE, {name: "nl"}).status_code == 400


@pytest.mark.django_db
def test_without_a_choice_it_is_the_last_quarter_and_a_year_before(
    analyst: Staff, ended: Ended, lost: Ended, client: Client
) -> None:
    client.force_login(analyst)
    page = client.get(PAGE, headers={"Accept-Language": "en"})
    first, other = (side.query.period for side in page.context["sides"])
    assert (first, other) == (
        Period(date(2026, 7, 1), date(2026, 9, 30)),
        Period(date(2025, 7, 1), date(2025, 9, 30)),
    )
    assert "One side has no request." in page.content.decode()


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.ADMIN])
@pytest.mark.django_db
def test_only_who_reads_every_figure_compares(
    person: Callable[..., Staff], coordinator: Staff, client: Client, role: Role
) -> None:
    for somebody in (coordinator, person(role)):
        client.force_login(somebody)
        assert client.get(PAGE).status_code == 403
    client.force_login(coordinator)
    assert b"/indicators/compare/" not in client.get("/indicators/").content
