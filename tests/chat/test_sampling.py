"""Minutes open, minutes with nobody ready, and how many were: sums of pools, never of persons."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chat.services.sampling import Sampler, _write_skills
from indicators.models import SkilledOnDuty
from roster.planned import PlannedTeam
from routing_rules.plans import default_plan
from routing_rules.presence import Presence
from routing_rules.snapshot import AvailabilityState, CounsellorOnDuty, PoolState, RoutingSnapshot

THEME = "emploi"
NOW = datetime(2026, 6, 15, 8, tzinfo=UTC)


def somebody(identity: int, pool: str, **different: Any) -> CounsellorOnDuty:
    skills: dict[str, Any] = {"themes": frozenset({"emploi"}), "languages": frozenset({"fr"}), "capacity": 2}
    return CounsellorOnDuty(id=identity, pools=frozenset({pool}), **(skills | different))


def snapshot(*counsellors: CounsellorOnDuty) -> RoutingSnapshot:
    pools = (PoolState("namur", open=True), PoolState("mons", open=True), PoolState("huy", open=False))
    return RoutingSnapshot(now=0, plan=default_plan(), pools=pools, counsellors=counsellors, waiting=())


def test_an_open_pool_counts_its_minutes_and_a_closed_one_nothing() -> None:
    sampler = Sampler()
    seen = snapshot(
        somebody(1, "namur", capacity=3, active=1), somebody(2, "mons", state=AvailabilityState.AWAY)
    )
    sampler.add(seen, minutes=0.5)
    sampler.add(seen, minutes=0.5)
    assert (sampler.pools["namur"].open, sampler.pools["namur"].unready) == (1.0, 0.0)
    assert (sampler.pools["namur"].ready, sampler.pools["namur"].free) == (1.0, 2.0)
    assert (sampler.pools["mons"].open, sampler.pools["mons"].unready) == (1.0, 1.0)
    assert "huy" not in sampler.pools


def test_the_people_of_a_pool_are_counted_each_once_however_often_they_come() -> None:
    sampler = Sampler()
    for present in ([1, 2], [2], [3, 2]):
        sampler.add_people(snapshot(*(somebody(one, "namur") for one in present)))
    sampler.add_people(snapshot(somebody(4, "huy"), somebody(5, "namur", presence=Presence.SILENT)))
    assert {pool: len(who) for pool, who in sampler.people.items()} == {"namur": 3}


def test_that_three_people_had_a_skill_is_kept_once_and_of_two_nothing() -> None:
    sampler = Sampler()
    dutch = {"languages": frozenset({"fr", "nl"})}
    sampler.add_people(snapshot(somebody(1, "namur", **dutch), somebody(2, "namur", **dutch)))
    sampler.add_people(snapshot(somebody(3, "namur"), somebody(4, "mons", **dutch)))
    sampler.add_people(snapshot(somebody(5, "huy", **dutch), somebody(6, "mons", presence=Presence.SILENT)))
    theme = ("namur", "theme", THEME)
    assert sampler.enough() == [
        ("", "language", "fr"),
        ("", "language", "nl"),
        ("", "theme", THEME),
        ("namur", "language", "fr"),
        theme,
    ]
    sampler.kept.add(theme)
    assert theme not in sampler.enough()


@pytest.mark.django_db
def test_a_skill_of_three_people_is_written_of_its_day_once() -> None:
    for _ in range(2):
        _write_skills(NOW, [("namur", "language", "nl"), ("no code", "language", "nl"), ("", "theme", THEME)])
    kept = SkilledOnDuty.objects.order_by("pool").values_list("day", "pool", "skill", "code")
    assert list(kept) == [(NOW.date(), "", "theme", THEME), (NOW.date(), "namur", "language", "nl")]


def test_a_signed_in_counsellor_who_is_absent_is_not_ready() -> None:
    sampler = Sampler()
    sampler.add(snapshot(somebody(1, "namur", presence=Presence.SILENT)), minutes=1)
    assert sampler.pools["namur"].unready == 1.0


def test_who_is_ready_is_set_against_who_is_planned_while_a_shift_is_planned() -> None:
    sampler = Sampler()
    seen = snapshot(somebody(1, "namur"), somebody(2, "mons"))
    sampler.add(seen, minutes=1)
    sampler.planned = {
        "namur": PlannedTeam(needed=3, people=(1, 7), until=datetime(2026, 6, 15, 10, tzinfo=UTC))
    }
    sampler.add(seen, minutes=0.5)
    namur, mons = sampler.pools["namur"], sampler.pools["mons"]
    assert (namur.open, namur.rostered) == (1.5, 0.5)
    assert (namur.needed, namur.planned, namur.ready_rostered) == (1.5, 1.0, 0.5)
    assert (mons.rostered, mons.needed) == (0.0, 0.0)
