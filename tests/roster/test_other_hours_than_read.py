"""Nobody comes onto a shift at hours that whoever pressed did not see: it was moved while the page was open."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from partners.models import Staff
from roster import planning, shift_links, signing_up
from roster.joining import ShiftGoneError, as_read
from roster.models import Assignment, RosterLetter, RosterNotice, Shift
from roster.planning import ShiftWanted
from routing_rules.models import Counsellor
from tests.coordination.conftest import World
from tests.roster.conftest import MONDAY, NOW, make_counsellor, make_shift, put_on

Forms = dict[str, dict[str, str]]
NOTHING = "This has changed meanwhile: nothing was done."


@pytest.fixture(autouse=True)
def _then(at: Callable[[datetime], None]) -> None:
    at(NOW)


def forms_on(page: str) -> Forms:
    """By address, the hidden fields of each form, and the choices of its list."""
    found: Forms = {}
    for action, form in re.findall(r'(?s)<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', page):
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
        chosen = re.findall(r'<option value="([^"]+)"', form)
        found[action] = dict(hidden) | ({"to": unescape(chosen[-1])} if chosen else {})
    return found


def english(world: World, person: Staff) -> Client:
    browser: Client = world.client(person)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def opened(browser: Client, address: str) -> Forms:
    return forms_on(browser.get(address).content.decode())


def pressed(browser: Client, address: str, fields: dict[str, str]) -> str:
    return unescape(browser.post(address, fields, follow=True).content.decode())


def move(world: World, shift: Shift) -> None:
    wanted = ShiftWanted(MONDAY, 600, 720)
    planning.change(actor=world.coordinator, shift=shift, wanted=wanted, now=NOW)


@pytest.mark.parametrize("moved", [False, True])
def test_a_volunteer_takes_the_hours_that_the_page_showed(
    world: World, sami: Counsellor, *, moved: bool
) -> None:
    shift, browser = make_shift(world.pool_namur), english(world, sami.staff)
    take = f"/roster/shifts/{shift.pk}/take"
    fields = opened(browser, "/roster/")[take]
    if moved:
        move(world, shift)
    assert (NOTHING in pressed(browser, take, fields)) is moved
    assert Assignment.objects.filter(counsellor=sami).exists() is not moved


@pytest.mark.parametrize("moved", [False, True])
def test_a_colleagues_place_is_taken_at_the_hours_that_the_page_showed(
    world: World, sami: Counsellor, *, moved: bool
) -> None:
    lea, shift = make_counsellor("lea", world.pool_namur), make_shift(world.pool_namur)
    put_on(shift, lea)
    signing_up.look_for_replacement(counsellor=lea, shift_id=shift.pk, now=NOW)
    browser, come = english(world, sami.staff), f"/roster/shifts/{shift.pk}/take-over"
    fields = opened(browser, "/roster/")[come]
    if moved:
        move(world, shift)
    assert (NOTHING in pressed(browser, come, fields)) is moved
    assert Assignment.objects.get().counsellor == (lea if moved else sami)


def test_the_page_of_a_letters_link_takes_the_hours_that_it_showed_and_the_link_stays_good(
    world: World, sami: Counsellor
) -> None:
    shift, browser = make_shift(world.pool_namur), english(world, sami.staff)
    letter = RosterLetter.objects.create(
        person=sami.staff, kind="shift_lacks", day=MONDAY, until=timezone.now()
    )
    (address,) = shift_links.paths_of(letter, [(shift, None)])
    page = browser.get(address).content.decode()
    (read,) = re.findall(r'name="read" value="([^"]+)"', page)
    assert read == as_read(shift)
    move(world, shift)
    assert NOTHING in pressed(browser, address, {"read": read})
    assert not Assignment.objects.exists()
    shift.refresh_from_db()
    pressed(browser, address, {"read": as_read(shift)})
    assert Assignment.objects.get().counsellor == sami


@pytest.mark.parametrize("moved", [False, True])
def test_a_coordinator_assigns_to_the_hours_that_the_page_showed(
    world: World, sami: Counsellor, *, moved: bool
) -> None:
    shift, browser = make_shift(world.pool_namur), english(world, world.coordinator)
    assign = f"/coordination/roster/shifts/{shift.pk}/assign"
    fields = opened(browser, f"/coordination/roster/shifts/{shift.pk}/")[assign]
    if moved:
        move(world, shift)
    assert (NOTHING in pressed(browser, assign, fields)) is moved
    assert RosterNotice.objects.filter(person=sami.staff).exists() is not moved


@pytest.mark.parametrize("moved", [False, True])
def test_a_coordinator_moves_somebody_to_the_hours_that_the_list_showed(
    world: World, sami: Counsellor, *, moved: bool
) -> None:
    here, there = make_shift(world.pool_namur), make_shift(world.pool_namur, start=660, end=780)
    put_on(here, sami)
    browser, address = english(world, world.coordinator), f"/coordination/roster/shifts/{here.pk}/move"
    fields = opened(browser, f"/coordination/roster/shifts/{here.pk}/")[address]
    assert fields["to"] == f"{there.pk} {as_read(there)}"
    if moved:
        move(world, there)
    assert (NOTHING in pressed(browser, address, fields)) is moved
    assert Assignment.objects.get().shift == (here if moved else there)


def test_a_form_of_before_that_says_no_hours_is_taken_as_it_was(world: World, sami: Counsellor) -> None:
    shift = make_shift(world.pool_namur)
    signing_up.take(counsellor=sami, shift_id=shift.pk, now=NOW)
    assert Assignment.objects.count() == 1
    with pytest.raises(ShiftGoneError):
        signing_up.take(counsellor=sami, shift_id=shift.pk, read="", now=NOW)
