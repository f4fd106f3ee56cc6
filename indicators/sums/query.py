"""What is asked of the sums: a period, one breakdown, and filters."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from indicators.periods import Period

BREAKDOWNS: Final = (
    "day",
    "week",
    "month",
    "quarter",
    "weekday",
    "slot",
    "theme",
    "language",
    "network",
    "partner",
    "site",
    "campaign",
    "audience",
    "plan",
)
SERIES: Final = ("day", "week", "month", "quarter")
BY_TIME: Final = (*SERIES, "weekday", "slot")
COUNTED_BY: Final = (*BY_TIME, "language", "site", "campaign")
"""The breakdowns that counters have; an opening of the widget has no theme and no network."""
BY_DAY: Final = (*SERIES, "weekday")
"""Those whose lines are made of whole days."""
OF_DAYS: Final = ("day", "week", "weekday")
"""Those whose lines part a month."""
FILTERS: Final = ("theme", "language", "network", "site", "audience", "campaign")


@dataclass(frozen=True, kw_only=True)
class Query:
    """A period, one breakdown, and filters (empty ones filter nothing)."""

    period: Period
    by: str = "theme"
    theme: str = ""
    language: str = ""
    network: str = ""
    site: str = ""
    audience: str = ""
    campaign: str = ""
    pools: frozenset[str] | None = None
    """Only what these pools took; None for everything."""
    finer: bool = False
    """Of parts of months: what is rare in a month is shown together (`indicators.protection.combinations`)."""

    @property
    def counters_known(self) -> bool:
        return not self.theme and not self.network and not self.audience and self.pools is None

    @property
    def capacity_known(self) -> bool:
        return self.pools is None and not self.filters

    @property
    def filters(self) -> dict[str, str]:
        """What was chosen, by the name of its filter."""
        return {name: chosen for name in FILTERS if (chosen := getattr(self, name))}


def in_period(period: Period) -> Q:
    """The rows of its days."""
    return Q(day__gte=period.first, day__lte=period.last)
