"""What is wrong with an imported file, in words."""

from django.utils.translation import gettext as _

from routing_rules.exchange_format import ImportProblem
from routing_rules.schedule_checks import Trouble
from routing_rules.warnings import PlanTrouble


def import_sentence(problem: ImportProblem) -> str:
    """One thing that is wrong, and what to write instead."""
    sentences: dict[str, str] = {
        "not_yaml": _("This is neither YAML nor JSON: look at line %(value)s."),
        "not_text_of_yaml": _("This is neither YAML nor JSON."),
        "key_twice": _("The same name stands twice in one place: look at line %(value)s."),
        "control_character": _("There is a character that no text may hold: look at line %(value)s."),
        "too_large": _("This file is too long or nested too deeply."),
        "too_many_rows": _("Too many entries: %(value)s."),
        "far_away": _("This is very far away: %(value)s."),
        "not_this_version": _("The file must begin with miti: 1."),
        "nothing_in_it": _("There is nothing in it to import."),
        "not_a_mapping": _("Names with values are expected here."),
        "not_a_list": _("A list is expected here."),
        "unknown_key": _("“%(value)s” has no meaning here."),
        "not_text": _("A text is expected here."),
        "too_long_text": _("This text is too long."),
        "not_a_number": _("Not a whole number within bounds: %(value)s."),
        "no_steps": _("A rule needs a step."),
        "too_many_steps": _("Too many steps: %(value)s."),
        "no_pools": _("A step needs a team, or all."),
        "not_a_kind": _("Write closed or open."),
        "unknown_code": _("“%(value)s” does not exist."),
        "not_yours": _("You may not change this: it belongs to others."),
        "in_the_past": _("%(value)s is over: the past stays as it was."),
        "twice": _("%(value)s is there twice for this team."),
        "draft_exists": _("There is a draft of the rules: publish it or throw it away first."),
        Trouble.NOT_A_TIME: _("“%(value)s” cannot be read as hours, from 0:00 to 24:00."),
        Trouble.END_BEFORE_START: _("“%(value)s” ends before it begins."),
        Trouble.TOO_LONG: _("“%(value)s” lasts longer than a day."),
        Trouble.OVERLAP: _("Hours overlap here. %(value)s"),
        Trouble.NOT_A_DATE: _("There is no such day: “%(value)s”."),
        PlanTrouble.STEPS_OUT_OF_ORDER: _("This step does not come later than the one before it."),
    }
    return sentences[problem.code] % {"value": problem.value}
