"""What changes between two plans and what is doubtful about one, in words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from coordination.forms.rules import RuleForm, StepForm
from coordination.weekdays import whole_moment
from coordination.words import (
    Names,
    conditions_in_words,
    listed,
    ringing_in_words,
    rule_in_words,
    steps_in_words,
)
from coordination.writers import LastWriter
from partners.name_search import in_order
from routing_rules.compare import PlanChange, PlanChangeKind, compare
from routing_rules.facts import load_facts
from routing_rules.languages import LANGUAGES
from routing_rules.plans import MOST_STEPS, RULE_BOUNDS, STEP_BOUNDS, Plan
from routing_rules.warnings import PlanProblem, PlanTrouble, Severity, plan_problems

BOUNDS = {**STEP_BOUNDS, **RULE_BOUNDS}
LABELS = {
    name: field.label
    for form in (StepForm, RuleForm)
    for name, field in form.base_fields.items()
    if name in BOUNDS
}
"""The forms' labels of the numbers."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A sentence about a plan; an error prevents publishing it."""

    sentence: str
    error: bool


def doubts_by_rule(plan: Plan, names: Names, now: datetime) -> dict[int | None, list[Doubt]]:
    """What is wrong or looks wrong, by the rule's index; None for the whole plan."""
    found: dict[int | None, list[Doubt]] = defaultdict(list)
    for problem in plan_problems(plan, load_facts(now)):
        found[problem.rule].append(
            Doubt(problem_sentence(problem, plan, names, beside=True), problem.severity is Severity.ERROR)
        )
    return dict(found)


def problem_sentence(problem: PlanProblem, plan: Plan, names: Names, *, beside: bool = False) -> str:
    """What is wrong and what to do; with the rule's name unless it is written beside the rule."""
    sentence = _sentence(problem, names)
    if beside or problem.rule is None:
        return sentence
    return _("Rule “%(rule)s”: %(sentence)s") % {"rule": plan.rules[problem.rule].name, "sentence": sentence}


def _sentence(problem: PlanProblem, names: Names) -> str:
    step = _("Step %(number)s") % {"number": problem.step + 1} if problem.step is not None else ""
    pools = listed(names.pools, problem.values)
    sentences = {
        PlanTrouble.NO_CATCH_ALL: _(
            "The plan ends with no rule that takes everything: some requests would go nowhere. "
            "Add a rule without conditions at the end."
        ),
        PlanTrouble.NO_STEPS: _("It has no step: it would send to nobody. Give it a team."),
        PlanTrouble.EMPTY_STEP: _("%(step)s has no team. Give it one, or take the step out."),
        PlanTrouble.STEPS_OUT_OF_ORDER: _("%(step)s does not come later than the step before it."),
        PlanTrouble.FIRST_STEP_WAITS: _("Nobody is rung at first: the first step waits. Is that meant?"),
        PlanTrouble.TOO_MANY_STEPS: _("It has more than %(most_steps)s steps. Take some out."),
        PlanTrouble.OUT_OF_BOUNDS: _("%(field)s: %(values)s. Choose a number from %(least)s to %(most)s."),
        PlanTrouble.UNKNOWN_VALUE: _("It asks for what does not exist: %(values)s."),
        PlanTrouble.UNKNOWN_POOL: _("%(step)s names a team that does not exist: %(values)s."),
        PlanTrouble.UNREACHABLE: _("It can never match: rules above it take all of its requests."),
        PlanTrouble.NEVER_ON_ITS_SITES: _(
            "No request from %(sites)s can match: that site does not offer these themes or languages, or is for another audience."
        ),
        PlanTrouble.POOL_WITHOUT_HOURS: _("%(pools)s never opens: no hours, or not active."),
        PlanTrouble.POOL_OF_NO_USE: _("Nobody of %(pools)s can take any of these requests."),
        PlanTrouble.NO_COUNSELLOR: _("Nobody in its teams can take: %(pairs)s."),
    }
    bounds, label = BOUNDS.get(problem.field), LABELS.get(problem.field, "")
    return sentences[problem.trouble] % {
        "step": step,
        "most_steps": MOST_STEPS,
        "field": f"{step}, {label}" if step else label,
        "least": bounds.least if bounds else "",
        "most": bounds.most if bounds else "",
        "pools": pools,
        "sites": listed(names.sites, problem.values),
        "values": ", ".join(problem.values),
        "pairs": pairs_in_words(problem.pairs, names),
    }


