"""Whoever plans learns to whom no letter goes: what was done to their shift only stands on a page that they may not open in time."""

from collections.abc import Callable
from datetime import datetime
from html import unescape

import pytest

from partners.letter_kinds import LetterKind
from roster.models import Shift
from routing_rules.models import Counsellor
from tests.coordination.conftest import World
from tests.roster.conftest import MONDAY, NOW, make_shift, put_on
from tests.roster.test_letters import only

SAID = "No letter of it goes to Sami: it only stands on their page."


@pytest.fixture(autouse=True)
def _then(at: Callable[[datetime], None]) -> None:
    at(NOW)


@pytest.fixture(params=["switched off", "no address", "reached"])
def unreached(request: pytest.FixtureRequest, sami: Counsellor) -> bool:
    """Whether no letter goes to Sami."""
    if request.param == "switched off":
        only(sami)
    if request.param == "no address":
        sami.staff.email = ""
        sami.staff.save(update_fields=["email"])
    if request.param == "reached":
        only(sami, LetterKind.SHIFT_CHANGED)
    return bool(request.param != "reached")


def press(world: World, shift: Shift, act: str, **fields: object) -> str:
    browser = world.client(world.coordinator)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    address = f"/coordination/roster/shifts/{shift.pk}/{act}"
    return unescape(browser.post(address, fields, follow=True).content.decode())


def test_when_somebody_is_put_on_a_shift(world: World, sami: Counsellor, *, unreached: bool) -> None:
    page = press(world, make_shift(world.pool_namur), "assign", person=sami.pk)
    assert "Sami is on the shift" in page
    assert (SAID in page) is unreached


def test_when_somebody_is_taken_off(world: World, sami: Counsellor, *, unreached: bool) -> None:
    shift = make_shift(world.pool_namur)
    put_on(shift, sami)
    page = press(world, shift, "remove", person=sami.pk)
    assert "Sami is no longer on the shift" in page
    assert (SAID in page) is unreached


def test_when_somebody_is_moved(world: World, sami: Counsellor, *, unreached: bool) -> None:
    shift, other = make_shift(world.pool_namur), make_shift(world.pool_namur, start=720, end=780)
    put_on(shift, sami)
    page = press(world, shift, "move", person=sami.pk, to=other.pk)
    assert "Sami was moved to" in page
    assert (SAID in page) is unreached


def test_when_a_shift_has_other_hours(world: World, sami: Counsellor, *, unreached: bool) -> None:
    shift = make_shift(world.pool_namur)
    put_on(shift, sami)
    page = press(world, shift, "", day=MONDAY.isoformat(), hours="10:00-12:00", needed=1)
    assert "1 person on it is told of the other hours." in page
    assert (SAID in page) is unreached


def test_when_a_shift_is_deleted(world: World, sami: Counsellor, *, unreached: bool) -> None:
    shift = make_shift(world.pool_namur)
    put_on(shift, sami)
    page = press(world, shift, "delete", seen=shift.revision)
    assert "1 person who was on it is told." in page
    assert (SAID in page) is unreached
