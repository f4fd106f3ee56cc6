"""Two people change one thing: the second is told who saved what, and when, and loses no word."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chat.models import CannedReply, Contact, Notice
from partners.models import Role
from routing_rules.models import SchoolBooking, SubTheme, Theme
from tests.access.html_forms import Form, forms_of
from tests.coordination.conftest import World, make_person, words_of
from tests.coordination.test_classes import next_monday

SignedIn = Callable[[str], Client]


@pytest.fixture
def things(world: World) -> dict[str, str]:
    """A page for each kind of thing that two people may change, with the name of a text in its form."""
    begins = next_monday()
    booking = SchoolBooking.objects.create(
        code="ABCD", school="X", starts_at=begins, ends_at=begins.replace(hour=10), places=1
    )
    reply = CannedReply.objects.create(language="fr", shortcut="bonjour", title="Bonjour", body="Bonjour")
    contact = Contact.objects.create(number="107", labels={"fr": "Écoute"})
    theme = Theme.objects.get(code="emploi")
    SubTheme.objects.create(theme=theme, code="cv", labels={"fr": "CV"})
    Notice.objects.create(kind="opening", language="fr", html="Avant")
    return {
        "/coordination/week/cdm-namur/": "day_0",
        "/coordination/teams/cdm-namur/": "name",
        "/coordination/sites/miti/": "name",
        f"/coordination/classes/{booking.pk}/": "school",
        f"/coordination/replies/{reply.pk}/": "title",
        f"/coordination/numbers/{contact.pk}/": "label_fr",
        "/coordination/themes/emploi/": "label_fr",
        "/coordination/themes/emploi/subthemes/cv/": "label_fr",
        "/coordination/notices/opening/fr/": "html",
        f"/coordination/people/{world.counsellor.pk}/": "first_name",
    }


def form_with(client: Client, address: str, field: str) -> Form:
    page = client.get(address)
    assert page.status_code == 200, address
    return next(one for one in forms_of(page.content.decode(), address) if field in one.names)


def filled(form: Form, **typed: str) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    for name, value in form.fields:
        sent.setdefault(name, []).append(value)
    # What the parser made up for empty fields is no day that these take.
    sent.pop("verified_on", None)
    if sent.get("starts_at") == sent.get("ends_at"):
        sent.pop("starts_at", None), sent.pop("ends_at", None)
    return sent | {name: [value] for name, value in typed.items()}


def test_the_second_writer_of_anything_is_told_and_nothing_is_lost(
    world: World, signed_in: SignedIn, things: dict[str, str]
) -> None:
    first, second = signed_in("platform"), world.client(make_person("remi", Role.PLATFORM))
    for address, field in things.items():
        texts = ("8:00-9:00", "9:30-11:00") if field == "day_0" else ("Anaïs", "Bilal")
        forms = [form_with(client, address, field) for client in (first, second)]
        assert first.post(address, filled(forms[0], **{field: texts[0]})).status_code == 302, address
        answer = second.post(address, filled(forms[1], **{field: texts[1]}))
        page = words_of(answer)
        assert answer.status_code == 409, address
        assert "Paule a enregistré ceci le" in page, address
        assert f"tel qu’enregistré maintenant : {texts[0]}" in page, address
        assert texts[1] in page, address
        # Once more, and it holds: now they know.
        again = next(one for one in forms_of(answer.content.decode(), address) if field in one.names)
        assert second.post(address, filled(again, **{field: texts[1]})).status_code == 302, address
        assert dict(form_with(first, address, field).fields)[field] == texts[1], address


def test_a_form_that_nobody_overtook_is_saved(
    world: World, signed_in: SignedIn, things: dict[str, str]
) -> None:
    client = signed_in("platform")
    for address, field in things.items():
        assert client.post(address, filled(form_with(client, address, field))).status_code == 302, address


def test_every_form_that_changes_something_carries_its_revision(
    world: World, signed_in: SignedIn, things: dict[str, str]
) -> None:
    client = signed_in("platform")
    for address, field in things.items():
        assert re.fullmatch(
            r"[0-9a-f]{16}-[0-9]+", dict(form_with(client, address, field).fields)["revision"]
        )


def test_sending_a_form_twice_makes_no_second_thing(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    begins = next_monday()
    booking = {
        "school": "Athénée",
        "partner": world.namur.pk,
        "starts_at": begins.strftime("%Y-%m-%dT%H:%M"),
        "ends_at": begins.replace(hour=10).strftime("%Y-%m-%dT%H:%M"),
        "places": "1",
        "code": "",
    }
    contact = {"number": "107", "label_fr": "Écoute", "position": "1"}
    today = timezone.localdate().isoformat()
    closure = {"pool": "cdm-namur", "date": today, "kind": "closed", "hours": "", "reason": ""}
    for address, typed in (
        ("/coordination/classes/new/", booking),
        ("/coordination/numbers/new/", contact),
        ("/coordination/exceptions/", closure),
    ):
        assert client.post(address, typed).status_code == 302
        assert client.post(address, typed).status_code == 422
    assert (SchoolBooking.objects.count(), Contact.objects.count()) == (1, 1)


def test_the_second_who_gives_somebody_a_role_is_told(world: World, signed_in: SignedIn) -> None:
    first, second = signed_in("platform"), world.client(make_person("remi", Role.PLATFORM))
    page, address = (
        f"/coordination/people/{world.counsellor.pk}/",
        f"/coordination/people/{world.counsellor.pk}/role",
    )
    forms = [form_with(client, page, "role") for client in (first, second)]
    assert first.post(address, filled(forms[0], role="coordinator")).status_code == 302
    answer = second.post(address, filled(forms[1], role="analyst"))
    assert answer.status_code == 409
    assert "Paule a enregistré ceci le" in words_of(answer)
    again = next(one for one in forms_of(answer.content.decode(), page) if "role" in one.names)
    assert second.post(address, filled(again, role="analyst")).status_code == 302
    world.counsellor.refresh_from_db()
    assert world.counsellor.role == Role.ANALYST


def test_both_versions_are_shown_where_only_one_field_was_typed(world: World, signed_in: SignedIn) -> None:
    """What the first one changed elsewhere is not taken back by the second."""
    first, second = signed_in("platform"), world.client(make_person("remi", Role.PLATFORM))
    address = "/coordination/teams/cdm-namur/"
    forms = [form_with(client, address, "name") for client in (first, second)]
    first.post(address, filled(forms[0], timezone="Europe/Paris"))
    answer = second.post(address, filled(forms[1], name="Autre nom"))
    page = words_of(answer)
    assert answer.status_code == 409
    assert "Fuseau horaire, tel qu’enregistré maintenant : Europe/Paris" in page
    assert "Nom, tel qu’enregistré maintenant : Équipe Namur" in page
