"""Looks at what the alerts are about, and notes what has begun, what is over, and who is to be told (`alert_letters.py` writes to them).

Whoever looks reads a watch's revision; one conditional statement raises it. So of two processes that look at once, one tells.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from coordination.board import alert_notices, situation
from coordination.board.alerts import (
    BOUNDS,
    NOTHING,
    OPENING_WINDOW_S,
    AlertKind,
    AlertState,
    Turn,
    look,
)
from coordination.board.situation import Situation
from coordination.models import AlertWatch
from partners import audit
from routing_rules.schedule import openings
from routing_rules.snapshot import attentive_in
from routing_rules.weekly import Schedule


@dataclass(frozen=True, slots=True)
class AlertTurn:
    """An alert that has just begun, or is just over."""

    kind: AlertKind
    team: str
    turn: Turn


@dataclass(frozen=True, slots=True)
class AlertCondition:
    """Whether something that people are alerted of is so now."""

    kind: AlertKind
    team: str
    """A pool's slug; empty for the whole platform."""
    holds: bool
    moot: bool = False


def look_at_all(*, now: datetime) -> list[AlertTurn]:
    """Look once at everything, note who is to be told, and return of what."""
    now_is = situation.read(now)
    rows = {(row.kind, row.team): row for row in AlertWatch.objects.all()}
    told = [
        AlertTurn(one.kind, one.team, turn)
        for one in conditions(now_is, on={key for key, row in rows.items() if row.began is not None})
        if (turn := _step(one, rows.pop((one.kind.value, one.team), None), now_is)) is not None
    ]
    for row in rows.values():
        # A team that is no more.
        gone = AlertCondition(AlertKind(row.kind), row.team, holds=False, moot=True)
        if (turn := _step(gone, row, now_is)) is not None:
            told.append(AlertTurn(gone.kind, gone.team, turn))
    return told


def conditions(now_is: Situation, *, on: set[tuple[str, str]]) -> Iterator[AlertCondition]:
    """Everything that is looked at. `on`: the alerts that are on, by kind and team."""
    at = now_is.now.timestamp()
    for slug, state in now_is.states.items():
        takes = state.takes_requests_at(at)
        nobody = takes and not attentive_in(slug, now_is.connected)
        told_already = (AlertKind.OPENING.value, slug) in on
        begins = nobody and (told_already or _has_just_opened(now_is.hours[slug], now_is.now))
        yield AlertCondition(AlertKind.OPENING, slug, holds=begins, moot=not takes)
        # Who was told of the opening knows it.
        yield AlertCondition(AlertKind.EMPTY, slug, holds=nobody and not begins, moot=not takes)
    yield AlertCondition(AlertKind.WAIT, "", holds=now_is.longest_wait_s > settings.ENV.alert_wait_s)


def _has_just_opened(schedule: Schedule, now: datetime) -> bool:
    before = now - timedelta(seconds=OPENING_WINDOW_S)
    begun = next(openings(schedule, before, now + timedelta(seconds=1)), None)
    return begun is not None and begun.start > before


def _step(one: AlertCondition, row: AlertWatch | None, now_is: Situation) -> Turn | None:
    """What this process has noted; None: nothing, or another process does."""
    watch = NOTHING if row is None else AlertState(row.since, row.began, row.calm, row.seen)
    after, turn = look(
        watch, holds=one.holds, at=now_is.now.timestamp(), bounds=BOUNDS[one.kind], moot=one.moot
    )
    if after == watch:
        return None
    with transaction.atomic():
        if not _write(one, row, after):
            return None
        if turn is Turn.BEGAN:
            alert_notices.begin(one.kind, one.team, now_is)
        if turn is Turn.ENDED:
            alert_notices.end(one.kind, one.team, at=now_is.now)
        if turn is not None:
            audit.record(
                actor=None,
                action="alert.began" if turn is Turn.BEGAN else "alert.ended",
                subject=f"pool {one.team}" if one.team else "",
                detail={"kind": one.kind.value},
            )
    return turn


def _write(one: AlertCondition, row: AlertWatch | None, watch: AlertState) -> bool:
    """Whether nobody else has looked since `row` was read."""
    values = {"since": watch.since, "began": watch.began, "calm": watch.calm, "seen": watch.seen}
    if row is None:
        try:
            with transaction.atomic():
                AlertWatch.objects.create(kind=one.kind.value, team=one.team, **values)
        except IntegrityError:
            return False
        return True
    seen = AlertWatch.objects.filter(pk=row.pk, revision=row.revision)
    if watch == NOTHING:
        return bool(seen.delete()[0])
    return bool(seen.update(revision=F("revision") + 1, **values))


def alerts_on(teams: Iterable[str]) -> list[AlertWatch]:
    """The alerts that are on now for these teams and for the whole platform, the oldest first."""
    return list(AlertWatch.objects.filter(began__isnull=False, team__in=["", *teams]).order_by("began", "pk"))


def moment_of(watch: AlertWatch) -> datetime:
    """When an alert that is on has begun."""
    assert watch.began is not None
    return datetime.fromtimestamp(watch.began, tz=UTC)
