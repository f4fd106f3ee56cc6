"""Staff sign in by one form. What is wrong is told, what is right is in the audit log, and nobody's address is anywhere."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory

from accounts.adapters import StaffAdapter
from chat import runtime
from chat.volatile import EmbeddedVolatile
from partners import sessions
from partners.models import AuditEntry, Role, Staff
from tests.platform.conftest import ACCOUNTS
from tests.server import Server
from tests.socket_clients import sign_in

ADDRESS = "203.0.113.77"
AGENT = "Canary-Browser/9.9"
PASSWORD = "long enough for anybody"


@pytest.fixture
def somebody(db: None) -> Staff:
    return Staff.objects.create_user(
        "claire", email="claire@example.be", password=PASSWORD, role=Role.COUNSELLOR
    )


@pytest.fixture(autouse=True)
def no_failed_attempts() -> None:
    cache.clear()


@pytest.fixture
def person() -> Client:
    return Client(REMOTE_ADDR=ADDRESS, HTTP_USER_AGENT=AGENT, enforce_csrf_checks=True)


def submit(person: Client, account: str, password: str, *, to: str = "") -> Any:
    """Fill in the form as a person does."""
    path = f"/accounts/login/?next={to}" if to else "/accounts/login/"
    page = person.get(path).content.decode().split('action="/accounts/login/"')[1]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    return person.post("/accounts/login/", fields | {"login": account, "password": password})


def test_a_wrong_password_is_reported_and_the_name_is_kept(somebody: Staff, person: Client) -> None:
    answer = submit(person, "claire", "wrong")
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert 'value="claire"' in page
    assert "wrong" not in re.sub(r"<[^>]+>", "", page)
    assert "_auth_user_id" not in person.session
    assert not AuditEntry.objects.filter(action="signed_in").exists()


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(somebody: Staff, person: Client) -> None:
    def alert(account: str) -> str:
        page = submit(person, account, "wrong").content.decode()
        found = re.search(r'role="alert">(.*?)</div>', page, re.S)
        assert found is not None
        return found[1]

    assert alert("claire") == alert("nobody.of.this.name")


@pytest.mark.parametrize("name", ["claire", "claire@example.be", "CLAIRE"])
def test_one_signs_in_with_account_name_or_e_mail(somebody: Staff, person: Client, name: str) -> None:
    answer = submit(person, name, PASSWORD)
    assert answer["Location"] == "/console/"


def test_signing_in_and_out_is_in_the_audit_log_without_an_address(somebody: Staff, person: Client) -> None:
    submit(person, "claire", PASSWORD)
    page = person.get("/console/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    person.post("/accounts/logout/", {"csrfmiddlewaretoken": token[1]})
    entries = AuditEntry.objects.order_by("at")
    assert [entry.action for entry in entries] == ["signed_in", "signed_out"]
    assert {entry.actor for entry in entries} == {somebody}
    assert [(entry.subject, entry.detail) for entry in entries] == [("", {}), ("", {})]


def test_no_address_and_no_browser_is_kept_anywhere(somebody: Staff, person: Client) -> None:
    submit(person, "claire", "wrong")
    submit(person, "claire", PASSWORD)
    kept = [str(sessions.contents(session)) for session in Session.objects.all()]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            kept += [str(row) for row in cursor.fetchall()]
    assert len(kept) > 10
    assert [row for row in kept if ADDRESS in row or AGENT in row] == []


def of(rf: RequestFactory, address: str, forwarded: str = "") -> str:
    request = rf.get("/", REMOTE_ADDR=address, headers={"X-Forwarded-For": forwarded} if forwarded else {})
    return StaffAdapter(request).get_client_ip(request)


def test_the_rate_limits_know_a_salted_digest_only(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = of(rf, ADDRESS)
    assert re.fullmatch(r"[0-9a-f]{64}", digest)
    assert of(rf, ADDRESS) == digest
    # Another day, or another memory: another salt.
    monkeypatch.setattr(runtime.running(), "volatile", EmbeddedVolatile())
    assert of(rf, ADDRESS) != digest


def test_a_whole_ipv6_network_counts_as_one_address(rf: RequestFactory) -> None:
    assert of(rf, "2001:db8:1:2::1") == of(rf, "2001:db8:1:2:ffff::2")
    assert of(rf, "2001:db8:1:2::1") != of(rf, "2001:db8:1:3::1")


def test_behind_a_proxy_one_persons_mistakes_are_not_everybodys(rf: RequestFactory, settings: Any) -> None:
    proxy = "10.0.0.1"
    assert of(rf, proxy, "203.0.113.1") == of(rf, proxy, "203.0.113.2") == of(rf, proxy)
    settings.ENV = settings.ENV.model_copy(update={"trusted_proxies": 1})
    assert of(rf, proxy, "203.0.113.1") != of(rf, proxy, "203.0.113.2")
    # What a browser itself writes there is not believed.
    assert of(rf, proxy, "198.51.100.7, 203.0.113.1") == of(rf, proxy, "203.0.113.1")


def test_guessing_passwords_is_slowed_down(somebody: Staff, person: Client) -> None:
    for _ in range(12):
        submit(person, "claire", "wrong")
    refused = submit(person, "claire", PASSWORD)
    assert "_auth_user_id" not in person.session
    assert 'role="alert"' in refused.content.decode()


def test_sign_in_leads_to_the_requested_page(somebody: Staff, person: Client) -> None:
    asked = person.get("/console/?practice=1")
    assert asked["Location"] == "/accounts/login/?next=/console/%3Fpractice%3D1"
    answer = submit(person, "claire", PASSWORD, to="/console/%3Fpractice%3D1")
    assert answer["Location"] == "/console/?practice=1"


def test_a_session_that_ends_over_a_form_leads_back_to_the_form(db: None) -> None:
    here = {"Referer": "http://testserver/coordination/rules/draft/?x=1"}
    asked = Client().post("/coordination/rules/draft/publish", headers=here)
    assert asked["Location"] == "/accounts/login/?next=/coordination/rules/draft/%3Fx%3D1"
    for referer in ("https://evil.example/coordination/", "no address", ""):
        asked = Client().post("/coordination/rules/draft/publish", headers=here | {"Referer": referer})
        assert asked["Location"] == "/accounts/login/?next=/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_form_sends_nobody_to_another_site(somebody: Staff, person: Client, elsewhere: str) -> None:
    answer = submit(person, "claire", PASSWORD, to=elsewhere)
    assert answer["Location"] == "/console/"


def test_the_session_is_a_new_one_after_signing_in(somebody: Staff, person: Client) -> None:
    before = person.session
    before["planted"] = "by somebody else"
    before.save()
    person.cookies[settings.SESSION_COOKIE_NAME] = str(before.session_key)
    submit(person, "claire", PASSWORD)
    assert person.session.session_key != before.session_key
    assert not Session.objects.filter(pk=sessions.digest_of(str(before.session_key))).exists()


def test_the_cookies_are_out_of_reach_of_scripts(somebody: Staff, person: Client) -> None:
    submit(person, "claire", PASSWORD)
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert person.cookies[name]["httponly"]
        assert person.cookies[name]["samesite"] == "Lax"


def test_nobody_makes_an_account_for_themselves(db: None, person: Client) -> None:
    page = person.get("/accounts/signup/")
    assert b'name="password1"' not in page.content
    Client().post("/accounts/signup/", {"username": "eve", "password1": PASSWORD, "password2": PASSWORD})
    assert not Staff.objects.exists()


def test_a_disabled_account_does_not_come_in(somebody: Staff, person: Client) -> None:
    Staff.objects.update(is_active=False)
    submit(person, "claire", PASSWORD)
    assert "_auth_user_id" not in person.session


def test_a_forgotten_password_is_answered_alike_for_known_and_unknown_addresses(somebody: Staff) -> None:
    known = Client().post("/accounts/password/reset/", {"email": "claire@example.be"})
    unknown = Client().post("/accounts/password/reset/", {"email": "nobody@example.be"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox if "/password/reset/key/" in str(message.body)] == [
        ["claire@example.be"]
    ]


def test_each_role_lands_where_its_work_is(demo_data: None) -> None:
    places = {
        Role.COUNSELLOR: "/console/",
        Role.COORDINATOR: "/coordination/",
        Role.PLATFORM: "/coordination/",
        Role.ANALYST: "/indicators/",
        Role.ADMIN: "/admin/",
    }
    for role, place in places.items():
        answer = submit(Client(), ACCOUNTS[role], "miti-demo")
        assert answer["Location"] == place


def test_nothing_that_signing_in_tells_the_server_reaches_its_log(own_server: Server) -> None:
    sign_in(own_server, "conseillere.cdm")
    log = own_server.log.read_text()
    for told in ("miti-demo", "127.0.0.1", "python-httpx", "csrfmiddlewaretoken"):
        assert told not in _after_the_greeting(log)


def _after_the_greeting(log: str) -> str:
    return log.split("The password of all demo accounts is miti-demo.\n", 1)[1]
