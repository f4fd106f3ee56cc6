"""The small world of the coordinators' tests, with shifts in it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from partners.models import Role
from roster.models import Assignment, Shift
from routing_rules.models import Counsellor, Pool, Theme
from tests.coordination.conftest import World, make_person, signed_in, world

__all__ = ["signed_in", "world"]

NOW = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)
"""A Wednesday."""
MONDAY = date(2026, 6, 15)


def make_counsellor(
    name: str, *pools: Pool, languages: Iterable[str] = ("fr",), themes: Iterable[str] = ("formation",)
) -> Counsellor:
    partner = pools[0].partner if pools else None
    skills = Counsellor.objects.create(
        staff=make_person(name, Role.COUNSELLOR, partner), languages=list(languages)
    )
    skills.pools.add(*pools)
    skills.themes.add(*Theme.objects.filter(code__in=themes))
    return skills


def make_shift(pool: Pool, day: date = MONDAY, start: int = 540, end: int = 720, **fields: object) -> Shift:
    return Shift.objects.create(pool=pool, date=day, start_minute=start, end_minute=end, **fields)


def put_on(shift: Shift, *people: Counsellor, at: datetime = NOW - timedelta(days=1)) -> None:
    for one in people:
        Assignment.objects.create(shift=shift, counsellor=one, assigned_by=one.staff, assigned_at=at)


@pytest.fixture
def sami(world: World) -> Counsellor:
    """The counsellor of the world: of Namur's team."""
    return Counsellor.objects.get(staff=world.counsellor)
