"""A believable roster of this week and the two after it: most places are taken, some are not."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import cycle

from demo import facts
from partners.time_zone import BRUSSELS
from roster.models import Assignment, Shift, UsualTime
from routing_rules.models import Counsellor, Pool

WEEKS = 3
NEEDED = 2
DAY = timedelta(days=1)


def ensure(now: datetime) -> None:
    """Fill the weeks in which nothing is planned; so the demo's roster never ends, whenever it is started."""
    today = now.astimezone(BRUSSELS).date()
    monday = today - timedelta(days=today.weekday())
    for number in range(WEEKS):
        first = monday + 7 * number * DAY
        if not Shift.objects.filter(date__range=(first, first + 6 * DAY)).exists():
            _fill([first + weekday * DAY for weekday in facts.OPEN_WEEKDAYS], number, now)
    if not UsualTime.objects.exists():
        UsualTime.objects.bulk_create(
            UsualTime(counsellor=one, weekday=weekday, start_minute=facts.NINE - 60, end_minute=facts.NOON)
            for place, one in enumerate(Counsellor.objects.order_by("pk"))
            for weekday in (place % 5, (place + 2) % 5)
        )


def _fill(days: Sequence[date], week: int, now: datetime) -> None:
    pools = list(Pool.objects.filter(slug__in=facts.POOLS).order_by("pk"))
    Shift.objects.bulk_create(
        Shift(
            pool=pool,
            date=day,
            start_minute=facts.NINE,
            end_minute=facts.NOON,
            needed=NEEDED,
            languages=["nl"] if pool.slug == "cdm-bruxelles" else [],
        )
        for pool in pools
        for day in days
    )
    busy: set[tuple[int, date]] = set()
    rows: list[Assignment] = []
    for pool in pools:
        people = cycle(Counsellor.objects.filter(pools=pool).order_by("pk"))
        members = pool.counsellors.count()
        for number, shift in enumerate(Shift.objects.filter(pool=pool, date__in=days).order_by("date")):
            # The later the week, the more places are still free.
            wanted = NEEDED - ((number + pool.pk) % 4 < week)
            for _one in range(min(wanted, members)):
                person = next(people)
                if (person.pk, shift.date) not in busy:
                    busy.add((person.pk, shift.date))
                    rows.append(
                        Assignment(
                            shift=shift,
                            counsellor=person,
                            assigned_by_id=person.staff_id,
                            assigned_at=now - DAY,
                        )
                    )
    if rows and week == 1:
        rows[len(rows) // 2].replacement_wanted_at = now
    Assignment.objects.bulk_create(rows)
