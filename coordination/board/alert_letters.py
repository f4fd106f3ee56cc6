"""The letters about alerts: one to each coordinator for all that is to be told when it leaves, however many teams it concerns.

What a letter says is read when it leaves. Of an alert that is over by then it tells both, that it had begun and that it is over.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.board import alert_notices
from coordination.board.alerts import AlertKind
from coordination.models import AlertLetter, AlertNotice
from partners import audit
from partners.letters import LetterText
from partners.queued_letters import LetterQueue
from routing_rules.hours_text import format_time
from routing_rules.models import Pool

MINUTE_S = 60
RETRY: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(seconds=30)
"""The next look at the alerts does not wait for longer."""


@dataclass(slots=True)
class AlertDraft:
    """Everything that the reader of a letter is to be told now."""

    letter: AlertLetter
    now: datetime
    rows: list[AlertNotice] = field(init=False)

    def __post_init__(self) -> None:
        self.rows = list(alert_notices.untold(self.now).filter(person=self.letter.person_id))

    @property
    def key(self) -> str:
        """A letter that is tried again may say more by then: it is not the one that mail programs may have already."""
        says = repr([(one.pk, one.told_at, one.ended_at) for one in self.rows])
        return f"alert-{self.letter.pk}-{hashlib.sha256(says.encode()).hexdigest()[:8]}"

    def text(self) -> LetterText | None:
        return letter_of(self.rows) if self.rows else None

    def dealt_with(self, *, now: datetime) -> None:
        alert_notices.told(self.rows, at=now)


def send_due(*, now: datetime, longest: timedelta = LONGEST) -> int:
    """Send what is to be told of alerts; return how many letters the mail server took."""
    alert_notices.write_letters(now=now)
    kinds: set[str] = set()
    teams: set[str] = set()

    def draft(letter: AlertLetter, at: datetime) -> AlertDraft:
        found = AlertDraft(letter, at)
        kinds.update(one.kind for one in found.rows)
        teams.update(one.team for one in found.rows)
        return found

    sent = LetterQueue(AlertLetter.objects.all, draft, RETRY).send_waiting(now=now, longest=longest)
    if sent:
        detail = {"kind": sorted(kinds), "people": len(sent)}
        # Of one team, it stands in the log of that team's partner; of several, or of none, in everybody's: it is a number.
        subject = f"pool {team}" if len(teams) == 1 and (team := min(teams)) else ""
        audit.record(actor=None, action="alert.told", subject=subject, detail=detail)
    return len(sent)


def letter_of(rows: Sequence[AlertNotice]) -> LetterText:
    """The letter, in the language in force. It says nothing of whoever waits."""
    names = dict(Pool.objects.filter(slug__in={one.team for one in rows}).values_list("slug", "name"))
    lines = [_in_words(one, team=names.get(one.team, one.team)) for one in rows]
    subject = lines[0][0]
    if len(lines) > 1:
        subject = ngettext("%(n)s alert", "%(n)s alerts", len(lines)) % {"n": len(lines)}
    return LetterText(
        subject=subject,
        paragraphs=(*(line for _subject, line in lines), *_advice(rows)),
        page=reverse("coordination:board"),
        link=_("See the board"),
    )


def _advice(rows: Iterable[AlertNotice]) -> list[str]:
    on = any(one.ended_at is None for one in rows)
    return [_("On the board you can call for help, or close early.")] if on else []


def _in_words(one: AlertNotice, *, team: str) -> tuple[str, str]:
    """A subject, and the sentence."""
    kind = AlertKind(one.kind)
    minutes = round(settings.ENV.alert_wait_s / MINUTE_S)
    if one.ended_at is None:
        subject, sentence = _begun(kind, minutes)
    elif one.told_at is not None:
        subject, sentence = _ended(kind)
    else:
        subject, sentence = _begun_and_ended(kind, minutes)
    ended = one.ended_at or one.began_at
    at = one.began_at if one.told_at is None else ended
    values = {"team": team, "at": _clock(at), "until": _clock(ended), "minutes": minutes}
    return subject % values, sentence % values


def _clock(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return format_time(local.hour * 60 + local.minute)


def _begun(kind: AlertKind, minutes: int) -> tuple[str, str]:
    return {
        AlertKind.OPENING: (
            _("%(team)s is open and nobody is there"),
            _(
                "The opening of %(team)s has begun, and at %(at)s nobody was ready. Whoever asks may read that nobody is free."
            ),
        ),
        AlertKind.EMPTY: (
            _("%(team)s has been without anybody for ten minutes"),
            _("At %(at)s nobody had been ready in %(team)s for ten minutes of its opening hours."),
        ),
        AlertKind.WAIT: (_("Somebody has been waiting for long"), _waited(minutes)),
    }[kind]


def _ended(kind: AlertKind) -> tuple[str, str]:
    if kind is AlertKind.WAIT:
        return (
            _("Nobody waits for long any more"),
            _("At %(at)s the alert was over: nobody had been waiting for long for two minutes."),
        )
    return (
        _("%(team)s: somebody is there, or it has closed"),
        _("At %(at)s the alert was over: %(team)s has somebody ready, or is closed."),
    )


def _begun_and_ended(kind: AlertKind, minutes: int) -> tuple[str, str]:
    """The letter could not leave while it was on."""
    over = _("At %(until)s the alert was over. No letter could leave before.")
    if kind is AlertKind.WAIT:
        return _("Somebody had been waiting for long; it is over"), f"{_waited(minutes)} {over}"
    first = {
        AlertKind.OPENING: _("The opening of %(team)s had begun, and at %(at)s nobody was ready."),
        AlertKind.EMPTY: _(
            "At %(at)s nobody had been ready in %(team)s for ten minutes of its opening hours."
        ),
    }[kind]
    return _("%(team)s was open without anybody; it is over"), f"{first} {over}"


def _waited(minutes: int) -> str:
    return ngettext(
        "At %(at)s somebody had been waiting for more than %(minutes)s minute.",
        "At %(at)s somebody had been waiting for more than %(minutes)s minutes.",
        minutes,
    )
