"""The board on a wall, read from across a room by whoever passes: no name of a person, what matters most first, few words.

Teams stand as cards: first those that an alert is about, then open ones that nobody answers for, then the other open ones. A closed team
that nobody is signed in to is one entry of a list. Of alerts of one kind there is one line, however many teams it is about.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from coordination.board import alerting
from coordination.board.alerts import AlertKind
from coordination.board.figures import FEWEST_REQUESTS, SMALL, WaitingLine
from coordination.board.moment import BoardNow, TeamNow
from routing_rules import names

NAMED = 4
"""So many teams of an alert are named in its line; the others are counted. Each has the alert on its card too."""
CLOSED_SHOWN = 12
SHIFTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class WallAlert:
    """The alerts of one kind."""

    kind: AlertKind
    teams: tuple[str, ...]
    """Names of teams; none for the whole platform."""
    more: int
    since: datetime


@dataclass(frozen=True, slots=True)
class WallCard:
    """One team."""

    team: TeamNow
    alert: AlertKind | None
    since: datetime | None

    @property
    def unanswered(self) -> bool:
        """Is it open, and does nobody answer?"""
        return self.team.open and not self.team.numbers.anybody

    @property
    def counts_apart(self) -> bool:
        """Is how many are signed in a line of its own? Of a closed team with few people there is nothing else to say."""
        return self.team.open or not self.team.numbers.hidden


def pieces(board: BoardNow) -> dict[str, str]:
    """The pieces of the page by their names, as HTML, in the language in force."""
    cards, closed = _cards(board)
    told = {
        "board": board,
        "now": board.now,
        "fewest": FEWEST_REQUESTS,
        "alerts": _alerts(board),
        "cards": cards,
        "closed": closed[:CLOSED_SHOWN],
        "closed_more": len(closed[CLOSED_SHOWN:]),
        **_shifts(board),
        **_by_theme_and_language(board),
    }
    return {
        name: render_to_string(f"coordination/board/{page}.html", told)
        for name, page in (
            ("alerts", "wall_alerts"),
            ("facts", "facts"),
            ("waiting", "wall_waiting"),
            ("teams", "wall_teams"),
            ("coming", "wall_coming"),
        )
    }


def _alerts(board: BoardNow) -> list[WallAlert]:
    by_slug = {team.pool.slug: team.pool.name for team in board.teams}
    found = []
    for kind in (AlertKind.WAIT, AlertKind.OPENING, AlertKind.EMPTY):
        some = [one for one in board.alerts if one.kind == kind]
        if some:
            teams = [by_slug[one.team] for one in some if one.team in by_slug]
            found.append(
                WallAlert(kind, tuple(teams[:NAMED]), len(teams[NAMED:]), alerting.moment_of(some[0]))
            )
    return found


def _cards(board: BoardNow) -> tuple[list[WallCard], list[TeamNow]]:
    """The cards in order, and the teams that need none."""
    on = {one.team: one for one in board.alerts}
    cards, closed = [], []
    for team in board.teams:
        alert = on.get(team.pool.slug)
        if not team.open and not team.numbers.signed_in and alert is None:
            closed.append(team)
        elif alert is None:
            cards.append(WallCard(team, None, None))
        else:
            cards.append(WallCard(team, AlertKind(alert.kind), alerting.moment_of(alert)))
    # The sort is stable: within each, they stay as on the board.
    cards.sort(key=lambda card: (card.alert is None, not card.unanswered, not card.team.open))
    return cards, closed


def _shifts(board: BoardNow) -> dict[str, Any]:
    by_id = {team.pool.pk: team.pool for team in board.teams}
    shifts = [(by_id[one.pool], one) for one in board.lacking if one.pool in by_id]
    return {"shifts": shifts[:SHIFTS_SHOWN], "shifts_more": len(shifts[SHIFTS_SHOWN:])}


def _by_theme_and_language(board: BoardNow) -> dict[str, Any]:
    """In a room that anybody may be in, themes and languages stand apart, and only where several people wait."""
    themes, languages = names.themes(), names.languages()
    if sum(one.count for one in board.waiting) < SMALL:
        return {"themes": [], "languages": []}

    def summed(code_of: Callable[[WaitingLine], str], called: Mapping[str, str]) -> list[tuple[str, int]]:
        counts: dict[str, int] = {}
        for one in board.waiting:
            counts[code_of(one)] = counts.get(code_of(one), 0) + one.count
        return [(called.get(code, code), count) for code, count in counts.items()]

    return {
        "themes": summed(lambda one: one.theme, themes),
        "languages": summed(lambda one: one.language, languages),
    }
