"""Requests of one person that run at once: each of their acts can be undone, also where all have read the session before any wrote it."""

from collections.abc import Callable
from importlib import import_module

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from partners.sessions import SessionStore, merged
from routing_rules.models import DatedException
from tests.coordination.conftest import World

SignedIn = Callable[[str], Client]


def read_by_another_request(client: Client) -> SessionStore:
    """The session as another request of this browser has read it by now."""
    store: SessionStore = import_module(settings.SESSION_ENGINE).SessionStore(
        client.cookies[settings.SESSION_COOKIE_NAME].value
    )
    assert store.get("undo", []) is not None
    return store


def closures(world: World) -> list[DatedException]:
    return [
        DatedException.objects.create(
            pool=world.pool_namur, date=timezone.localdate(), kind="closed", **hours
        )
        for hours in ({"start_minute": 540, "end_minute": 600}, {"start_minute": 660, "end_minute": 720})
    ]


def test_two_exceptions_deleted_at_once_can_both_be_undone(world: World, signed_in: SignedIn) -> None:
    client = signed_in("coordinator")
    first, second = closures(world)
    late = read_by_another_request(client)
    client.post("/coordination/exceptions/delete", {"pk": first.pk})
    # Its request has read the session before, and writes it after.
    client.post("/coordination/exceptions/delete", {"pk": second.pk})
    [newest, _older] = client.session["undo"]
    late["undo"] = [newest | {"id": "of the late request"}]
    late.save()
    acts = client.session["undo"]
    assert acts[0]["id"] == "of the late request"
    assert len(acts) == 3
    for act in acts[1:]:
        client.post("/coordination/undo", {"act": act["id"]})
    assert {one.pk for one in DatedException.objects.all()} == {first.pk, second.pk}


def test_a_request_that_wrote_something_else_drops_no_act(world: World, signed_in: SignedIn) -> None:
    client = signed_in("coordinator")
    [first, _second] = closures(world)
    late = read_by_another_request(client)
    client.post("/coordination/exceptions/delete", {"pk": first.pk})
    late["something"] = "else"
    late.save()
    assert len(client.session["undo"]) == 1
    assert client.session["something"] == "else"


def test_a_request_that_read_an_act_before_it_was_undone_does_not_bring_it_back(
    world: World, signed_in: SignedIn
) -> None:
    client = signed_in("coordinator")
    [first, _second] = closures(world)
    client.post("/coordination/exceptions/delete", {"pk": first.pk})
    late = read_by_another_request(client)
    client.post("/coordination/undo", {"act": client.session["undo"][0]["id"]})
    late["something"] = "else"
    late.save()
    assert client.session["undo"] == []


@pytest.mark.parametrize(
    ("loaded", "mine", "stored", "after"),
    [
        ([], ["b"], ["a"], ["b", "a"]),
        (["a"], [], ["b", "a"], ["b"]),
        (["a"], ["c", "a"], ["b"], ["c", "b"]),
        (["a"], ["a"], [], []),
        ([], ["a"], ["a"], ["a"]),
    ],
)
def test_what_is_added_and_taken_is_done_to_what_is_stored(
    loaded: list[str], mine: list[str], stored: list[str], after: list[str]
) -> None:
    assert merged(loaded, mine, stored) == after
