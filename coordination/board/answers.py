"""What the board answers: numbers that all readers share, and the names of a partner's own people, shared by its coordinators.

Both are made once a second, however many read. The shared pieces hold no name and no person's number; where fewer than three people of a
team are there, they say only whether somebody answers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from coordination.board import alerting
from coordination.board.figures import FEWEST_REQUESTS, SMALL, PersonStanding, WaitingLine
from coordination.board.moment import COMING_DAYS, EVERYBODYS, NOBODYS, BoardNow, TeamNow, board_now
from coordination.board.shared import SharedAnswer
from partners.models import Staff
from partners.name_search import by_name, in_order
from partners.permissions import Action, may
from partners.wording import page_language
from routing_rules import names

COMING_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as far as the answer depends on it."""

    own: int | str
    """The partner whose people they read by name."""
    language: str


def reader_of(person: Staff) -> Reader:
    """How this coordinator reads it."""
    own: int | str = EVERYBODYS if may(person, Action.COORDINATE_ALL) else person.partner_id or NOBODYS
    return Reader(own, page_language())


@dataclass(frozen=True, slots=True)
class SharedPieces:
    """The pieces that all readers of a language share."""

    facts: str
    waiting: str
    coming: str
    teams: Mapping[str, str]
    """Each team's row, by its slug: without names, and small numbers hidden."""


def _shared_pieces(language: str, now: datetime) -> SharedPieces:
    board = _board.at(None, now)
    told = {"board": board, "fewest": FEWEST_REQUESTS, "now": now}
    return SharedPieces(
        facts=render_to_string("coordination/board/facts.html", told),
        waiting=render_to_string("coordination/board/waiting.html", told | _named_waiting(board)),
        coming=render_to_string("coordination/board/coming.html", told | _coming(board)),
        teams={
            team.pool.slug: render_to_string(
                "coordination/board/other_team.html", {"team": team, "small": SMALL, "now": now}
            )
            for team in board.teams
        },
    )


@dataclass(frozen=True, slots=True)
class OwnPieces:
    """The pieces that the coordinators of one partner share."""

    alerts: str
    teams: str
    own: frozenset[str]


def _own_pieces(reader: Reader, now: datetime) -> OwnPieces:
    board = _board.at(None, now)
    teams = [team for team in board.teams if team.is_of(reader.own)]
    own = frozenset(team.pool.slug for team in teams)
    by_slug = {team.pool.slug: team.pool for team in board.teams}
    alerts = [
        {"kind": one.kind, "pool": by_slug.get(one.team), "since": alerting.moment_of(one)}
        for one in board.alerts
        if not one.team or one.team in own
    ]
    rows = [_own_row(team, board, reader.own) for team in teams]
    return OwnPieces(
        alerts=render_to_string("coordination/board/alerts.html", {"alerts": alerts, "now": now}),
        teams=render_to_string("coordination/board/own_teams.html", {"rows": rows, "now": now}),
        own=own,
    )


def _own_row(team: TeamNow, board: BoardNow, own: int | str) -> dict[str, Any]:
    def named(who: int) -> str | None:
        name, partner = board.people.get(who, ("", None))
        return name if own == EVERYBODYS or (partner is not None and partner == own) else None

    by_standing: list[tuple[str, list[str], int]] = []
    groups = [
        (standing.value, [who for who, found in team.here if found is standing])
        for standing in PersonStanding
    ]
    for code, group in [*groups, ("missing", list(team.missing))]:
        known = in_order(name for who in group if (name := named(who)) is not None)
        if group:
            by_standing.append((code, known, len(group) - len(known)))
    return {
        "team": team,
        "people": by_standing,
        "closes": int(team.until.timestamp()) if team.until else None,
    }


def _named_waiting(board: BoardNow) -> dict[str, Any]:
    themes, languages = names.themes(), names.languages()
    return {
        "lines": [
            (themes.get(one.theme, one.theme), languages.get(one.language, one.language), one)
            for one in board.waiting
        ]
    }


def _coming(board: BoardNow) -> dict[str, Any]:
    soon = board.now + timedelta(days=COMING_DAYS)
    by_id = {team.pool.pk: team.pool for team in board.teams}
    return {
        "openings": sorted(
            (team for team in board.teams if team.opens and team.opens < soon),
            key=lambda team: (team.opens, by_name(team.pool.name)),
        )[:COMING_SHOWN],
        "shifts": [(by_id[one.pool], one) for one in board.lacking if one.pool in by_id][:COMING_SHOWN],
    }


_board: SharedAnswer[None, BoardNow] = SharedAnswer(lambda _key, now: board_now(now))
_shared: SharedAnswer[str, SharedPieces] = SharedAnswer(_shared_pieces)
_own: SharedAnswer[Reader, OwnPieces] = SharedAnswer(_own_pieces)


def pieces_for(reader: Reader, now: datetime) -> dict[str, str]:
    """The pieces of the page by their names, as HTML."""
    shared, own = _shared.at(reader.language, now), _own.at(reader, now)
    others = [html for slug, html in shared.teams.items() if slug not in own.own]
    return {
        "alerts": own.alerts,
        "facts": shared.facts,
        "own": own.teams,
        "waiting": shared.waiting,
        "others": "".join(others),
        "coming": shared.coming,
    }


def pieces_for_wall(language: str, now: datetime) -> dict[str, str]:
    """The same for a wall: no name, and nothing that only one partner's coordinators read."""
    shared = _shared.at(language, now)
    return {
        "facts": shared.facts,
        "waiting": _wall_waiting(language, now),
        "others": "".join(shared.teams.values()),
        "coming": shared.coming,
    }


def _wall_waiting_html(_language: str, now: datetime) -> str:
    board = _board.at(None, now)
    return render_to_string("coordination/board/wall_waiting.html", _by_theme_and_language(board))


_wall: SharedAnswer[str, str] = SharedAnswer(_wall_waiting_html)


def _wall_waiting(language: str, now: datetime) -> str:
    return _wall.at(language, now)


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


def tag_of(pieces: Mapping[str, str]) -> str:
    """The same for the same pieces: a page that shows them need not get them again."""
    told = sha256()
    for name, html in pieces.items():
        told.update(f"{name}\0{html}\0".encode())
    return f'"{told.hexdigest()[:20]}"'


def forget() -> None:
    """Whoever asks next reads anew: something was done here just now."""
    for one in (_board, _shared, _own, _wall):
        one.forget()


def clock_of(now: datetime) -> str:
    """As the page shows when it was made: 10:31:05."""
    return timezone.localtime(now).strftime("%H:%M:%S")
