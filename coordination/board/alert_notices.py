"""Who is to be told of which alert. Only this module writes it, in the transaction that notes that an alert has begun or is over."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from coordination.board.alerts import AlertKind
from coordination.board.situation import Situation
from coordination.models import AlertLetter, AlertNotice
from partners import letter_choices
from partners.letter_kinds import LetterKind
from partners.models import Role, Staff
from routing_rules.models import Pool

OF_USE: Final = timedelta(hours=4)
"""For so long after the end of an alert its readers are told of it, should no letter have left until then."""


def begin(kind: AlertKind, team: str, now_is: Situation) -> None:
    """To be told: the coordinators of the team's partner and of the platform; of a long wait, those of every partner with an open team."""
    teams = [team] if team else [slug for slug, state in now_is.states.items() if state.open]
    partners = Pool.objects.filter(slug__in=teams, partner__isnull=False).values("partner")
    people = Staff.objects.filter(is_active=True).filter(
        Q(role=Role.PLATFORM) | Q(role=Role.COORDINATOR, partner__in=partners)
    )
    readers = letter_choices.who_wants(LetterKind.ALERT, people.order_by("pk"))
    # One whose end nobody has seen.
    _on(kind, team).delete()
    AlertNotice.objects.bulk_create(
        AlertNotice(person=person, kind=kind.value, team=team, began_at=now_is.now)
        for person, _language in readers
    )


def end(kind: AlertKind, team: str, *, at: datetime) -> None:
    """To be told: whoever is told that it had begun."""
    _on(kind, team).update(ended_at=at)


def _on(kind: AlertKind, team: str) -> "QuerySet[AlertNotice]":
    return AlertNotice.objects.filter(kind=kind.value, team=team, ended_at=None)


def untold(now: datetime) -> "QuerySet[AlertNotice]":
    """Those of which there is something to tell that is still of use. What is over and was told goes, so of any that is over there is."""
    return AlertNotice.objects.filter(Q(ended_at=None, told_at=None) | Q(ended_at__gt=now - OF_USE))


def write_letters(*, now: datetime) -> None:
    """Have everybody of whom there is something to tell written to. Who has a letter that waits gets no second one: it tells everything."""
    waiting = AlertLetter.objects.filter(done_at=None).values("person")
    people = untold(now).exclude(person__in=waiting).order_by("person").values_list("person", flat=True)
    # Another process may write them in this moment.
    AlertLetter.objects.bulk_create(
        [
            AlertLetter(person_id=one, kind=LetterKind.ALERT.value, until=now + OF_USE)
            for one in people.distinct()
        ],
        ignore_conflicts=True,
    )


def told(rows: Sequence[AlertNotice], *, at: datetime) -> None:
    """A letter left that told of these as they were when they were read; what has ended since is still to be told."""
    AlertNotice.objects.filter(pk__in=_keys(rows, over=True)).delete()
    AlertNotice.objects.filter(pk__in=_keys(rows, over=False)).update(told_at=at)


def _keys(rows: Collection[AlertNotice], *, over: bool) -> list[int]:
    return [one.pk for one in rows if (one.ended_at is not None) is over]
