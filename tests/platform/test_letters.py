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
