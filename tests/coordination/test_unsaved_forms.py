"""A session that ended, or a form that is out of date, loses no word: nothing is saved, and what was typed is there again."""

import secrets
import time
from collections.abc import Callable
from html import unescape

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client
from redis.exceptions import RedisError

from partners import unsaved
from partners.models import Staff
from routing_rules.models import DatedException, PlanState, PlanVersion, Pool
from tests.access.html_forms import forms_of
from tests.coordination.conftest import World, make_plan

SignedIn = Callable[[str], Client]
PAGE = "/coordination/exceptions/"
REFERER = {"Referer": f"http://testserver{PAGE}"}
TYPED = {"pool": "cdm-namur", "date": "", "kind": "closed", "reason": "Journée de l’équipe"}


def typed_by(person: Staff, typed: dict[str, str] = TYPED) -> dict[str, str]:
    """With what the form says of the account for which it was made."""
    return typed | {unsaved.AUTHOR: unsaved.signed_author(person.pk)}


def signed_in_again(client: Client, world: World) -> str:
    client.force_login(world.coordinator)
    return unescape(client.get(PAGE).content.decode())


def test_what_was_typed_after_the_session_ended_comes_back(world: World) -> None:
    client = Client()
    answer = client.post(PAGE, typed_by(world.coordinator), headers=REFERER)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={PAGE}")
    page = signed_in_again(client, world)
    assert 'value="Journée de l’équipe"' in page
    assert "Rien n’a été enregistré" in page
    assert not DatedException.objects.exists()
    # Once: then the page is as it always is.
    assert "Journée" not in unescape(client.get(PAGE).content.decode())


def test_the_next_person_at_the_browser_never_sees_what_was_typed(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.coordinator)
    form = next(one for one in forms_of(client.get(PAGE).content.decode(), PAGE) if "reason" in one.names)
    made = dict(form.fields)
    assert made[unsaved.AUTHOR] == unsaved.signed_author(world.coordinator.pk)
    ended = Client()
    ended.post(PAGE, made | {"reason": TYPED["reason"]}, headers=REFERER)
    assert any(name == unsaved.COOKIE and one.value for name, one in ended.cookies.items())
    ended.force_login(world.platform)
    answer = ended.get(PAGE)
    assert "Journée" not in unescape(answer.content.decode())
    assert "Rien n’a été enregistré" not in unescape(answer.content.decode())
    # It has gone, also for whoever typed it.
    assert "Journée" not in signed_in_again(ended, world)
    # A form that another account left open is refused, and kept for nobody.
    client.force_login(world.platform)
    refused = client.post(PAGE, made | {"csrfmiddlewaretoken": "x"}, headers=REFERER)
    assert refused.status_code == 403
    assert not [name for name in refused.cookies if name == unsaved.COOKIE]


def test_what_a_form_says_of_its_author_cannot_be_made_up(world: World) -> None:
    client = Client()
    sent = typed_by(world.coordinator) | {unsaved.AUTHOR: f"{world.coordinator.pk}:made-up"}
    assert not client.post(PAGE, sent, headers=REFERER).cookies


def test_a_form_that_is_out_of_date_is_shown_again_with_what_was_typed(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.coordinator)
    answer = client.post(PAGE, typed_by(world.coordinator) | {"csrfmiddlewaretoken": "x"}, headers=REFERER)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    page = unescape(client.get(PAGE).content.decode())
    assert 'value="Journée de l’équipe"' in page
    assert not DatedException.objects.exists()


@pytest.mark.parametrize("referer", ["", "https://elsewhere.example/form", "http://testserver.evil/x"])
def test_another_sites_form_comes_back_nowhere(world: World, referer: str) -> None:
    client = Client()
    answer = client.post(PAGE, typed_by(world.coordinator), headers={"Referer": referer} if referer else {})
    assert not [name for name in answer.cookies if name == unsaved.COOKIE]
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(world.coordinator)
    answer = forged.post(PAGE, typed_by(world.coordinator), headers={"Referer": referer} if referer else {})
    assert answer.status_code == 403


def test_a_button_that_was_pressed_too_late_does_nothing_and_says_so(world: World) -> None:
    client = Client()
    page = "/coordination/teams/cdm-bruxelles/"
    client.post(
        f"{page}delete", typed_by(world.platform, {}), headers={"Referer": f"http://testserver{page}"}
    )
    client.force_login(world.platform)
    assert "Rien n’a été fait" in unescape(client.get(page).content.decode())
    assert Pool.objects.filter(slug="cdm-bruxelles").exists()


def test_what_was_typed_to_publish_comes_back_too(world: World) -> None:
    make_plan(1)
    make_plan(2, PlanState.DRAFT)
    client, page = Client(), "/coordination/rules/draft/"
    typed = {"revision": "1", "when": "later", "publish_at": "2031-01-06T08:00", "note": "Nouvel horaire"}
    client.post(
        f"{page}publish", typed_by(world.platform, typed), headers={"Referer": f"http://testserver{page}"}
    )
    client.force_login(world.platform)
    shown = unescape(client.get(page).content.decode())
    assert 'value="Nouvel horaire"' in shown
    assert 'value="2031-01-06T08:00"' in shown
    assert "Rien n’a été fait" in shown
    assert PlanVersion.objects.get(number=2).state == PlanState.DRAFT


