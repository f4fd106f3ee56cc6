"""An ended request is held sealed and counted an hour later with others: once, in random order, with the answers that came meanwhile."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from indicators.codes import Outcome
from indicators.models import MetricRow, PendingRow
from indicators.rows import counted_codes, pending, record
from indicators.rows.record import BadCodeError, ClosingCodes
from tests.indicators.conftest import Ended

NOW = datetime(2026, 11, 17, 9, 10, 20, tzinfo=UTC)
LATER = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counts_later(settings: Settings) -> None:
    settings.ENV = settings.ENV.model_copy(update={"count_later": True})


def values() -> list[dict[str, object]]:
    rows = MetricRow.objects.order_by("theme_asked").values()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


@pytest.mark.parametrize(
    ("ends", "counted"),
    [("09:44:59", "10:00"), ("09:45:00", "10:00"), ("09:45:01", "11:00"), ("23:50:00", "00:00")],
)
def test_it_is_counted_at_the_first_full_hour_after_its_tombstone_is_gone(
    ended: Ended, ends: str, counted: str
) -> None:
    now = datetime.fromisoformat(f"2026-11-17 {ends}").replace(tzinfo=UTC)
    pending.hold(ended=ended(), now=now)
    ready = PendingRow.objects.get().ready_at
    assert ready.strftime("%H:%M") in {counted, "01:00"}
    assert timedelta(seconds=900) <= ready - now < timedelta(seconds=900 + 3600)
    assert pending.count_ready(now=ready - timedelta(seconds=1)) == 0
    assert not MetricRow.objects.exists()
    assert pending.count_ready(now=ready) == 1
    assert (MetricRow.objects.count(), PendingRow.objects.count()) == (1, 0)


def test_its_row_is_what_it_would_have_been_at_once(ended: Ended, lost: Ended) -> None:
    requests = [
        ended(theme_asked="a", wait_s=61.2, first_answer_s=4.1, duration_s=629.0, quiet_s=331.0),
        ended(theme_asked="b", classification=ClosingCodes(theme="emploi", given=("document", "contact"))),
        ended(theme_asked="c", campaign="for Anna, rue Neuve 3"),
        ended(theme_asked="d", asked_at=datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC), campaign="salon"),
        lost(Outcome.ABANDONED, theme_asked="e", wait_s=95.5),
    ]
    for one in requests:
        record.request(ended=one)
    at_once = values()
    MetricRow.objects.all().delete()
    for one in requests:
        pending.hold(ended=one, now=NOW)
    assert pending.count_ready(now=LATER) == len(requests)
    assert values() == at_once


def test_neither_its_values_nor_their_length_can_be_read_in_the_database(ended: Ended) -> None:
    for theme in ("emploi", "t" * 50):
        pending.hold(ended=ended(theme_asked=theme, campaign="salon"), now=NOW)
    one, other = (bytes(sealed) for sealed in PendingRow.objects.values_list("sealed", flat=True))
    assert len(one) == len(other)
    assert not any(text in one + other for text in (b"emploi", b"ttt", b"salon", b"demo", b"served"))


def test_a_row_moved_to_another_name_does_not_open(ended: Ended) -> None:
    first, second = (pending.hold(ended=ended(), now=NOW) for _ in range(2))
    sealed = PendingRow.objects.get(pk=first).sealed
    PendingRow.objects.filter(pk=second).update(sealed=sealed)
    assert len(pending.held()) == 1
    # One that cannot be opened does not keep the others from being counted.
    assert pending.count_ready(now=LATER) == 1
    assert PendingRow.objects.get().pk == second


def test_keys_and_order_do_not_tell_which_row_became_which(ended: Ended) -> None:
    keys = [pending.hold(ended=ended(theme_asked=f"theme-{n:02}"), now=NOW) for n in range(40)]
    assert pending.count_ready(now=LATER) == 40
    assert not set(keys) & set(MetricRow.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        place = "ctid" if connection.vendor == "postgresql" else "rowid"
        cursor.execute(f"SELECT theme_asked FROM indicators_metricrow ORDER BY {place}")
        stored = [theme for (theme,) in cursor.fetchall()]
    assert sorted(stored) != stored


def test_each_question_of_the_survey_is_answered_once(ended: Ended) -> None:
    key = pending.hold(ended=ended(), now=NOW)
    assert not pending.survey(row_id=key)
    assert pending.survey(row_id=key, rating=4, helped="partly", status="pupil")
    assert not pending.survey(row_id=key, rating=1, status="employee")
    assert pending.survey(row_id=key, rating=1, gender="man")
    pending.count_ready(now=LATER)
    row = MetricRow.objects.get()
    assert (row.rating, row.helped, row.status, row.age_band, row.gender) == (
        4,
        "partly",
        "pupil",
        "",
        "man",
    )
    assert not pending.survey(row_id=key, rating=1), "nothing changes a metric row"
    assert not pending.survey(row_id=row.pk, rating=1)


def test_an_answer_that_is_not_on_the_list_is_refused_whole(ended: Ended) -> None:
    key = pending.hold(ended=ended(), now=NOW)
    with pytest.raises(BadCodeError, match="helped"):
        pending.survey(row_id=key, rating=5, helped="a lot, thank you Jeanne")
    assert pending.held()[0].answers == {}
    assert not pending.survey(row_id=UUID(int=0), rating=5)


def test_what_is_no_code_is_refused_before_anything_is_held(ended: Ended) -> None:
    with pytest.raises(BadCodeError, match="theme_end"):
        pending.hold(ended=ended(theme_end="je cherche un emploi"), now=NOW)
    assert not PendingRow.objects.exists()


def test_a_request_that_is_resumed_is_taken_back_once(ended: Ended) -> None:
    key, _ = (pending.hold(ended=ended(), now=NOW) for _ in range(2))
    assert pending.withdraw(row_id=key)
    assert not pending.withdraw(row_id=key)
    assert pending.count_ready(now=LATER) == 1


def test_a_crash_while_they_are_counted_loses_and_doubles_nothing(
    ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        pending.hold(ended=ended(), now=NOW)
    write, written = record.request, []

    def crash_at_the_fourth(**about: record.EndedRequest) -> UUID:
        written.append(write(**about))
        if len(written) == 4:
            raise RuntimeError
        return written[-1]

    monkeypatch.setattr(record, "request", crash_at_the_fourth)
    with pytest.raises(RuntimeError), transaction.atomic():
        pending.count_ready(now=LATER)
    assert (MetricRow.objects.count(), PendingRow.objects.count()) == (0, 5)
    monkeypatch.setattr(record, "request", write)
    assert pending.count_ready(now=LATER) == 5
    assert (MetricRow.objects.count(), PendingRow.objects.count()) == (5, 0)


def test_a_backlog_is_counted_whole(ended: Ended, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending, "AT_ONCE", 3)
    for _ in range(10):
        pending.hold(ended=ended(), now=NOW)
    assert pending.count_ready(now=LATER) == 10


def test_a_theme_that_is_still_to_be_counted_is_in_use(ended: Ended) -> None:
    chosen = ClosingCodes(theme="c", subtheme="s")
    pending.hold(ended=ended(theme_asked="a", theme_end="b", classification=chosen), now=NOW)
    assert all(counted_codes.theme_is_counted(code) for code in "abc")
    assert not counted_codes.theme_is_counted("s")
    assert counted_codes.subtheme_is_counted("s")
    assert not counted_codes.subtheme_is_counted("c")


def test_counted_at_once_a_request_may_still_be_answered_or_taken_back(
    ended: Ended, settings: Settings
) -> None:
    settings.ENV = settings.ENV.model_copy(update={"count_later": False})
    key, other = (pending.hold(ended=ended(), now=NOW) for _ in range(2))
    assert (MetricRow.objects.count(), PendingRow.objects.count()) == (2, 0)
    assert pending.survey(row_id=key, rating=4)
    assert not pending.survey(row_id=key, rating=1)
    assert pending.withdraw(row_id=other)
    assert not pending.withdraw(row_id=other)
    assert [row.rating for row in MetricRow.objects.all()] == [4]


@pytest.mark.parametrize("answered", [True, False])
def test_what_was_held_before_later_counting_was_switched_off_is_not_lost(
    ended: Ended, settings: Settings, answered: bool
) -> None:
    key = pending.hold(ended=ended(), now=NOW)
    settings.ENV = settings.ENV.model_copy(update={"count_later": False})
    assert pending.survey(row_id=key, rating=4) if answered else pending.withdraw(row_id=key)
    assert pending.count_ready(now=LATER) == answered
