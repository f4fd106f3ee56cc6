"""Which questions about the exact figures are refused, because answers to several of them put together could point to a person. Pure.

A day, a language and a place (a site, its network, a campaign) of a request are never told together, and no two tables tell
them that could be put together. Of whole months everything is told. What is finer than months (days, weeks, plans, weekdays,
half hours) is told of one more thing at a time: theme or audience; weekdays and half hours only of whole months. What is rare
in a month is told together with other things in whatever is finer: else its day in one table and its language in another would
meet in it. A partner's coordinator sees their own teams by whole months only: of a day one would see who was there.
"""

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from indicators.codes import SKILLS
from indicators.periods import Period, is_whole_months, yesterday
from indicators.protection.disclosure import THRESHOLD

BY_ONE_AT_A_TIME: Final = frozenset(
    {"theme", "audience", "language", "site", "network", "partner", "campaign"}
)
"""What can be told of a request besides its time."""
BY_MONTHS_ONLY: Final = frozenset({"language", "site", "network", "partner", "campaign"})
"""Of these the week by half hour has languages, rounded (`indicators.tables.heat`)."""
PARTS_OF_MONTHS: Final = frozenset({"day", "week", "plan"})
"""Lines that part a month; a plan can come into force on any day."""
CLOCKS: Final = frozenset({"weekday", "slot"})
"""Lines that are of many days, but not of any."""
OF_OWN_TEAMS: Final = frozenset(
    {"month", "quarter", "theme", "language", "network", "partner", "site", "campaign", "audience"}
)
"""By which a partner's coordinator sees what their teams took up."""
FEWEST_TOGETHER: Final = 2
"""What is told together: with fewer it would be one thing."""


class QuestionRefusal(StrEnum):
    """Each is a `choice_faults.ChoiceFault`, too."""

    TOO_MUCH_TOGETHER = "too_much_together"
    """Several things besides the time, by something finer than months."""
    MONTHS_ONLY = "months_only"
    """A language or a place, in other than whole months that are over."""
    TEAMS_BY_MONTHS = "teams_by_months"
    """One's own teams, in other than whole months that are over."""
    TIMES_BY_MONTHS = "times_by_months"
    """Weekdays or half hours, of other than whole months that are over."""
    TEAMS_BY_ONE_SKILL = "teams_by_one_skill"
    """One's own teams, by theme and language at once: one person may be all who has both."""


def refusal(
    period: Period, by: str, filters: Collection[str], *, settled: bool, own_teams: bool = False
) -> QuestionRefusal | None:
    """Why this question is not answered, if it is not. `settled`: as `is_settled` says of the period."""
    if own_teams and not (settled and by in OF_OWN_TEAMS):
        return QuestionRefusal.TEAMS_BY_MONTHS
    if own_teams and set(SKILLS) <= {by, *filters}:
        return QuestionRefusal.TEAMS_BY_ONE_SKILL
    if by in CLOCKS and not settled:
        return QuestionRefusal.TIMES_BY_MONTHS
    if not is_finer_than_months(by, settled=settled):
        return None
    asked = BY_ONE_AT_A_TIME & {by, *filters}
    if len(asked) > 1:
        return QuestionRefusal.TOO_MUCH_TOGETHER
    if asked & BY_MONTHS_ONLY:
        return QuestionRefusal.MONTHS_ONLY
    return None


def is_finer_than_months(by: str, *, settled: bool) -> bool:
    """Whether the answer tells of parts of months."""
    return not settled or by in PARTS_OF_MONTHS or by in CLOCKS


def told_together(requests: Mapping[str, int]) -> frozenset[str]:
    """Which codes are told together in whatever is finer than the month that has so many requests of each.

    They are at least two with ten requests, or all: the smallest of the others join them. It depends on the whole month alone, so that
    it tells nothing of the day that is asked about.
    """
    ordered = sorted((n, code) for code, n in requests.items() if n)
    together = [one for one in ordered if one[0] < THRESHOLD]
    others = [one for one in ordered if one[0] >= THRESHOLD]
    while (
        together
        and others
        and (len(together) < FEWEST_TOGETHER or sum(n for n, _code in together) < THRESHOLD)
    ):
        together.append(others.pop(0))
    return frozenset(code for _n, code in together)


def hidden_together(served: Mapping[str, int], enough: Collection[str]) -> frozenset[str]:
    """Which themes or languages are hidden in a month: those taken up without `enough` people, and the smallest of the others with them.

    Whoever knows all and what is shown knows the sum of the hidden ones: with one of three people among them it is nobody's own.
    """
    few = {code for code, n in served.items() if n and code not in enough}
    others = sorted((n, code) for code, n in served.items() if n and code in enough)
    return frozenset(few | ({others[0][1]} if few and others else set()))


def is_settled(period: Period, *, today: date, kept_since: date) -> bool:
    """Whether the period is whole months of which no row comes any more, and of which none has been deleted.

    A conversation of a month's last evening can end on the next day. A month that grew or shrank while it is asked for again
    and again would tell of single days.
    """
    return is_whole_months(period) and period.last < yesterday(today) and period.first >= kept_since
