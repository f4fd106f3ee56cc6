"""What coordinators are told about a plan before they publish it."""

from dataclasses import replace

import pytest

from routing_rules.plans import MOST_STEPS, CodeList, Plan, Rule, Step, default_plan
from routing_rules.warnings import (
    Facts,
    Member,
    PlanProblem,
    PlanTrouble,
    Severity,
    plan_problems,
)

EVERYTHING = Rule("all")
FACTS = Facts(
    codes={
        CodeList.THEMES: frozenset({"emploi", "formation"}),
        CodeList.LANGUAGES: frozenset({"fr", "nl"}),
        CodeList.SITES: frozenset({"miti", "ecole"}),
        CodeList.AUDIENCES: frozenset({"public", "school"}),
    },
    pools=frozenset({"cefo", "isp", "diores"}),
    pools_with_hours=frozenset({"cefo", "isp", "diores"}),
    people=(
        Member(frozenset({"cefo"}), frozenset({"emploi", "formation"}), frozenset({"fr", "nl"})),
        Member(frozenset({"isp"}), frozenset({"emploi"}), frozenset({"fr"})),
        Member(frozenset({"diores"}), frozenset({"formation"}), frozenset({"fr"})),
    ),
)


def told(*rules: Rule, facts: Facts = FACTS) -> list[PlanProblem]:
    return plan_problems(Plan(7, rules), facts)


