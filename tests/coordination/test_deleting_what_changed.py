"""A button that deletes knows what its page showed: what somebody changed since is asked again, with what changed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chat.models import CannedReply, Contact
from partners.models import AuditEntry, Role
from routing_rules.models import OpeningInterval, Pool, SchoolBooking, Site, SubTheme, Theme, Timetable
from tests.access.html_forms import Form, forms_of
from tests.coordination.conftest import World, make_person, make_timetable, words_of
from tests.coordination.test_classes import next_monday
from tests.coordination.test_second_writer import filled, form_with
from tests.roster.conftest import make_shift

SignedIn = Callable[[str], Client]


@pytest.fixture
def deletions(world: World) -> dict[str, tuple[str, str, str, Any]]:
    """Each address that deletes, with its page, a text of the page's form, and the rows that it deletes."""
    begins = next_monday()
    booking = SchoolBooking.objects.create(
        code="ABCD", school="X", starts_at=begins, ends_at=begins.replace(hour=10), places=1
    )
    reply = CannedReply.objects.create(language="fr", shortcut="bonjour", title="Bonjour", body="Bonjour")
    contact = Contact.objects.create(number="107", labels={"fr": "Écoute"})
    Theme.objects.create(code="rien", labels={"fr": "Rien"})
    SubTheme.objects.create(theme=Theme.objects.get(code="emploi"), code="cv", labels={"fr": "CV"})
    day = timezone.localdate() + timedelta(days=30)
    coming = make_timetable(world.pool_namur, day, [(0, 540, 720)])
    week = f"/coordination/week/cdm-namur/?from={day.isoformat()}"
    return {
        f"/coordination/classes/{booking.pk}/delete": ("", "school", "école", SchoolBooking.objects),
        f"/coordination/replies/{reply.pk}/delete": ("", "title", "titre", CannedReply.objects),
        f"/coordination/numbers/{contact.pk}/delete": ("", "label_fr", "libellés", Contact.objects),
        "/coordination/themes/rien/delete": ("", "label_fr", "libellés", Theme.objects.filter(code="rien")),
        "/coordination/themes/emploi/subthemes/cv/delete": ("", "label_fr", "libellés", SubTheme.objects),
        "/coordination/sites/miti/delete": ("", "name", "nom", Site.objects),
        "/coordination/teams/cdm-bruxelles/delete": ("", "name", "nom", Pool.objects.filter(slug="cdm-bruxelles")),
        f"/coordination/week/cdm-namur/coming/{coming.pk}/delete": (
            week, "day_0", "heures", Timetable.objects.filter(pk=coming.pk),
        ),
    }  # fmt: skip


def button(answer: Any, page: str, address: str) -> Form:
    return next(one for one in forms_of(answer.content.decode(), page) if one.action == address)


def test_what_somebody_changed_is_not_deleted_but_asked_again(
    world: World, signed_in: SignedIn, deletions: dict[str, tuple[str, str, str, Any]]
) -> None:
    first, second = signed_in("platform"), world.client(make_person("remi", Role.PLATFORM))
    for address, (shown, field, label, rows) in deletions.items():
        page = shown or address.removesuffix("delete")
        sent = filled(button(second.get(page), page, address))
        text = "9:30-11:00" if field == "day_0" else "Anaïs"
        form = form_with(first, page, field)
        assert first.post(page.split("?")[0], filled(form, **{field: text})).status_code == 302, address
        answer = second.post(address, sent)
        assert answer.status_code == 409, address
        words = words_of(answer)
        assert rows.exists(), address
        assert "Rien n’a été supprimé" in words, address
        assert "Paule, le " in words, address
        assert f"{label} : " in words, address
        assert text in words, address
        # Once more, by the button of this page: now they know.
        assert second.post(address, filled(button(answer, page, address))).status_code == 302, address
        assert not rows.exists(), address


def test_what_nobody_changed_is_deleted_by_one_press(
    world: World, signed_in: SignedIn, deletions: dict[str, tuple[str, str, str, Any]]
) -> None:
    client = signed_in("platform")
    for address, (shown, _field, _label, rows) in deletions.items():
        page = shown or address.removesuffix("delete")
        sent = filled(button(client.get(page), page, address))
        assert len(sent["revision"][0]) > 16, address
        assert client.post(address, sent).status_code == 302, address
        assert not rows.exists(), address
    assert not OpeningInterval.objects.filter(timetable__pool=world.pool_bruxelles).exists()


def test_a_change_that_the_log_does_not_know_is_somebodys(world: World, signed_in: SignedIn) -> None:
    client, page = signed_in("platform"), "/coordination/sites/miti/"
    sent = filled(button(client.get(page), page, f"{page}delete"))
    Site.objects.update(name="Autre")
    answer = client.post(f"{page}delete", sent)
    assert answer.status_code == 409
    assert "Quelqu’un d’autre l’a modifié" in words_of(answer)
    assert Site.objects.get().name == "Autre"
    assert not AuditEntry.objects.filter(action="site.deleted").exists()


def test_a_shift_that_changed_is_told_with_who_changed_what(world: World, signed_in: SignedIn) -> None:
    shift = make_shift(world.pool_namur, timezone.localdate() + timedelta(days=3))
    nora, paule = signed_in("coordinator"), signed_in("platform")
    page = f"/coordination/roster/shifts/{shift.pk}/"
    sent = filled(button(paule.get(page), page, f"{page}delete"))
    assert nora.post(page, filled(form_with(nora, page, "needed"), needed="3")).status_code == 302
    answer = paule.post(f"{page}delete", sent)
    assert answer.status_code == 409
    assert "Nora, le " in words_of(answer)
    assert "personnes nécessaires : 1 → 3" in words_of(answer)
