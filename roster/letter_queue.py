"""Letters about shifts that are to be sent. Of several processes one writes each; `partners.queued_letters` sends them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from partners.letter_kinds import LetterKind
from roster.letter_times import DueDay
from roster.models import RosterLetter, RosterNotice


class NothingToTellError(Exception):
    """Another process has taken these notices."""


def write(
    kind: LetterKind, people: Iterable[int], due: DueDay, *, about: str = "", shifts: Sequence[int] = ()
) -> None:
    """Have each of these people (keys of accounts) written to about this day, or these shifts of it. Who has such a letter already gets
    no second one.
    """
    wanted = set(people)
    if not wanted:
        return
    there = RosterLetter.objects.filter(kind=kind.value, day=due.day, about=about, person__in=wanted)
    new = wanted - set(there.values_list("person", flat=True))
    # Another process may write them in this moment.
    RosterLetter.objects.bulk_create(
        [
            RosterLetter(
                person_id=one,
                kind=kind.value,
                day=due.day,
                about=about,
                until=due.until,
                shifts=list(shifts),
            )
            for one in sorted(new)
        ],
        ignore_conflicts=True,
    )


def write_of_holes(kind: LetterKind, holes: Mapping[int, Collection[int]], due: DueDay) -> None:
    """Have each of these people (keys of accounts) written to about those of their holes (keys of shifts) of which no letter at this
    distance from the day told them yet.
    """
    stage = _stage(due)
    rows = RosterLetter.objects.filter(
        kind=kind.value, day=due.day, about__startswith=stage, person__in=holes
    )
    told: dict[int, set[int]] = defaultdict(set)
    letters: dict[int, int] = defaultdict(int)
    for person, shifts in rows.values_list("person", "shifts"):
        told[person].update(shifts)
        letters[person] += 1
    # Another process that has seen the same letters writes the same next one: of the two, one is there.
    RosterLetter.objects.bulk_create(
        [
            RosterLetter(
                person_id=person,
                kind=kind.value,
                day=due.day,
                about=f"{stage}, {letters[person] + 1}",
                until=due.until,
                shifts=new,
            )
            for person, shifts in sorted(holes.items())
            if (new := sorted(set(shifts) - told[person]))
        ],
        ignore_conflicts=True,
    )


def who_was_told(kind: LetterKind, shift: int, people: Iterable[int], due: DueDay) -> set[int]:
    """Those of these people whom a letter at this distance from the day told that this shift lacks somebody."""
    rows = RosterLetter.objects.filter(
        kind=kind.value, day=due.day, about__startswith=_stage(due), person__in=set(people)
    )
    return {person for person, shifts in rows.values_list("person", "shifts") if shift in shifts}


def _stage(due: DueDay) -> str:
    return f"{due.stage} days before"


def write_of_notices(kind: LetterKind, person: int, rows: Sequence[RosterNotice], until: datetime) -> None:
    """One letter for these notices of one person; none where another process has made one."""
    first = rows[0]
    try:
        with transaction.atomic():
            letter = RosterLetter.objects.create(
                person_id=person, kind=kind.value, day=first.date, about=f"notice {first.pk}", until=until
            )
            waiting = RosterNotice.objects.filter(
                pk__in=[one.pk for one in rows], letter=None, letter_at=None
            )
            if not waiting.update(letter=letter):
                raise NothingToTellError
    except (IntegrityError, NothingToTellError):
        return
