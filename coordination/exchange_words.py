"""What is wrong with an imported file, and what it would do, in words."""

from typing import Any

from django.utils.translation import gettext as _

from coordination.calendar import in_spans
from coordination.exception_words import span_words
from coordination.plan_words import differences
from coordination.timetable_savers import timetable_savers
from coordination.weekdays import DAYS, day_name, hours_text, whole_date
from coordination.words import Names
from routing_rules import plan_versions
from routing_rules.exchange_effect import FileEffect, WeekEffect
from routing_rules.exchange_format import ImportProblem
from routing_rules.loading import as_plan
from routing_rules.models import DatedException, Pool
from routing_rules.plans import Plan
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


def told_effect(found: FileEffect) -> dict[str, Any]:
    """What a file would do, for the page that shows it before it is done."""
    pools = {pool.slug: pool for pool in Pool.objects.all()}
    savers = timetable_savers(one.week.pool for one in found.weeks if one.replaces)
    rows = [
        DatedException(
            pool=pools[one.pool] if one.pool else None,
            date=one.date,
            kind=one.kind,
            start_minute=one.start,
            end_minute=one.end,
            reason=one.reason,
        )
        for one in found.exceptions
    ]
    return {
        "found": found,
        "weeks": [
            {
                "pool": pools[one.week.pool].name,
                "day": whole_date(one.week.valid_from),
                "replaces": one.replaces,
                "changes": _changes(one),
                "saved": savers.get((one.week.pool, one.week.valid_from), "") if one.replaces else "",
            }
            for one in found.weeks
        ],
        "exceptions": [span_words(one) for one in in_spans(sorted(rows, key=lambda row: row.date))],
        "rules": _rule_changes(found),
    }


def _changes(one: WeekEffect) -> list[str]:
    """Each day whose hours become others: "mardi : 9:00-12:00 → 9:00-11:00"."""
    told = []
    for day in DAYS:
        was, will = (
            [each for each in hours if each.weekday == day] for hours in (one.before, one.week.intervals)
        )
        if sorted(was) != sorted(will):
            told.append(
                _("%(day)s: %(before)s → %(after)s")
                % {"day": day_name(day), "before": hours_text(was), "after": hours_text(will)}
            )
    return told


def _rule_changes(found: FileEffect) -> list[str]:
    current = plan_versions.in_force()
    if found.rules is None or current is None:
        return []
    return differences(as_plan(current), Plan(0, tuple(found.rules)), Names.load())
