"""A question to the what-if in words, and why it is not answered."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.weekdays import day_name
from coordination.what_if.question import Question
from coordination.what_if.runs import KEPT, LONGEST_S
from coordination.words import Names, listed
from indicators.templatetags.figures import decimal, percent
from routing_rules.hours_text import format_time
from routing_rules.names import languages_in_a_sentence
from simulation.setting import HoursChange, StaffingChange


def refusal_sentence(code: str) -> str:
    """Why nothing is computed."""
    return {
        "own": _(
            "One of your questions is being computed. Wait for it, or cancel it, then ask the next one."
        ),
        "others": _(
            "Two questions of others are being computed, and more would slow down the platform. Ask again in a few minutes."
        ),
        "no_process": _(
            "The server can begin no computation now. Ask again later; if it stays so, tell whoever runs the server."
        ),
    }[code]


def failure_sentence(reason: str) -> str:
    """Why there is no answer."""
    return {
        "interrupted": _(
            "The computation was interrupted: the server was stopped or started anew. Ask again."
        ),
        "too_long": _(
            "It took too long (minutes: %(minutes)s) and was stopped. Ask for fewer weeks, or for fewer things at once."
        )
        % {"minutes": int(LONGEST_S // 60)},
        "little_requests": _(
            "There are too few requests in these weeks to foretell anything. Choose more weeks, or an invented demand."
        ),
        "little_duty": _(
            "It is not yet known who was on duty on enough days of these weeks: this is counted only since this version of Miti. "
            "Choose an invented demand until then."
        ),
        "no_plan": _("The plan does not exist any more, or none is in force."),
    }.get(reason, _("The computation failed. Whoever runs the server finds the reason in the log."))


def kept_sentence() -> str:
    """How long answers stay."""
    days = KEPT.days
    return ngettext("Answers are kept for %(days)s day.", "Answers are kept for %(days)s days.", days) % {
        "days": days
    }


def question_in_words(question: Question, names: Names) -> list[str]:
    """What is changed, a sentence each."""
    told = []
    if question.plan is not None:
        told.append(_("Plan %(number)s") % {"number": question.plan})
    if question.staffing is not None:
        told.append(staffing_in_words(question.staffing, names))
    if question.hours is not None:
        told.append(hours_in_words(question.hours, names))
    if question.demand != 1.0:
        told.append(_("Requests: times %(times)s") % {"times": decimal(question.demand, 2)})
    if question.single_changes:
        told.append(_("The ten single changes that gain most"))
    if question.wish is not None:
        told.append(_("People for a take-up of %(wish)s") % {"wish": percent(question.wish)})
    return told or [_("As it is")]


def staffing_in_words(change: StaffingChange, names: Names, skill: str = "") -> str:
    """ "mercredi 11:00-12:00 : une personne de plus (Namur ; français, néerlandais)"."""
    spoken = languages_in_a_sentence()
    words = {
        "when": _when(change),
        "people": abs(change.people),
        "team": listed(names.pools, change.profile.pools),
        "skills": spoken.get(skill) or names.themes.get(skill) or listed(spoken, change.profile.languages),
    }
    if change.people < 0:
        return (
            ngettext(
                "%(when)s: %(people)s person fewer (%(team)s)",
                "%(when)s: %(people)s people fewer (%(team)s)",
                abs(change.people),
            )
            % words
        )
    return (
        ngettext(
            "%(when)s: %(people)s person more (%(team)s; %(skills)s)",
            "%(when)s: %(people)s people more (%(team)s; %(skills)s)",
            abs(change.people),
        )
        % words
    )


def hours_in_words(change: HoursChange, names: Names) -> str:
    """ "lundi 12:00-12:30 : ouvert aussi (Namur)"."""
    words = {"when": _when(change), "teams": listed(names.pools, change.pools)}
    if change.closed:
        return _("%(when)s: closed (%(teams)s)") % words
    return _("%(when)s: open as well (%(teams)s)") % words


def _when(change: StaffingChange | HoursChange) -> str:
    start, end = format_time(int(change.start_s // 60)), format_time(int(change.end_s // 60))
    return f"{day_name(change.weekday)} {start}-{end}"
