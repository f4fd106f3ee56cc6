"""Opening hours for tests."""

from datetime import date

from partners.time_zone import TIME_ZONE
from routing_rules.weekly import DAY_MINUTES, Interval, Schedule, WeeklyHours


def always_open() -> Schedule:
    """Day and night, every day."""
    daily = tuple(Interval(weekday, 0, DAY_MINUTES) for weekday in range(7))
    return Schedule(zone=TIME_ZONE, timetables=(WeeklyHours(date.min, daily),))
