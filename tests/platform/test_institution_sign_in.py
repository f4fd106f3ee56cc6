"""Somebody signs in with the account of their institution. Who that is here is decided here; nothing is made or kept."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from partners.models import AuditEntry, Role, Staff
from tests.platform.oidc_provider import Provider
from tests.platform.test_access_changes import later
from tests.platform.test_second_factor import SET_UP, set_up

BEGIN = "/accounts/oidc/institution/login/"


def claims(name: str, **more: Any) -> dict[str, Any]:
    return {"sub": name, "email": f"{name}@centre.example", "email_verified": True, "name": name} | more


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    people = (
        claims("claire"),
        claims("nobody"),
        claims("unconfirmed", email="claire@centre.example", email_verified=False),
        claims("stringly", email="claire@centre.example", email_verified="false"),
        claims("elsewhere", email="admin@other.example"),
        claims("lookalike", email="claire@centre.example.evil.example"),
        claims("silent", email=None),
    )
    with Provider(*people) as running:
        yield running


@pytest.fixture(autouse=True)
def configured(settings: Any, provider: Provider, db: None) -> None:
    cache.clear()
    settings.ENV = settings.ENV.model_copy(update={"oidc_email_domains": ["centre.example"]})
    app = {
        "provider_id": "institution",
        "name": "Centre",
        "client_id": "miti",
        "secret": "a secret of both",
        "settings": {"server_url": provider.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


@pytest.fixture
def claire() -> Staff:
    person = Staff.objects.create_user(
        "claire", email="claire@centre.example", role=Role.ANALYST, last_login=timezone.now()
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def come_by(
    provider: Provider, subject: str, browser: Client | None = None, path: str = BEGIN
) -> tuple[Client, Any]:
    browser = browser or Client()
    asked = browser.get(path)
    assert asked.status_code == 302
    back = urlsplit(provider.sign_in(asked["Location"], subject))
    return browser, browser.get(f"{back.path}?{back.query}")


def is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def nothing_is_kept() -> bool:
    return not any(model.objects.exists() for model in (SocialAccount, SocialApp, SocialToken))


def test_an_existing_account_comes_in_by_its_confirmed_address(claire: Staff, provider: Provider) -> None:
    browser, answer = come_by(provider, "claire")
    assert answer["Location"] == "/indicators/"
    assert browser.get("/indicators/").status_code == 200
    assert AuditEntry.objects.get(action="signed_in").actor == claire
    assert nothing_is_kept()
    assert "access_token" not in str(dict(browser.session))


def test_it_leads_to_the_page_that_was_asked_for(claire: Staff, provider: Provider) -> None:
    _, answer = come_by(provider, "claire", path=f"{BEGIN}?next=/indicators/definitions/")
    assert answer["Location"] == "/indicators/definitions/"
    for elsewhere in ("https://evil.example/", "//evil.example/"):
        _, answer = come_by(provider, "claire", path=f"{BEGIN}?next={elsewhere}")
        assert answer["Location"] == "/indicators/"


@pytest.mark.parametrize("subject", ["nobody", "unconfirmed", "stringly", "lookalike", "silent"])
def test_whoever_has_no_account_is_refused_and_none_is_made(
    claire: Staff, provider: Provider, subject: str
) -> None:
    browser, answer = come_by(provider, subject)
    assert answer.status_code == 403
    assert not is_in(browser)
    assert Staff.objects.count() == 1
    assert nothing_is_kept()


def test_an_institution_speaks_for_its_own_domains_only(provider: Provider) -> None:
    admin = Staff.objects.create_user("admin", email="admin@other.example", role=Role.ADMIN)
    EmailAddress.objects.create(user=admin, email=admin.email, verified=True, primary=True)
    browser, answer = come_by(provider, "elsewhere")
    assert answer.status_code == 403
    assert not is_in(browser)


def test_an_address_that_was_never_confirmed_is_not_enough(claire: Staff, provider: Provider) -> None:
    EmailAddress.objects.update(verified=False)
    browser, answer = come_by(provider, "claire")
    assert answer.status_code == 403
    assert not is_in(browser)


def test_whoever_was_invited_comes_in_by_the_invited_address(provider: Provider) -> None:
    invited = Staff.objects.create_user(
        "claire@centre.example", email="Claire@centre.example", role=Role.ANALYST
    )
    for _ in range(2):
        browser, _ = come_by(provider, "claire")
        assert is_in(browser)
    assert EmailAddress.objects.get(user=invited).verified
    assert Staff.objects.count() == 1


def test_a_disabled_account_does_not_come_in(claire: Staff, provider: Provider) -> None:
    Staff.objects.update(is_active=False)
    browser, answer = come_by(provider, "claire")
    assert answer.status_code == 403
    assert not is_in(browser)


def test_the_second_factor_is_still_asked_for(claire: Staff, provider: Provider) -> None:
    owner, _ = come_by(provider, "claire")
    set_up(owner)
    browser, answer = come_by(provider, "claire")
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_in(browser)
    assert Authenticator.objects.exists()
    assert "access_token" not in str(dict(browser.session))


def test_whoever_has_no_password_is_asked_for_at_the_institution_again(
    claire: Staff, provider: Provider, settings: Any
) -> None:
    settings.ENV = settings.ENV.model_copy(update={"oidc_url": provider.url})
    browser, _ = come_by(provider, "claire")
    assert browser.get(SET_UP).status_code == 200
    later(browser)
    again = browser.get(SET_UP)["Location"]
    assert again == f"{BEGIN}?next=%2Faccounts%2F2fa%2Ftotp%2Factivate%2F"
    assert browser.post("/accounts/email/", {"action_add": "", "email": "x@example.be"})[
        "Location"
    ].startswith(BEGIN)
    assert not EmailAddress.objects.filter(email="x@example.be").exists()
    come_by(provider, "claire", browser, again)
    assert browser.get(SET_UP).status_code == 200


def test_an_answer_that_nobody_asked_for_opens_nothing(claire: Staff, provider: Provider) -> None:
    asked = Client().get(BEGIN)
    back = urlsplit(provider.sign_in(asked["Location"], "claire"))
    stranger = Client()
    answer = stranger.get(f"{back.path}?{back.query}")
    assert answer.status_code == 403
    assert not is_in(stranger)
    assert parse_qs(urlsplit(asked["Location"]).query)["code_challenge_method"] == ["S256"]


def test_whoever_changes_their_mind_there_is_told_so(claire: Staff, provider: Provider) -> None:
    browser = Client()
    back = urlsplit(provider.refuse(browser.get(BEGIN)["Location"]))
    assert browser.get(f"{back.path}?{back.query}").status_code == 403
    assert not is_in(browser)


def test_an_institution_that_cannot_be_reached_is_told_in_words(settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"] = {
        "server_url": "http://127.0.0.1:9"
    }
    answer = Client().get(BEGIN)
    assert answer.status_code == 403
    assert "</h1>" in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/3rdparty/",
        "/accounts/3rdparty/signup/",
        "/accounts/social/signup/",
        "/accounts/social/connections/",
    ],
)
def test_nobody_links_or_makes_an_account(claire: Staff, path: str) -> None:
    browser = Client()
    browser.force_login(claire)
    assert browser.get(path).status_code == 404
    assert browser.post(path).status_code == 404


def test_an_account_is_not_linked_on_request(claire: Staff, provider: Provider) -> None:
    browser = Client()
    browser.force_login(claire)
    _, answer = come_by(provider, "nobody", browser, f"{BEGIN}?process=connect")
    assert answer.status_code == 403
    assert nothing_is_kept()


def test_the_sign_in_page_has_its_button(settings: Any) -> None:
    settings.ENV = settings.ENV.model_copy(update={"oidc_name": "Centre & Co"})
    page = Client().get("/accounts/login/?next=/indicators/").content.decode()
    assert f'href="{BEGIN}?next=/indicators/"' in page
    assert "Centre &amp; Co" in page
    assert 'name="password"' in page


def test_without_the_setting_there_is_no_such_page(settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert Client().get(BEGIN).status_code == 404
    assert BEGIN not in Client().get("/accounts/login/").content.decode()
