"""What the button says for days on a page that nobody reloads."""

from datetime import UTC, date, datetime, timedelta

from partners.time_zone import BRUSSELS
from routing_rules.loading import intakes
from routing_rules.weekly import Interval, Schedule, WeeklyHours
from tests.routing.hours import always_open
from widget import button
from widget.launcher_schedule import changes

WEDNESDAY = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
FRIDAY_NIGHT = WEDNESDAY + timedelta(days=3)
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ALWAYS = always_open()


def mornings(*weekdays: int, until: int = 12) -> Schedule:
    week = tuple(Interval(weekday, 9 * 60, until * 60) for weekday in weekdays)
    return Schedule("Europe/Brussels", (WeeklyHours(date(2020, 1, 1), week),), ())


def says(hours: dict[str, Schedule], *, then: datetime | None = MONDAY) -> list[tuple[str, str]]:
    """The moment in Brussels, and the words."""
    taking = intakes(hours, WEDNESDAY, FRIDAY_NIGHT)
    return [
        (
            f"{change.at.astimezone(BRUSSELS):%a %H:%M}",
            button.label(state=change.state, opening=change.opens, language="fr", now=change.at),
        )
        for change in sorted(changes(taking, then, now=WEDNESDAY, until=FRIDAY_NIGHT))
    ]


def test_the_button_closes_at_the_last_intake_and_names_the_next_opening() -> None:
    invites = "Une question\u00a0? Écrivez-nous"
    assert says({"one": mornings(0, 1, 2, 4)}) == [
        ("Wed 11:50", "Fermé, retour vendredi à 9\u00a0h"),
        ("Thu 00:00", "Fermé, retour demain à 9\u00a0h"),
        ("Fri 00:00", "Fermé, retour aujourd’hui à 9\u00a0h"),
        ("Fri 09:00", invites),
        ("Fri 11:50", "Fermé, retour lundi à 9\u00a0h"),
        ("Sat 00:00", "Fermé, retour lundi à 9\u00a0h"),
    ]


def test_the_button_is_open_as_long_as_a_pool_is() -> None:
    both = {"one": mornings(2), "other": mornings(2, 3, 4, until=17)}
    assert [at for at, _ in says(both)][:3] == ["Wed 16:50", "Thu 00:00", "Thu 09:00"]


def test_a_site_that_never_closes_never_changes() -> None:
    assert says({"one": mornings(0), "other": ALWAYS}) == []


def test_a_site_that_never_opens_names_no_day() -> None:
    assert {words for _, words in says({}, then=None)} == {"Fermé pour le moment"}
