"""Who saves into what somebody deleted meanwhile, or while the database is away, loses no word."""

import re
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from partners import sessions
from partners.models import Staff
from partners.unsaved import AUTHOR, signed_author
from tests.coordination.conftest import World

GONE = (
    "/coordination/replies/987654/",
    "/coordination/people/987654/",
    "/coordination/classes/987654/",
    "/coordination/week/nowhere/",
    "/coordination/roster/shifts/987654/",
)
TYPED = "Bonjour, voici trois phrases que personne ne veut retaper."
PASSWORD = "several words of a password"


def sent_by(person: Staff) -> dict[str, str]:
    return {AUTHOR: signed_author(person.pk), "body": TYPED, "password1": PASSWORD}


def read(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


@pytest.fixture
def nora(world: World) -> Client:
    browser = world.client(world.coordinator)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    browser.raise_request_exception = False
    return browser


@pytest.mark.parametrize("address", GONE)
def test_the_words_are_there_to_be_copied(world: World, nora: Client, address: str) -> None:
    answer = nora.post(address, sent_by(world.coordinator))
    assert answer.status_code == 404
    assert "This is not there any more" in read(answer)
    assert TYPED in read(answer)
    assert PASSWORD not in answer.content.decode()


def test_a_press_on_what_is_no_more_is_explained(world: World, nora: Client) -> None:
    answer = nora.post(
        "/coordination/roster/shifts/987654/delete", {AUTHOR: signed_author(world.coordinator.pk)}
    )
    assert answer.status_code == 404
    assert "nothing was saved or done" in read(answer)
    assert "What you typed" not in read(answer)


def test_another_accounts_words_are_not_shown(world: World, nora: Client) -> None:
    for sent in (sent_by(world.platform), {"body": TYPED}):
        answer = nora.post(GONE[0], sent)
        assert answer.status_code == 404
        assert TYPED not in answer.content.decode()


def test_an_address_that_never_was_is_no_deleted_thing(world: World, nora: Client) -> None:
    assert "There is no such page" in read(nora.get(GONE[0]))
    assert "There is no such page" in read(nora.post("/coordination/nowhere/", sent_by(world.coordinator)))


def test_while_the_database_is_away_the_words_come_back(
    world: World, nora: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_digests: object) -> None:
        raise OperationalError

    monkeypatch.setattr(sessions, "valid", away)
    answer = nora.post("/coordination/replies/new/", sent_by(world.coordinator))
    assert answer.status_code == 503
    assert TYPED in read(answer)
