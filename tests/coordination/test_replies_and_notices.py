"""What coordinators word for others: canned replies, notices, numbers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from chat.content import plain, sanitised
from chat.models import CannedReply, Contact, Notice
from tests.coordination.conftest import World

SignedIn = Callable[[str], Client]


def reply(world: World, **typed: Any) -> dict[str, Any]:
    return {
        "title": "Bonjour",
        "shortcut": "bonjour",
        "language": "fr",
        "theme": "",
        "partner": world.namur.pk,
        "body": "Bonjour, parlons de {theme}.",
        **typed,
    }


def number(**typed: Any) -> dict[str, Any]:
    return {
        "number": "0800 12 345",
        "label_fr": "Écoute",
        "position": "1",
        "verified_on": "2026-01-05",
        **typed,
    }


def test_a_reply_of_the_partner_is_saved(world: World, signed_in: SignedIn) -> None:
    signed_in("coordinator").post("/coordination/replies/new/", reply(world))
    assert CannedReply.objects.get().partner == world.namur


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"body": "Bonjour {prénom}"}, "Rien ne remplit {prénom}"),
        ({"shortcut": "Bon jour"}, "minuscules"),
        ({"shortcut": "merci"}, "a ce raccourci"),
        ({"language": "it"}, "Sélectionnez un choix valide"),
        ({"partner": ""}, "obligatoire"),
        ({"body": "\u200b \u3164"}, "obligatoire"),
    ],
)
def test_an_invalid_reply_is_refused_and_its_text_kept(
    world: World, signed_in: SignedIn, typed: dict[str, str], says: str
) -> None:
    CannedReply.objects.create(partner=world.namur, shortcut="merci", title="Merci", body="Merci.")
    response = signed_in("coordinator").post("/coordination/replies/new/", reply(world, **typed))
    assert response.status_code == 422
    assert says in response.content.decode()
    assert 'value="Bonjour"' in response.content.decode()
    assert CannedReply.objects.count() == 1


def test_a_reply_that_names_an_institution_is_warned_of(world: World, signed_in: SignedIn) -> None:
    response = signed_in("coordinator").post(
        "/coordination/replies/new/", reply(world, body="Ici la cdm namur."), follow=True
    )
    assert "nomme CDM Namur" in response.content.decode()


def test_replies_of_others_and_of_all_are_read_only(world: World, signed_in: SignedIn) -> None:
    client = signed_in("coordinator")
    for partner in (world.bruxelles, None):
        theirs = CannedReply.objects.create(partner=partner, shortcut="x", title="X", body="X")
        assert client.post(f"/coordination/replies/{theirs.pk}/", reply(world)).status_code == 403
        assert client.post(f"/coordination/replies/{theirs.pk}/delete").status_code == 403
    assert client.get("/coordination/replies/").content.decode().count("en lecture seule") == 2
    assert (
        client.post("/coordination/replies/new/", reply(world, partner=world.bruxelles.pk)).status_code == 422
    )


def test_a_notice_keeps_its_formatting_and_loses_what_could_harm(world: World, signed_in: SignedIn) -> None:
    text = (
        '<p onclick="x()">Bonjour <strong>vous</strong></p><script>alert(1)</script>'
        '<a href="javascript:x()">ici</a><img src=x onerror=x()><a href="https://miti.be">là</a>'
    )
    client = signed_in("platform")
    shown = client.post("/coordination/notices/opening/fr/", {"html": text}).content.decode()
    sent = {"html": text, "without": re.findall(r'name="without" value="(\w+)"', shown)}
    response = client.post("/coordination/notices/opening/fr/", sent, follow=True)
    kept = Notice.objects.get().html
    assert kept.startswith("<p>Bonjour <strong>vous</strong></p>")
    assert '<a href="https://miti.be">là</a>' in kept
    for harm in ("script>", "onclick", "javascript:", "<img", "onerror"):
        assert harm not in kept
    assert "a été retiré" in response.content.decode()


def test_a_reply_and_a_label_keep_every_word_that_was_typed(world: World, signed_in: SignedIn) -> None:
    body = "Écrivez à Info <info@cdm.be> ou <https://miti.be>, <prénom> & <b>co</b>"
    signed_in("coordinator").post("/coordination/replies/new/", reply(world, body=body, title="A <b@c.be>"))
    assert (CannedReply.objects.get().body, CannedReply.objects.get().title) == (body, "A <b@c.be>")
    client = signed_in("platform")
    client.post("/coordination/numbers/new/", number(label_fr="Écoute <nuit>"))
    assert Contact.objects.get().labels == {"fr": "Écoute <nuit>"}
    page = client.get("/coordination/replies/").content.decode()
    assert "<b>co</b>" not in page


@pytest.mark.parametrize("typed", ["  ", "\u200b \u3164"])
def test_a_notice_without_a_character_that_is_seen_is_none(
    world: World, signed_in: SignedIn, typed: str
) -> None:
    Notice.objects.create(kind="closed", language="nl", html="<p>x</p>")
    signed_in("platform").post("/coordination/notices/closed/nl/", {"html": typed})
    assert not Notice.objects.exists()


def test_a_harmful_row_is_harmless_on_the_page(world: World, signed_in: SignedIn) -> None:
    Notice.objects.create(kind="closed", language="nl", html="<b>x</b><script>alert(1)</script>")
    assert "<script>alert" not in signed_in("platform").get("/coordination/notices/").content.decode()


def test_notices_and_numbers_are_the_platforms_to_change(world: World, signed_in: SignedIn) -> None:
    contact = Contact.objects.create(number="112", labels={"fr": "Urgences"})
    client = signed_in("coordinator")
    assert "mais pas" in client.get("/coordination/notices/").content.decode()
    assert client.post("/coordination/notices/opening/fr/", {"html": "x"}).status_code == 403
    for path in ("numbers/new/", f"numbers/{contact.pk}/", f"numbers/{contact.pk}/delete"):
        assert client.post(f"/coordination/{path}", number()).status_code == 403
    assert list(Contact.objects.all()) == [contact]


def test_a_number_is_saved_with_the_day_it_was_verified(world: World, signed_in: SignedIn) -> None:
    signed_in("platform").post("/coordination/numbers/new/", number(label_nl="Luisteren"))
    saved = Contact.objects.get()
    assert saved.labels == {"fr": "Écoute", "nl": "Luisteren"}
    assert saved.verified_on is not None


def test_a_number_is_shown_in_the_languages_that_were_ticked(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    client.post("/coordination/numbers/new/", number(languages=["nl", "de"]))
    saved = Contact.objects.get()
    assert saved.languages == ["nl", "de"]
    form = client.get(f"/coordination/numbers/{saved.pk}/").content.decode()
    assert 'value="nl"' in form
    assert form.count(" checked") == 2
    listed = client.get("/coordination/notices/").content.decode()
    assert "Nederlands</span>" in listed
    client.post(f"/coordination/numbers/{saved.pk}/", number())
    assert Contact.objects.get().languages == []
    assert "toutes les langues" in client.get("/coordination/notices/").content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"number": "appelez"}, "qu’on peut appeler"),
        ({"verified_on": "2039-01-01"}, "encore à venir"),
        ({"verified_on": "30/02/2026"}, "n’existe pas"),
        ({"label_fr": ""}, "obligatoire"),
        ({"languages": ["xx"]}, "xx"),
    ],
)
def test_an_invalid_phone_number_is_refused(
    world: World, signed_in: SignedIn, typed: dict[str, str], says: str
) -> None:
    response = signed_in("platform").post("/coordination/numbers/new/", number(**typed))
    assert response.status_code == 422
    assert says in response.content.decode()
    assert not Contact.objects.exists()


def test_text_for_a_counsellor_to_send_has_no_tags_and_keeps_its_signs() -> None:
    assert plain("a < b & <b>c</b>") == "a < b & c"
    assert "<script" not in sanitised("<scr<script>ipt>x")
