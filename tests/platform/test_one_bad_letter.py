"""One letter that cannot be written or sent never keeps another from leaving."""

import logging

import pytest
from django.core import mail
from django.urls import reverse

from partners import letters
from partners.letter_kinds import LetterKind
from partners.letters import LetterText
from partners.models import Role, Staff

TWO_LINES = "Équipe\r\nBcc: everybody@example.be"


def coordinator(name: str, email: str) -> Staff:
    return Staff.objects.create_user(name, email=email, role=Role.COORDINATOR)


def text_of(team: str) -> LetterText:
    return LetterText(f"{team} est vide", (f"{team} est vide.",), reverse("coordination:board"), "Voir")


@pytest.mark.django_db
def test_a_name_on_two_lines_stands_on_one_in_a_subject() -> None:
    sent = letters.send_each(
        LetterKind.ALERT, [coordinator("nora", "nora@example.be")], lambda _person: text_of(TWO_LINES)
    )
    (letter,) = mail.outbox
    assert sent == 1
    assert letter.subject == "[Miti] Équipe Bcc: everybody@example.be est vide"
    assert letter.message()["Bcc"] is None
    assert letter.recipients() == ["nora@example.be"]


@pytest.mark.django_db
def test_addresses_that_are_none_keep_nobody_from_a_letter(caplog: pytest.LogCaptureFixture) -> None:
    people = [
        coordinator("ada", "ada@example.be\nBcc: x@example.be"),
        coordinator("bob", "bob@example.be\nBcc: x@example.be"),
        coordinator("cyd", "cyd@example.be\nBcc: x@example.be"),
        coordinator("nora", "nora@example.be"),
    ]
    with caplog.at_level(logging.ERROR):
        sent = letters.send_each(LetterKind.ALERT, people, lambda _person: text_of("Namur"))
    assert sent == 1
    assert [one.recipients() for one in mail.outbox] == [["nora@example.be"]]
    assert caplog.text.count("a letter could not be sent") == 3
