"""What people edit and decisions follow: the plan, hours, skills, the reception, today's classes.

One change of a conversation causes several decisions: the door, a dispatch, the queue that everybody is shown. They share one reading.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chat.shared_reading import SharedReading
from partners.prepared_query import PreparedQuery
from routing_rules import loading, themes
from routing_rules.models import Counsellor, SchoolBooking
from routing_rules.plans import Plan
from routing_rules.scarcity import scarce_skills
from routing_rules.weekly import Schedule


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
    scarce: frozenset[str]
    """The themes and languages that few of them have."""
    reception: str | None
    """The code of the reception's theme."""
    bookings: Sequence[tuple[Any, ...]]
    """The classes' sessions of today, as `bookings_of_today` gives them."""


def _read(now: datetime) -> RulesInForce:
    plan, skills = loading.published_plan(), on_the_books()
    return RulesInForce(
        plan=plan,
        hours=loading.schedules(now),
        skills=skills,
        scarce=scarce_skills(one.themes | one.languages for one in skills.values()),
        reception=themes.reception_theme(),
        bookings=bookings_of_today(now),
    )


_shared = SharedReading(_read)


def rules_in_force(now: datetime, *, anew: bool = False) -> RulesInForce:
    """As they are now, read a moment ago at most; `anew`: read after this call. Raises `NoPlanInForceError`."""
    return _shared.at(now, anew=anew)


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
