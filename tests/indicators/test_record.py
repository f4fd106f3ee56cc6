"""A metric row: what it holds, how it is rounded, and what can never get in."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Field, ForeignObject
from hypothesis import given
from hypothesis import strategies as st

from indicators.codes import CounterKind, Outcome
from indicators.models import Capacity, Counter, MetricRow, OnDuty
from indicators.rows import record, shuffle
from indicators.rows.record import BadCodeError, ClosingCodes
from tests.indicators.conftest import NINE_IN_BRUSSELS, Ended, calm

KEPT = {
    "id", "day", "slot", "theme_asked", "theme_end", "language", "site", "campaign", "audience",
    "site_network", "network_served", "pool_served", "plan_number", "outcome", "wait_s",
    "first_answer_s", "duration_min", "quiet_min", "transfers", "requeues", "leg_lost", "two_way", "version",
    "messages_visitor",
    "messages_counsellor", "closed_theme", "closed_subtheme", "given", "rating", "helped", "status",
    "age_band", "gender",
}  # fmt: skip


def test_a_metric_row_has_the_declared_columns_and_no_other() -> None:
    assert {field.name for field in MetricRow._meta.get_fields()} == KEPT


@pytest.mark.parametrize("model", [MetricRow, Counter, Capacity, OnDuty])
def test_no_column_points_anywhere_or_holds_a_moment_or_a_text(model: type[MetricRow]) -> None:
    for field in model._meta.get_fields():
        assert isinstance(field, Field)
        assert not isinstance(field, ForeignObject)
        kind = field.get_internal_type()
        assert kind not in {"DateTimeField", "TimeField", "TextField", "JSONField", "GenericIPAddressField"}
        assert kind != "CharField" or (field.max_length or 0) <= 100


@pytest.mark.django_db
def test_a_request_is_kept_with_its_half_hour_and_rounded_times(ended: Ended) -> None:
    key = record.request(
        ended=ended(
            asked_at=datetime(2026, 11, 17, 8, 44, 59, tzinfo=UTC),
            wait_s=61.2,
            first_answer_s=4.0,
            duration_s=629.0,
            quiet_s=331.0,
            classification=ClosingCodes(theme="emploi", subtheme="cv", given=("document", "contact")),
        )
    )
    row = MetricRow.objects.get()
    assert row.pk == key
    assert key.version == 4
    assert (row.day, row.slot) == (date(2026, 11, 17), 19)
    assert (row.wait_s, row.first_answer_s, row.duration_min, row.quiet_min) == (65, 5, 10, 6)
    assert (row.closed_theme, row.closed_subtheme, row.given) == ("emploi", "cv", "document+contact")


@pytest.mark.django_db
def test_the_half_hour_is_the_one_of_brussels_in_summer_too(ended: Ended) -> None:
    record.request(ended=ended(asked_at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC)))
    row = MetricRow.objects.get()
    assert (row.day, row.slot) == (date(2026, 7, 2), 1)


@pytest.mark.django_db
def test_a_request_that_nobody_accepted_has_no_conversation_times(lost: Ended) -> None:
    record.request(ended=lost(Outcome.ABANDONED, wait_s=95))
    row = MetricRow.objects.get()
    assert (row.wait_s, row.first_answer_s, row.duration_min) == (95, None, None)
    assert (row.network_served, row.pool_served) == ("", "")


@calm
@given(st.floats(0, 100_000))
def test_a_wait_is_never_rounded_down_and_never_by_more_than_a_step(seconds: float) -> None:
    kept = record.up_to_step(seconds)
    assert kept % 5 == 0
    assert kept - 5 < seconds <= kept


@calm
@given(st.floats(0, 100_000), st.integers(0, 1000).map(lambda n: n * 5))
def test_rounding_changes_nobody_from_within_a_target_to_beyond_it(seconds: float, target: int) -> None:
    assert (record.up_to_step(seconds) <= target) == (seconds <= target)


@calm
@given(st.floats(0, 1_000_000))
def test_minutes_are_rounded_to_the_nearest(seconds: float) -> None:
    assert abs(record.to_minutes(seconds) * 60 - seconds) <= 30


@pytest.mark.parametrize(
    "field", ["theme_asked", "theme_end", "language", "site", "site_network", "network_served", "pool_served"]
)
@pytest.mark.parametrize("text", ["je cherche un emploi", "a@b.be", "+32 470 12 34 56", "x" * 51, "=1+1"])
@pytest.mark.django_db
def test_a_sentence_an_address_or_a_number_is_refused_where_a_code_belongs(
    ended: Ended, field: str, text: str
) -> None:
    with pytest.raises(BadCodeError, match=field):
        record.request(ended=ended(**{field: text}))
    assert not MetricRow.objects.exists()


@pytest.mark.django_db
def test_an_unknown_outcome_audience_or_gift_is_refused(ended: Ended) -> None:
    with pytest.raises(ValueError, match="lost"):
        record.request(ended=ended(outcome="lost"))
    with pytest.raises(BadCodeError, match="audience"):
        record.request(ended=ended(audience="press"))
    with pytest.raises(BadCodeError, match="given"):
        record.request(ended=ended(classification=ClosingCodes(given=("contact", "money"))))
    assert not MetricRow.objects.exists()


@pytest.mark.django_db
def test_the_most_people_of_a_day_are_kept() -> None:
    for people in (2, 3, 1):
        record.on_duty(at=NINE_IN_BRUSSELS, pool="cefo", people=people)
    assert OnDuty.objects.get().people == 3


@pytest.mark.django_db
def test_a_campaign_that_is_no_code_counts_as_another(ended: Ended) -> None:
    record.request(ended=ended(campaign="for Anna, rue Neuve 3"))
    assert MetricRow.objects.get().campaign == "other"


@pytest.mark.django_db
def test_openings_add_up_in_their_half_hour(ended: Ended) -> None:
    ten_past, twenty_past, ten_to = (datetime(2026, 11, 17, 8, m, tzinfo=UTC) for m in (10, 20, 50))
    for now in (ten_past, twenty_past, ten_to):
        record.count(kind=CounterKind.OPENED, site="miti", language="fr", now=now)
    record.count(kind=CounterKind.ASKED_CLOSED, site="miti", language="fr", now=ten_past)
    counted = set(Counter.objects.values_list("slot", "kind", "n"))
    assert counted == {(18, "opened", 2), (19, "opened", 1), (18, "asked_closed", 1)}


@pytest.mark.django_db
def test_a_kind_that_is_not_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="sneezed"):
        record.count(kind="sneezed", site="miti", language="fr", now=datetime.now(UTC))  # type: ignore[arg-type]
    assert not Counter.objects.exists()


@pytest.mark.django_db
def test_sampled_minutes_of_a_pool_add_up_weighted_by_their_time() -> None:
    at = datetime(2026, 11, 17, 8, 10, tzinfo=UTC)
    record.capacity(at=at, pool="accueil", minutes_open=10, minutes_unready=10, mean_ready=0, mean_free=0)
    record.capacity(at=at, pool="accueil", minutes_open=20, minutes_unready=0, mean_ready=3, mean_free=4.5)
    row = Capacity.objects.get()
    assert (row.minutes_open, row.minutes_unready) == (30, 10)
    assert row.ready_minutes / row.minutes_open == pytest.approx(2)
    assert row.free_slot_minutes / row.minutes_open == pytest.approx(3)


@pytest.mark.django_db
def test_a_closed_pool_leaves_no_row() -> None:
    at = datetime(2026, 11, 17, 8, 10, tzinfo=UTC)
    record.capacity(at=at, pool="accueil", minutes_open=0, minutes_unready=0, mean_ready=0, mean_free=0)
    assert not Capacity.objects.exists()


@pytest.mark.django_db
def test_rows_are_stored_in_the_order_of_their_random_keys(ended: Ended) -> None:
    keys = [record.request(ended=ended(theme_asked=f"theme-{number}")) for number in range(40)]
    before = dict(MetricRow.objects.values_list("pk", "theme_asked"))
    shuffle.metric_rows()
    assert dict(MetricRow.objects.values_list("pk", "theme_asked")) == before
    with connection.cursor() as cursor:
        place = "ctid" if connection.vendor == "postgresql" else "rowid"
        cursor.execute(f"SELECT id FROM indicators_metricrow ORDER BY {place}")
        stored = [UUID(str(key)) for (key,) in cursor.fetchall()]
    assert stored == sorted(keys)
    assert stored != keys


@pytest.mark.django_db
def test_each_question_of_a_survey_is_answered_once(ended: Ended) -> None:
    key = record.request(ended=ended())
    assert record.survey(row_id=key, rating=4, helped="partly", status="pupil")
    assert not record.survey(row_id=key, rating=1, status="employee")
    assert record.survey(row_id=key, rating=1, gender="man")
    row = MetricRow.objects.get()
    assert (row.rating, row.helped, row.status, row.age_band, row.gender) == (
        4,
        "partly",
        "pupil",
        "",
        "man",
    )


@pytest.mark.django_db
def test_a_survey_without_an_answer_leaves_the_way_open(ended: Ended) -> None:
    key = record.request(ended=ended())
    assert not record.survey(row_id=key)
    assert record.survey(row_id=key, gender="woman")


@pytest.mark.django_db
def test_a_survey_for_a_row_that_does_not_exist_is_not_taken() -> None:
    assert not record.survey(row_id=UUID(int=0), rating=5)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rating", 0),
        ("rating", 6),
        ("helped", "a lot, thank you Jeanne"),
        ("status", "king"),
        ("age_band", "17"),
        ("gender", "x y"),
    ],
)
@pytest.mark.django_db
def test_an_answer_that_is_not_on_the_list_is_refused_whole(
    ended: Ended, field: str, value: int | str
) -> None:
    key = record.request(ended=ended())
    answers = {"rating": 5, "helped": "yes"} | {field: value}
    with pytest.raises(BadCodeError, match=field):
        record.survey(row_id=key, **answers)  # what a careless caller could send
    assert MetricRow.objects.get().rating is None


def test_a_moment_without_a_time_zone_is_refused(ended: Ended) -> None:
    with pytest.raises(ValueError, match="time zone"):
        record.request(ended=ended(asked_at=datetime(2026, 11, 17, 9, 0)))  # noqa: DTZ001  # that is the point
