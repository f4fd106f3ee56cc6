"""A rule's fields are declared in `routing_rules/plans.py`; everything else goes through the declaration."""

import ast
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from routing_rules import plans
from routing_rules.compare import compare
from routing_rules.exchange_format import read
from routing_rules.exporting import as_json, as_yaml
from routing_rules.models import RuleRow
from routing_rules.plans import CONDITIONS, RULE_BOUNDS, CodeList, Plan, Rule, Step, condition, conditions_of
from routing_rules.warnings import Facts, PlanTrouble, plan_problems
from tests.routing.worlds import rules, unhurried

ROOT = Path(settings.ROOT)
TRICKY = ["emploi", "no", "1", "2026-01-01", "null", "~", "a: b"]
"""Codes that YAML would take for something else than text."""
ANY_RULE = rules({each.name: TRICKY for each in CONDITIONS}, TRICKY)
ASKED = {"theme": "emploi", "language": "fr", "site": "miti", "audience": "public"}


@unhurried
@given(ANY_RULE)
def test_a_stored_rule_is_read_as_it_was_written(rule: Rule) -> None:
    row = RuleRow(content=json.loads(json.dumps(rule.to_dict())))
    assert row.rule == rule
    assert row.name == rule.name


@unhurried
@given(st.lists(ANY_RULE, min_size=1, max_size=3), st.sampled_from([as_yaml, as_json]))
def test_an_exported_rule_is_imported_as_it_was(exported: list[Rule], write: object) -> None:
    content = {"miti": 1, "plan": {"rules": [rule.to_dict() for rule in exported]}}
    found = read(write(content))  # type: ignore[operator]  # one of two functions
    assert found.problems == []
    assert found.rules == exported


def test_the_exported_form_of_a_rule_stays_as_it_is_documented() -> None:
    rule = Rule(
        "Formation",
        themes=frozenset({"formation", "emploi"}),
        priority=1,
        steps=(Step(0, frozenset({"isp", "cefo"})), Step(20)),
    )
    assert list(rule.to_dict().items()) == [
        ("name", "Formation"),
        ("themes", ["emploi", "formation"]),
        ("priority", 1),
        ("ring_size", 3),
        ("ring_time_s", 40),
        ("steps", [{"after_s": 0, "pools": ["cefo", "isp"]}, {"after_s": 20, "pools": "all"}]),
    ]


def test_a_stored_field_that_rules_do_not_have_is_an_error() -> None:
    # To read the rule without a condition would send it requests that are not meant for it.
    with pytest.raises(TypeError):
        Rule.from_dict({**Rule("x").to_dict(), "campaigns": ["salon"]})


@pytest.mark.parametrize("asked", [{}, {**ASKED, "campaign": "salon"}, {"theme": "emploi"}])
def test_a_request_without_a_value_that_conditions_look_at_is_an_error(asked: dict[str, str]) -> None:
    with pytest.raises(TypeError, match="theme, language, site, audience"):
        Plan(1, (Rule("all"),)).position_for(**asked)


@pytest.mark.parametrize("name", RULE_BOUNDS)
def test_the_file_and_the_warnings_have_the_same_bounds(name: str) -> None:
    bounds = RULE_BOUNDS[name]
    facts = Facts({each: frozenset() for each in CodeList}, frozenset(), frozenset(), ())
    for value in (bounds.least - 1, bounds.least, bounds.most, bounds.most + 1):
        text = f"miti: 1\nplan: {{rules: [{{name: x, {name}: {value}, steps: [{{pools: all}}]}}]}}"
        rule = Rule("x", **{name: value})  # type: ignore[arg-type]  # a number
        problems = [each.field for each in plan_problems(Plan(1, (rule,)), facts)]
        allowed = bounds.least <= value <= bounds.most
        assert (read(text).problems == []) is allowed
        assert (name not in problems) is allowed


