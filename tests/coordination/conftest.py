"""A small world: two partners, two pools, one person of each role."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from partners.models import Network, Partner, Role, Staff
from routing_rules.models import (
    Counsellor,
    OpeningInterval,
    PlanState,
    PlanVersion,
    Pool,
    RuleRow,
    Site,
    Theme,
    Timetable,
)
from routing_rules.plans import Rule, Step

OFFICE = [(day, 540, 720) for day in (0, 1, 2, 4)]
"""9:00-12:00, Monday to Friday, except Thursday."""


@dataclass
class World:
    """What the tests of this folder begin with."""

    namur: Partner
    bruxelles: Partner
    pool_namur: Pool
    pool_bruxelles: Pool
    coordinator: Staff
    platform: Staff
    counsellor: Staff
    analyst: Staff
    admin: Staff
    site: Site

    def client(self, person: Staff) -> Client:
        """A browser in which this person has signed in."""
        client = Client()
        client.force_login(person)
        return client


def words_of(answer: Any) -> str:
    """The page as it is read: without entities, and with plain spaces where French keeps signs on the line."""
    page: str = unescape(answer.content.decode())
    return page.replace("\u00a0", " ").replace("\u202f", " ")


def make_person(name: str, role: Role, partner: Partner | None = None) -> Staff:
    return Staff.objects.create_user(
        username=name, email=f"{name}@example.be", role=role, partner=partner, first_name=name.capitalize()
    )


def make_timetable(pool: Pool, valid_from: date, intervals: Iterable[tuple[int, int, int]]) -> Timetable:
    timetable = Timetable.objects.create(pool=pool, valid_from=valid_from)
    OpeningInterval.objects.bulk_create(
        OpeningInterval(timetable=timetable, weekday=day, start_minute=start, end_minute=end)
        for day, start, end in intervals
    )
    return timetable


def make_rule(plan: PlanVersion, position: int, name: str, **fields: Any) -> RuleRow:
    """A rule that goes to all pools at once, unless `steps` say otherwise."""
    content = {**Rule(name).to_dict(), **fields}
    return RuleRow.objects.create(plan=plan, position=position, content=content)


def make_plan(number: int = 1, state: PlanState = PlanState.PUBLISHED, **fields: Any) -> PlanVersion:
    """A plan of one rule, which sends everything everywhere, unless its fields say otherwise."""
    plan = PlanVersion.objects.create(number=number, state=state)
    make_rule(plan, 1, "Tout", **fields)
    return plan


def step(*pools: str, after_s: int = 0) -> dict[str, Any]:
    """A step of a rule as it is stored; without pools, every pool."""
    return Step(after_s, frozenset(pools) or None).to_dict()


@pytest.fixture
def world(db: None) -> World:
    cdm = Network.objects.create(code="CDM", name="Cités des Métiers")
    namur = Partner.objects.create(slug="cdm-namur", name="CDM Namur", network=cdm)
    bruxelles = Partner.objects.create(slug="cdm-bruxelles", name="CDM Bruxelles", network=cdm)
    for position, (code, label) in enumerate(
        [
            ("orientation", "Orientation"),
            ("formation", "Formation"),
            ("emploi", "Emploi"),
            ("accueil", "Accueil"),
        ]
    ):
        Theme.objects.create(code=code, labels={"fr": label}, position=position)
    pool_namur = Pool.objects.create(slug="cdm-namur", name="Équipe Namur", partner=namur)
    pool_bruxelles = Pool.objects.create(slug="cdm-bruxelles", name="Équipe Bruxelles", partner=bruxelles)
    for pool in (pool_namur, pool_bruxelles):
        make_timetable(pool, date(2026, 1, 5), OFFICE)
    counsellor = make_person("sami", Role.COUNSELLOR, namur)
    skills = Counsellor.objects.create(staff=counsellor)
    skills.pools.add(pool_namur)
    skills.themes.add(Theme.objects.get(code="formation"))
    return World(
        namur=namur,
        bruxelles=bruxelles,
        pool_namur=pool_namur,
        pool_bruxelles=pool_bruxelles,
        coordinator=make_person("nora", Role.COORDINATOR, namur),
        platform=make_person("paule", Role.PLATFORM),
        counsellor=counsellor,
        analyst=make_person("ines", Role.ANALYST),
        admin=make_person("adam", Role.ADMIN),
        site=Site.objects.create(key="miti", name="miti.be", domains=["https://www.miti.be"]),
    )


@pytest.fixture
def signed_in(world: World) -> Callable[[str], Client]:
    """`signed_in("platform")`: a browser of that person of the world."""
    return lambda name: world.client(getattr(world, name))
