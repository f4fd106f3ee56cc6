"""Who was available and which rings were answered: sums of three people and more, in the figures of no page."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chat.services import duty_sampling
from chat.services.duty_sampling import DutySampler, RingCounts
from indicators.models import DutyPeriod
from indicators.rows.duty_periods import DutySums
from partners.models import Network, Partner, Role, Staff
from routing_rules.models import Counsellor, Pool
from routing_rules.plans import default_plan
from routing_rules.presence import Presence
from routing_rules.snapshot import AvailabilityState, CounsellorOnDuty, PoolState, RoutingSnapshot

NOW = datetime(2026, 6, 15, 7, 20, tzinfo=UTC)
"""9:20 in Brussels: the quarter 37."""


def somebody(identity: int, pool: str = "namur", **different: Any) -> CounsellorOnDuty:
    skills: dict[str, Any] = {"themes": frozenset({"emploi"}), "languages": frozenset({"fr"}), "capacity": 2}
    return CounsellorOnDuty(id=identity, pools=frozenset({pool}), **(skills | different))


def snapshot(*counsellors: CounsellorOnDuty) -> RoutingSnapshot:
    pools = (PoolState("namur", open=True), PoolState("huy", open=False))
    return RoutingSnapshot(now=0, plan=default_plan(), pools=pools, counsellors=counsellors, waiting=())


def test_minutes_are_of_those_who_are_available_in_open_hours() -> None:
    sampler = DutySampler()
    people = (
        somebody(1),
        somebody(2, presence=Presence.PROBABLY_ABSENT),
        somebody(3, state=AvailabilityState.AWAY),
        somebody(4, presence=Presence.SILENT),
        somebody(5, "huy"),
    )
    sampler.add(snapshot(*people), minutes=0.5)
    assert {who: (each.minutes, each.present) for who, each in sampler.taken().items()} == {
        1: (0.5, 0.5),
        2: (0.5, 0.0),
    }
    assert sampler.taken() == {}


def test_an_absence_is_counted_when_signs_of_life_cease() -> None:
    sampler = DutySampler()
    there, absent = snapshot(somebody(1)), snapshot(somebody(1, presence=Presence.PROBABLY_ABSENT))
    for seen in (absent, there, absent, absent, there, absent):
        sampler.add(seen, minutes=0.1)
    assert sampler.taken()[1].absences == 2


@pytest.fixture
def team(db: None) -> list[int]:
    network = Network.objects.create(code="CDM", name="Cités des Métiers")
    partner = Partner.objects.create(slug="cdm-namur", name="CDM Namur", network=network)
    pool = Pool.objects.create(slug="namur", name="Namur", partner=partner)
    found = []
    for number in range(3):
        person = Staff.objects.create(username=f"c{number}", role=Role.COUNSELLOR)
        skills = Counsellor.objects.create(staff=person, languages=["fr"])
        skills.pools.add(pool)
        found.append(skills.pk)
    return found


def test_three_people_are_written_as_one_sum_of_their_quarter_of_an_hour(team: list[int]) -> None:
    duty_sampling.write(NOW, {who: DutySums(minutes=1.0, present=0.5, absences=1) for who in team})
    duty_sampling.write(NOW, {team[0]: DutySums(minutes=1.0)})
    (row,) = DutyPeriod.objects.all()
    assert (row.network, row.pool, row.skills, row.quarter) == ("CDM", "namur", "fr", 37)
    assert (row.minutes, row.present_minutes, row.absences) == (4.0, 1.5, 3)


def test_of_two_people_alone_nothing_is_written(team: list[int]) -> None:
    Counsellor.objects.get(pk=team[0]).delete()
    duty_sampling.write(NOW, {who: DutySums(minutes=1.0) for who in team})
    assert not DutyPeriod.objects.exists()


async def test_rings_are_written_once_a_minute_and_then_forgotten(
    team: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(work: Any, *arguments: Any) -> None:
        written.append(arguments)

    written: list[Any] = []
    monkeypatch.setattr("chat.database.run", run)
    rings = RingCounts()
    await rings.write(now=NOW)
    rings.answered[team[0]] += 2
    rings.missed[team[1]] += 1
    await rings.write(now=NOW)
    assert written == []
    later = NOW.replace(minute=22)
    await rings.write(now=later)
    assert written == [(later, {team[0]: DutySums(answered=2), team[1]: DutySums(missed=1)})]
    assert not rings.answered
    assert not rings.missed
