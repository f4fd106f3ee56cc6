"""Rules in words, as coordinators say them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from partners.name_search import in_order
from routing_rules import names as todays_names
from routing_rules.languages import LANGUAGES
from routing_rules.plans import CONDITIONS, RULE_BOUNDS, Rule, Step


@dataclass(frozen=True, slots=True)
class Names:
    """The names of the codes in rules."""

    themes: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)
    pools: Mapping[str, str] = field(default_factory=dict)
    audiences: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Names":
        """Load today's names, in the language of the page."""
        return cls(
            themes=todays_names.themes(),
            sites=todays_names.sites(),
            pools=todays_names.pools(),
            audiences=todays_names.audience_names(),
        )

    def pool_list(self, pools: Iterable[str] | None) -> str:
        """The names of pools; None means all."""
        if pools is None:
            return _("all teams")
        return listed(self.pools, pools) or _("no team")


def either(names: Mapping[str, str], codes: Iterable[str]) -> str:
    """The names of these codes, joined by "or" and sorted; a code without a name stands for itself."""
    return _(" or ").join(in_order(names.get(code, code) for code in codes))


def listed(names: Mapping[str, str], codes: Iterable[str]) -> str:
    """The same, joined by commas: a step rings in all of its pools."""
    return ", ".join(in_order(names.get(code, code) for code in codes))


def condition_words(names: Names) -> dict[str, tuple[str, Mapping[str, str]]]:
    """The name of each condition and the names of its codes, in the order in which they are shown."""
    return {
        "themes": (_("theme"), names.themes),
        "languages": (_("language"), LANGUAGES),
        "sites": (_("site"), names.sites),
        "audiences": (_("audience"), names.audiences),
    }


def conditions_in_words(rule: Rule, names: Names) -> str:
    """ "theme = Formation and language = nl"; empty without conditions."""
    words = condition_words(names)
    told = []
    for condition in CONDITIONS:
        if codes := rule.codes(condition):
            name, called = words[condition.name]
            told.append(f"{name} = {either(called, codes)}")
    return _(" and ").join(told)


def step_in_words(step: Step, names: Names, *, first: bool) -> str:
    """ "CDM Bruxelles", "then after 20 s all teams"."""
    pools = names.pool_list(step.pools)
    if first and step.after_s == 0:
        return pools
    if first:
        return _("after %(seconds)s s %(pools)s") % {"seconds": step.after_s, "pools": pools}
    return _("then after %(seconds)s s %(pools)s") % {"seconds": step.after_s, "pools": pools}


def steps_in_words(rule: Rule, names: Names) -> str:
    """The steps one after the other."""
    if not rule.steps:
        return _("nobody yet (no step)")
    return ", ".join(
        step_in_words(step, names, first=position == 0) for position, step in enumerate(rule.steps)
    )


def rule_in_words(rule: Rule, names: Names) -> str:
    """The whole rule as a sentence."""
    conditions, steps = conditions_in_words(rule, names), steps_in_words(rule, names)
    if not conditions:
        return _("Every request: %(steps)s") % {"steps": steps}
    return _("If %(conditions)s: %(steps)s") % {"conditions": conditions, "steps": steps}


def ringing_in_words(rule: Rule) -> str:
    """How many are rung and for how long, and the priority where there is one."""
    words = _("%(size)s rung at once, %(seconds)s s each") % {
        "size": rule.ring_size,
        "seconds": rule.ring_time_s,
    }
    if rule.priority:
        words += _(", priority %(priority)s") % {"priority": f"{rule.priority:+d}"}
    return words


def rings_as_usual(rule: Rule) -> bool:
    """Does the rule ring with the default size and time and without priority, so that nothing need be said of it?"""
    return all(getattr(rule, name) == bounds.usual for name, bounds in RULE_BOUNDS.items())
