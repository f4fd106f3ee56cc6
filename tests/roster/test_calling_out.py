"""A shift that lacks people is called out: who could come gets one letter with the link that takes it."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from re import findall, search

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from partners import letter_choices
from partners.models import AuditEntry
from roster import calling_out, letters, own_times, signing_up
from roster.models import Assignment, Shift
from routing_rules.models import Counsellor
from tests.coordination.conftest import World
from tests.roster.conftest import NOW, make_counsellor, make_shift, put_on

SignedIn = Callable[[str], Client]
DAY = timezone.localdate() + timedelta(days=21 - timezone.localdate().weekday())
"""A Monday, on which the team is open, far from the letters that leave by themselves."""


@pytest.fixture
def shift(world: World) -> Shift:
    return make_shift(world.pool_namur, DAY, needed=2)


def page_of(shift: Shift) -> str:
    return f"/coordination/roster/shifts/{shift.pk}/"


def press(client: Client, shift: Shift) -> str:
    answer = client.post(f"{page_of(shift)}call-out", follow=True)
    assert answer.redirect_chain == [(page_of(shift), 302)]
    return unescape(answer.content.decode())


def read(client: Client, path: str) -> str:
    return unescape(client.get(path).content.decode())


def to_whom() -> list[str]:
    return sorted(one.to[0].partition("@")[0] for one in mail.outbox)


def test_who_could_come_is_written_to_once_and_takes_the_shift_by_the_link(
    world: World, sami: Counsellor, shift: Shift, signed_in: SignedIn
) -> None:
    away, on_it = make_counsellor("lea", world.pool_namur), make_counsellor("max", world.pool_namur)
    make_counsellor("zoe", world.pool_bruxelles)
    own_times.add_absence(counsellor=away, first=DAY, last=DAY, now=NOW)
    put_on(shift, on_it)
    client = signed_in("coordinator")
    assert "Écrire à 1 personne qui pourrait venir" in read(client, page_of(shift))
    told = press(client, shift)
    assert "1 lettre part dans les minutes qui viennent" in told
    assert "qui pourrait venir" not in read(client, page_of(shift)), "whoever was asked is not asked again"
    assert "Rien n’a été envoyé" in press(client, shift)

    letters.send_due(now=timezone.now())
    assert to_whom() == ["sami"]
    letters.send_due(now=timezone.now())
    (letter,) = mail.outbox
    assert "il manque quelqu’un" in str(letter.subject)
    assert "Max" not in str(letter.body), "it names nobody but its reader"
    (path,) = findall(r"https?://[^/\s]+(/roster/link/\S+)", str(letter.body))
    assert search("/accounts/login/", Client().post(path)["Location"]), "it asks to sign in"
    world.client(sami.staff).post(path)
    assert Assignment.objects.filter(shift=shift, counsellor=sami).exists()
    assert "2 sur 2" in read(client, page_of(shift))


def test_the_log_says_how_many_and_of_which_shift_and_nobodys_name(
    sami: Counsellor, shift: Shift, signed_in: SignedIn
) -> None:
    press(signed_in("coordinator"), shift)
    entry = AuditEntry.objects.get(action="shift.called_out")
    assert (entry.subject, entry.detail["people"]) == (f"shift {shift.pk}", 1)
    assert "Sami" not in f"{entry.detail}"


def test_who_wants_no_such_letters_is_not_counted(
    sami: Counsellor, shift: Shift, signed_in: SignedIn
) -> None:
    letter_choices.choose(person=sami.staff, language="fr", wanted=[])
    client = signed_in("coordinator")
    assert "qui pourrait venir" not in read(client, page_of(shift))
    assert "Rien n’a été envoyé" in press(client, shift)
    assert not AuditEntry.objects.filter(action="shift.called_out").exists()


def test_a_shift_that_was_filled_meanwhile_is_no_letter(world: World, sami: Counsellor, shift: Shift) -> None:
    assert calling_out.call_out(actor=world.coordinator, shift=shift, now=timezone.now()) == 1
    for name in ("lea", "max"):
        signing_up.take(
            counsellor=make_counsellor(name, world.pool_namur), shift_id=shift.pk, now=timezone.now()
        )
    letters.send_due(now=timezone.now())
    assert to_whom() == []


def test_who_joined_the_team_since_can_be_asked(world: World, sami: Counsellor, shift: Shift) -> None:
    now = timezone.now()
    assert calling_out.call_out(actor=world.coordinator, shift=shift, now=now) == 1
    make_counsellor("lea", world.pool_namur)
    assert calling_out.call_out(actor=world.coordinator, shift=shift, now=now) == 1
    letters.send_due(now=now)
    assert to_whom() == ["lea", "sami"]


def test_nobody_is_written_to_about_another_partners_shift_or_one_that_is_over(
    world: World, sami: Counsellor, shift: Shift, signed_in: SignedIn
) -> None:
    other = make_shift(world.pool_bruxelles, DAY)
    make_counsellor("zoe", world.pool_bruxelles)
    assert signed_in("coordinator").post(f"{page_of(other)}call-out").status_code == 403
    over = make_shift(world.pool_namur, timezone.localdate() - timedelta(days=7))
    assert "Rien n’a été envoyé" in press(signed_in("coordinator"), over)
    assert signed_in("counsellor").post(f"{page_of(shift)}call-out").status_code == 403
    letters.send_due(now=timezone.now())
    assert to_whom() == []
