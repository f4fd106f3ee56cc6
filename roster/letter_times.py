"""When letters about shifts are due, by the clock of Brussels. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from partners.time_zone import BRUSSELS

EVENING: Final = time(17)
"""The shifts of a day are told from now on, the day before."""
MORNING: Final = time(10)
"""What a shift lacks is told from now on, two days and one day before."""
STAGES: Final = (2, 1)
DIGEST_WEEKDAY: Final = 4
DIGEST: Final = time(12)
"""Friday noon: of the week that begins on Monday."""
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DueDay:
    """Letters about `day` that are due since `since`, and of use until `until` (UTC); `stage`: how many days before."""

    day: date
    since: datetime
    until: datetime
    stage: int = 0


def local_moment(day: date, at: time = time.min) -> datetime:
    """This time of day in Brussels, in UTC."""
    return datetime.combine(day, at, tzinfo=BRUSSELS).astimezone(UTC)


def reminders(now: datetime) -> list[DueDay]:
    """The days whose shifts are to be told now: today, and from the evening on tomorrow."""
    return [
        due
        for day in _days_from(now, 2)
        if (due := DueDay(day, local_moment(day - DAY, EVENING), local_moment(day + DAY))).since <= now
    ]


def warnings(now: datetime) -> list[DueDay]:
    """The days whose shifts may lack somebody who is to be looked for now. A day is in one stage at a time."""
    found = []
    for day in _days_from(now, 3):
        begun = [stage for stage in STAGES if local_moment(day - stage * DAY, MORNING) <= now]
        if begun:
            stage = min(begun)
            last = local_moment(day + DAY)
            until = local_moment(day - (stage - 1) * DAY, MORNING) if stage > min(STAGES) else last
            found.append(DueDay(day, local_moment(day - stage * DAY, MORNING), until, stage))
    return found


def digest(now: datetime) -> DueDay | None:
    """The Monday of the week that is to be told now; None from Monday noon to Friday noon."""
    today = now.astimezone(BRUSSELS).date()
    for monday in (today - timedelta(days=today.weekday()), today + timedelta(days=7 - today.weekday())):
        friday = monday - timedelta(days=7 - DIGEST_WEEKDAY)
        due = DueDay(monday, local_moment(friday, DIGEST), local_moment(monday, DIGEST))
        if due.since <= now < due.until:
            return due
    return None


def _days_from(now: datetime, count: int) -> list[date]:
    today = now.astimezone(BRUSSELS).date()
    return [today + n * DAY for n in range(count)]
