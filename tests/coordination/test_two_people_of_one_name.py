"""Two people of one institution share a first name: wherever one of them is chosen, or taken off, their addresses tell them apart."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from partners.models import Role, Staff
from roster.models import Assignment, Shift
from routing_rules.models import Counsellor
from tests.coordination.conftest import World, make_person, make_plan, words_of

SignedIn = Callable[[str], Client]


def another_sami(world: World) -> Counsellor:
    person = make_person("second", Role.COUNSELLOR, world.namur)
    Staff.objects.filter(pk=person.pk).update(first_name=world.counsellor.first_name)
    found, _new = Counsellor.objects.get_or_create(staff=person)
    found.pools.add(world.pool_namur)
    return found


def test_a_try_tells_them_apart_by_their_addresses(world: World, signed_in: SignedIn) -> None:
    make_plan()
    client = signed_in("coordinator")
    assert world.counsellor.email not in words_of(client.get("/coordination/try/"))
    another_sami(world)
    page = words_of(client.get("/coordination/try/"))
    assert f"Sami (CDM Namur, {world.counsellor.email})" in page
    assert "Sami (CDM Namur, second@example.be)" in page


def test_whoever_takes_one_off_a_shift_sees_which_one(world: World, signed_in: SignedIn) -> None:
    shift = Shift.objects.create(
        pool=world.pool_namur,
        date=timezone.localdate() + timedelta(days=3),
        start_minute=540,
        end_minute=720,
        needed=2,
    )
    for one in (Counsellor.objects.get(staff=world.counsellor), another_sami(world)):
        Assignment.objects.create(shift=shift, counsellor=one, assigned_at=timezone.now())
    page = words_of(signed_in("coordinator").get(f"/coordination/roster/shifts/{shift.pk}/"))
    who_is_on_it = page[page.index("Qui y est") : page.index("Qui pourrait")]
    assert world.counsellor.email in who_is_on_it
    assert "second@example.be" in who_is_on_it
