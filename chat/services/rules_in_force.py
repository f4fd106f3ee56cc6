"""What people edit and decisions follow: the plan, hours, skills, the reception, today's classes.

One change of a conversation causes several decisions within milliseconds: the door, a dispatch, the queue that everybody is shown. They
share one reading, which is given up at every edit that is announced, and after a quarter of a second in any case. A process that does not
hear of edits (a job, a command) reads anew each time.
"""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from chat import runtime
from partners.prepared_query import PreparedQuery
from routing_rules import loading, themes
from routing_rules.models import Counsellor, SchoolBooking
from routing_rules.plans import Plan
from routing_rules.weekly import Schedule
from wakeups.sender import sender

SHARED_S = 0.25


@dataclass(frozen=True, slots=True)
class Skills:
    """What a counsellor can take. Read as plain columns: each dispatch needs everybody's."""

    pools: frozenset[str]
    themes: frozenset[str]
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class RulesInForce:
    plan: Plan
    hours: Mapping[str, Schedule]
    """The hours of every active pool, by slug."""
    skills: Mapping[int, Skills]
    """Of every counsellor with an active account, on duty or not."""
    reception: str | None
    """The code of the reception's theme."""
    bookings: Sequence[tuple[Any, ...]]
    """The classes' sessions of today, as `bookings_of_today` gives them."""


class _RulesReading(NamedTuple):
    began: float
    edits: int | None
    day: date
    rules: RulesInForce

    def holds(self, at: float, edits: int, day: date) -> bool:
        return at - self.began < SHARED_S and (self.edits, self.day) == (edits, day)


_last: _RulesReading | None = None


def rules_in_force(now: datetime, *, anew: bool = False) -> RulesInForce:
    """Raises `NoPlanInForceError`."""
    global _last
    # Taken before the reading: an edit that is announced meanwhile makes it out of date.
    began, edits, last = time.monotonic(), _edits_heard_of(), _last
    if not anew and last is not None and edits is not None and last.holds(began, edits, now.date()):
        return last.rules
    rules = RulesInForce(
        plan=loading.published_plan(),
        hours=loading.schedules(now),
        skills=on_the_books(),
        reception=themes.reception_theme(),
        bookings=bookings_of_today(now),
    )
    _last = _RulesReading(began, edits, now.date(), rules)
    return rules


def _edits_heard_of() -> int | None:
    """How many so far; None in a process that does not listen."""
    return runtime.hub().edits if sender.loop is not None and sender.loop.is_running() else None


def on_the_books() -> dict[int, Skills]:
    """The skills of every counsellor with an active account."""
    pools: dict[int, set[str]] = defaultdict(set)
    for person, pool in _skill_rows["pools__slug"].rows():
        pools[person].add(pool)
    themes: dict[int, set[str]] = defaultdict(set)
    for person, theme in _skill_rows["themes__code"].rows():
        themes[person].add(theme)
    return {
        person: Skills(
            frozenset(pools[person] - {None}), frozenset(themes[person] - {None}), frozenset(languages)
        )
        for person, languages in _skill_rows["languages"].rows()
    }


def _of_the_active(column: str) -> PreparedQuery:
    return PreparedQuery(
        lambda: Counsellor.objects.filter(staff__is_active=True).order_by().values_list("pk", column)
    )


_skill_rows = {column: _of_the_active(column) for column in ("pools__slug", "themes__code", "languages")}


def bookings_of_today(now: datetime) -> list[tuple[Any, ...]]:
    """The classes' sessions of this day: code, start, end, places, the partner whose teams give them (None: all)."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return _bookings_between.rows(today, today + timedelta(days=1))


_bookings_between = PreparedQuery(
    lambda since, until: SchoolBooking.objects.filter(starts_at__lt=until, ends_at__gt=since).values_list(
        "code", "starts_at", "ends_at", "places", "partner_id"
    )
)