def has_an_error(problems: list[PlanProblem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def step(*pools: str, after: int = 0) -> Step:
    return Step(after, frozenset(pools))


def test_the_default_plan_has_nothing_wrong_with_it() -> None:
    assert plan_problems(default_plan(), FACTS) == []


@pytest.mark.parametrize(
    "rules",
    [(), (Rule("nl", languages=frozenset({"nl"})),), (EVERYTHING, Rule("x", sites=frozenset({"miti"})))],
)
def test_a_plan_whose_last_rule_does_not_take_everything_cannot_be_published(rules: tuple[Rule, ...]) -> None:
    problems = told(*rules)
    assert problems[0] == PlanProblem(PlanTrouble.NO_CATCH_ALL)
    assert has_an_error(problems)


def test_a_rule_behind_one_that_takes_everything_is_never_reached() -> None:
    problems = told(EVERYTHING, Rule("late", languages=frozenset({"nl"})), EVERYTHING)
    assert [p.rule for p in problems if p.trouble is PlanTrouble.UNREACHABLE] == [1, 2]
    assert not has_an_error(problems)


def test_a_rule_that_several_earlier_ones_cover_together_is_never_reached() -> None:
    problems = told(
        Rule("fr", languages=frozenset({"fr"})),
        Rule("nl on miti", languages=frozenset({"nl"}), sites=frozenset({"miti"})),
        Rule("nl at school", languages=frozenset({"nl"}), sites=frozenset({"ecole", "miti"})),
        Rule(
            "emploi on miti",
            themes=frozenset({"emploi"}),
            sites=frozenset({"miti"}),
            languages=frozenset({"nl", "fr"}),
        ),
        EVERYTHING,
    )
    assert [p.rule for p in problems if p.trouble is PlanTrouble.UNREACHABLE] == [3]


def test_the_last_rule_is_never_unreachable_for_naming_all_existing_values() -> None:
    assert told(Rule("all themes", themes=FACTS.codes[CodeList.THEMES]), EVERYTHING) == []


def test_a_condition_on_something_that_does_not_exist_is_pointed_out() -> None:
    problems = told(Rule("x", themes=frozenset({"astrologie"})), EVERYTHING)
    assert problems == [
        PlanProblem(PlanTrouble.UNKNOWN_VALUE, 0, values=("astrologie",)),
        PlanProblem(PlanTrouble.UNREACHABLE, 0),
    ]


def test_a_step_to_a_pool_that_does_not_exist_is_an_error() -> None:
    problems = told(replace(EVERYTHING, steps=(step("cefo", "gone"),)))
    assert PlanProblem(PlanTrouble.UNKNOWN_POOL, 0, 0, ("gone",)) in problems
    assert has_an_error(problems)


def test_a_pool_without_hours_is_pointed_out_where_a_step_names_it() -> None:
    facts = replace(FACTS, pools_with_hours=frozenset({"cefo", "isp"}))
    assert told(replace(EVERYTHING, steps=(step("cefo", "diores"),)), facts=facts) == [
        PlanProblem(PlanTrouble.POOL_WITHOUT_HOURS, 0, 0, ("diores",))
    ]


def test_a_theme_and_language_that_nobody_in_the_rules_pools_has_is_pointed_out() -> None:
    problems = told(Rule("isp", sites=frozenset({"ecole"}), steps=(step("isp"),)), EVERYTHING)
    assert problems == [
        PlanProblem(
            PlanTrouble.NO_COUNSELLOR, 0, pairs=(("emploi", "nl"), ("formation", "fr"), ("formation", "nl"))
        )
    ]


def test_a_counsellor_of_a_pool_that_never_opens_is_no_help() -> None:
    facts = replace(FACTS, pools_with_hours=frozenset({"isp", "diores"}))
    (problem,) = told(EVERYTHING, facts=facts)
    assert problem == PlanProblem(PlanTrouble.NO_COUNSELLOR, 0, pairs=(("emploi", "nl"), ("formation", "nl")))


def test_only_what_a_rule_really_gets_is_asked_of_its_pools() -> None:
    dutch_first = Rule("nl", languages=frozenset({"nl"}), steps=(step("cefo"),))
    formation = Rule("formation", themes=frozenset({"formation"}), steps=(step("diores"),))
    assert told(dutch_first, formation, EVERYTHING) == []


def test_a_pool_where_nobody_could_help_is_pointed_out() -> None:
    rule = Rule("nl", languages=frozenset({"nl"}), steps=(step("cefo"), step("diores", after=20)))
    assert told(rule, EVERYTHING) == [PlanProblem(PlanTrouble.POOL_OF_NO_USE, 0, 1, ("diores",))]


@pytest.mark.parametrize(
    ("rule", "trouble"),
    [
        (replace(EVERYTHING, steps=()), PlanTrouble.NO_STEPS),
        (replace(EVERYTHING, steps=(Step(0, frozenset()),)), PlanTrouble.EMPTY_STEP),
        (
            replace(EVERYTHING, steps=(Step(), step("isp", after=30), step("cefo", after=20))),
            PlanTrouble.STEPS_OUT_OF_ORDER,
        ),
        (replace(EVERYTHING, steps=(Step(), step("isp"))), PlanTrouble.STEPS_OUT_OF_ORDER),
        (
            replace(EVERYTHING, steps=tuple(Step(after_s) for after_s in range(MOST_STEPS + 1))),
            PlanTrouble.TOO_MANY_STEPS,
        ),
        (replace(EVERYTHING, steps=(Step(), Step(1_801))), PlanTrouble.OUT_OF_BOUNDS),
        (replace(EVERYTHING, priority=10), PlanTrouble.OUT_OF_BOUNDS),
        (replace(EVERYTHING, ring_size=0), PlanTrouble.OUT_OF_BOUNDS),
        (replace(EVERYTHING, ring_time_s=9), PlanTrouble.OUT_OF_BOUNDS),
        (replace(EVERYTHING, ring_time_s=3_600), PlanTrouble.OUT_OF_BOUNDS),
    ],
)
def test_a_rule_that_could_not_work_is_an_error(rule: Rule, trouble: PlanTrouble) -> None:
    problems = told(rule)
    assert trouble in {problem.trouble for problem in problems}
    assert has_an_error(problems)


def test_a_first_step_that_waits_is_only_a_warning() -> None:
    (problem,) = told(replace(EVERYTHING, steps=(Step(20),)))
    assert (problem.trouble, problem.severity) == (PlanTrouble.FIRST_STEP_WAITS, Severity.WARNING)
