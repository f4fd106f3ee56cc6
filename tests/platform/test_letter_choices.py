"""Each reader switches off the kinds of letters that they do not want, on their page or by one press in a letter."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from partners import letter_choices, letters
from partners.letter_kinds import LABELS, READERS, LetterKind, kinds_of
from partners.letters import LetterText
from partners.models import AuditEntry, LetterChoices, Role, Staff

pytestmark = pytest.mark.django_db
PAGE = "/accounts/letters/"


@pytest.fixture
def claire() -> Staff:
    return Staff.objects.create_user(
        "claire", email="claire@example.be", role=Role.COORDINATOR, first_name="Claire"
    )


@pytest.fixture
def karim() -> Staff:
    return Staff.objects.create_user(
        "karim", email="karim@example.be", role=Role.COUNSELLOR, first_name="Karim"
    )


@pytest.fixture
def browser() -> Callable[[Staff], Client]:
    def enter(person: Staff) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return enter


def words(person: Staff) -> LetterText:
    return LetterText(f"Pour {person}", ("Un paragraphe <b>& demi</b>.",), "/console/", "Ouvrir")


def send(kind: LetterKind, *people: Staff) -> list[str]:
    """Whom a letter of this kind reaches."""
    mail.outbox.clear()
    letters.send_each(kind, people, words)
    return [letter.to[0] for letter in mail.outbox]


def off_address() -> str:
    (letter,) = mail.outbox
    found = re.search(r"https?://[^/]+(/accounts/letters/off/\S+)", str(letter.body))
    assert found
    return found[1]


def test_every_kind_has_words_and_readers() -> None:
    assert set(LABELS) == set(READERS) == set(LetterKind)
    assert all(READERS.values())


def test_a_letter_reaches_only_those_whose_role_gets_its_kind(claire: Staff, karim: Staff) -> None:
    assert send(LetterKind.HELP, claire, karim) == ["karim@example.be"]
    assert send(LetterKind.ALERT, claire, karim) == ["claire@example.be"]


def test_nobody_without_an_address_or_with_a_disabled_account_gets_one(karim: Staff) -> None:
    karim.email = ""
    assert send(LetterKind.HELP, karim) == []
    karim.email, karim.is_active = "karim@example.be", False
    assert send(LetterKind.HELP, karim) == []


def test_a_kind_is_switched_off_and_on_again_on_the_page(
    karim: Staff, browser: Callable[[Staff], Client]
) -> None:
    page = browser(karim)
    assert page.get(PAGE).content.decode().count("checked") == len(kinds_of(Role.COUNSELLOR))
    page.post(PAGE, {"wanted": ["nudge"], "language": "nl"})
    assert (send(LetterKind.HELP, karim), send(LetterKind.NUDGE, karim)) == ([], ["karim@example.be"])
    page.post(PAGE, {"wanted": ["nudge", "help"], "language": "fr"})
    assert send(LetterKind.HELP, karim) == ["karim@example.be"]
    assert AuditEntry.objects.filter(action="letters.chosen", actor=karim).count() == 2


def test_a_choice_that_is_not_on_the_page_is_refused_and_nothing_is_lost(
    karim: Staff, browser: Callable[[Staff], Client]
) -> None:
    for typed in ({"wanted": ["alert"], "language": "fr"}, {"wanted": [], "language": "xx"}):
        assert browser(karim).post(PAGE, typed).status_code == 422
    assert not LetterChoices.objects.exists()


def test_somebody_who_gets_no_kind_chooses_the_language_alone(browser: Callable[[Staff], Client]) -> None:
    admin = Staff.objects.create_user("adam", email="adam@example.be", role=Role.ADMIN)
    page = browser(admin)
    assert "checkbox" not in page.get(PAGE).content.decode()
    assert page.post(PAGE, {"language": "en"}).status_code == 302


@pytest.mark.parametrize(
    ("language", "hello"), [("fr", "Bonjour Karim"), ("nl", "Dag Karim"), ("en", "Hello Karim")]
)
def test_a_letter_is_in_its_readers_language_as_text_and_as_html(
    karim: Staff, language: str, hello: str
) -> None:
    letter_choices.choose(person=karim, language=language, wanted=kinds_of(karim.role))
    send(LetterKind.HELP, karim)
    (letter,) = mail.outbox
    assert isinstance(letter, EmailMultiAlternatives)
    ((content, kind),) = letter.alternatives
    html = str(content)
    assert kind == "text/html"
    assert f'<html lang="{language}">' in html
    assert hello in letter.body
    assert hello in html
    assert "Un paragraphe <b>& demi</b>." in letter.body
    assert "&lt;b&gt;&amp; demi" in html


def test_one_press_in_a_letter_ends_its_kind_without_signing_in(karim: Staff) -> None:
    send(LetterKind.HELP, karim)
    address = off_address()
    stranger = Client(enforce_csrf_checks=True)
    # A program that looks at the links of a letter ends nothing.
    assert "Ne plus m’en envoyer" in stranger.get(address).content.decode()
    assert send(LetterKind.HELP, karim) == ["karim@example.be"]
    done = stranger.post(address)
    assert (done.status_code, done["Cache-Control"]) == (200, "no-store")
    assert "Karim" not in done.content.decode()
    assert (send(LetterKind.HELP, karim), send(LetterKind.NUDGE, karim)) == ([], ["karim@example.be"])
    assert stranger.post(address).status_code == 200


def test_mail_programs_show_a_button_for_it(karim: Staff) -> None:
    send(LetterKind.HELP, karim)
    (letter,) = mail.outbox
    assert off_address() in letter.extra_headers["List-Unsubscribe"]
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_an_address_that_nobody_signed_ends_nothing(karim: Staff) -> None:
    send(LetterKind.HELP, karim)
    address = off_address()
    for changed in (address[:-3] + "xx/", "/accounts/letters/off/x/", address.replace("off/", "off/W")):
        answer = Client().post(changed)
        assert (answer.status_code, "Rien n’a été modifié" in answer.content.decode()) == (404, True)
    karim.delete()
    assert Client().post(address).status_code == 404


def test_kinds_of_another_role_stay_as_they_were_chosen(karim: Staff) -> None:
    letter_choices.choose(person=karim, language="fr", wanted=[])
    karim.role = Role.COORDINATOR
    karim.save()
    letter_choices.choose(person=karim, language="fr", wanted=[LetterKind.ALERT])
    karim.role = Role.COUNSELLOR
    karim.save()
    assert send(LetterKind.HELP, karim) == []
