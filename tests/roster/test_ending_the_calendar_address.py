"""The address of one's calendar cannot be had back: what ends it is asked first, and knows which address it ends."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.test import Client

from partners.models import AuditEntry
from roster import calendar_feed
from roster.models import CalendarFeed
from routing_rules.models import Counsellor
from tests.access.html_forms import forms_of
from tests.coordination.conftest import World, words_of
from tests.coordination.test_every_form import _Folded
from tests.roster.conftest import NOW

SignedIn = Callable[[str], Client]
PAGE, END = "/roster/calendar/", "/roster/calendar/end"
CHANGED = "Rien n’a été fait : votre adresse a changé"


def address_of(sami: Counsellor) -> str:
    return urlsplit(calendar_feed.make(counsellor=sami, seen=None, now=NOW)).path


def sent_by(client: Client, action: str) -> dict[str, str]:
    html = client.get(PAGE).content.decode()
    return dict(
        next(one for one in forms_of(html, PAGE) if one.action == action and one.method == "POST").fields
    )


def test_both_buttons_that_end_it_are_asked_first(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    client = signed_in("counsellor")
    address_of(sami)
    html = client.get(PAGE).content.decode()
    folded = _Folded()
    folded.feed(html)
    asked = {
        form.action: behind
        for form, behind in zip(forms_of(html, PAGE), folded.found, strict=True)
        if form.action.startswith(PAGE)
    }
    assert asked == {PAGE: True, END: True}


def test_what_the_button_ends_is_the_address_that_its_page_spoke_of(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    client = signed_in("counsellor")
    first = address_of(sami)
    old = sent_by(client, END)
    made = client.post(PAGE, sent_by(client, PAGE))
    assert Client().get(first).status_code == 404
    assert "Votre adresse" in words_of(made)
    # Back, and end: another address is in the calendar by now.
    assert CHANGED in words_of(client.post(END, old, follow=True))
    assert CalendarFeed.objects.count() == 1
    assert not AuditEntry.objects.filter(action="calendar.address_revoked").exists()
    assert "aucun agenda" in words_of(client.post(END, sent_by(client, END), follow=True))
    assert not CalendarFeed.objects.exists()
    # Pressed twice.
    assert CHANGED in words_of(client.post(END, old, follow=True))


def test_a_page_that_knew_of_no_address_ends_none(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    client = signed_in("counsellor")
    old = sent_by(client, PAGE)
    there = address_of(sami)
    for sent in (old, {**old, "seen": "hier"}, {**old, "seen": "2026-06-10"}):
        assert CHANGED in words_of(client.post(PAGE, sent))
        assert CHANGED in words_of(client.post(END, sent, follow=True))
        assert Client().get(there).status_code == 200
    assert AuditEntry.objects.filter(action="calendar.address_made").count() == 1
