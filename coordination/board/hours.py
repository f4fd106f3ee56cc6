"""Opening longer and closing early, today: exceptions as any other, which can be undone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction

from chat.services import hints
from coordination.board.situation import Situation
from partners import audit
from partners.models import Staff
from roster import closures
from routing_rules import loading, timetables
from routing_rules.eligibility import reachable_pools
from routing_rules.models import Pool
from routing_rules.schedule import Opening, closes_at, open_at, openings
from routing_rules.snapshot import open_pools
from routing_rules.timetables import ExceptionWanted
from routing_rules.weekly import DAY_MINUTES, DayException, ExceptionKind, Schedule

LONGER = timedelta(minutes=30)
LONGEST_CLOSURE = timedelta(days=1)
"""As long as one exception can be."""
SHORTEST_NOTICE_S = 300.0
"""Where new requests come until the last minute: so long those who wait still have."""


class HoursRefusedError(Exception):
    """Why the hours stayed as they are."""


class ChangedMeanwhileError(HoursRefusedError):
    """The team does not close when the page said so: somebody changed its hours, or it has closed."""


class StrongerExceptionError(HoursRefusedError):
    """Another exception of the day holds against it."""


class ClosesAnywayError(HoursRefusedError):
    """It closes within minutes."""


class MidnightSoonError(HoursRefusedError):
    """It would be closed until midnight, which is within minutes."""


@transaction.atomic
def open_longer(*, actor: Staff, pool: Pool, closes: datetime, now: datetime) -> datetime:
    """Keep the team open for half an hour more; return when it closes then.

    Raises:
        ChangedMeanwhileError: `closes` is not when it closes.
        StrongerExceptionError: nothing was written.
    """
    _must_close_at(pool, closes, now)
    wanted = _exception(pool, ExceptionKind.OPEN, closes, closes + LONGER)
    _add(actor, pool, wanted, now)
    found = _closing(pool, now)
    if found is None or found < closes + LONGER:
        raise StrongerExceptionError
    audit.record(
        actor=actor,
        action="board.opened_longer",
        subject=f"pool {pool.slug}",
        detail={"at": found.isoformat()},
    )
    return found


def can_open_longer(pool: Pool, schedule: Schedule, closes: datetime) -> bool:
    """Would it stay open? Not where a closure of these hours is stronger, such as the one that closes it early."""
    wanted = _exception(pool, ExceptionKind.OPEN, closes, closes + LONGER)
    more = DayException(wanted.date, wanted.kind, wanted.start, wanted.end)
    longer = replace(schedule, exceptions=(*schedule.exceptions, more))
    return next(openings(longer, closes, closes + LONGER), None) == Opening(closes, closes + LONGER)


@transaction.atomic
def close_early(*, actor: Staff, pool: Pool, closes: datetime | None, now: datetime) -> datetime:
    """Take no new request of this team from now on and close it in some minutes; return when. Conversations that run go on.

    It stays closed until `closed_until`. `closes` is None for a team that never closes.

    Raises:
        ChangedMeanwhileError: `closes` is not when it closes.
        ClosesAnywayError, MidnightSoonError, StrongerExceptionError: nothing was written.
    """
    _must_close_at(pool, closes, now)
    end, until = early_end(now), closed_until(pool, closes, now)
    if end >= until:
        raise ClosesAnywayError if until == closes else MidnightSoonError
    _add(actor, pool, _exception(pool, ExceptionKind.CLOSED, end, until), now)
    found = _closing(pool, now)
    if found is None or found > end:
        raise StrongerExceptionError
    audit.record(
        actor=actor, action="board.closed_early", subject=f"pool {pool.slug}", detail={"at": end.isoformat()}
    )
    return end


def closed_until(pool: Pool, closes: datetime | None, now: datetime) -> datetime:
    """Until when a team that is closed early now stays closed: until the end of its present opening. Where that is no time of today or
    tomorrow (a team that is open day and night), for the rest of the day: what is done in one press does not close a team for days."""
    if closes is not None and closes - now <= LONGEST_CLOSURE:
        return closes
    zone = ZoneInfo(pool.timezone)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, tzinfo=zone).astimezone(UTC)


def early_end(now: datetime) -> datetime:
    """When a team that is closed early now closes. Rounded down to a minute: so the last intake is over at once."""
    return (now + timedelta(seconds=_notice_s())).replace(second=0, microsecond=0)


def planned_after_early_end(closed: Mapping[int, datetime], now: datetime) -> dict[int, int]:
    """How many people are planned in what each team would lose, by its key; `closed` is until when it would stay closed."""
    end = early_end(now)
    return closures.people_in({pool: Opening(end, until) for pool, until in closed.items() if until > end})


def tell_who_waits(now_is: Situation, *, pool: str, end: datetime) -> int:
    """Tell those who wait for this team alone that it closes early; return how many. They keep their place until then."""
    if now_is.snapshot is None:
        return 0
    open_then = open_pools(loading.states_at(loading.schedules(now_is.now), end))
    plan, open_now = now_is.snapshot.plan, now_is.snapshot.open_pools
    left_alone = [
        str(one.id)
        for one in now_is.waiting
        if pool in reachable_pools(plan, one, open_now) and not reachable_pools(plan, one, open_then)
    ]
    in_s = max(0, int((end - now_is.now).total_seconds()))
    async_to_sync(hints.closing_early)(conversations=left_alone, in_s=in_s)
    return len(left_alone)


def tell_that_it_stays_open(now_is: Situation) -> None:
    """A team does not close early after all: nobody who waits for a team that is open then is to read that it does."""
    if now_is.snapshot is None:
        return
    then = now_is.now + timedelta(seconds=_notice_s())
    open_then = open_pools(loading.states_at(loading.schedules(now_is.now), then))
    served = [str(one.id) for one in now_is.waiting if reachable_pools(now_is.snapshot.plan, one, open_then)]
    async_to_sync(hints.stays_open)(conversations=served)


def _notice_s() -> float:
    return settings.ENV.last_intake_s or SHORTEST_NOTICE_S


def moment_of_seconds(text: str) -> datetime | None:
    """A moment as a page names it, in whole seconds since the epoch."""
    if not text.isdecimal() or len(text) > len("9999999999"):
        return None
    return datetime.fromtimestamp(int(text), tz=UTC)


def _must_close_at(pool: Pool, closes: datetime | None, now: datetime) -> None:
    # Two coordinators who press at once: the second would open for an hour more.
    Pool.objects.select_for_update().get(pk=pool.pk)
    schedule = loading.schedules(now).get(pool.slug)
    if schedule is None or not open_at(schedule, now) or closes_at(schedule, now) != closes:
        raise ChangedMeanwhileError


def _closing(pool: Pool, now: datetime) -> datetime | None:
    schedule = loading.schedules(now).get(pool.slug)
    return None if schedule is None else closes_at(schedule, now)


def _add(actor: Staff, pool: Pool, wanted: ExceptionWanted, now: datetime) -> None:
    try:
        timetables.add_exception(
            actor=actor,
            pool=pool,
            wanted=wanted,
            today=min(wanted.date, timetables.today_at(pool=pool, now=now)),
        )
    except timetables.AlreadyThereError:
        raise StrongerExceptionError from None


def _exception(pool: Pool, kind: ExceptionKind, start: datetime, end: datetime) -> ExceptionWanted:
    zone = ZoneInfo(pool.timezone)
    local, wall = start.astimezone(zone), end.astimezone(zone)
    first = local.hour * 60 + local.minute
    last = (wall.date() - local.date()).days * DAY_MINUTES + wall.hour * 60 + wall.minute
    if last <= first:
        # The clock is set back in between.
        last = first + int((end - start).total_seconds()) // 60
    return ExceptionWanted(date=local.date(), kind=kind, start=first, end=last)
