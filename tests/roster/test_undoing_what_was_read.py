"""An act on shifts is undone though people have read of it, and whoever has is told how it is again."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from re import search
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from roster import notices
from roster.models import Assignment, RosterNotice, Shift
from routing_rules.models import Counsellor
from tests.coordination.conftest import World
from tests.roster.conftest import make_counsellor, make_shift, put_on

SignedIn = Callable[[str], Client]
MONDAY = timezone.localdate() + timedelta(days=14 - timezone.localdate().weekday())
ROSTER = "/coordination/roster/"
WEEK = f"{ROSTER}?week={MONDAY}"
BEFORE = timezone.now() - timedelta(days=1)


@pytest.fixture
def nora(signed_in: SignedIn) -> Client:
    browser = signed_in("coordinator")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def press(client: Client, path: str, **fields: Any) -> str:
    answer = client.post(path, fields, follow=True)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def undo(client: Client) -> str:
    found = search(r'name="act" value="([^"]+)"', client.get(WEEK).content.decode())
    assert found is not None
    page = press(client, "/coordination/undo", act=found[1])
    assert "Undone: everything is as it was before" in page
    return page


def read_all() -> None:
    for one in RosterNotice.objects.select_related("person"):
        notices.mark_read(person=one.person, notices=[one.pk], now=timezone.now())


def latest() -> list[tuple[str, str, str]]:
    """What was written last for whom, and about which day and hours."""
    rows = {
        one.person_id: one
        for one in RosterNotice.objects.order_by("created_at", "pk").select_related("person")
    }
    return sorted(
        (one.person.username, one.kind, f"{one.start_minute // 60}-{one.end_minute // 60}")
        for one in rows.values()
    )


def changed(shift: Shift, hours: str) -> dict[str, Any]:
    return {"day": shift.date.isoformat(), "hours": hours, "needed": shift.needed}


def test_who_read_that_they_were_put_on_a_shift_is_told_that_they_are_off_it(
    world: World, sami: Counsellor, nora: Client
) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    press(nora, f"{ROSTER}shifts/{shift.pk}/assign", person=sami.pk)
    read_all()
    assert "1 person knew of it already, and is told how it is again" in undo(nora)
    assert not Assignment.objects.exists()
    assert latest() == [("sami", "removed", "9-12")]


def test_who_read_that_they_were_taken_off_is_told_that_they_are_on_it(
    world: World, sami: Counsellor, nora: Client
) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    put_on(shift, sami, at=BEFORE)
    press(nora, f"{ROSTER}shifts/{shift.pk}/remove", person=sami.pk)
    read_all()
    undo(nora)
    assert latest() == [("sami", "assigned", "9-12")]


def test_of_two_only_who_read_of_it_is_told_of_a_shift_that_takes_place_after_all(
    world: World, sami: Counsellor, nora: Client
) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    shift = make_shift(world.pool_namur, MONDAY, needed=2)
    put_on(shift, sami, at=BEFORE)
    put_on(shift, lea, at=BEFORE)
    press(nora, f"{ROSTER}shifts/{shift.pk}/delete", seen=shift.revision)
    (row,) = RosterNotice.objects.filter(person=lea.staff)
    notices.mark_read(person=lea.staff, notices=[row.pk], now=timezone.now())
    assert "1 person knew of it" in undo(nora)
    assert latest() == [("lea", "assigned", "9-12")]
    assert set(RosterNotice.objects.values_list("shift", flat=True)) == {shift.pk}


def test_who_read_of_other_hours_is_told_of_the_first_ones(
    world: World, sami: Counsellor, nora: Client
) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    put_on(shift, sami, at=BEFORE)
    press(nora, f"{ROSTER}shifts/{shift.pk}/", **changed(shift, "13:00-15:00"))
    read_all()
    undo(nora)
    assert latest() == [("sami", "moved", "9-12")]
    told = RosterNotice.objects.latest("created_at", "pk")
    assert (told.was["start_minute"], told.was["end_minute"]) == (780, 900)


def test_who_read_that_they_are_on_another_shift_is_told_of_both(
    world: World, sami: Counsellor, nora: Client
) -> None:
    early, late = (
        make_shift(world.pool_namur, MONDAY),
        make_shift(world.pool_namur, MONDAY, start=780, end=900),
    )
    put_on(early, sami, at=BEFORE)
    press(nora, f"{ROSTER}shifts/{early.pk}/move", person=sami.pk, to=late.pk)
    read_all()
    undo(nora)
    kinds = RosterNotice.objects.values_list("kind", "shift").order_by("pk")
    assert set(kinds) == {("moved", late.pk), ("removed", late.pk), ("assigned", early.pk)}


def test_who_read_that_they_are_on_a_copied_shift_is_told_that_it_does_not_take_place(
    world: World, sami: Counsellor, nora: Client
) -> None:
    before = MONDAY - timedelta(days=7)
    put_on(make_shift(world.pool_namur, before), sami, at=BEFORE)
    plan = f"{ROSTER}plan/?week={MONDAY}&like={before}"
    press(nora, plan, act="copy", teams=["cdm-namur"], with_people="on")
    read_all()
    undo(nora)
    assert latest() == [("sami", "cancelled", "9-12")]


def test_what_nobody_has_seen_is_taken_back(world: World, sami: Counsellor, nora: Client) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    press(nora, f"{ROSTER}shifts/{shift.pk}/assign", person=sami.pk)
    assert "knew of it" not in undo(nora)
    assert latest() == []


def test_what_was_read_of_an_earlier_act_is_not_about_this_one(
    world: World, sami: Counsellor, nora: Client
) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    press(nora, f"{ROSTER}shifts/{shift.pk}/assign", person=sami.pk)
    read_all()
    press(nora, f"{ROSTER}shifts/{shift.pk}/remove", person=sami.pk)
    assert "knew of it" not in undo(nora)
    assert latest() == [("sami", "assigned", "9-12")]
    assert RosterNotice.objects.count() == 1
