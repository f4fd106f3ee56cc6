"""A question to the what-if in words, and why it is not answered."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.plan_words import differences
from coordination.weekdays import day_name
from coordination.what_if.question import Question
from coordination.what_if.runs import KEPT, LONGEST_S
from coordination.words import Names, listed
from indicators.templatetags.figures import decimal, percent
from routing_rules.hours_text import format_hours
from routing_rules.names import languages_in_a_sentence
from routing_rules.weekly import Interval
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
        "too_long": ngettext(
            "It was stopped: after %(minutes)s minute there was no answer yet. Ask for fewer months, or for fewer things at once.",
            "It was stopped: after %(minutes)s minutes there was no answer yet. Ask for fewer months, or for fewer things at once.",
            int(LONGEST_S // 60),
        )
        % {"minutes": int(LONGEST_S // 60)},
        "little_requests": _(
            "There are too few requests in these months to foretell anything. Choose more months, or an invented demand."
        ),
        "little_duty": _(
            "It is not yet known who was on duty on enough days of these months: this is counted only since this version of Miti. "
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
        told.append(_plan_in_words(question, names))
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


def _plan_in_words(question: Question, names: Names) -> str:
    """With what differed from the plan in force when it was asked: a draft goes on changing."""
    plan = _("Plan %(number)s") % {"number": question.plan}
    if question.in_force is None or question.asked is None:
        return plan
    changes = differences(question.in_force.plan, question.asked.plan, names)
    return (
        _("%(plan)s, with the same rules as plan %(in_force)s")
        % {
            "plan": plan,
            "in_force": question.in_force.number,
        }
        if not changes
        else _("%(plan)s, beside plan %(in_force)s: %(changes)s")
        % {
            "plan": plan,
            "in_force": question.in_force.number,
            "changes": " ".join(changes),
        }
    )


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
    hours = format_hours([Interval(change.weekday, int(change.start_s // 60), int(change.end_s // 60))])
    return f"{day_name(change.weekday)} {hours}"
