"""Letters about shifts: who gets which, when, once; and the link in them that takes a shift."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from partners import letter_choices
from partners.letter_kinds import LetterKind, kinds_of
from partners.models import AuditEntry, Role, Staff
from roster import letters, letters_due, notices, own_times, planning, signing_up
from roster.letter_times import MORNING, local_moment
from roster.letter_words import text_of
from roster.models import Assignment, RosterLetter, RosterNotice, ShiftLink
from routing_rules.models import Counsellor
from tests.coordination.conftest import World
from tests.roster.conftest import MONDAY, NOW, make_counsellor, make_shift, put_on

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
EVENING_BEFORE = datetime.fromisoformat("2026-06-14T15:00:00+00:00")
"""Sunday, 17:00 in Brussels."""
TWO_DAYS_BEFORE = local_moment(MONDAY - 2 * DAY, MORNING)
LINK = re.compile(r"https?://[^/\s]+(/roster/link/\S+)")


def only(person: Counsellor | Staff, *kinds: LetterKind) -> None:
    """They want these kinds and no others."""
    staff = person.staff if isinstance(person, Counsellor) else person
    letter_choices.choose(person=staff, language="en", wanted=kinds)


def sent(to: str = "") -> list[EmailMultiAlternatives]:
    """What left, to this person."""
    return [one for one in mail.outbox if not to or one.to == [f"{to}@example.be"]]  # type: ignore[misc]


def links_in(letter: EmailMultiAlternatives) -> list[str]:
    return LINK.findall(str(letter.body))


def whole(letter: EmailMultiAlternatives) -> str:
    html = str(letter.alternatives[0][0])
    return f"{letter.subject}\n{letter.body}\n{html}"


def test_the_evening_before_a_shift_its_people_are_reminded_once(world: World, sami: Counsellor) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    put_on(make_shift(world.pool_namur, needed=2), sami, lea)
    only(sami, LetterKind.SHIFT_TOMORROW)
    letter_choices.choose(person=lea.staff, language="nl", wanted=[LetterKind.SHIFT_TOMORROW])
    letters.send_due(now=EVENING_BEFORE - MINUTE)
    assert sent() == []
    assert letters.send_due(now=EVENING_BEFORE) == 2
    assert letters.send_due(now=EVENING_BEFORE + 5 * MINUTE) == 0
    (to_sami,), (to_lea,) = sent("sami"), sent("lea")
    assert "Your shift: Monday 15 June, 9:00-12:00" in to_sami.subject
    assert "maandag 15 juni" in to_lea.subject
    assert "Léa" not in whole(to_sami).replace("Lea", "Léa"), "it names nobody else"
    assert "Équipe Namur" in to_sami.body
    entry = AuditEntry.objects.get(action="letters.sent")
    assert entry.detail == {"letter": "shift_tomorrow", "people": 2}
    assert (entry.actor, entry.subject) == (None, ""), "the log outlives who was on which shift"


def test_who_came_onto_it_in_the_evening_is_not_told_what_they_have_just_done(
    world: World, sami: Counsellor
) -> None:
    put_on(make_shift(world.pool_namur), sami, at=EVENING_BEFORE + MINUTE)
    only(sami, LetterKind.SHIFT_TOMORROW)
    assert letters.send_due(now=EVENING_BEFORE + 2 * MINUTE) == 0


def test_on_friday_the_week_that_comes_is_told_to_volunteers_and_planners(
    world: World, sami: Counsellor
) -> None:
    put_on(make_shift(world.pool_namur), sami)
    make_shift(world.pool_namur, MONDAY + DAY, needed=2)
    only(sami, LetterKind.WEEK_AHEAD)
    only(world.coordinator, LetterKind.WEEK_AHEAD)
    friday = datetime.fromisoformat("2026-06-12T10:00:00+00:00")
    assert letters.send_due(now=friday - MINUTE) == 0
    assert letters.send_due(now=friday) == 2
    assert letters.send_due(now=friday + DAY) == 0
    (to_sami,), (to_nora,) = sent("sami"), sent("nora")
    assert "Monday 15 June, 9:00-12:00 · Équipe Namur" in to_sami.body
    assert len(links_in(to_sami)) == 1
    assert "Tuesday 16 June, 9:00-12:00 · Équipe Namur · 0 of 2: 2 people are missing" in to_nora.body
    assert "Sami" not in whole(to_nora)


def lacking(world: World, sami: Counsellor) -> str:
    """A letter to Sami about a shift that lacks somebody; the path of its link."""
    make_shift(world.pool_namur, languages=["nl"], needed=2)
    only(sami, LetterKind.SHIFT_LACKS)
    letters.send_due(now=TWO_DAYS_BEFORE)
    (letter,) = sent("sami")
    (path,) = links_in(letter)
    assert path in str(letter.alternatives[0][0]), "as HTML, too"
    return str(path)


def test_two_days_and_one_day_before_who_could_come_and_who_plans_are_told_what_is_missing(
    world: World, sami: Counsellor
) -> None:
    away = make_counsellor("lea", world.pool_bruxelles)
    only(away, LetterKind.SHIFT_LACKS)
    only(world.coordinator, LetterKind.SHIFT_LACKS)
    lacking(world, sami)
    assert letters.send_due(now=TWO_DAYS_BEFORE + 5 * MINUTE) == 0
    letters.send_due(now=TWO_DAYS_BEFORE + DAY)
    assert (len(sent("sami")), len(sent("nora")), len(sent("lea"))) == (2, 2, 0)
    for one in (*sent("sami"), *sent("nora")):
        assert "2 people are missing, nobody speaks Dutch" in one.body
    assert "/coordination/roster/?week=2026-06-15" in sent("nora")[0].body


def test_a_shift_whose_only_person_is_away_is_called_out(world: World, sami: Counsellor) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    put_on(make_shift(world.pool_namur), sami)
    only(sami)
    for one in (lea, world.coordinator):
        only(one, LetterKind.SHIFT_LACKS)
    letters.send_due(now=TWO_DAYS_BEFORE)
    assert sent() == []
    own_times.add_absence(counsellor=sami, first=MONDAY, last=MONDAY, now=NOW)
    letters.send_due(now=TWO_DAYS_BEFORE + 5 * MINUTE)
    assert (len(sent("lea")), len(sent("nora")), len(sent("sami"))) == (1, 1, 0)
    assert "0 of 1: 1 person is missing" in sent("nora")[0].body


@pytest.mark.parametrize("act", ["deactivated", "taken off", "moved"])
def test_who_left_by_an_act_that_can_be_undone_is_not_called_out_yet(
    world: World, sami: Counsellor, act: str
) -> None:
    lea, shift = make_counsellor("lea", world.pool_namur), make_shift(world.pool_namur)
    other = make_shift(world.pool_namur, MONDAY + 9 * DAY)
    put_on(shift, sami)
    only(lea, LetterKind.SHIFT_LACKS)
    for one in (sami, world.coordinator):
        only(one)
    at = TWO_DAYS_BEFORE + MINUTE
    if act == "deactivated":
        Staff.objects.filter(pk=sami.staff_id).update(is_active=False, left_at=at)
    elif act == "taken off":
        planning.remove(actor=world.coordinator, shift_id=shift.pk, counsellor_id=sami.pk, now=at)
    else:
        planning.move(
            actor=world.coordinator,
            shift_id=shift.pk,
            to_shift_id=other.pk,
            counsellor_id=sami.pk,
            now=at,
        )
    letters.send_due(now=at + 9 * MINUTE)
    assert sent("lea") == []
    letters.send_due(now=at + 10 * MINUTE)
    assert len(sent("lea")) == 1


def test_nobody_is_told_of_a_shift_that_was_filled_before_the_letter_left(
    world: World, sami: Counsellor
) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    only(sami, LetterKind.SHIFT_LACKS)
    only(lea)
    shift = make_shift(world.pool_namur)

    letters_due.write_all(now=TWO_DAYS_BEFORE)
    put_on(shift, lea)
    letters.send_due(now=TWO_DAYS_BEFORE)
    assert sent("sami") == []
    assert not RosterLetter.objects.filter(done_at=None).exists()


def test_the_link_asks_to_sign_in_and_takes_the_shift_by_one_press(
    world: World, sami: Counsellor, at: Callable[[datetime], None]
) -> None:
    path = lacking(world, sami)
    at(TWO_DAYS_BEFORE)
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=/roster/link/")
    browser = world.client(sami.staff)
    assert "9:00-12:00" in browser.get(path).content.decode()
    assert not Assignment.objects.exists(), "opening it does nothing: programs that check links do so"
    page = browser.post(path, follow=True)
    assert page.redirect_chain == [("/roster/", 302)]
    assert Assignment.objects.get().counsellor == sami
    signing_up.give_back(counsellor=sami, shift_id=Assignment.objects.get().shift_id, now=TWO_DAYS_BEFORE)
    again = browser.post(path, HTTP_ACCEPT_LANGUAGE="en", follow=True)
    assert "This link has been used" in again.content.decode()
    assert not Assignment.objects.exists()


def test_the_link_of_a_shift_that_somebody_took_says_so_and_works_once_there_is_a_place(
    world: World, sami: Counsellor, at: Callable[[datetime], None]
) -> None:
    path = lacking(world, sami)
    at(TWO_DAYS_BEFORE)
    shift = ShiftLink.objects.get().shift
    others = [make_counsellor(name, world.pool_namur, languages=["nl"]) for name in ("lea", "max")]
    put_on(shift, *others)
    page = world.client(sami.staff).post(path, HTTP_ACCEPT_LANGUAGE="en", follow=True)
    assert "Somebody was faster" in page.content.decode()
    assert ShiftLink.objects.get().used_at is None
    Assignment.objects.filter(counsellor=others[0]).delete()
    world.client(sami.staff).post(path)
    assert Assignment.objects.filter(counsellor=sami).exists()


def test_the_link_is_of_no_use_to_anybody_else_nor_when_it_is_changed(world: World, sami: Counsellor) -> None:
    path = lacking(world, sami)
    lea = make_counsellor("lea", world.pool_namur)
    for person, address, status in (
        (lea.staff, path, 404),
        (sami.staff, path.replace(":", "x:", 1), 404),
        (sami.staff, "/roster/link/nothing/", 404),
        (world.coordinator, path, 403),
    ):
        browser = world.client(person)
        assert browser.get(address).status_code == status
        assert browser.post(address).status_code == status
    assert not Assignment.objects.exists()


def test_who_was_put_on_a_shift_is_told_once_it_can_no_longer_be_undone(
    world: World, sami: Counsellor
) -> None:
    shift = make_shift(world.pool_namur)
    only(sami, LetterKind.SHIFT_CHANGED)
    planning.assign(actor=world.coordinator, shift_id=shift.pk, counsellor_id=sami.pk, now=NOW)
    assert letters.send_due(now=NOW + 9 * MINUTE) == 0
    assert letters.send_due(now=NOW + 10 * MINUTE) == 1
    assert letters.send_due(now=NOW + 20 * MINUTE) == 0
    (letter,) = sent("sami")
    assert "Monday 15 June, 9:00-12:00 · Équipe Namur: a coordinator put you on this shift" in letter.body
    assert "Nora" not in whole(letter)
    assert RosterNotice.objects.get().letter_at == NOW + 10 * MINUTE


def test_several_changes_are_one_letter_and_what_was_read_needs_none(world: World, sami: Counsellor) -> None:
    one, other = make_shift(world.pool_namur), make_shift(world.pool_namur, MONDAY + DAY)
    only(sami, LetterKind.SHIFT_CHANGED)
    for shift in (one, other):
        planning.assign(actor=world.coordinator, shift_id=shift.pk, counsellor_id=sami.pk, now=NOW)
    planning.delete(actor=world.coordinator, shift=type(one).objects.get(pk=one.pk), now=NOW)
    seen = RosterNotice.objects.get(shift=other)
    notices.mark_read(person=sami.staff, notices=[seen.pk], now=NOW + MINUTE)
    assert letters.send_due(now=NOW + 10 * MINUTE) == 1
    (letter,) = sent("sami")
    assert "does not take place" in letter.body
    assert "Tuesday" not in letter.body


def test_a_colleague_who_looks_for_somebody_is_answered_by_one_press(
    world: World, sami: Counsellor, at: Callable[[datetime], None]
) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    only(lea, LetterKind.REPLACEMENT)
    only(sami)
    shift = make_shift(world.pool_namur)
    put_on(shift, sami)
    signing_up.look_for_replacement(counsellor=sami, shift_id=shift.pk, now=NOW)
    assert letters.send_due(now=NOW + 10 * MINUTE) == 1
    (letter,) = sent("lea")
    assert "Sami" not in whole(letter)
    (path,) = links_in(letter)
    at(NOW + 20 * MINUTE)
    world.client(lea.staff).post(path)
    assert Assignment.objects.get().counsellor == lea


def test_a_kind_that_its_reader_switched_off_is_not_sent_and_not_kept_waiting(
    world: World, sami: Counsellor
) -> None:
    shift = make_shift(world.pool_namur)
    only(sami)
    planning.assign(actor=world.coordinator, shift_id=shift.pk, counsellor_id=sami.pk, now=NOW)
    assert letters.send_due(now=EVENING_BEFORE) == 0
    assert not RosterLetter.objects.filter(done_at=None, person=sami.staff).exists()
    assert RosterNotice.objects.get().letter_at == EVENING_BEFORE
    assert list(notices.unread(sami.staff)), "the page tells them all the same"
    for role in (Role.COUNSELLOR, Role.COORDINATOR, Role.PLATFORM):
        assert LetterKind.SHIFT_LACKS in kinds_of(role)


class Refusing(EmailBackend):
    """A mail server that is away, or takes no letter to some."""

    away = False
    refused: str = ""

    def open(self) -> bool:
        if Refusing.away:
            raise ConnectionRefusedError
        return True

    def send_messages(self, messages: Any) -> int:
        if [Refusing.refused] in [one.to for one in messages]:
            raise SMTPRecipientsRefused({})
        return int(super().send_messages(messages))


@pytest.fixture
def mail_server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Refusing]:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    monkeypatch.setattr(Refusing, "away", False)
    monkeypatch.setattr(Refusing, "refused", "")
    return Refusing


def test_while_the_mail_server_is_away_nothing_is_lost_and_then_nothing_doubled(
    world: World, sami: Counsellor, mail_server: type[Refusing]
) -> None:
    put_on(make_shift(world.pool_namur), sami)
    only(sami, LetterKind.SHIFT_TOMORROW)
    mail_server.away = True
    for minutes in (0, 5, 10):
        assert letters.send_due(now=EVENING_BEFORE + minutes * MINUTE) == 0
    mail_server.away = False
    # After midnight it is still of use; it names the day.
    assert letters.send_due(now=EVENING_BEFORE + timedelta(hours=12)) == 1
    assert letters.send_due(now=EVENING_BEFORE + timedelta(hours=12, minutes=5)) == 0
    assert len(sent("sami")) == 1


def test_an_address_that_is_refused_is_tried_again_at_growing_distances_and_holds_nobody_up(
    world: World, sami: Counsellor, mail_server: type[Refusing]
) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    for one in (sami, lea):
        only(one, LetterKind.SHIFT_TOMORROW)
    put_on(make_shift(world.pool_namur, needed=2), sami, lea)
    mail_server.refused = "lea@example.be"
    for minutes in range(0, 60, 5):
        letters.send_due(now=EVENING_BEFORE + minutes * MINUTE)
    assert len(sent("sami")) == 1
    assert RosterLetter.objects.get(person=lea.staff, kind="shift_tomorrow").tries == 4
    mail_server.refused = ""
    letters.send_due(now=EVENING_BEFORE + timedelta(hours=4))
    assert len(sent("lea")) == 1


def test_a_letter_that_a_stopped_process_held_is_sent_after_a_while(world: World, sami: Counsellor) -> None:
    put_on(make_shift(world.pool_namur), sami)
    only(sami, LetterKind.SHIFT_TOMORROW)

    letters_due.write_all(now=EVENING_BEFORE)
    letter = RosterLetter.objects.get(kind="shift_tomorrow")
    assert letters.QUEUE.claim(letter, now=EVENING_BEFORE)
    assert not letters.QUEUE.claim(letter, now=EVENING_BEFORE)
    assert letters.send_due(now=EVENING_BEFORE + 14 * MINUTE) == 0
    assert letters.send_due(now=EVENING_BEFORE + 15 * MINUTE) == 1
    assert sent("sami")[0].extra_headers["Message-ID"].startswith(f"<shift-{letter.pk}@")


def test_a_letter_that_cannot_be_written_does_not_keep_the_others(
    world: World, sami: Counsellor, monkeypatch: pytest.MonkeyPatch
) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    for one in (sami, lea):
        only(one, LetterKind.SHIFT_TOMORROW)
    put_on(make_shift(world.pool_namur, needed=2), sami, lea)

    def broken(letter: RosterLetter, *, now: datetime) -> Any:
        if letter.person_id == sami.staff_id:
            raise ValueError
        return text_of(letter, now=now)

    monkeypatch.setattr("roster.letters.text_of", broken)
    assert letters.send_due(now=EVENING_BEFORE) == 1
    monkeypatch.setattr("roster.letters.text_of", text_of)
    assert letters.send_due(now=EVENING_BEFORE + 10 * MINUTE) == 1
