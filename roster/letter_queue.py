"""Letters that are to be sent. Of several processes one writes each, and one sends it; only this module writes them.

A process may die between the moment at which the mail server took a letter and the one at which this is noted. Such a letter is sent
again, with the same Message-ID: mail programs that have it already show it once. No order of the two would lose none and double none.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from partners.letter_kinds import LetterKind
from roster.letter_times import DueDay
from roster.models import RosterLetter, RosterNotice

CLAIM: Final = timedelta(minutes=15)
"""Longer than a job may run: when it is over, whoever claimed the letter has ended."""
RETRY: Final = timedelta(minutes=5)
LONGEST_RETRY: Final = timedelta(hours=2)


class NothingToTellError(Exception):
    """Another process has taken these notices."""


def write(kind: LetterKind, people: Iterable[int], due: DueDay, *, about: str = "") -> None:
    """Have each of these people (keys of accounts) written to about this day. Who has such a letter already gets no second one."""
    wanted = set(people)
    if not wanted:
        return
    there = RosterLetter.objects.filter(kind=kind.value, day=due.day, about=about, person__in=wanted)
    new = wanted - set(there.values_list("person", flat=True))
    # Another process may write them in this moment.
    RosterLetter.objects.bulk_create(
        [
            RosterLetter(person_id=one, kind=kind.value, day=due.day, about=about, until=due.until)
            for one in sorted(new)
        ],
        ignore_conflicts=True,
    )


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


def waiting(now: datetime) -> list[RosterLetter]:
    """Those that can be sent now, the most urgent first."""
    RosterLetter.objects.filter(done_at=None, until__lte=now).update(done_at=now)
    return list(RosterLetter.objects.filter(_free(now)).select_related("person").order_by("until", "pk"))


def claim(letter: RosterLetter, *, now: datetime) -> bool:
    """Whether this process is the one that sends it. Of several that try at once, one finds the row as it was."""
    free = RosterLetter.objects.filter(_free(now), pk=letter.pk)
    return bool(free.update(claimed_until=now + CLAIM, tries=F("tries") + 1))


def _free(now: datetime) -> Q:
    return Q(done_at=None) & (Q(claimed_until=None) | Q(claimed_until__lte=now))


@transaction.atomic
def done(letter: RosterLetter, *, sent: bool, now: datetime) -> None:
    """It has left, or was of no use."""
    RosterLetter.objects.filter(pk=letter.pk).update(done_at=now, sent=sent)
    RosterNotice.objects.filter(letter=letter, letter_at=None).update(letter_at=now)


def try_again(letter: RosterLetter, *, now: datetime) -> None:
    """The mail server did not take it: later once more, at growing distances, for as long as it is of use."""
    wait = min(RETRY * 2 ** min(letter.tries, 10), LONGEST_RETRY)
    RosterLetter.objects.filter(pk=letter.pk).update(claimed_until=now + wait)


def sent_of(letters: Collection[RosterLetter]) -> dict[str, int]:
    """How many of each kind."""
    found: dict[str, int] = {}
    for one in letters:
        found[one.kind] = found.get(one.kind, 0) + 1
    return found
