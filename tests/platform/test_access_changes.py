"""Whoever changes the way into their account is asked for the password, and every other session and token of it ends."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from indicators.api import tokens
from indicators.models import ApiToken
from partners.models import AuditEntry, Role, Staff
from tests.platform.test_second_factor import SET_UP, code, set_up
from tests.platform.test_signing_in import submit

PASSWORD, NEXT = "long enough for anybody", "another one that is long"
EMAIL = "/accounts/email/"


@pytest.fixture(autouse=True)
def nothing_tried_yet(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    # A test's transaction is never committed; allauth tells of a factor once it is.
    monkeypatch.setattr(transaction, "on_commit", lambda then: then())
    # The half minute of a code may turn before it is looked at.
    settings.MFA_TOTP_TOLERANCE = 1


@pytest.fixture
def owner(db: None) -> Staff:
    person = Staff.objects.create_user(
        "claire", email="claire@example.be", password=PASSWORD, role=Role.ANALYST
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def signed_in() -> Client:
    browser = Client()
    submit(browser, "claire", PASSWORD)
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/indicators/").status_code == 200


def later(browser: Client) -> None:
    """As if the password had been given some time ago."""
    session = browser.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [one | {"at": one["at"] - 3600} for one in records]
    session.save()


def add_email(browser: Client) -> Any:
    return browser.post(EMAIL, {"action_add": "", "email": "other@example.be"})


def remove_email(browser: Client) -> Any:
    return browser.post(EMAIL, {"action_remove": "", "email": "old@example.be"})


def choose_email(browser: Client) -> Any:
    return browser.post(EMAIL, {"action_primary": "", "email": "old@example.be"})


def new_codes(browser: Client) -> Any:
    return browser.post("/accounts/2fa/recovery-codes/generate/")


def remove_factor(browser: Client) -> Any:
    return browser.post("/accounts/2fa/totp/deactivate/")


@pytest.fixture
def old_address(owner: Staff) -> None:
    EmailAddress.objects.create(user=owner, email="old@example.be", verified=True)


@pytest.fixture
def token(owner: Staff) -> str:
    return tokens.make(owner=owner, name="script", today=datetime.now(UTC).date())


CHANGES: dict[str, Callable[[Client], Any]] = {
    "second_factor.added": set_up,
    "email.added": add_email,
    "email.removed": remove_email,
    "email.changed": choose_email,
}


@pytest.mark.parametrize("action", CHANGES)
def test_every_other_session_and_token_ends(action: str, owner: Staff, old_address: None, token: str) -> None:
    stolen, own = signed_in(), signed_in()
    before = own.cookies["sessionid"].value
    CHANGES[action](own)
    assert not is_in(stolen)
    assert is_in(own)
    assert own.cookies["sessionid"].value != before
    assert tokens.owner_of(token, today=datetime.now(UTC).date()) is None
    assert not ApiToken.objects.exists()
    # Recovery codes come with the first factor, and are an entry too.
    entries = AuditEntry.objects.filter(action=action)
    assert {(entry.actor, entry.subject) for entry in entries} == {(owner, "")}
    assert "@" not in str([entry.detail for entry in entries])
    assert AuditEntry.objects.filter(action="token.all_revoked").count() == 1


@pytest.mark.parametrize("action", ["second_factor.removed", "second_factor.codes_made"])
def test_the_same_where_a_second_factor_is_changed(action: str, owner: Staff) -> None:
    own = signed_in()
    secret = set_up(own)
    stolen = Client()
    way = submit(stolen, "claire", PASSWORD)["Location"]
    cache.clear()
    stolen.post(way, {"code": code(secret)})
    assert is_in(stolen)
    {"second_factor.removed": remove_factor, "second_factor.codes_made": new_codes}[action](own)
    assert not is_in(stolen)
    assert is_in(own)
    assert AuditEntry.objects.filter(action=action).exists()


def test_a_session_from_before_the_second_factor_cannot_remove_it(owner: Staff) -> None:
    stolen, own = signed_in(), signed_in()
    set_up(own)
    assert remove_factor(stolen)["Location"].startswith("/accounts/login/")
    assert Authenticator.objects.filter(type="totp").exists()


@pytest.mark.parametrize(
    "change", [add_email, remove_email, choose_email, lambda browser: browser.get(SET_UP)]
)
def test_the_password_is_asked_for_again(
    change: Callable[[Client], Any], owner: Staff, old_address: None
) -> None:
    browser = signed_in()
    later(browser)
    assert change(browser)["Location"].startswith("/accounts/reauthenticate/")
    assert EmailAddress.objects.filter(email="claire@example.be", primary=True).exists()
    assert EmailAddress.objects.count() == 2
    assert is_in(browser)


def test_the_password_is_asked_for_before_a_factor_is_removed(owner: Staff) -> None:
    browser = signed_in()
    set_up(browser)
    later(browser)
    for change in (remove_factor, new_codes):
        assert "/reauthenticate/" in change(browser)["Location"]
    assert Authenticator.objects.filter(type="totp").exists()
    later(browser)
    browser.post("/accounts/reauthenticate/", {"password": "wrong"})
    assert "/reauthenticate/" in remove_factor(browser)["Location"]


def test_a_changed_password_ends_every_session_and_token(owner: Staff, token: str) -> None:
    stolen, own = signed_in(), signed_in()
    words = {"oldpassword": PASSWORD, "password1": NEXT, "password2": NEXT}
    assert own.post("/accounts/password/change/", words | {"oldpassword": "wrong"}).status_code == 200
    assert is_in(stolen)
    assert own.post("/accounts/password/change/", words).status_code == 302
    assert not is_in(stolen)
    assert not ApiToken.objects.exists()
    assert {"password_changed", "token.all_revoked"} <= set(
        AuditEntry.objects.values_list("action", flat=True)
    )


def test_a_password_that_an_administrator_sets_ends_them_too(owner: Staff, token: str) -> None:
    stolen = signed_in()
    admin = Client()
    admin.force_login(Staff.objects.create_user("root", password=PASSWORD, role=Role.ADMIN))
    words = {"usable_password": "true", "password1": NEXT, "password2": NEXT}
    answer = admin.post(f"/admin/partners/staff/{owner.pk}/password/", words)
    assert answer.status_code == 302
    assert not is_in(stolen)
    assert not ApiToken.objects.exists()


def test_the_log_says_it_in_words(owner: Staff) -> None:
    set_up(signed_in())
    platform = Client()
    platform.force_login(Staff.objects.create_user("platform", role=Role.PLATFORM))
    page = platform.get("/coordination/log/", headers={"Accept-Language": "fr"}).content.decode()
    assert "a configuré un second facteur" in re.sub(r"\s+", " ", page)


def test_signing_out_everywhere_ends_all_sessions_and_tokens(owner: Staff, token: str) -> None:
    other, own = signed_in(), signed_in()
    page = own.get("/accounts/").content.decode()
    assert 'action="/accounts/everywhere/"' in page
    answer = own.post("/accounts/everywhere/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/"
    assert not is_in(own)
    assert not is_in(other)
    assert not ApiToken.objects.exists()
    assert AuditEntry.objects.filter(action="signed_out_everywhere", actor=owner).exists()


def test_nobody_signs_others_out(owner: Staff) -> None:
    browser = signed_in()
    assert Client().post("/accounts/everywhere/")["Location"].startswith("/accounts/login/")
    assert Client().get("/accounts/")["Location"].startswith("/accounts/login/")
    assert browser.get("/accounts/everywhere/").status_code == 405
    forged = Client(enforce_csrf_checks=True)
    forged.cookies["sessionid"] = browser.cookies["sessionid"].value
    assert forged.post("/accounts/everywhere/").status_code == 403
    assert is_in(browser)
