"""Which questions about the exact figures are refused, because answers to several of them put together could point to a person. Pure.

A day, a language and a place (a site, its network, a campaign) of a request are never told together, and no two tables tell them that could
be intersected: a language or a place is told of whole months, by half hours or weekdays only one of them, and never by days.
What few asked about in a month would make the bridge: its day in one table, its language and place in another. So whatever
is told of less than months is of groups that are at least ten in each month.
A partner's coordinator sees their own teams by whole months only: of a day one would see who was there.
"""

from collections.abc import Collection
from datetime import date
from enum import Enum, auto
from typing import Final

from indicators.disclosure import THRESHOLD
from indicators.periods import Period, is_whole_months, yesterday

PLACES: Final = frozenset({"site", "network", "campaign"})
PARTS_OF_MONTHS: Final = frozenset({"day", "week", "plan"})
"""Lines that part a month; a plan can come into force on any day."""
CLOCKS: Final = frozenset({"weekday", "slot"})
"""Lines that are of many days, but not of any."""
OF_OWN_TEAMS: Final = frozenset(
    {"month", "quarter", "theme", "language", "network", "site", "campaign", "audience"}
)
"""By which a partner's coordinator sees what their teams took up."""


class Refusal(Enum):
    THREE_TOGETHER = auto()
    """A language, a place and a time of the day or week."""
    MONTHS_ONLY = auto()
    """A language or a place, in other than whole months that are over."""
    TEAMS_BY_MONTHS = auto()
    """One's own teams, in other than whole months that are over."""


def refusal(
    period: Period, by: str, filters: Collection[str], *, settled: bool, own_teams: bool = False
) -> Refusal | None:
    """Why this question is not answered, if it is not. `settled`: as `is_settled` says of the period."""
    asked = {by, *filters}
    if own_teams and not (settled and by in OF_OWN_TEAMS):
        return Refusal.TEAMS_BY_MONTHS
    if "language" in asked and asked & PLACES and by in CLOCKS:
        return Refusal.THREE_TOGETHER
    if asked & {"language", *PLACES} and (by in PARTS_OF_MONTHS or not settled):
        return Refusal.MONTHS_ONLY
    return None


def is_finer_than_months(by: str, *, settled: bool) -> bool:
    """Whether the answer tells of parts of months, so that what is rare must not be told apart in it."""
    return not settled or by in PARTS_OF_MONTHS or by in CLOCKS


def is_rare(requests: int) -> bool:
    """So few in a month could be found again in another table."""
    return 0 < requests < THRESHOLD


def is_settled(period: Period, *, today: date, kept_since: date) -> bool:
    """Whether the period is whole months of which no row comes any more, and of which none has been deleted.

    A conversation of a month's last evening can end on the next day. A month that grew or shrank while it is asked for again
    and again would tell of single days.
    """
    return is_whole_months(period) and period.last < yesterday(today) and period.first >= kept_since
