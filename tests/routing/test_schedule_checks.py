"""Hours that cannot be: every problem comes back at once, with its place, so that a form can show it."""

from datetime import date

import pytest

from routing_rules.schedule_checks import (
    HoursError,
    Problem,
    Trouble,
    date_of,
    interval_of,
    minute_of,
    timetable_problems,
    zone_problems,
)
from routing_rules.weekly import Interval


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("9:05", 545),
        ("09:05", 545),
        ("9h05", 545),
        ("9h", 540),
        ("9.05", 545),
        (" 0:00 ", 0),
        ("24:00", 1440),
    ],
)
def test_times_are_read_as_people_write_them(text: str, minute: int) -> None:
    assert minute_of(text) == minute


@pytest.mark.parametrize("text", ["25:00", "24:01", "9:60", "9:5", "midi", "", "-1:00", "9:00:00", "٩:00x"])
def test_what_is_no_time_of_a_day_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(HoursError) as refused:
        minute_of(text, where="start")
    assert refused.value.problem == Problem(Trouble.NOT_A_TIME, "start", value=text)


def test_dates_are_read_as_people_write_them() -> None:
    assert date_of("29/02/2028") == date_of("2028-02-29") == date(2028, 2, 29)


@pytest.mark.parametrize("text", ["29/02/2027", "2027-02-29", "31/04/2027", "demain", "1/1/27"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(HoursError) as refused:
        date_of(text)
    assert refused.value.problem.trouble is Trouble.NOT_A_DATE


def test_an_end_before_its_start_is_refused_unless_it_is_the_next_day() -> None:
    with pytest.raises(HoursError) as refused:
        interval_of(0, "22:00", "2:00")
    assert refused.value.problem.trouble is Trouble.END_BEFORE_START
    assert refused.value.problem.value == "22:00-02:00"
    assert interval_of(0, "22:00", "2:00", next_day=True) == Interval(0, 1320, 1560)


def test_an_interval_of_more_than_a_day_is_refused() -> None:
    with pytest.raises(HoursError) as refused:
        interval_of(0, "9:00", "10:00", next_day=True)
    assert refused.value.problem.trouble is Trouble.TOO_LONG


def test_overlaps_are_found_with_both_intervals() -> None:
    week = [Interval(1, 540, 720), Interval(0, 540, 720), Interval(1, 700, 900)]
    assert timetable_problems(week) == [Problem(Trouble.OVERLAP, "intervals", (0, 2))]


def test_intervals_that_touch_do_not_overlap() -> None:
    assert timetable_problems([Interval(1, 540, 720), Interval(1, 720, 900)]) == []


def test_an_overlap_past_midnight_and_past_sunday_is_found() -> None:
    assert timetable_problems([Interval(0, 1320, 1560), Interval(1, 60, 120)])
    assert timetable_problems([Interval(0, 60, 120), Interval(6, 1320, 1560)]) == [
        Problem(Trouble.OVERLAP, "intervals", (0, 1))
    ]
    assert timetable_problems([Interval(0, 120, 180), Interval(6, 1320, 1560)]) == []


def test_a_long_interval_that_covers_several_is_found_with_each() -> None:
    week = [Interval(0, 0, 1440), Interval(0, 60, 120), Interval(0, 300, 360)]
    assert [problem.items for problem in timetable_problems(week)] == [(0, 1), (0, 2)]


def test_all_problems_come_at_once() -> None:
    week = [Interval(7, 540, 720), Interval(0, 720, 540), Interval(0, 1500, 1600), Interval(0, -5, 60)]
    assert [(problem.trouble, problem.items) for problem in timetable_problems(week)] == [
        (Trouble.NOT_A_WEEKDAY, (0,)),
        (Trouble.END_BEFORE_START, (1,)),
        (Trouble.NOT_A_TIME, (2,)),
        (Trouble.NOT_A_TIME, (3,)),
    ]


def test_a_week_without_hours_is_pointed_out() -> None:
    assert timetable_problems([]) == [Problem(Trouble.NO_HOURS, "intervals")]


@pytest.mark.parametrize(
    "zone", ["Europe/Charleroi", "", "../etc/passwd", "/etc/localtime", "CETT", "europe/brussels"]
)
def test_an_unknown_zone_is_refused(zone: str) -> None:
    assert zone_problems(zone) == [Problem(Trouble.UNKNOWN_ZONE, "zone", value=zone)]


def test_a_known_zone_is_accepted() -> None:
    assert zone_problems("Europe/Brussels") == []
