"""The same few people and the same ordinary request in every test of the figures."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from indicators.codes import Outcome
from indicators.models import OnDuty, SkilledOnDuty
from indicators.rows.record import EndedRequest
from partners.models import Network, Partner, Role, Staff
from routing_rules.models import Counsellor, Pool, Theme

IN_DECEMBER = date(2026, 12, 15)
NINE_IN_BRUSSELS = datetime(2026, 11, 17, 8, 10, tzinfo=UTC)

calm = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
"""For properties: the same examples every time, however slow the machine is."""

Ended = Callable[..., EndedRequest]


@pytest.fixture(autouse=True)
def in_december(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages and the API are read when the days of these tests are over."""
    monkeypatch.setattr("indicators.current_day.today", lambda: IN_DECEMBER)


@pytest.fixture
def ended() -> Ended:
    """An ordinary request that was taken up; a test says what is different."""

    def make(**different: Any) -> EndedRequest:
        ordinary: dict[str, Any] = {
            "asked_at": NINE_IN_BRUSSELS,
            "outcome": Outcome.SERVED,
            "theme_asked": "emploi",
            "theme_end": "emploi",
            "language": "fr",
            "site": "miti",
            "site_network": "CDM",
            "network_served": "CDM",
            "pool_served": "cdm-namur",
            "plan_number": 1,
            "wait_s": 20.0,
            "first_answer_s": 12.0,
            "duration_s": 600.0,
            "messages_visitor": 4,
            "messages_counsellor": 5,
        }
        return EndedRequest(**{**ordinary, **different})

    return make


@pytest.fixture
def lost(ended: Ended) -> Ended:
    """A request that nobody took."""

    def make(outcome: Outcome, **different: Any) -> EndedRequest:
        nobody = {"network_served": None, "pool_served": None, "first_answer_s": None, "duration_s": None}
        return ended(outcome=outcome, **{**nobody, **different})

    return make


@pytest.fixture
def namur(db: None) -> Partner:
    network, _ = Network.objects.get_or_create(code="CDM", defaults={"name": "Cités des Métiers"})
    partner = Partner.objects.create(slug="namur-of-the-tests", name="Namur", network=network)
    pool, _ = Pool.objects.update_or_create(slug="cdm-namur", defaults={"name": "Namur", "partner": partner})
    for name in ("denis", "esther", "fabrice"):
        somebody = Staff.objects.create(username=f"{name}-of-the-tests", partner=partner)
        Counsellor.objects.create(staff=somebody).pools.add(pool)
    OnDuty.objects.create(day=NINE_IN_BRUSSELS.date(), pool=pool.slug, people=3)
    three_with({NINE_IN_BRUSSELS.date()}, pool.slug)
    return partner


USUAL_SKILLS = (("theme", "emploi"), ("theme", "formation"), ("language", "fr"), ("language", "nl"))


def three_with(days: Iterable[date], *pools: str, skills: Iterable[tuple[str, str]] = USUAL_SKILLS) -> None:
    """Three people of these pools, and so of all, had these skills on duty on these days: of fewer it is not told how they worked."""
    SkilledOnDuty.objects.bulk_create(
        [
            SkilledOnDuty(day=day, pool=pool, skill=skill, code=code)
            for day in days
            for pool in (*pools, "")
            for skill, code in skills
        ],
        ignore_conflicts=True,
    )


@pytest.fixture
def person(db: None) -> Callable[..., Staff]:
    def make(role: Role, partner: Partner | None = None) -> Staff:
        return Staff.objects.create_user(
            f"some-{role}", password="a good long one", role=role, partner=partner
        )

    return make


@pytest.fixture
def analyst(person: Callable[..., Staff]) -> Staff:
    return person(Role.ANALYST)


@pytest.fixture
def coordinator(person: Callable[..., Staff], namur: Partner) -> Staff:
    return person(Role.COORDINATOR, namur)


@pytest.fixture
def themes(db: None) -> None:
    """Two themes as coordinators have worded them."""
    words = {"emploi": ("Emploi", "Employment"), "formation": ("Formation", "Training")}
    for position, (code, (french, english)) in enumerate(words.items()):
        Theme.objects.create(code=code, labels={"fr": french, "en": english}, position=position)
