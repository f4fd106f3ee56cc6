"""The personal answers of a closed quarter, counted and then protected. No other module reads them.

Only whole quarters that are over can be asked for, without any filter: the same question always gets the same
answer, and no two answers overlap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from django.db.models import Count, Q

from indicators import codes, labels
from indicators.codes import Outcome
from indicators.periods import Period, quarter_code, quarter_from, quarter_of
from indicators.protection.disclosure import OTHERS, AnswerCounts, Published, publish, rate_of, shown
from indicators.sums.figures import tallies
from indicators.sums.kept import kept_since
from indicators.sums.lines import requests
from indicators.sums.query import Query
from indicators.tally import total
from indicators.values import Rate

VERSION: Final = 3
"""The version of the definition of these tables; see docs/indicators.md."""
QUARTERS: Final = 7
"""At most so many closed quarters can be asked for."""
SPARE: Final = timedelta(days=31)
"""A quarter can no longer be asked for this long before the purge deletes its first rows: published figures must
never change."""
KEPT: Final = 64
"""So many published tables are kept in memory: more than there are."""
ANSWERS: Final[Mapping[str, tuple[str, ...]]] = {
    "status": codes.STATUSES,
    "age_band": codes.AGE_BANDS,
    "gender": codes.GENDERS,
    "rating": tuple(str(rating) for rating in codes.RATINGS),
    "helped": codes.HELPED,
}
COLUMNS: Final = {"theme": "theme_asked", "language": "language"}


class NotPublishedError(LookupError):
    """There is no such table: the quarter is not over, too old, or the answer is not in the catalogue."""


def closed_quarters(today: date) -> list[str]:
    """The quarters that may be published, latest first."""
    since = kept_since(today) + SPARE
    # A conversation of the last evening can end, and its survey can be answered, on the next day.
    quarter = quarter_of(quarter_of(today - timedelta(days=1)).first - timedelta(days=1))
    found: list[str] = []
    while quarter.first > since and len(found) < QUARTERS:
        found.append(quarter_code(quarter))
        quarter = quarter_of(quarter.first - timedelta(days=1))
    return found


def tables(*, personal: str, quarter: str, today: date) -> Published:
    """The published figures of this question in this quarter."""
    if personal not in ANSWERS or quarter not in closed_quarters(today):
        raise NotPublishedError(f"{personal} {quarter}")
    return _published(_Question(counts(personal, quarter_from(quarter))))


@dataclass(frozen=True)
class HelpedOfServed:
    """How many of those taken up in a closed quarter said that they were helped, and how many answered at all: of published counts."""

    quarter: str
    helped: Rate | None
    answered: Rate | None
    """None where a count is not published as a number, or too small."""
    version: int = VERSION


def helped_of_served(*, quarter: str, today: date) -> HelpedOfServed:
    """Of all taken up, not of those who answered: who went without a word was not counted as helped."""
    published = tables(personal="helped", quarter=quarter, today=today)
    lines = tallies(Query(period=quarter_from(quarter), by="quarter"))
    served = shown(total(lines.values()).served)
    return HelpedOfServed(
        quarter, rate_of(published.by_answer["yes"], served), rate_of(published.total, served)
    )


def helped_in(period: Period, *, today: date) -> HelpedOfServed | None:
    """Of a period that is a published quarter; None of any other, as these answers have no other periods."""
    code = quarter_code(period) if period == quarter_of(period.first) else None
    return helped_of_served(quarter=code, today=today) if code in closed_quarters(today) else None


class _Question:
    """Counts as a key: a closed quarter is attacked once, and not again for each page."""

    def __init__(self, counts: AnswerCounts) -> None:
        self.counts = counts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Question) and self.counts == other.counts

    def __hash__(self) -> int:
        return hash(self.counts.total)


@lru_cache(maxsize=KEPT)
def _published(question: _Question) -> Published:
    return publish(question.counts)


def counts(personal: str, period: Period) -> AnswerCounts:
    """The true counts. Pages must not show them; they show `tables`."""
    rows = requests(Query(period=period)).order_by()
    # Until the second version of the rows, who was not served was asked, too.
    asked = rows.filter(Q(outcome=Outcome.SERVED) | Q(version=1))
    could_answer = asked.values_list(*(COLUMNS[other] for other in OTHERS)).annotate(n=Count("pk"))
    given = asked.exclude(**{personal: None if personal == "rating" else ""})
    cells: dict[str, dict[tuple[str, str], int]] = {}
    lines: dict[str, tuple[str, ...]] = {}
    for other in OTHERS:
        column = COLUMNS[other]
        # The operational tables already show which themes and languages were asked at all.
        known = tuple(labels.known(other))
        lines[other] = (
            *known,
            *sorted(set(rows.values_list(column, flat=True).distinct()) - set(known)),
        )
        pairs = given.values(personal, column).annotate(n=Count("pk"))
        cells[other] = {(str(row[personal]), row[column]): row["n"] for row in pairs}
    return AnswerCounts(
        answers=ANSWERS[personal],
        codes=lines,
        cells=cells,
        could_answer={(theme, language): n for theme, language, n in could_answer},
    )
