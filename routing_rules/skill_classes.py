"""Classes of counsellors with the same skills, each of enough people that a figure of one is no figure of a person. Pure.

A class is the people of a team with the same themes and languages. Smaller ones of a team are one class; where they are too few together,
they join those of their network, and at last of everybody.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from routing_rules.eligibility import Skilled
from routing_rules.snapshot import CounsellorId


@dataclass(frozen=True, slots=True, order=True)
class SkillClass:
    """What is kept instead of who it is; an empty part means that it says nothing of it."""

    network: str = ""
    pool: str = ""
    skills: str = ""


def skill_classes(
    people: Mapping[CounsellorId, Skilled], networks: Mapping[str, str], *, smallest: int
) -> dict[CounsellorId, SkillClass]:
    """The class of each person; `networks` by pool. Nobody has one where all together are fewer than `smallest`."""
    left = {who: _finest(one, networks) for who, one in people.items()}
    found: dict[CounsellorId, SkillClass] = {}
    for coarser in (
        lambda each: SkillClass(each.network, each.pool),
        lambda each: SkillClass(each.network),
        lambda each: SkillClass(),
        None,
    ):
        members: dict[SkillClass, list[CounsellorId]] = defaultdict(list)
        for who, each in left.items():
            members[each].append(who)
        found |= {who: each for each, group in members.items() if len(group) >= smallest for who in group}
        left = {who: each for who, each in left.items() if who not in found}
        if coarser is not None:
            left = {who: coarser(each) for who, each in left.items()}
    return found


def _finest(one: Skilled, networks: Mapping[str, str]) -> SkillClass:
    """Somebody of several teams belongs to the first by name, so that nobody is counted twice."""
    pool = min(one.pools, default="")
    skills = " ".join((*sorted(one.languages), *sorted(one.themes)))
    return SkillClass(networks.get(pool, ""), pool, skills)
