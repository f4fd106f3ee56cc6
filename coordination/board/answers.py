"""What the board answers: numbers that all readers share, and the names of a partner's own people, shared by its coordinators.

Both are made once a second, however many read. The shared pieces hold no name and no person's number; where fewer than three people of a
team are there, they say only whether somebody answers.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from coordination.board import alerting, hours, wall
from coordination.board.figures import FEWEST_REQUESTS, SMALL, PersonStanding
from coordination.board.moment import COMING_DAYS, EVERYBODYS, NOBODYS, BoardNow, TeamNow, board_now
from coordination.board.shared import DerivedAnswer, SharedAnswer
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


def _shared_pieces(_language: str, board: BoardNow) -> SharedPieces:
    told = {"board": board, "fewest": FEWEST_REQUESTS, "now": board.now}
    return SharedPieces(
        facts=render_to_string("coordination/board/facts.html", told),
        waiting=render_to_string("coordination/board/waiting.html", told | _named_waiting(board)),
        coming=render_to_string("coordination/board/coming.html", told | _coming(board)),
        teams={
            team.pool.slug: render_to_string(
                "coordination/board/other_team.html", {"team": team, "small": SMALL, "now": board.now}
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


def _own_pieces(reader: Reader, board: BoardNow) -> OwnPieces:
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
        alerts=render_to_string("coordination/board/alerts.html", {"alerts": alerts, "now": board.now}),
        teams=render_to_string("coordination/board/own_teams.html", {"rows": rows, "now": board.now}),
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
        "until_midnight": hours.closed_until(team.pool, team.until, board.now) != team.until,
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


def _pieces(reader: Reader, board: BoardNow) -> dict[str, str]:
    shared, own = _shared.of(reader.language, board), _own.of(reader, board)
    others = [html for slug, html in shared.teams.items() if slug not in own.own]
    return {
        "alerts": own.alerts,
        "facts": shared.facts,
        "own": own.teams,
        "waiting": shared.waiting,
        "others": "".join(others),
        "coming": shared.coming,
    }


@dataclass(frozen=True, slots=True)
class BoardAnswer:
    """What a page gets: made once for all who get the same."""

    pieces: Mapping[str, str]
    """By their names, as HTML."""
    tag: str
    """The same for the same pieces: a page that shows them need not get them again."""
    body: bytes
    """The pieces as JSON."""

    @classmethod
    def of(cls, pieces: Mapping[str, str]) -> "BoardAnswer":
        """With their tag and their JSON."""
        body = json.dumps({"parts": pieces}).encode()
        return cls(pieces, f'"{sha256(body).hexdigest()[:20]}"', body)


_board: SharedAnswer[None, BoardNow] = SharedAnswer(lambda _key, now: board_now(now))
_shared: DerivedAnswer[str, BoardNow, SharedPieces] = DerivedAnswer(_shared_pieces)
_own: DerivedAnswer[Reader, BoardNow, OwnPieces] = DerivedAnswer(_own_pieces)
_answers: DerivedAnswer[Reader, BoardNow, BoardAnswer] = DerivedAnswer(
    lambda reader, board: BoardAnswer.of(_pieces(reader, board))
)
_walls: DerivedAnswer[str, BoardNow, BoardAnswer] = DerivedAnswer(
    lambda _language, board: BoardAnswer.of(wall.pieces(board))
)


def answer_for(reader: Reader, now: datetime) -> BoardAnswer:
    """What this reader's page shows."""
    return _answers.of(reader, _board.at(None, now))


def answer_for_wall(language: str, now: datetime) -> BoardAnswer:
    """The same for a wall: no name, and nothing that only one partner's coordinators read."""
    return _walls.of(language, _board.at(None, now))


def forget() -> None:
    """Whoever asks next reads anew: something was done here just now."""
    _board.forget()


def clock_of(now: datetime) -> str:
    """As the page shows when it was made: 10:31:05."""
    return timezone.localtime(now).strftime("%H:%M:%S")
