"""What a draft changes, as a coordinator would count it."""

from dataclasses import replace

from hypothesis import given

from routing_rules.compare import PlanChange, PlanChangeKind, compare
from routing_rules.plans import Plan, Rule, Step
from tests.routing.worlds import plans, unhurried

NL = Rule("nl", languages=frozenset({"nl"}))
SCHOOL = Rule("school", audiences=frozenset({"school"}))
PRO = Rule("pro", audiences=frozenset({"professional"}))
ALL = Rule("all")


def changes(
    before: list[Rule], after: list[Rule]
) -> list[tuple[PlanChangeKind, int | None, int | None, str]]:
    found = compare(Plan(1, tuple(before)), Plan(2, tuple(after)))
    return [(each.kind, each.before, each.after, each.field) for each in found]


def test_a_copy_changes_nothing() -> None:
    assert changes([NL, SCHOOL, ALL], [NL, SCHOOL, ALL]) == []


def test_a_new_rule_does_not_move_the_others() -> None:
    assert changes([NL, ALL], [SCHOOL, NL, ALL]) == [(PlanChangeKind.ADDED, None, 0, "")]


def test_a_rule_taken_out_does_not_move_the_others() -> None:
    assert changes([NL, SCHOOL, ALL], [SCHOOL, ALL]) == [(PlanChangeKind.REMOVED, 0, None, "")]


def test_one_rule_moved_up_is_one_change() -> None:
    assert changes([NL, SCHOOL, PRO, ALL], [PRO, NL, SCHOOL, ALL]) == [(PlanChangeKind.MOVED, 2, 0, "")]


def test_a_changed_rule_tells_each_field_with_both_values() -> None:
    wider = replace(NL, ring_size=5, steps=(Step(0, frozenset({"cefo"})), Step(20)))
    found = compare(Plan(1, (NL, ALL)), Plan(2, (wider, ALL)))
    assert found == (
        PlanChange(PlanChangeKind.CHANGED, 0, 0, NL, wider, "ring_size"),
        PlanChange(PlanChangeKind.CHANGED, 0, 0, NL, wider, "steps"),
    )


def test_a_rule_of_another_name_only_is_renamed() -> None:
    assert changes([NL, ALL], [replace(NL, name="néerlandais"), ALL]) == [
        (PlanChangeKind.RENAMED, 0, 0, "name")
    ]


def test_another_name_and_other_conditions_are_another_rule() -> None:
    assert changes([NL, ALL], [SCHOOL, ALL]) == [
        (PlanChangeKind.REMOVED, 0, None, ""),
        (PlanChangeKind.ADDED, None, 0, ""),
    ]


def test_two_rules_of_the_same_name_are_told_apart_by_what_they_say() -> None:
    twin = replace(SCHOOL, name="nl")
    assert changes([NL, twin, ALL], [twin, ALL]) == [(PlanChangeKind.REMOVED, 0, None, "")]


def test_a_rule_can_be_moved_and_changed_at_once() -> None:
    louder = replace(PRO, ring_size=9)
    assert changes([NL, SCHOOL, PRO, ALL], [louder, NL, SCHOOL, ALL]) == [
        (PlanChangeKind.MOVED, 2, 0, ""),
        (PlanChangeKind.CHANGED, 2, 0, "ring_size"),
    ]


@unhurried
@given(plans(), plans())
def test_the_changes_account_for_every_rule(before: Plan, after: Plan) -> None:
    found = compare(before, after)
    removed = {each.before for each in found if each.kind is PlanChangeKind.REMOVED}
    added = {each.after for each in found if each.kind is PlanChangeKind.ADDED}
    assert len(before.rules) - len(removed) == len(after.rules) - len(added)
    for each in found:
        assert each.old == (None if each.before is None else before.rules[each.before])
        assert each.new == (None if each.after is None else after.rules[each.after])


@unhurried
@given(plans())
def test_only_an_equal_plan_has_no_changes(plan: Plan) -> None:
    assert compare(plan, plan) == ()
    shorter = Plan(plan.number, plan.rules[1:])
    assert compare(plan, shorter) != ()
