"""An opening for which nobody could take a theme in a language: who could help, and how. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from routing_rules.eligibility import Skilled, covers


class HelpKind(StrEnum):
    """What is missing to somebody who speaks the language."""

    OTHER_TEAM = "other_team"
    """They handle the theme too, but none of their teams is open then and reached by the rules."""
    OTHER_THEME = "other_theme"
    """They are in a team that is open then, and handle other themes."""
    LANGUAGE_ONLY = "language_only"
    """They are in other teams and handle other themes."""


@dataclass(frozen=True, slots=True)
class Helper:
    """`person` is a counsellor's key."""

    person: int
    kind: HelpKind


def who_could_help(
    people: Mapping[int, Skilled], *, theme: str, language: str, pools: frozenset[str]
) -> list[Helper]:
    """Everybody who speaks the language and could not take the theme in these pools; the least is missing to the first."""
    found = []
    for person, skills in people.items():
        if language not in skills.languages:
            continue
        there = not pools.isdisjoint(skills.pools)
        able = covers(skills, theme=theme, language=language)
        if there and able:
            continue
        kind = HelpKind.OTHER_TEAM if able else HelpKind.OTHER_THEME if there else HelpKind.LANGUAGE_ONLY
        found.append(Helper(person, kind))
    order = list(HelpKind)
    return sorted(found, key=lambda one: (order.index(one.kind), one.person))
