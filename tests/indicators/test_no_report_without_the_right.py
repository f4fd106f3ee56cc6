"""Whoever may read no figures any more, or whose account is off, gets no report, and whose rights are fewer gets fewer figures."""

from collections.abc import Callable

import pytest

from indicators.letters import contents, sending
from indicators.models import FiguresLetter
from partners import letter_choices, second_factor
from partners.letter_kinds import LetterKind
from partners.models import AuditEntry, Partner, Role, Staff
from tests.indicators.conftest import Ended
from tests.indicators.report_letters import (
    MONTH,
    NOW,
    QUARTER,
    SECOND,
    html_of,
    send,
    set_day,
    subscribe,
    three_periods,
)

pytestmark = pytest.mark.django_db
Change = Callable[[Staff], object]


def no_account(person: Staff) -> None:
    Staff.objects.filter(pk=person.pk).update(is_active=False)


def no_right(person: Staff) -> None:
    Staff.objects.filter(pk=person.pk).update(role=Role.COUNSELLOR)


def no_address(person: Staff) -> None:
    Staff.objects.filter(pk=person.pk).update(email="")


def no_wish(person: Staff) -> None:
    letter_choices.stop(person=person, kinds=[MONTH, QUARTER])


CHANGES = [no_account, no_right, no_address, no_wish]


@pytest.fixture(autouse=True)
def second(monkeypatch: pytest.MonkeyPatch) -> None:
    set_day(monkeypatch, SECOND)


@pytest.mark.parametrize("change", CHANGES)
def test_none_is_written_down_for_them(analyst: Staff, change: Change) -> None:
    subscribe(analyst, MONTH)
    change(analyst)
    assert send() == []
    assert not FiguresLetter.objects.exists()


@pytest.mark.parametrize("change", CHANGES)
def test_one_that_waited_does_not_leave(analyst: Staff, change: Change) -> None:
    subscribe(analyst, MONTH)
    sending.write_due(today=SECOND)
    change(analyst)
    assert send() == []
    letter = FiguresLetter.objects.get()
    assert (letter.done_at, letter.sent) == (NOW, False)
    assert not AuditEntry.objects.filter(action="figures.mailed").exists()


@pytest.mark.parametrize("change", [no_account, no_right])
def test_a_right_that_goes_while_letters_are_being_sent_counts(
    analyst: Staff, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list was read before; the person is read anew when the letter is made."""
    subscribe(analyst, MONTH)
    asked = letter_choices.who_wants

    def then_it_goes(kind: LetterKind, people: list[Staff]) -> list[tuple[Staff, str]]:
        found = asked(kind, people)
        if FiguresLetter.objects.filter(tries=1).exists():
            change(analyst)
        return found

    monkeypatch.setattr(letter_choices, "who_wants", then_it_goes)
    assert send() == []
    assert FiguresLetter.objects.get().done_at == NOW


def test_who_lacks_the_second_factor_that_their_role_needs_gets_none(
    analyst: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(analyst, MONTH)
    monkeypatch.setattr(second_factor, "is_missing", lambda person: True)
    assert send() == []
    monkeypatch.setattr(second_factor, "is_missing", lambda person: False)
    assert len(send()) == 1


def test_an_analyst_who_became_a_partners_coordinator_gets_a_coordinators_figures(
    analyst: Staff, namur: Partner, ended: Ended, lost: Ended
) -> None:
    three_periods(ended, lost)
    subscribe(analyst, MONTH)
    sending.write_due(today=SECOND)
    Staff.objects.filter(pk=analyst.pk).update(role=Role.COORDINATOR, partner=namur)
    (letter,) = send()
    assert "Your pools" in html_of(letter)
    assert "of 40" not in html_of(letter)


def test_an_account_that_is_deleted_takes_its_letters_along(analyst: Staff) -> None:
    subscribe(analyst, MONTH)
    sending.write_due(today=SECOND)
    analyst.delete()
    assert not FiguresLetter.objects.exists()
    assert send() == []


def test_a_letter_that_cannot_be_made_keeps_nobody_from_theirs_and_is_tried_again(
    analyst: Staff, coordinator: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in (analyst, coordinator):
        subscribe(one, MONTH)
    made = contents.letter_to

    def not_for(person: Staff, *given: object) -> object:
        if person.pk == analyst.pk:
            raise contents.NotSettledError
        return made(person, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(contents, "letter_to", not_for)
    assert [one.to for one in send()] == [[coordinator.email]]
    assert FiguresLetter.objects.get(done_at=None).person == analyst
