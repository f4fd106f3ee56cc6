"""The result of a try in words: who is rung when, and why others are not."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from coordination.words import Names
from routing_rules.decision import Explanation, GiveUpReason, StepState, Why
from routing_rules.door import DoorReason
from routing_rules.snapshot import CounsellorId
from routing_rules.tryit import Moment, Trial, TrialOutcome


def door_sentence(reason: DoorReason) -> str:
    """What the visitor is told at the door."""
    return {
        DoorReason.WELCOME: _("The request is taken."),
        DoorReason.NO_RULE: _("No rule takes such a request: the visitor is told that it is closed."),
        DoorReason.ALL_CLOSED: _("Every team of the rule is closed: the visitor is told when it opens."),
        DoorReason.LAST_INTAKE: _("It closes in a few minutes: no new request is taken any more."),
        DoorReason.NOBODY_READY: _("Open, but nobody who could take it is ready: the visitor is told so."),
        DoorReason.ONLY_ABSENT: _(
            "Those who could take it are probably not in front of the page: the visitor is told so, and may wait."
        ),
        DoorReason.QUEUE_FULL: _("Open, but the queue is full: the visitor is told so."),
        DoorReason.NOT_BEFORE_CLOSING: _(
            "Open, but nobody could take it before closing: the visitor is told so."
        ),
    }[reason]


def outcome_sentence(trial: Trial, people: Mapping[CounsellorId, str]) -> str:
    """How it ends."""
    if trial.outcome is TrialOutcome.ACCEPTED and trial.accepted_by is not None:
        return _("%(who)s accepts after %(seconds)s s.") % {
            "who": people[trial.accepted_by],
            "seconds": trial.accepted_after_s,
        }
    if trial.outcome is TrialOutcome.GIVEN_UP:
        return {
            GiveUpReason.ALL_CLOSED: _("Everything has closed: the request is closed without an answer."),
            GiveUpReason.TOO_LONG: _("The longest wait is over: the request is closed without an answer."),
            GiveUpReason.NO_RULE: _("No rule takes it: the request is closed without an answer."),
            None: _("The request is closed without an answer."),
        }[trial.give_up]
    if trial.outcome is TrialOutcome.STILL_WAITING:
        return _("Nobody has answered after five minutes: the request still waits.")
    return _("The request is not taken.")


def why_sentence(why: Why) -> str:
    """Why somebody is, or is not, rung."""
    return {
        Why.RUNG: _("rung now"),
        Why.RINGING: _("rings already"),
        Why.NOT_PRESENT: _("not there"),
        Why.AWAY: _("away"),
        Why.FINISHING: _("finishing"),
        Why.NO_LANGUAGE: _("does not speak the language"),
        Why.NO_THEME: _("does not handle the theme"),
        Why.OTHER_POOL: _("in none of the rule’s teams"),
        Why.POOL_CLOSED: _("team closed"),
        Why.POOL_NOT_YET: _("team reached only later"),
        Why.NO_SLOT: _("has no free slot"),
        Why.SLOT_HELD: _("last slot held by another offer"),
        Why.RESERVED: _("place kept for a class"),
        Why.OFFER_ENDED: _("its offer has just run out"),
        Why.REFUSED: _("refused it before"),
        Why.MISSED: _("missed it before"),
        Why.PROBABLY_ABSENT: _("probably absent, rung last"),
        Why.OTHERS_FIRST: _("others come first"),
    }[why]


def step_sentence(state: StepState) -> str:
    """The state of a step."""
    return {
        StepState.REACHED: _("reached"),
        StepState.SKIPPED_CLOSED: _("skipped: closed"),
        StepState.SKIPPED_NOBODY: _("skipped: nobody present and free"),
        StepState.NOT_YET: _("not yet"),
    }[state]


def story(trial: Trial, people: Mapping[CounsellorId, str], names: Names) -> list[dict[str, Any]]:
    """The moments of a try, each with what happens and why."""
    return [_told(moment, people, names) for moment in trial.moments]


def _told(moment: Moment, people: Mapping[CounsellorId, str], names: Names) -> dict[str, Any]:
    happens = []
    if moment.missed:
        happens.append(_("no answer: %(who)s") % {"who": _listed(moment.missed, people)})
    if moment.away:
        happens.append(_("set away after two missed offers: %(who)s") % {"who": _listed(moment.away, people)})
    if moment.rung:
        happens.append(_("rings at: %(who)s") % {"who": _listed(moment.rung, people)})
    elif moment.ringing:
        happens.append(_("goes on ringing at: %(who)s") % {"who": _listed(moment.ringing, people)})
    return {
        "after_s": moment.after_s,
        "happens": happens or [_("nobody new is rung")],
        "steps": _steps(moment.explanation, names),
        "others": passed_over(moment.explanation, people),
    }


def _listed(who: tuple[CounsellorId, ...], people: Mapping[CounsellorId, str]) -> str:
    return ", ".join(people[one] for one in who)


def _steps(explanation: Explanation, names: Names) -> list[str]:
    return [
        _("from %(seconds)s s %(pools)s: %(state)s")
        % {"seconds": step.after_s, "pools": names.pool_list(step.pools), "state": step_sentence(step.state)}
        for step in explanation.steps
        if step.after_s is not None
    ]


def passed_over(explanation: Explanation, people: Mapping[CounsellorId, str]) -> list[str]:
    """Those who are not rung, grouped by their reason."""
    reasons: dict[Why, list[str]] = defaultdict(list)
    for one in explanation.counsellors:
        if one.why not in {Why.RUNG, Why.RINGING}:
            reasons[one.why].append(people[one.counsellor])
    return [
        _("%(who)s: %(why)s") % {"who": ", ".join(who), "why": why_sentence(why)}
        for why, who in reasons.items()
    ]
