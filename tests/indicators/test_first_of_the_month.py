"""On the first of a month the last one is not yet counted whole: what a page shows unasked is then the month or quarter before."""

from datetime import date

import pytest

from indicators.periods import Period
from indicators.questions.choice import FiguresForm
from indicators.questions.heat_form import HeatForm

MONTHS = [
    (date(2026, 12, 1), Period(date(2026, 10, 1), date(2026, 10, 31))),
    (date(2026, 12, 2), Period(date(2026, 11, 1), date(2026, 11, 30))),
    (date(2027, 1, 1), Period(date(2026, 11, 1), date(2026, 11, 30))),
]
QUARTERS = [
    (date(2026, 10, 1), Period(date(2026, 4, 1), date(2026, 6, 30))),
    (date(2026, 10, 2), Period(date(2026, 7, 1), date(2026, 9, 30))),
]


@pytest.mark.parametrize(("today", "shown"), MONTHS)
@pytest.mark.django_db
def test_a_coordinator_is_shown_the_latest_month_that_is_whole(today: date, shown: Period) -> None:
    form = FiguresForm({}, today=today, own_teams=True)
    assert form.is_valid(), form.errors
    assert form.query().period == shown


@pytest.mark.parametrize(("today", "shown"), QUARTERS)
@pytest.mark.django_db
def test_the_week_by_half_hour_begins_with_the_latest_quarter_that_is_whole(
    today: date, shown: Period
) -> None:
    form = HeatForm({}, today=today)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["span"] == shown
