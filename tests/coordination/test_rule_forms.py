"""The pages' words and forms have every field of a rule, and change nothing that was not changed."""

from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordination.forms.rules import RuleForm, StepForm, Steps, rule_typed, steps_as_typed
from coordination.plan_words import problem_sentence
from coordination.words import Names, condition_words, rule_in_words
from routing_rules.facts import codes_of
from routing_rules.models import Pool
from routing_rules.plans import CONDITIONS, RULE_BOUNDS, STEP_BOUNDS, CodeList, Plan, Rule, Step
from routing_rules.warnings import Facts, PlanTrouble, plan_problems
from tests.coordination.conftest import World
from tests.routing.worlds import rules, unhurried

NO_FACTS = Facts({each: frozenset() for each in CodeList}, frozenset(), frozenset(), ())


def posted(rule: Rule) -> dict[str, Any]:
    """What a browser sends when somebody opens the rule and saves it as it is."""
    form, steps = RuleForm(initial=rule.to_dict()), Steps(initial=steps_as_typed(rule))
    sent = {field.html_name: field.value() for field in form}
    sent |= {field.html_name: field.value() for step in steps for field in step}
    return {**sent, "revision": "1", "form-TOTAL_FORMS": steps.total_form_count(), "form-INITIAL_FORMS": 0}


@settings(unhurried, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_rule_that_is_opened_and_saved_stays_as_it_is(world: World, data: st.DataObject) -> None:
    codes = {each.name: sorted(codes_of(each.codes)) for each in CONDITIONS if each.codes}
    rule = data.draw(rules(codes, sorted(Pool.objects.values_list("slug", flat=True))))
    sent = posted(rule)
    form, steps = RuleForm(sent), Steps(sent)
    assert (form.is_valid(), steps.is_valid()) == (True, True), (form.errors, steps.errors)
    assert rule_typed(form, steps) == rule


def test_every_condition_has_words_and_a_form_field(world: World) -> None:
    names = Names.load()
    assert list(condition_words(names)) == [each.name for each in CONDITIONS]
    assert {each.name for each in RuleForm().conditions()} == {each.name for each in CONDITIONS}
    for each in CONDITIONS:
        one = Rule("x", **{each.name: frozenset({"ce-code"})})  # type: ignore[arg-type]  # a condition's codes
        assert "ce-code" in rule_in_words(one, names)


@pytest.mark.django_db
def test_every_number_has_a_form_field() -> None:
    assert {each.name for each in RuleForm().numbers()} == RULE_BOUNDS.keys()
    assert RULE_BOUNDS.keys() | STEP_BOUNDS.keys() <= {**RuleForm.base_fields, **StepForm.base_fields}.keys()


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (Rule("x", ring_time_s=5), "For how long each, in seconds: 5. Choose a number from 10 to 300."),
        (Rule("x", priority=12), "Priority: 12. Choose a number from -9 to 9."),
        (
            Rule("x", steps=(Step(), Step(4_000))),
            "Step 2, After how many seconds: 4000. Choose a number from 0 to 1800.",
        ),
        (Rule("x", steps=tuple(Step(at) for at in range(9))), "It has more than 8 steps. Take some out."),
    ],
)
def test_what_is_out_of_bounds_is_told_with_the_bounds(rule: Rule, says: str) -> None:
    plan = Plan(1, (rule,))
    troubles = {PlanTrouble.OUT_OF_BOUNDS, PlanTrouble.TOO_MANY_STEPS}
    (problem,) = (each for each in plan_problems(plan, NO_FACTS) if each.trouble in troubles)
    with override("en"):
        assert problem_sentence(problem, plan, Names(), beside=True) == says
