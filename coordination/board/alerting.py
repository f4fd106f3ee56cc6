"""Looks at what the alerts are about, notes what has begun and what is over, and writes to those who can do something about it.

Whoever looks reads a watch's revision; one conditional statement raises it. So of two processes that look at once, one tells.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.board import situation
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
from partners import audit, letters
from partners.letter_kinds import LetterKind
from partners.letters import LetterText
from partners.models import Role, Staff
from routing_rules.hours_text import format_time
from routing_rules.models import Pool
from routing_rules.schedule import openings
from routing_rules.snapshot import attentive_in
from routing_rules.weekly import Schedule

MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class AlertCondition:
    """Whether something that people are alerted of is so now."""

    kind: AlertKind
    team: str
    """A pool's slug; empty for the whole platform."""
    holds: bool
    moot: bool = False


@dataclass(frozen=True, slots=True)
class AlertTurn:
    """An alert that has just begun, or is just over."""

    kind: AlertKind
    team: str
    turn: Turn


def look_at_all(*, now: datetime) -> list[AlertTurn]:
    """Look once at everything, tell who is to be told, and return what was told."""
    now_is = situation.read(now)
    rows = {(row.kind, row.team): row for row in AlertWatch.objects.all()}
    told = [
        AlertTurn(one.kind, one.team, turn)
        for one in conditions(now_is, on={key for key, row in rows.items() if row.began is not None})
        if (turn := _step(one, rows.pop((one.kind.value, one.team), None), now)) is not None
    ]
    for row in rows.values():
        # A team that is no more.
        gone = AlertCondition(AlertKind(row.kind), row.team, holds=False, moot=True)
        if (turn := _step(gone, row, now)) is not None:
            told.append(AlertTurn(gone.kind, gone.team, turn))
    for one in told:
        _write_letters(one, now_is)
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


def _step(one: AlertCondition, row: AlertWatch | None, now: datetime) -> Turn | None:
    """What is to be told by this process; None: nothing, or another process tells it."""
    watch = NOTHING if row is None else AlertState(row.since, row.began, row.calm, row.seen)
    after, turn = look(watch, holds=one.holds, at=now.timestamp(), bounds=BOUNDS[one.kind], moot=one.moot)
    if after == watch:
        return None
    with transaction.atomic():
        if not _write(one, row, after):
            return None
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


def _write_letters(one: AlertTurn, now_is: Situation) -> None:
    pool = Pool.objects.filter(slug=one.team).first() if one.team else None
    if one.team:
        partners = {pool.partner_id} if pool else set()
    else:
        open_now = [slug for slug, state in now_is.states.items() if state.open]
        partners = set(Pool.objects.filter(slug__in=open_now).values_list("partner_id", flat=True))
    people = Staff.objects.filter(is_active=True, role=Role.PLATFORM) | Staff.objects.filter(
        is_active=True, role=Role.COORDINATOR, partner__in=partners - {None}
    )
    name = pool.name if pool else one.team
    sent = letters.send_each(
        LetterKind.ALERT, people, lambda _person: letter_of(one, team=name, now=now_is.now)
    )
    audit.record(
        actor=None,
        action="alert.told",
        subject=f"pool {one.team}" if one.team else "",
        detail={"kind": one.kind.value, "people": sent},
    )


def letter_of(one: AlertTurn, *, team: str, now: datetime) -> LetterText:
    """The letter, in the language in force. It says nothing of whoever waits."""
    local = timezone.localtime(now)
    at = format_time(local.hour * 60 + local.minute)
    minutes = round(settings.ENV.alert_wait_s / MINUTE_S)
    subject, first = {
        (AlertKind.OPENING, Turn.BEGAN): (
            _("%(team)s is open and nobody is there"),
            _(
                "The opening of %(team)s has begun, and at %(at)s nobody was ready. Whoever asks may read that nobody is free."
            ),
        ),
        (AlertKind.OPENING, Turn.ENDED): (
            _("%(team)s: somebody is there, or it has closed"),
            _("At %(at)s the alert was over: %(team)s has somebody ready, or is closed."),
        ),
        (AlertKind.EMPTY, Turn.BEGAN): (
            _("%(team)s has been without anybody for ten minutes"),
            _("At %(at)s nobody had been ready in %(team)s for ten minutes of its opening hours."),
        ),
        (AlertKind.EMPTY, Turn.ENDED): (
            _("%(team)s: somebody is there, or it has closed"),
            _("At %(at)s the alert was over: %(team)s has somebody ready, or is closed."),
        ),
        (AlertKind.WAIT, Turn.BEGAN): (
            _("Somebody has been waiting for long"),
            ngettext(
                "At %(at)s somebody had been waiting for more than %(minutes)s minute.",
                "At %(at)s somebody had been waiting for more than %(minutes)s minutes.",
                minutes,
            ),
        ),
        (AlertKind.WAIT, Turn.ENDED): (
            _("Nobody waits for long any more"),
            _("At %(at)s the alert was over: nobody had been waiting for long for two minutes."),
        ),
    }[one.kind, one.turn]
    told = {"team": team, "at": at, "minutes": minutes}
    paragraphs = [first % told]
    if one.turn is Turn.BEGAN:
        paragraphs.append(_("On the board you can call for help, or close early."))
    return LetterText(
        subject=subject % told,
        paragraphs=tuple(paragraphs),
        page=reverse("coordination:board"),
        link=_("See the board"),
    )


def moment_of(watch: AlertWatch) -> datetime:
    """When an alert that is on has begun."""
    assert watch.began is not None
    return datetime.fromtimestamp(watch.began, tz=UTC)
