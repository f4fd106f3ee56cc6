"""The codes that a metric row may hold. A value outside these lists is never stored.

Labels are in `indicators.labels`; this module is pure so that chat's states and frames may use it. Themes, sites and
the other codes that coordinators maintain are rows; audiences and languages are listed in `routing_rules`.
"""

from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """How a request ended; every request has exactly one (docs/indicators.md)."""

    SERVED = "served"
    ACCEPTED_SILENT = "accepted_silent"
    ABANDONED_SHORT = "abandoned_short"
    ABANDONED = "abandoned"
    UNSERVED = "unserved"
    FULL = "full"
    TECHNICAL = "technical"
    TEST = "test"


COUNTED: Final = tuple(outcome for outcome in Outcome if outcome is not Outcome.TEST)
"""The outcomes that count as requests. Tests are in no figure."""

SHORT_S: Final = 10
"""A visitor who leaves within this many seconds of asking is `abandoned_short`."""


class CounterKind(StrEnum):
    """What is counted without being a request."""

    OPENED = "opened"
    OPENED_CLOSED = "opened_closed"
    OPENED_FULL = "opened_full"
    ASKED_CLOSED = "asked_closed"
    ASKED = "asked"
    """A request was made: `indicators.rows.reconciliation` compares these with the rows."""
    ASKED_FULL = "asked_full"
    """A request was made from a page that was opened at a full door: the visit is in both."""


RATINGS: Final = (1, 2, 3, 4, 5)
HELPED: Final = ("yes", "partly", "no")
STATUSES: Final = ("pupil", "student", "job_seeker", "employee", "self_employed", "other")
AGE_BANDS: Final = ("under_18", "18_24", "25_34", "35_44", "45_54", "55_plus")
GENDERS: Final = ("woman", "man", "other")

SURVEY: Final[dict[str, tuple[str, ...]]] = {
    "helped": HELPED,
    "status": STATUSES,
    "age_band": AGE_BANDS,
    "gender": GENDERS,
}
"""What the visitor may tell of themselves at the end, all of it optional; `rating` is a number beside it."""

GIVEN: Final = (
    "information",
    "document",
    "method",
    "contact",
    "referral",
    "appointment",
    "listening",
    "nothing",
)
"""What the counsellor gave, chosen when closing."""

SKILLS: Final = ("theme", "language")
"""What counsellors need for a request."""

OTHER_CAMPAIGN: Final = "other"
"""Stands for the campaigns of a few visitors in tables; and in old rows for those of a site beyond the first fifty."""
TOGETHER: Final = "*"
"""The key of the line of several things that are each rare in a month; no code looks like this."""
FEW_PEOPLE: Final = "~"
"""The key of the line of several themes or languages of one's own teams, for some of which fewer than three people were on duty."""
