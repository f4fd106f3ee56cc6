"""What changes between two plans and what is doubtful about one, in words."""

from coordination.words import Names
from routing_rules.plans import Plan


def differences(old: Plan, new: Plan, names: Names) -> list[str]:
    return []


def warnings_by_rule(plan: Plan, names: Names) -> dict[int | None, list[str]]:
    return {}
