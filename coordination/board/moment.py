"""Everything of one moment, read once: teams, whoever waits, alerts, what is coming."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from coordination.board import alerting, calls, hours, planned, situation
from coordination.board.figures import (
    PersonStanding,
    TeamNumbers,
    WaitingLine,
    numbers_of,
    standing_of,
    waiting_lines,
)
from coordination.board.planned import PlannedTeam, ShiftToFill
from coordination.board.situation import Situation
from coordination.models import AlertWatch, CallKind
from indicators.rows import today
from indicators.rows.today import TakeUp
from partners.name_search import in_order
from routing_rules import loading
from routing_rules.models import Pool
from routing_rules.queue import queue_order
from routing_rules.waiting_time import estimates

EVERYBODYS = "all"
"""The own people of the platform's coordinators: everybody."""
NOBODYS = "none"
COMING_DAYS = 7


@dataclass(frozen=True, slots=True)
class TeamNow:
    """One team at one moment, with its people by their ids."""

    pool: Pool
    open: bool
    until: datetime | None
    opens: datetime | None
    """When it opens next: after the present opening, if it is open."""
    numbers: TeamNumbers
    here: tuple[tuple[int, PersonStanding], ...]
    planned: PlannedTeam | None
    missing: tuple[int, ...]
    absent: tuple[int, ...]
    could_help: int
    """How many would get a letter."""
    could_write: int
    """How many of `missing` would get a letter."""
    nudged_at: datetime | None
    help_called_at: datetime | None
    can_open_longer: bool
    planned_later: int = 0
    """How many are planned at the hours that it loses if it is closed early now."""

    @property
    def unreachable(self) -> int:
        """How many of `missing` no letter would reach."""
        return len(self.missing) - self.could_write

    def is_of(self, own: int | str) -> bool:
        """Does it belong to the reader's partner?"""
        return own == EVERYBODYS or (self.pool.partner_id is not None and self.pool.partner_id == own)


@dataclass(frozen=True, slots=True)
class BoardNow:
    """Everything of one moment, from which each answer takes what its readers may see."""

    now: datetime
    teams: Sequence[TeamNow]
    people: Mapping[int, tuple[str, int | None]]
    waiting: Sequence[WaitingLine]
    longest_s: float
    running: int
    take_up: TakeUp
    alerts: Sequence[AlertWatch]
    lacking: Sequence[ShiftToFill]
    has_plan: bool

    @property
    def waiting_count(self) -> int:
        """How many wait."""
        return sum(one.count for one in self.waiting)


def board_now(now: datetime) -> BoardNow:
    """Read it once. Everything on the page is made of this."""
    now_is = situation.read(now)
    planned_teams, last_calls = planned.planned_at(now), calls.last_calls()
    wants = calls.who_wants(now_is.skills)
    teams = [
        _team(pool, now_is, planned_teams.get(pool.pk), last_calls, wants)
        for pool in in_order(Pool.objects.filter(active=True))
        if pool.slug in now_is.states
    ]
    closed = {team.pool.pk: hours.closed_until(team.pool, team.until, now) for team in teams if team.open}
    later = hours.planned_after_early_end(closed, now)
    teams = [replace(team, planned_later=later.get(team.pool.pk, 0)) for team in teams]
    teams.sort(key=_place)
    shown = {who for team in teams for who, _standing in team.here} | {
        who for team in teams for who in team.missing
    }
    return BoardNow(
        now=now,
        teams=teams,
        people=calls.names_of(shown),
        waiting=_waiting(now_is),
        longest_s=now_is.longest_wait_s,
        running=now_is.running,
        take_up=today.take_up(now),
        alerts=alerting.alerts_on(team.pool.slug for team in teams),
        lacking=planned.next_shifts_lacking(now, COMING_DAYS),
        has_plan=now_is.snapshot is not None,
    )


def _team(
    pool: Pool,
    now_is: Situation,
    planned_team: PlannedTeam | None,
    last_calls: Mapping[tuple[int, str], datetime],
    wants: Mapping[CallKind, frozenset[int]],
) -> TeamNow:
    state = now_is.states[pool.slug]
    until = None if state.closes_at is None else datetime.fromtimestamp(state.closes_at, tz=UTC)
    here = [one for one in now_is.connected if pool.slug in one.pools]
    missing = calls.planned_and_missing(planned_team, now_is)
    helpers = wants[CallKind.HELP].intersection(calls.could_help(pool.slug, now_is)) if state.open else ()
    since = None if planned_team is None else planned_team.since
    nudged, helped = (last_calls.get((pool.pk, kind.value)) for kind in (CallKind.NUDGE, CallKind.HELP))
    return TeamNow(
        pool=pool,
        open=state.open,
        until=until,
        opens=_next_opening(now_is, pool.slug, until),
        numbers=numbers_of(here),
        here=tuple((one.id, standing_of(one)) for one in here),
        planned=planned_team,
        missing=tuple(missing),
        absent=tuple(calls.probably_absent(pool.slug, planned_team, now_is)),
        could_help=len(helpers),
        could_write=len(wants[CallKind.NUDGE].intersection(missing)),
        nudged_at=nudged if calls.is_recent(CallKind.NUDGE, nudged, now_is.now, since=since) else None,
        help_called_at=helped if calls.is_recent(CallKind.HELP, helped, now_is.now) else None,
        can_open_longer=until is not None and hours.can_open_longer(pool, now_is.hours[pool.slug], until),
    )


def _place(team: TeamNow) -> tuple[bool, float, str]:
    """Open teams first, then those that open next."""
    opens = 0.0 if team.open else float("inf") if team.opens is None else team.opens.timestamp()
    return not team.open, opens, team.pool.name


def _next_opening(now_is: Situation, slug: str, until: datetime | None) -> datetime | None:
    if now_is.states[slug].open and until is None:
        return None
    return loading.first_opening({slug: now_is.hours[slug]}, until or now_is.now)


def _waiting(now_is: Situation) -> list[WaitingLine]:
    unanswerable = set()
    if now_is.snapshot is not None and now_is.waiting:
        told = estimates(now_is.snapshot, queue_order(now_is.snapshot))
        unanswerable = {one for one, wait_s in told.items() if wait_s is None}
    return waiting_lines(now_is.waiting, now=now_is.now.timestamp(), unanswerable=unanswerable)
