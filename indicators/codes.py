"""The codes that a metric row may hold. What is not in these lists is never kept.

Labels are in `indicators.labels`; this module is pure so that chat's states and frames may use it.
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
"""The outcomes that are requests. A test is kept apart from every figure."""

SHORT_S: Final = 10
"""A visitor who leaves within this many seconds of asking is `abandoned_short`."""


class CounterKind(StrEnum):
    """What is counted without being a request."""

    OPENED = "opened"
    OPENED_CLOSED = "opened_closed"
    OPENED_FULL = "opened_full"
    ASKED_CLOSED = "asked_closed"


AUDIENCES: Final = ("public", "school", "professional")

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

SUBTHEMES: Final[dict[str, tuple[str, ...]]] = {
    "orientation": (
        "choosing_studies",
        "choosing_job",
        "knowing_oneself",
        "changing_studies",
        "changing_job",
    ),
    "formation": (
        "finding_training",
        "entry",
        "paying_training",
        "work_and_study",
        "recognition",
        "languages",
    ),
    "emploi": ("job_search", "cv", "interview", "rights", "student_job", "measures"),
    "mobilite": ("study_abroad", "work_abroad", "volunteering", "coming_here"),
    "creation": ("idea", "steps", "paying_start", "self_employed", "support"),
}
"""What it was about within the theme, chosen when closing; none fits a theme that is not here."""

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

OTHER_CAMPAIGN: Final = "other"
"""Stands for the campaigns of a site beyond the first fifty, and in tables for those of a few visitors."""
