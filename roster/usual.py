"""Who is usually free when, and who is away: what people said of themselves."""

from collections.abc import Collection
from datetime import date

from roster.loading import who_may_work
from roster.models import Absence, UsualTime


def usually_free(pool_ids: Collection[int], weekday: int, start: int, end: int) -> list[int]:
    """The keys of the counsellors of any of these teams who said that they are usually free on that weekday (0 is Monday) from `start`
    to `end`, minutes from midnight, for all of it.
    """
    people = who_may_work().filter(pools__in=pool_ids).values("pk")
    rows = UsualTime.objects.filter(
        counsellor__in=people, weekday=weekday, start_minute__lt=end, end_minute__gt=start
    ).order_by("counsellor", "start_minute")
    reached: dict[int, int] = {}
    for counsellor, begins, ends in rows.values_list("counsellor", "start_minute", "end_minute"):
        until = reached.get(counsellor, start)
        reached[counsellor] = max(until, ends) if begins <= until else until
    return [counsellor for counsellor, until in reached.items() if until >= end]


def away_on(day: date) -> frozenset[int]:
    """The keys of the counsellors who said that they are away on that day."""
    rows = Absence.objects.filter(first_day__lte=day, last_day__gte=day)
    return frozenset(rows.values_list("counsellor", flat=True))