def test_a_file_with_too_many_steps_is_refused() -> None:
    steps = ", ".join(f"{{after_s: {at}, pools: all}}" for at in range(plans.MOST_STEPS + 1))
    problems = read(f"miti: 1\nplan: {{rules: [{{name: x, steps: [{steps}]}}]}}").problems
    assert [(each.code, each.value) for each in problems] == [("too_many_steps", "9 (1-8)")]


@dataclass(frozen=True, slots=True)
class RuleWithCampaigns(Rule):
    """A rule with one condition more, for codes that no list keeps."""

    campaigns: frozenset[str] = condition(of="campaign", codes=None)


REPLACED = [("Rule", Rule, RuleWithCampaigns), ("CONDITIONS", CONDITIONS, conditions_of(RuleWithCampaigns))]


@pytest.fixture
def _campaigns(monkeypatch: pytest.MonkeyPatch) -> None:
    """One condition more, in every module that goes through the declaration."""
    for module in [each for name, each in sys.modules.items() if name.startswith("routing_rules.")]:
        for name, declared, wider in REPLACED:
            if vars(module).get(name) is declared:
                monkeypatch.setattr(module, name, wider)


@pytest.mark.usefixtures("_campaigns")
def test_a_condition_added_to_the_declaration_holds_everywhere() -> None:
    salon = RuleWithCampaigns("Salon", campaigns=frozenset({"salon"}))
    late = RuleWithCampaigns("Late", campaigns=frozenset({"salon"}), themes=frozenset({"emploi"}))
    everything = RuleWithCampaigns("all")
    plan = Plan(1, (salon, late, everything))

    assert plan.position_for(**ASKED, campaign="salon") == 0
    assert plan.position_for(**ASKED, campaign="autre") == 2
    assert not salon.takes_everything
    assert RuleRow(content=salon.to_dict()).rule == salon
    file = as_yaml({"miti": 1, "plan": {"rules": [rule.to_dict() for rule in plan]}})
    assert read(file).rules == list(plan)
    (change,) = compare(plan, Plan(2, (RuleWithCampaigns("Salon"), late, everything)))
    assert change.field == "campaigns"
    facts = Facts({each: frozenset({"emploi"}) for each in CodeList}, frozenset(), frozenset(), ())
    troubles = {(each.trouble, each.rule) for each in plan_problems(plan, facts)}
    assert (PlanTrouble.UNREACHABLE, 1) in troubles
    assert (PlanTrouble.UNREACHABLE, 2) not in troubles
    assert PlanTrouble.UNKNOWN_VALUE not in {trouble for trouble, _rule in troubles}


FIELDS = {"audiences", "ring_size", "ring_time_s"}
"""The fields whose names nothing else has."""
MAY_NAME = {
    "routing_rules/plans.py": FIELDS,  # declares them
    "routing_rules/decide.py": {"ring_size", "ring_time_s"},  # rings
    "coordination/words.py": FIELDS,
    "coordination/forms/rules.py": FIELDS,
}


def _named(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case (
                ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)) | ast.arg(arg=name)
            ):
                yield name
            case ast.Constant(value=str(name)):
                yield name


def _sources(rooms: Sequence[str]) -> Iterator[Path]:
    for room in rooms:
        yield from (path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)


def test_no_module_copies_the_fields_of_a_rule_by_hand() -> None:
    found = {
        str(path.relative_to(ROOT)): named
        for path in _sources(["routing_rules", "coordination", "demo", "operations", "benchmarks"])
        if (named := FIELDS.intersection(_named(path)))
    }
    assert {path: named - MAY_NAME.get(path, set()) for path, named in found.items()} == {
        path: set() for path in MAY_NAME
    }


def test_no_template_names_the_fields_of_a_rule() -> None:
    for path in (ROOT / "coordination" / "templates").rglob("*.html"):
        assert not [name for name in FIELDS if name in path.read_text(encoding="utf-8")], path
