"""The pages of personal answers: only closed quarters, only the catalogue, no filter, nothing small."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.test import Client

import indicators
from indicators.codes import Outcome
from indicators.periods import quarter_from
from indicators.rows import record
from indicators.tables import protected
from indicators.tables.protected import NotPublishedError, closed_quarters, tables
from partners.models import AuditEntry, Role, Staff
from tests.indicators.conftest import Ended

TODAY = date(2026, 11, 21)


def quarter_of_answers(ended: Ended, lost: Ended) -> None:
    """In the third quarter of 2026 25 pupils and 3 students answered about work, in French; one test did too."""
    at = datetime(2026, 8, 18, 8, tzinfo=UTC)
    for number in range(28):
        key = record.request(ended=ended(asked_at=at))
        record.survey(row_id=key, status="pupil" if number < 25 else "student", rating=5)
    for _ in range(40):
        record.request(ended=ended(asked_at=at))
    test = record.request(ended=lost(Outcome.TEST, asked_at=at))
    record.survey(row_id=test, status="employee", rating=1)


@pytest.mark.parametrize(
    ("today", "latest"),
    [
        (date(2026, 9, 30), "2026-Q2"),
        (date(2026, 10, 1), "2026-Q2"),  # a survey of the last evening may still come
        (date(2026, 10, 2), "2026-Q3"),
        (date(2027, 1, 1), "2026-Q3"),
        (date(2027, 1, 2), "2026-Q4"),
    ],
)
def test_a_quarter_is_published_once_it_is_over(today: date, latest: str) -> None:
    assert closed_quarters(today)[0] == latest


def test_the_quarters_on_offer_do_not_overlap_and_outlive_no_purge() -> None:
    periods = sorted(quarter_from(code) for code in closed_quarters(TODAY))
    assert all(before.last < after.first for before, after in pairwise(periods))
    assert (TODAY - periods[0].first).days < 24 * 30.4


@pytest.mark.parametrize(
    "quarter", ["2026-Q4", "2027-Q1", "2020-Q1", "2026-Q5", "2026", "2026-11", "", "-Q1"]
)
@pytest.mark.django_db
def test_no_other_period_can_be_asked_for(quarter: str) -> None:
    with pytest.raises(NotPublishedError):
        tables(personal="status", quarter=quarter, today=TODAY)


@pytest.mark.parametrize("personal", ["language", "outcome", "id", "network_served", "pool_served"])
@pytest.mark.django_db
def test_no_other_table_can_be_asked_for(personal: str) -> None:
    with pytest.raises(NotPublishedError):
        tables(personal=personal, quarter="2026-Q3", today=TODAY)


@pytest.mark.django_db
def test_the_true_counts_leave_tests_and_other_quarters_out(ended: Ended, lost: Ended) -> None:
    quarter_of_answers(ended, lost)
    key = record.request(ended=ended(asked_at=datetime(2026, 10, 1, 8, tzinfo=UTC)))
    record.survey(row_id=key, status="pupil")
    counts = protected.counts("status", quarter_from("2026-Q3"))
    assert counts.total == 28
    assert counts.of_answer("pupil") == 25
    assert counts.cells["theme"]["student", "emploi"] == 3
    assert counts.could_answer == {("emploi", "fr"): 68}


@pytest.mark.django_db
def test_the_page_tells_no_count_below_ten(
    analyst: Staff, client: Client, ended: Ended, lost: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    quarter_of_answers(ended, lost)
    monkeypatch.setattr("indicators.current_day.today", lambda: TODAY)
    client.force_login(analyst)
    page = client.get("/indicators/profiles/", {"quarter": "2026-Q3", "about": "status"})
    shares = {share.key: (share.cell.kind, share.cell.value) for share in page.context["profile"].shares}
    assert shares["pupil"] == ("rounded", 25)
    assert {shares[key] for key in ("student", "employee", "other")} == {("small", 0)}
    html = page.content.decode()
    assert "&lt; 10" in html
    assert ">28<" not in html
    assert ">3<" not in html


@pytest.mark.django_db
def test_filters_and_dates_are_refused(
    analyst: Staff, client: Client, ended: Ended, lost: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    quarter_of_answers(ended, lost)
    monkeypatch.setattr("indicators.current_day.today", lambda: TODAY)
    client.force_login(analyst)
    plain = {"quarter": "2026-Q3", "about": "status"}
    narrower = {**plain, "from": "2026-08-18", "to": "2026-08-18", "theme": "formation", "language": "nl"}
    assert client.get("/indicators/profiles/", plain).context["profile"]
    for address in ("/indicators/profiles/", "/indicators/profiles.csv"):
        refused = client.get(address, narrower, headers={"Accept-Language": "en"})
        assert refused.status_code == 400
        assert "There is no parameter “theme”." in refused.content.decode()


@pytest.mark.django_db
def test_a_choice_that_is_not_published_gets_a_sentence(analyst: Staff, client: Client) -> None:
    client.force_login(analyst)
    for choice in ({"quarter": "2099-Q1"}, {"about": "id"}):
        page = client.get("/indicators/profiles/", choice, headers={"Accept-Language": "en"})
        assert "Only these choices are published." in page.content.decode()
        assert "profile" not in page.context
        assert client.get("/indicators/profiles.csv", choice).status_code == 400
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_the_file_has_every_table_of_the_quarter_and_is_in_the_audit_log(
    analyst: Staff, client: Client, ended: Ended, lost: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    quarter_of_answers(ended, lost)
    monkeypatch.setattr("indicators.current_day.today", lambda: TODAY)
    client.force_login(analyst)
    response = client.get("/indicators/profiles.csv", {"quarter": "2026-Q3"})
    lines = list(csv.DictReader(StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert {line["about"] for line in lines} == set(protected.ANSWERS)
    assert {line["version"] for line in lines} == {"3"}
    for line in lines:
        assert line["count"] in {"<10", "withheld"} or int(line["count"]) % 5 == 0
        assert line["count"] in {"<10", "withheld"} or int(line["count"]) >= 10
    entry = AuditEntry.objects.get()
    assert (entry.subject, entry.detail) == ("profiles csv", {"quarter": "2026-Q3"})


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.ANALYST, 200),
        (Role.PLATFORM, 200),
        (Role.COORDINATOR, 200),
        (Role.COUNSELLOR, 403),
        (Role.ADMIN, 403),
    ],
)
@pytest.mark.parametrize("address", ["/indicators/profiles/", "/indicators/profiles.csv"])
@pytest.mark.django_db
def test_analysts_and_platform_coordinators_may_read_the_tables(
    client: Client, person: Callable[..., Staff], role: Role, status: int, address: str
) -> None:
    client.force_login(person(role))
    assert client.get(address).status_code == status


def test_nothing_else_reads_a_personal_answer() -> None:
    """Every module that names a personal column is on this list; `report` and `figures` must never be."""
    allowed = {"codes.py", "models.py", "record.py", "labels.py", "protected.py", "disclosure.py"}
    folder = Path(indicators.__file__).parent
    naming = {
        module.name
        for module in folder.rglob("*.py")
        if any(f'"{column}"' in module.read_text() for column in ("age_band", "gender", "helped", "rating"))
    }
    assert naming <= allowed


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        # 61 of 100 taken up; 70 answered.
        ({"yes": 61, "no": 9}, ("60.0%", "about 60 of 100; 70.0% answered")),
        ({"yes": 9, "no": 40}, ("—", "too few answers to tell")),
        ({}, ("—", "too few answers to tell")),
    ],
)
@pytest.mark.parametrize("who", ["analyst", "coordinator"])
@pytest.mark.django_db
def test_helped_is_told_of_all_taken_up_beside_t(
    request: pytest.FixtureRequest,
    client: Client,
    ended: Ended,
    lost: Ended,
    told: dict[str, int],
    shown: tuple[str, str],
    who: str,
) -> None:
    at = datetime(2026, 8, 18, 8, tzinfo=UTC)
    answers = [answer for answer, n in told.items() for _ in range(n)]
    for number in range(100):
        key = record.request(ended=ended(asked_at=at))
        if number < len(answers):
            record.survey(row_id=key, helped=answers[number])
    for _ in range(20):
        record.request(ended=lost(Outcome.ABANDONED, asked_at=at))
    record.request(ended=ended())
    client.force_login(request.getfixturevalue(who))
    html = client.get(
        "/indicators/", {"period": "last-month"}, headers={"Accept-Language": "en"}
    ).content.decode()
    figure = html.split('data-figure="helped_of_served">')[1].split("</div>")[0]
    assert figure.startswith(f"{shown[0]}<")
    assert shown[1] in figure
    assert "Quarter 3 of 2026" in figure
    assert "61" not in figure


@pytest.fixture
def two_quarters(ended: Ended) -> None:
    """Of the spring 40 of 50 said that they were helped, of the summer 30 of 60."""
    for month, all_of_them, helped in ((5, 50, 40), (8, 60, 30)):
        for number in range(all_of_them):
            key = record.request(ended=ended(asked_at=datetime(2026, month, 18, 8, tzinfo=UTC)))
            if number < helped:
                record.survey(row_id=key, helped="yes")


@pytest.mark.parametrize(
    ("choice", "share", "note"),
    [
        ({"from": "2026-04-01", "to": "2026-06-30"}, "80.0%", ">Quarter 2 of 2026 ·"),
        ({"from": "2026-07-01", "to": "2026-09-30"}, "50.0%", ">Quarter 3 of 2026 ·"),
        (
            {"from": "2026-05-01", "to": "2026-05-31"},
            "50.0%",
            ">Quarter 3 of 2026, not this period; the whole platform ·",
        ),
        ({"period": "this-year"}, "50.0%", ">Quarter 3 of 2026, not this period; the whole platform ·"),
    ],
)
@pytest.mark.usefixtures("two_quarters")
@pytest.mark.django_db
def test_helped_is_of_the_pages_own_quarter_or_says_of_which(
    analyst: Staff, client: Client, choice: dict[str, str], share: str, note: str
) -> None:
    client.force_login(analyst)
    html = client.get("/indicators/", choice, headers={"Accept-Language": "en"}).content.decode()
    figure = html.split('data-figure="helped_of_served">')[1].split("</div>")[0]
    assert figure.startswith(f"{share}<")
    assert note in figure


@pytest.mark.parametrize("only", [{"theme": "emploi"}, {"language": "fr"}])
@pytest.mark.usefixtures("two_quarters")
@pytest.mark.django_db
def test_with_a_filter_helped_is_left_out(analyst: Staff, client: Client, only: dict[str, str]) -> None:
    client.force_login(analyst)
    dates = {"from": "2026-07-01", "to": "2026-09-30"}
    assert b'data-figure="take_up"' in client.get("/indicators/", dates | only).content
    assert b"helped_of_served" not in client.get("/indicators/", dates | only).content
    assert b"helped_of_served" in client.get("/indicators/", dates).content


@pytest.mark.usefixtures("two_quarters")
@pytest.mark.django_db
def test_the_french_page_names_the_quarter_once(analyst: Staff, client: Client) -> None:
    client.force_login(analyst)
    html = client.get(
        "/indicators/", {"period": "last-quarter"}, headers={"Accept-Language": "fr"}
    ).content.decode()
    figure = html.split('data-figure="helped_of_served">')[1].split("</div>")[0]
    assert figure.count("rimestre") == 1
