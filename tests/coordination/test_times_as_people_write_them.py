"""Hours, moments and holidays as people write and mean them."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.utils.translation import override

from coordination.forms.fields import DateTimeField
from routing_rules.holidays_be import Calendar, periods
from routing_rules.hours_text import format_hours, parse_hours
from routing_rules.schedule_checks import HoursError


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9h30-12h30 et 13h30-16h", "9:30-12:30, 13:30-16:00"),
        ("9u30", None),
        ("9u30-12u en 13u30-16u", "9:30-12:00, 13:30-16:00"),
        ("9u tot 12u30", "9:00-12:30"),
        ("9h à 12h et de 13h à 16h", "9:00-12:00, 13:00-16:00"),
        ("9:00-12:00 and 13:00-16:00", "9:00-12:00, 13:00-16:00"),
        ("9-12 & 13-16", "9:00-12:00, 13:00-16:00"),
        ("De 9h à midi puis de 13h à 16h", "9:00-12:00, 13:00-16:00"),
        ("van 9u tot 12u en van 13u30 tot 16u", "9:00-12:00, 13:30-16:00"),
        ("9h-12h / 13h-16h", "9:00-12:00, 13:00-16:00"),
        ("9.00u−12.30u", "9:00-12:30"),
        ("9 heures → 12 heures 30", "9:00-12:30"),
        ("20h jusqu’à minuit", "20:00-24:00"),
        ("9 uur tot 12 uur", "9:00-12:00"),
        ("de 9h", None),
        ("9h/12h", None),
        ("9-12 et", None),
        ("et 9-12", None),
        ("été", None),
    ],
)
def test_hours_are_understood_as_they_are_said(typed: str, meant: str | None) -> None:
    if meant is None:
        with pytest.raises(HoursError):
            parse_hours(typed)
    else:
        assert format_hours(parse_hours(typed)) == meant


@pytest.mark.parametrize("typed", ["2027-10-31T02:30", "31/10/2027 2:30", "31/10/2027 02:30"])
def test_of_two_moments_that_the_clock_shows_alike_the_first_is_meant(typed: str) -> None:
    assert DateTimeField().clean(typed) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_a_moment_that_the_clock_jumps_over_is_refused() -> None:
    with override("fr"), pytest.raises(forms.ValidationError, match="horloges passent de 2:00 à 3:00"):
        DateTimeField().clean("2027-03-28T02:30")


@pytest.mark.parametrize("year", [2029, 2030])
def test_winter_holidays_are_one_period_to_their_end_whichever_year_is_asked(year: int) -> None:
    found = periods(calendar=Calendar.SCHOOL_FRENCH, year=year, language="fr")
    winter = [(one.first, one.last) for one in found if "hiver" in one.name]
    assert (date(2029, 12, 24), date(2030, 1, 6)) in winter
    assert all(first.year == year or last.year == year for first, last in winter)


def test_public_holidays_are_those_of_the_year() -> None:
    for year in (2020, 2026, 2040):
        found = periods(calendar=Calendar.PUBLIC, year=year, language="fr")
        assert {one.first.year for one in found} == {year}
