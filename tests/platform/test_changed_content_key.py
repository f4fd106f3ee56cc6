"""A changed or lost content key keeps nobody out: a second factor that cannot be read counts as none, and is set up anew."""

import logging
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from partners import second_factor
from partners.models import AuditEntry, Role, Staff
from tests.platform.conftest import ACCOUNTS
from tests.platform.test_second_factor import SET_UP, set_up
from tests.platform.test_signing_in import submit

NAME = ACCOUNTS[Role.COORDINATOR]


@pytest.fixture
def first_key(settings: Any) -> str:
    return str(settings.CONTENT_KEY)


@pytest.fixture(params=["coordinator", ""], ids=["needed", "of their own will"])
def changed(request: pytest.FixtureRequest, settings: Any, first_key: str, demo_data: None) -> str:
    """A coordinator set up an app and recovery codes, and then the key changed; the secret of the app."""
    settings.MFA_TOTP_TOLERANCE = 1
    settings.SECOND_FACTOR_FOR = frozenset({request.param} - {""})
    browser = Client()
    submit(browser, NAME, "miti-demo")
    secret = set_up(browser)
    cache.clear()
    settings.CONTENT_KEY = "another key that was made after the first one was lost"
    return secret


def test_the_password_alone_signs_in_and_the_log_says_why(
    changed: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        answer = submit(Client(), NAME, "miti-demo")
    assert answer.status_code == 302
    assert "a second factor cannot be read" in caplog.text
    assert changed not in caplog.text


def test_it_is_set_up_anew_on_its_page(changed: str, settings: Any) -> None:
    browser = Client()
    submit(browser, NAME, "miti-demo")
    person = Staff.objects.get(username=NAME)
    assert not second_factor.is_set_up(person)
    assert browser.get("/accounts/2fa/", follow=True).status_code == 200
    assert set_up(browser) != changed
    assert browser.get("/accounts/2fa/recovery-codes/").status_code == 200
    assert browser.get("/accounts/2fa/").status_code == 200
    assert second_factor.is_set_up(Staff.objects.get(username=NAME))
    assert AuditEntry.objects.filter(action="person.second_factor_unreadable").exists()
    cache.clear()
    assert submit(Client(), NAME, "miti-demo")["Location"] != SET_UP


def test_a_look_deletes_nothing_and_the_old_key_opens_it_again(
    first_key: str, changed: str, settings: Any
) -> None:
    assert not second_factor.is_set_up(Staff.objects.get(username=NAME))
    settings.CONTENT_KEY = first_key
    assert second_factor.is_set_up(Staff.objects.get(username=NAME))
    assert Authenticator.objects.count() == 2
