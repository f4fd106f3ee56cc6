"""Who is to be written to about shifts now, and about what. What each letter says is read when it leaves (`letters.py`)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from partners.letter_kinds import LetterKind
from roster import letter_queue, letter_times, loading, signing_up
from roster.letter_times import DAY, DueDay, local_moment
from roster.models import Assignment, RosterNotice, RosterNoticeKind, Shift
from roster.planned import LackingShift, next_shifts_lacking
from roster.planners import planners_of
from roster.rules import moments
from routing_rules.models import Counsellor, Pool

UNDONE_FOR: Final = timedelta(minutes=10)
"""For so long an act can be undone: nobody is written to about what did not last."""
SOON: Final = timedelta(hours=1)
"""What is told of a shift that begins within so long leaves at once: later it would be of no use."""
FARTHEST: Final = 4
"""In days: nothing that lacks later is looked at."""


def write_all(*, now: datetime) -> None:
    """Write down every letter that is due and not written down yet."""
    _notices(now)
    for due in letter_times.reminders(now):
        _reminders(due)
    if stages := letter_times.warnings(now):
        lacking = _lasting(next_shifts_lacking(now, FARTHEST), now)
        for due in stages:
            _warnings(due, [one for one in lacking if one.shift.date == due.day], now)
    if week := letter_times.digest(now):
        _digests(week)


def _notices(now: datetime) -> None:
    waiting = RosterNotice.objects.filter(letter_at=None, letter=None, read_at=None).select_related("pool")
    rows = [one for one in waiting if one.created_at <= now - UNDONE_FOR or _is_soon(one, now)]
    by_reader = sorted(rows, key=lambda one: (one.person_id, kind_of_notice(one).value, one.pk))
    for (person, kind), found in groupby(by_reader, key=lambda one: (one.person_id, kind_of_notice(one))):
        told = list(found)
        until = local_moment(max(one.date for one in told) + DAY)
        letter_queue.write_of_notices(kind, person, told, until)


def _is_soon(one: RosterNotice, now: datetime) -> bool:
    """Whoever is, or was, expected within the hour must know now. If the act is undone, they are told how it is again."""
    hours = [(one.date, one.start_minute, one.end_minute)]
    if one.was:
        day = date.fromisoformat(one.was["date"])
        hours.append((day, one.was["start_minute"], one.was["end_minute"]))
    stretches = [moments(*each, one.pool.timezone) for each in hours]
    return any(each.start <= now + SOON and each.end > now for each in stretches)


def kind_of_notice(one: RosterNotice) -> LetterKind:
    """Whether somebody is asked, or told."""
    asks = one.kind == RosterNoticeKind.REPLACEMENT_WANTED
    return LetterKind.REPLACEMENT if asks else LetterKind.SHIFT_CHANGED


def _reminders(due: DueDay) -> None:
    """Whoever came onto a shift after the letters of that day has read it, or is told of it by a letter of its own; whoever is of a team
    that is not active was told that it is closed."""
    shifts = Shift.objects.filter(date=due.day, pool__active=True)
    rows = loading.standing(shifts).filter(assigned_at__lt=due.since)
    letter_queue.write(LetterKind.SHIFT_TOMORROW, _accounts(rows.values_list("counsellor", flat=True)), due)


def _lasting(lacking: list[LackingShift], now: datetime) -> list[LackingShift]:
    """Without those that somebody left by an act that can still be undone."""
    since = now - UNDONE_FOR
    keys = [one.shift.pk for one in lacking]
    left = Assignment.objects.filter(shift__in=keys, counsellor__staff__left_at__gt=since)
    off = (RosterNoticeKind.REMOVED, RosterNoticeKind.PLACE_LOST)
    told = RosterNotice.objects.filter(created_at__gt=since, kind__in=(*off, RosterNoticeKind.MOVED))
    taken_off = {one.shift_id for one in told if one.kind in off}
    moved = {
        (one.pool_id, *(one.was[name] for name in ("date", "start_minute", "end_minute")))
        for one in told
        if one.was
    }
    recent = taken_off.union(left.values_list("shift", flat=True))
    return [one for one in lacking if one.shift.pk not in recent and _place_in_time(one.shift) not in moved]


def _place_in_time(one: Shift) -> tuple[int, str, int, int]:
    return (one.pool_id, one.date.isoformat(), one.start_minute, one.end_minute)


def _warnings(due: DueDay, lacking: Collection[LackingShift], now: datetime) -> None:
    """Whoever could come, and whoever plans, is told of each of these shifts once at this distance from the day."""
    holes: dict[int, set[int]] = defaultdict(set)
    for one in lacking:
        people: set[int] = set()
        if one.coverage.free:
            people.update(signing_up.could_come(one.shift, instead_of=None, now=now))
        looking = Assignment.objects.filter(shift=one.shift, replacement_wanted_at__isnull=False)
        for colleague in looking.values_list("counsellor", flat=True):
            people.update(signing_up.could_come(one.shift, instead_of=colleague, now=now))
        # Of one that has begun the board tells those who plan.
        planners = planners_of([one.shift.pool]) if one.time.start > now else {}
        for reader in {*_accounts(people), *planners}:
            holes[reader].add(one.shift.pk)
    letter_queue.write_of_holes(LetterKind.SHIFT_LACKS, holes, due)


def _digests(due: DueDay) -> None:
    pools = Pool.objects.filter(
        active=True, shifts__date__range=(due.day, due.day + timedelta(days=6))
    ).distinct()
    team = loading.who_may_work().filter(pools__in=pools).values_list("staff", flat=True)
    letter_queue.write(LetterKind.WEEK_AHEAD, {*team, *planners_of(pools)}, due)


def _accounts(counsellors: Iterable[int]) -> list[int]:
    return list(Counsellor.objects.filter(pk__in=list(counsellors)).values_list("staff", flat=True))
