"""The words for codes and indicators, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators import codes
from indicators.periods import slot_label

Label = str | Promise

OUTCOMES: Final[dict[str, Label]] = {
    codes.Outcome.SERVED: _("Taken up"),
    codes.Outcome.ACCEPTED_SILENT: _("Accepted, but nothing was written"),
    codes.Outcome.ABANDONED_SHORT: _("Left within 10 seconds"),
    codes.Outcome.ABANDONED: _("Left while waiting"),
    codes.Outcome.UNSERVED: _("Not served in time"),
    codes.Outcome.FULL: _("Refused: nobody was ready"),
    codes.Outcome.TECHNICAL: _("Lost by a fault of the platform"),
    codes.Outcome.TEST: _("Test, in no figure"),
}
COUNTERS: Final[dict[str, Label]] = {
    codes.CounterKind.OPENED: _("Opened"),
    codes.CounterKind.OPENED_FULL: _("Opened while full"),
    codes.CounterKind.OPENED_CLOSED: _("Opened while closed"),
    codes.CounterKind.ASKED_CLOSED: _("Asked while closed"),
}
THEMES: Final[dict[str, Label]] = {
    "orientation": _("Orientation"),
    "formation": _("Training"),
    "emploi": _("Employment"),
    "mobilite": _("Mobility"),
    "creation": _("Starting a business"),
    "accueil": _("“I don’t know”"),
}
LANGUAGES: Final[dict[str, Label]] = {
    "fr": _("French"),
    "nl": _("Dutch"),
    "en": _("English"),
    "de": _("German"),
    "uk": _("Ukrainian"),
}
AUDIENCES: Final[dict[str, Label]] = {
    "public": _("General public"),
    "school": _("School"),
    "professional": _("Professional asking for somebody else"),
}
HELPED: Final[dict[str, Label]] = {"yes": _("Yes"), "partly": _("Partly"), "no": _("No")}
STATUSES: Final[dict[str, Label]] = {
    "pupil": _("Pupil"),
    "student": _("Student"),
    "job_seeker": _("Job seeker"),
    "employee": _("Employee"),
    "self_employed": _("Self-employed"),
    "other": _("Other situation"),
}
AGE_BANDS: Final[dict[str, Label]] = {
    "under_18": _("Under 18"),
    "18_24": _("18 to 24"),
    "25_34": _("25 to 34"),
    "35_44": _("35 to 44"),
    "45_54": _("45 to 54"),
    "55_plus": _("55 and over"),
}
GENDERS: Final[dict[str, Label]] = {"woman": _("Woman"), "man": _("Man"), "other": _("Other gender")}
SUBTHEMES: Final[dict[str, Label]] = {
    "choosing_studies": _("Choosing studies"),
    "choosing_job": _("Choosing an occupation"),
    "knowing_oneself": _("Interests and strengths"),
    "changing_studies": _("Changing studies"),
    "changing_job": _("Changing occupation"),
    "finding_training": _("Finding a training"),
    "entry": _("Conditions of entry"),
    "paying_training": _("Paying for it"),
    "work_and_study": _("Working and studying at once"),
    "recognition": _("Recognition of skills and diplomas"),
    "languages": _("Learning a language"),
    "job_search": _("Looking for work"),
    "cv": _("CV and letter"),
    "interview": _("Job interview"),
    "rights": _("Contracts and rights"),
    "student_job": _("Student job"),
    "measures": _("Benefits and aids to work"),
    "study_abroad": _("Studying abroad"),
    "work_abroad": _("Working abroad"),
    "volunteering": _("Volunteering"),
    "coming_here": _("Coming to Belgium"),
    "idea": _("An idea to try out"),
    "steps": _("Steps to take"),
    "paying_start": _("Finding money"),
    "self_employed": _("Status of the self-employed"),
    "support": _("Being accompanied"),
}
GIVEN: Final[dict[str, Label]] = {
    "information": _("Information"),
    "document": _("Document"),
    "method": _("Method"),
    "contact": _("Contact details"),
    "referral": _("Referral"),
    "appointment": _("Appointment"),
    "listening": _("Listening"),
    "nothing": _("Nothing"),
}
RATINGS: Final[dict[str, Label]] = {str(rating): str(rating) for rating in codes.RATINGS}
WEEKDAYS: Final[dict[str, Label]] = {
    "1": _("Monday"),
    "2": _("Tuesday"),
    "3": _("Wednesday"),
    "4": _("Thursday"),
    "5": _("Friday"),
    "6": _("Saturday"),
    "7": _("Sunday"),
}
BREAKDOWNS: Final[dict[str, Label]] = {
    "day": _("Day"),
    "week": _("Week"),
    "month": _("Month"),
    "quarter": _("Quarter"),
    "weekday": _("Day of the week"),
    "slot": _("Time of day"),
    "theme": _("Theme"),
    "language": _("Language"),
    "network": _("Network of the site"),
    "site": _("Site"),
    "campaign": _("Campaign"),
    "audience": _("Audience"),
    "plan": _("Routing plan"),
}
PRESETS: Final[dict[str, Label]] = {
    "last-7-days": _("7 days"),
    "last-30-days": _("30 days"),
    "this-month": _("This month"),
    "last-month": _("Last month"),
    "this-quarter": _("This quarter"),
    "last-quarter": _("Last quarter"),
    "this-year": _("This year"),
    "last-year": _("Last year"),
}
DIMENSIONS: Final[dict[str, Label]] = {
    "status": _("Situation"),
    "age_band": _("Age"),
    "gender": _("Gender"),
    "rating": _("Rating"),
    "helped": _("Helped?"),
    "theme": _("Theme"),
    "language": _("Language"),
}
_OF: Final[dict[str, Mapping[str, Label]]] = {
    "theme": THEMES,
    "language": LANGUAGES,
    "audience": AUDIENCES,
    "weekday": WEEKDAYS,
    "status": STATUSES,
    "age_band": AGE_BANDS,
    "gender": GENDERS,
    "helped": HELPED,
    "rating": RATINGS,
}


def of(dimension: str, key: str) -> str:
    """The words for one line of a table; a code that has none stands for itself."""
    if not key:
        return gettext("None")
    match dimension:
        case "day":
            return date_format(date.fromisoformat(key), "D j N Y")
        case "week":
            return gettext("Week of %(day)s") % {"day": date_format(date.fromisoformat(key), "j N Y")}
        case "month":
            return date_format(date.fromisoformat(f"{key}-01"), "F Y")
        case "quarter":
            year, _mark, number = key.partition("-Q")
            return gettext("Quarter %(number)s of %(year)s") % {"number": number, "year": year}
        case "slot":
            return slot_label(int(key))
        case "plan":
            return gettext("Plan %(number)s") % {"number": key}
        case "campaign" if key == codes.OTHER_CAMPAIGN:
            return gettext("Other campaigns")
    return str(_OF.get(dimension, {}).get(key, key))
