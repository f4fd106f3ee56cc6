"""Letters go only to accounts, and their links lead only to us."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from django.core import mail
from django.core.cache import cache
from django.test import Client, RequestFactory

from coordination import invitation
from partners.models import Role, Staff

HERE = "https://miti.example"
LETTERS_FOR_AN_ADDRESS = 60
LETTERS_FOR_AN_ACCOUNT = 5


@pytest.fixture(autouse=True)
def nothing_sent_yet(settings: Any) -> None:
    cache.clear()
    settings.ALLOWED_HOSTS = ["*"]
    settings.LINK_ORIGIN = HERE


@pytest.fixture
def claire(db: None) -> Staff:
    person = Staff.objects.create_user(
        "claire", email="claire@example.be", password="long enough for anybody", role=Role.ANALYST
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def links() -> set[str]:
    (letter,) = mail.outbox
    text = f"{letter.subject} {letter.body}"
    assert "evil" not in text
    return set(re.findall(r"https?://[^/\s]+", text))


def test_a_stranger_gets_no_letter(claire: Staff) -> None:
    Client().post("/accounts/password/reset/", {"email": "nobody@example.be"})
    assert mail.outbox == []


def test_the_link_to_a_new_password_leads_to_us_whatever_the_host(claire: Staff) -> None:
    Client(HTTP_HOST="evil.example").post("/accounts/password/reset/", {"email": "claire@example.be"})
    assert links() == {HERE}


def test_the_link_that_confirms_an_address_leads_to_us(claire: Staff, settings: Any) -> None:
    browser = Client(HTTP_HOST="evil.example")
    browser.post("/accounts/login/", {"login": "claire", "password": "long enough for anybody"})
    browser.post("/accounts/email/", {"action_add": "", "email": "other@example.be"})
    assert links() == {HERE}


def test_an_invitation_leads_to_us(claire: Staff, rf: RequestFactory) -> None:
    request = rf.get("/", headers={"Host": "evil.example"})
    with request_context(request):
        invitation.send(request, person=claire, sender=claire)
    assert links() == {HERE}


def ask_for_letters(times: int, *, address: str, language: str = "en") -> list[int]:
    """As many, each for another account: what one account may get is not what ends them."""
    browser = Client(REMOTE_ADDR=address, HTTP_ACCEPT_LANGUAGE=language)
    return [
        browser.post("/accounts/password/reset/", {"email": f"person{n}@example.be"}).status_code
        for n in range(times)
    ]


def test_one_address_asks_for_a_share_of_letters_and_others_still_get_theirs(claire: Staff) -> None:
    answers = ask_for_letters(LETTERS_FOR_AN_ADDRESS + 1, address="198.51.100.7")
    assert answers == [302] * LETTERS_FOR_AN_ADDRESS + [429]
    Client(REMOTE_ADDR="198.51.100.7").post("/accounts/password/reset/", {"email": "claire@example.be"})
    assert mail.outbox == []
    Client(REMOTE_ADDR="198.51.100.8").post("/accounts/password/reset/", {"email": "claire@example.be"})
    assert [letter.to for letter in mail.outbox] == [["claire@example.be"]]


def test_addresses_of_one_ipv6_network_share_their_letters(claire: Staff) -> None:
    ask_for_letters(LETTERS_FOR_AN_ADDRESS, address="2001:db8:1:2::7")
    assert ask_for_letters(1, address="2001:db8:1:2:ffff::8") == [429]
    assert ask_for_letters(1, address="2001:db8:1:3::7") == [302]


def test_who_asks_after_a_stranger_used_up_the_letters_is_told_to_look_in_the_mailbox(claire: Staff) -> None:
    stranger, owner = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="198.51.100.8")
    for name in ("claire", "Claire") * LETTERS_FOR_AN_ACCOUNT:
        stranger.post("/accounts/password/reset/", {"email": f"{name}@example.be"})
    asked = owner.post("/accounts/password/reset/", {"email": "claire@example.be"}, follow=True)
    unknown = owner.post("/accounts/password/reset/", {"email": "nobody@example.be"}, follow=True)
    assert (asked.status_code, asked.redirect_chain) == (200, unknown.redirect_chain)
    assert asked.text == unknown.text
    assert len(mail.outbox) == LETTERS_FOR_AN_ACCOUNT


def test_letters_for_invented_accounts_add_nothing_to_what_is_counted(claire: Staff) -> None:
    ask_for_letters(1, address="198.51.100.7")
    counted: Any = cache
    before = len(counted._cache)
    ask_for_letters(20, address="198.51.100.7")
    assert len(counted._cache) == before


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Trop d’essais en peu de temps"),
        ("nl", "Te veel pogingen in korte tijd"),
        ("en", "Too many tries in a short time"),
    ],
)
def test_who_asked_for_too_many_is_told_so_in_their_language(
    claire: Staff, language: str, words: str
) -> None:
    ask_for_letters(LETTERS_FOR_AN_ADDRESS, address="198.51.100.7")
    browser = Client(REMOTE_ADDR="198.51.100.7", HTTP_ACCEPT_LANGUAGE=language)
    answer = browser.post("/accounts/password/reset/", {"email": "claire@example.be"})
    assert answer.status_code == 429
    assert f'<html lang="{language}">' in answer.text
    assert words in answer.text
