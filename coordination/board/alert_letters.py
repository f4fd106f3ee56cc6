"""The letters about alerts: one to each coordinator for all that turned at one look, however many teams it concerns."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.board.alerts import AlertKind, Turn
from coordination.board.situation import Situation
from partners import audit, letters
from partners.letter_kinds import LetterKind
from partners.letters import LetterText
from partners.models import Role, Staff
from routing_rules.hours_text import format_time
from routing_rules.models import Pool

MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class AlertTurn:
    """An alert that has just begun, or is just over."""

    kind: AlertKind
    team: str
    turn: Turn


def write(told: Sequence[AlertTurn], now_is: Situation) -> None:
    """To the coordinators of the teams' partners and of the platform; of a long wait, to those of every partner with an open team."""
    teams = {pool.slug: pool for pool in Pool.objects.filter(slug__in=[one.team for one in told])}
    names = {slug: pool.name for slug, pool in teams.items()}
    open_now = [slug for slug, state in now_is.states.items() if state.open]
    at_work = set(Pool.objects.filter(slug__in=open_now).values_list("partner_id", flat=True))
    concerned: dict[int, list[AlertTurn]] = defaultdict(list)
    people = list(
        Staff.objects.filter(is_active=True, role__in=[Role.PLATFORM, Role.COORDINATOR]).order_by("pk")
    )
    for one in told:
        partners = ({teams[one.team].partner_id} if one.team in teams else set()) if one.team else at_work
        for person in people:
            if person.role == Role.PLATFORM or (person.partner_id and person.partner_id in partners):
                concerned[person.pk].append(one)
    sent = letters.send_each(
        LetterKind.ALERT,
        [person for person in people if concerned[person.pk]],
        lambda person: letter_of(concerned[person.pk], names=names, now=now_is.now),
    )
    kinds = sorted({one.kind.value for one in told})
    # Of one team, it stands in the log of that team's partner; of several, or of none, in everybody's: it is a number.
    subject = f"pool {told[0].team}" if told[0].team and len({one.team for one in told}) == 1 else ""
    audit.record(actor=None, action="alert.told", subject=subject, detail={"kind": kinds, "people": sent})


def letter_of(told: Sequence[AlertTurn], *, names: dict[str, str], now: datetime) -> LetterText:
    """The letter, in the language in force. It says nothing of whoever waits."""
    local = timezone.localtime(now)
    at = format_time(local.hour * 60 + local.minute)
    lines = [_in_words(one, team=names.get(one.team, one.team), at=at) for one in told]
    subject = lines[0][0]
    if len(lines) > 1:
        subject = ngettext("%(n)s alert", "%(n)s alerts", len(lines)) % {"n": len(lines)}
    return LetterText(
        subject=subject,
        paragraphs=(*(line for _subject, line in lines), *_advice(told)),
        page=reverse("coordination:board"),
        link=_("See the board"),
    )


def _advice(told: Iterable[AlertTurn]) -> list[str]:
    begun = any(one.turn is Turn.BEGAN for one in told)
    return [_("On the board you can call for help, or close early.")] if begun else []


def _in_words(one: AlertTurn, *, team: str, at: str) -> tuple[str, str]:
    """A subject, and the sentence."""
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
    values = {"team": team, "at": at, "minutes": minutes}
    return subject % values, first % values