def pairs_in_words(pairs: Iterable[tuple[str, str]], names: Names) -> str:
    """(theme, language) pairs, by language: "Українська (Emploi, Formation), Deutsch (every theme)"."""
    by_language: dict[str, set[str]] = defaultdict(set)
    for theme, language in pairs:
        by_language[language].add(theme)
    words = []
    for language in sorted(by_language, key=list(LANGUAGES).index):
        themes = by_language[language]
        told = (
            _("every theme")
            if themes >= set(names.themes)
            else ", ".join(in_order(names.themes.get(theme, theme) for theme in themes))
        )
        words.append(f"{LANGUAGES[language]} ({told})")
    return ", ".join(words)


def differences(old: Plan, new: Plan, names: Names) -> list[str]:
    """What changes, a sentence each."""
    # Several fields can give the same sentence; it is shown once.
    return list(dict.fromkeys(_change_sentence(change, names) for change in compare(old, new)))


def _change_sentence(change: PlanChange, names: Names) -> str:
    rule = change.new or change.old
    assert rule is not None  # a change always concerns a rule
    words = {
        "rule": rule.name,
        "sentence": rule_in_words(rule, names),
        "from": (change.before or 0) + 1,
        "to": (change.after or 0) + 1,
        "old_name": change.old.name if change.old else "",
    }
    if change.kind is PlanChangeKind.ADDED:
        return _("New, in place %(to)s: “%(rule)s”. %(sentence)s") % words
    if change.kind is PlanChangeKind.REMOVED:
        return _("Taken out: “%(rule)s”. %(sentence)s") % words
    if change.kind is PlanChangeKind.MOVED:
        return _("“%(rule)s” moves from place %(from)s to place %(to)s.") % words
    if change.kind is PlanChangeKind.RENAMED:
        return _("“%(old_name)s” is now called “%(rule)s”.") % words
    assert change.old is not None
    assert change.new is not None
    if change.field == "steps":
        before, after = steps_in_words(change.old, names), steps_in_words(change.new, names)
    elif change.field in RULE_BOUNDS:
        before, after = ringing_in_words(change.old), ringing_in_words(change.new)
    else:
        before, after = conditions_in_words(change.old, names), conditions_in_words(change.new, names)
    return _("“%(rule)s”: %(before)s → %(after)s") % {
        "rule": rule.name,
        "before": before or _("every request"),
        "after": after or _("every request"),
    }


def overtaken_draft_sentence(writer: LastWriter | None) -> str:
    """Why a rule was not saved, and who changed the draft meanwhile."""
    kept = _(
        "What you typed is kept below. Look at the draft as it is now; to go on with your rule, save once more."
    )
    if writer is None:
        said = _("Somebody else changed the draft while you were writing.")
    elif writer.name:
        said = _("%(name)s changed the draft on %(moment)s, while you were writing.") % {
            "name": writer.name,
            "moment": whole_moment(writer.at),
        }
    else:
        said = _("You changed the draft yourself on %(moment)s, in another window.") % {
            "moment": whole_moment(writer.at)
        }
    return f"{said} {kept}"


def stale_sentence() -> str:
    """Why the change of the second of two editors was not saved, and what to do."""
    return _(
        "Somebody else changed the draft while you looked at it. Nothing of yours was done, nothing of theirs "
        "is lost. Look at the draft as it is now, then do it once more."
    )
