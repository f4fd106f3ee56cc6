"""Who needs a second factor does nothing before it is set up, and does not come in without it afterwards."""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from counsellor_console import session
from indicators.api import tokens
from miti.environment import Environment
from partners.models import AuditEntry, Role, Staff
from tests.platform.conftest import ACCOUNTS
from tests.platform.test_signing_in import submit

BrowserOf = Callable[[Role | None], Client]
SET_UP = "/accounts/2fa/totp/activate/"


@pytest.fixture(autouse=True)
def needed(settings: Any) -> None:
    cache.clear()
    # The half minute of a code may turn before it is looked at.
    settings.MFA_TOTP_TOLERANCE = 1
    settings.SECOND_FACTOR_FOR = frozenset({"coordinator", "admin"})


def code(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    counter = int(time.time() // 30).to_bytes(8, "big")
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def coordinator() -> Staff:
    return Staff.objects.get(username=ACCOUNTS[Role.COORDINATOR])


@pytest.fixture
def newcomer(demo_data: None) -> Client:
    """A coordinator who signs in by password, for the first time where a second factor is needed."""
    browser = Client()
    assert submit(browser, ACCOUNTS[Role.COORDINATOR], "miti-demo")["Location"] == SET_UP
    return browser


def set_up(browser: Client) -> str:
    """As somebody does it with an app; the secret."""
    found = re.search(
        r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"', browser.get(SET_UP).content.decode()
    )
    assert found is not None
    answer = browser.post(SET_UP, {"code": code(found[1])})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    return found[1]


@pytest.mark.parametrize(
    "path",
    ["/coordination/", "/coordination/people/", "/indicators/", "/accounts/password/change/", "/accounts/2fa/",
     "/accounts/email/", "/console/", "/admin/"],
)  # fmt: skip
def test_every_page_leads_to_setting_it_up(newcomer: Client, path: str) -> None:
    assert newcomer.get(path)["Location"] == SET_UP


def test_nothing_is_changed_without_it(newcomer: Client) -> None:
    before = AuditEntry.objects.count()
    assert newcomer.post("/coordination/rules/draft/begin")["Location"] == SET_UP
    assert AuditEntry.objects.count() == before


def test_administrators_are_led_to_setting_it_up_too(browser_of: BrowserOf) -> None:
    assert browser_of(Role.ADMIN).get("/admin/partners/staff/")["Location"] == SET_UP


def test_a_wrong_code_sets_nothing_up(newcomer: Client) -> None:
    newcomer.get(SET_UP)
    page = newcomer.post(SET_UP, {"code": "000000"}).content.decode()
    assert 'role="alert"' in page
    assert not Authenticator.objects.exists()


def test_after_setup_everything_is_open_and_recovery_codes_are_shown(newcomer: Client) -> None:
    set_up(newcomer)
    assert newcomer.get("/coordination/").status_code == 200
    codes = newcomer.get("/accounts/2fa/recovery-codes/").content.decode()
    assert len(re.findall(r"^(?:.*>)?[0-9a-f]{8}", codes, re.M)) >= 8


def test_the_password_alone_lets_nobody_in_afterwards(newcomer: Client) -> None:
    secret = set_up(newcomer)
    elsewhere = Client()
    answer = submit(elsewhere, ACCOUNTS[Role.COORDINATOR], "miti-demo", to="/coordination/")
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert elsewhere.get("/coordination/")["Location"].startswith("/accounts/login/")
    elsewhere.post(answer["Location"], {"code": "000000"})
    assert "_auth_user_id" not in elsewhere.session
    # Each code is good once: as if half a minute had passed.
    cache.clear()
    assert elsewhere.post(answer["Location"], {"code": code(secret)})["Location"] == "/coordination/"
    assert elsewhere.get("/coordination/").status_code == 200


def test_the_secret_of_the_codes_is_encrypted_in_the_database(newcomer: Client) -> None:
    secret = set_up(newcomer)
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_other_roles_sign_in_as_before(browser_of: BrowserOf) -> None:
    assert browser_of(Role.PLATFORM).get("/coordination/").status_code == 200
    assert browser_of(Role.COUNSELLOR).get("/console/").status_code == 200


def test_consoles_and_personal_tokens_are_refused_without_it(demo_data: None, settings: Any) -> None:
    counsellor = Staff.objects.get(username=ACCOUNTS[Role.COUNSELLOR])
    analyst = Staff.objects.get(username=ACCOUNTS[Role.ANALYST])
    token = tokens.make(owner=analyst, name="script", today=datetime.now(UTC).date())
    header = {"Authorization": f"Bearer {token}"}
    assert session.counsellor_of(counsellor) is not None
    assert Client().get("/api/v1/indicators/figures", headers=header).status_code == 200
    settings.SECOND_FACTOR_FOR = frozenset({"counsellor", "analyst"})
    counsellor, analyst = (Staff.objects.get(pk=one.pk) for one in (counsellor, analyst))
    assert session.counsellor_of(counsellor) is None
    assert Client().get("/api/v1/indicators/figures", headers=header).status_code == 401


def test_the_platform_resets_it_for_somebody_who_lost_the_device(
    newcomer: Client, browser_of: BrowserOf
) -> None:
    set_up(newcomer)
    path = f"/coordination/people/{coordinator().pk}/second-factor/reset"
    assert newcomer.post(path).status_code == 403
    assert browser_of(Role.PLATFORM).post(path).status_code == 302
    assert not Authenticator.objects.exists()
    assert newcomer.get("/coordination/")["Location"] == SET_UP
    entry = AuditEntry.objects.get(action="person.second_factor_reset")
    assert (entry.actor, entry.subject) == (
        Staff.objects.get(username="plateforme"),
        f"person {coordinator().pk}",
    )


def test_an_administrator_resets_it_for_anybody(
    newcomer: Client, browser_of: BrowserOf, settings: Any
) -> None:
    set_up(newcomer)
    settings.SECOND_FACTOR_FOR = frozenset({"coordinator"})
    chosen = {"action": "reset_second_factor", "_selected_action": [coordinator().pk]}
    assert browser_of(Role.ADMIN).post("/admin/partners/staff/", chosen).status_code == 302
    assert not Authenticator.objects.exists()
    assert AuditEntry.objects.filter(action="person.second_factor_reset").count() == 1


@pytest.mark.parametrize(
    ("environment", "roles"),
    [
        ({}, {"admin", "platform", "coordinator"}),
        ({"MITI_DEMO": "1"}, set()),
        ({"MITI_SECOND_FACTOR_FOR": ""}, set()),
        ({"MITI_SECOND_FACTOR_FOR": "admin, counsellor", "MITI_DEMO": "1"}, {"admin", "counsellor"}),
    ],
)
def test_who_needs_it_is_a_setting(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], roles: set[str]
) -> None:
    for name in ("MITI_DEMO", "MITI_SECOND_FACTOR_FOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Environment().roles_with_second_factor == roles  # type: ignore[call-arg]  # all from the environment


def test_an_unknown_role_in_the_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MITI_SECOND_FACTOR_FOR", "admin,boss")
    with pytest.raises(ValueError, match="boss: give some of counsellor, coordinator"):
        Environment()  # type: ignore[call-arg]  # the same
