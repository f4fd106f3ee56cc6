"""Why a choice of figures is refused: one code for each reason, for programs. Pages say the same in sentences. Pure."""

from enum import StrEnum
from typing import Final


class ChoiceFault(StrEnum):
    UNKNOWN_PARAMETER = "unknown_parameter"
    REPEATED_PARAMETER = "repeated_parameter"
    TOO_MANY_PARAMETERS = "too_many_parameters"
    NO_SUCH_CHOICE = "no_such_choice"
    NO_DATE = "no_date"
    NOT_OVER_YET = "not_over_yet"
    LAST_BEFORE_FIRST = "last_before_first"
    TOO_LONG = "too_long"
    ROWS_DELETED = "rows_deleted"
    TOO_MANY_DAYS = "too_many_days"
    TOO_MUCH_TOGETHER = "too_much_together"
    MONTHS_ONLY = "months_only"
    TEAMS_BY_MONTHS = "teams_by_months"
    TEAMS_BY_ONE_SKILL = "teams_by_one_skill"
    TIMES_BY_MONTHS = "times_by_months"
    TOO_FEW_PEOPLE = "too_few_people"
    ONE_SERVICE_LEVEL = "one_service_level"
    TOO_FEW_REQUESTS = "too_few_requests"
    RARE_CAMPAIGN = "rare_campaign"


MEANINGS: Final = {
    ChoiceFault.UNKNOWN_PARAMETER: "The address has a parameter that does not exist. A misspelt filter is never ignored.",
    ChoiceFault.REPEATED_PARAMETER: "A parameter is in the address twice: each may be there once.",
    ChoiceFault.TOO_MANY_PARAMETERS: "The address has more than a thousand parameters.",
    ChoiceFault.NO_SUCH_CHOICE: "The parameter has no such value, or this account may not choose it.",
    ChoiceFault.NO_DATE: "This is no date of the calendar, or it is not written as 2026-09-30.",
    ChoiceFault.NOT_OVER_YET: "No day of the period is over; the latest figures are of yesterday.",
    ChoiceFault.LAST_BEFORE_FIRST: "`to` lies before `from`; or the one of both that is given lies beyond the other end of `period`.",
    ChoiceFault.TOO_LONG: "The period is longer than ten years.",
    ChoiceFault.ROWS_DELETED: "The period begins before the rows that are kept; earlier figures are in the releases.",
    ChoiceFault.TOO_MANY_DAYS: "Lines by day are for 400 days at most.",
    ChoiceFault.TOO_MUCH_TOGETHER: "For what is finer than months, theme or audience, one at a time.",
    ChoiceFault.MONTHS_ONLY: "Languages, sites, networks, partners and campaigns are told of whole months that are over.",
    ChoiceFault.TEAMS_BY_MONTHS: "A partner's coordinator reads whole months that are over.",
    ChoiceFault.TEAMS_BY_ONE_SKILL: "A partner's coordinator reads their teams by theme or by language, not by both at once.",
    ChoiceFault.TIMES_BY_MONTHS: "Weekdays and half hours are told of whole months that are over.",
    ChoiceFault.TOO_FEW_PEOPLE: "In one of these months fewer than three people of one's own teams had this theme or language on duty.",
    ChoiceFault.ONE_SERVICE_LEVEL: "A partner's coordinator reads the service level of 60 seconds only.",
    ChoiceFault.TOO_FEW_REQUESTS: "Fewer than ten requests in one of these months: not told of days or times of day.",
    ChoiceFault.RARE_CAMPAIGN: "Fewer than ten requests taken up in one of these months came by this campaign.",
}
"""In English, for the description of the API."""

DJANGOS: Final = {
    "invalid": ChoiceFault.NO_DATE,
    "invalid_choice": ChoiceFault.NO_SUCH_CHOICE,
    "required": ChoiceFault.NO_SUCH_CHOICE,
}
"""What the fields of a form say by themselves."""


def fault_of(code: str | None) -> ChoiceFault:
    """The reason, from the code of a form's error."""
    return DJANGOS.get(code or "") or ChoiceFault(code or "")