def test_a_weeks_hours_and_a_long_text_come_back_too(world: World) -> None:
    for page, typed, says in (
        ("/coordination/week/cdm-namur/", {"day_0": "9:15-11:45", "valid_from": "2031-01-06"}, "9:15-11:45"),
        ("/coordination/replies/new/", {"body": "Bonjour " * 500, "title": "Long"}, "Bonjour " * 500),
    ):
        client = Client()
        client.post(page, typed_by(world.coordinator, typed), headers={"Referer": f"http://testserver{page}"})
        client.force_login(world.coordinator)
        answer = client.get(page)
        assert answer.status_code == 200
        assert says in unescape(answer.content.decode())


def test_no_password_is_kept_and_the_browser_holds_nothing_that_can_be_read(world: World) -> None:
    client = Client()
    answer = client.post(PAGE, typed_by(world.coordinator) | {"password": "secret"}, headers=REFERER)
    cookies = {name: morsel for name, morsel in answer.cookies.items() if name == unsaved.COOKIE}
    assert cookies
    assert all(one["path"] == PAGE and one["httponly"] for one in cookies.values())
    client.force_login(world.coordinator)
    request = client.get(PAGE).wsgi_request
    found = unsaved.kept(request)
    assert found is not None
    assert found.typed["reason"] == TYPED["reason"]
    assert "password" not in found.typed


def test_after_an_hour_and_when_it_was_tampered_with_nothing_comes_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.post(PAGE, typed_by(world.coordinator), headers=REFERER)
    key = client.cookies[unsaved.COOKIE].value
    for wrong in ("", "x", f"{key[:-4]}AAAA", f"9{key[1:]}", f"{key}{key}"):
        client.cookies[unsaved.COOKIE] = wrong
        assert "Journée" not in signed_in_again(client, world)
    later = time.time() + unsaved.KEPT_S + 1
    monkeypatch.setattr("django.core.cache.backends.locmem.time.time", lambda: later)
    client.cookies[unsaved.COOKIE] = key
    client.force_login(world.coordinator)
    assert unsaved.kept(_with(client, key)) is None


def _with(client: Client, key: str) -> WSGIRequest:
    """A request of the coordinator's that is signed in, with this key."""
    request = client.get(PAGE).wsgi_request
    request.COOKIES[unsaved.COOKIE] = key
    return request


def test_an_account_has_a_few_places_and_the_last_forms_have_them(world: World) -> None:
    keys = []
    for number in range(unsaved.PLACES + 1):
        client = Client()
        client.post(
            PAGE, typed_by(world.coordinator, TYPED | {"reason": f"Raison {number}"}), headers=REFERER
        )
        keys.append(client.cookies[unsaved.COOKIE].value)
    client.force_login(world.coordinator)
    found = [unsaved.kept(_with(client, key)) for key in keys]
    assert [one and one.typed["reason"] for one in found] == [
        None,
        *(f"Raison {number}" for number in range(1, unsaved.PLACES + 1)),
    ]


def test_a_preview_that_is_asked_for_while_typing_takes_no_place(world: World) -> None:
    typed = typed_by(world.coordinator)
    assert not Client().post(PAGE, typed, headers=REFERER | {"HX-Request": "true"}).cookies
    boosted = REFERER | {"HX-Request": "true", "HX-Boosted": "true"}
    assert Client().post(PAGE, typed, headers=boosted).cookies


def test_a_store_that_takes_nothing_loses_no_word(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object, **_options: object) -> None:
        raise RedisError

    monkeypatch.setattr("partners.unsaved.cache.add", away)
    typed = TYPED | {"reason": "Une longue raison de fermer " * 5}
    answer = Client().post(PAGE, typed_by(world.coordinator, typed), headers=REFERER)
    assert answer.status_code == 409
    assert typed["reason"].strip() in unescape(answer.content.decode())


@pytest.mark.parametrize("stale", [False, True])
def test_a_text_too_long_to_be_kept_is_shown_to_be_copied(world: World, stale: bool) -> None:
    client = Client(enforce_csrf_checks=stale)
    if stale:
        client.force_login(world.platform)
    page = "/coordination/exchange/"
    text = "".join(f"{secrets.token_hex(8)}\n" for _line in range(20_000))
    answer = client.post(
        page, typed_by(world.platform, {"text": text}), headers={"Referer": f"http://testserver{page}"}
    )
    assert answer.status_code == 409
    shown = unescape(answer.content.decode())
    assert text.strip() in shown
    assert "Rien n’a été enregistré" in shown
    assert f'href="{page}"' in shown or f"next={page}" in shown
