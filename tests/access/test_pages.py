"""Every role and nobody against every page with every method: refused unless `routes.ROUTES` grants it."""

from copy import copy
from typing import Any

import httpx
import pytest
from django.db import transaction
from django.test import Client

from partners.models import Role, Staff
from tests.access.conftest import BrowserOf
from tests.access.routes import (
    KNOWN_METHODS,
    OTHER_METHODS,
    ROUTES,
    STRANGER,
    address,
    may_open,
    routes,
)
from tests.access.things import Places
from tests.server import Server
from tests.socket_clients import sign_in

ASYNC = {"widget/<slug:key>/", "widget/<slug:key>/status"}
"""Asked on a real server below: their answer does not depend on who asks."""
NOTHING_THERE = {
    # An address and a link that nobody made; those that somebody made: tests/roster.
    "roster/feed/<str:secret>.ics",
    "roster/link/<str:signed>/",
    "demo/",  # here for MITI_DEMO=1 only
    "api/v1/",
    "admin/(?P<url>.*)$",
    "admin/r/<path:content_type_id>/<path:object_id>/",
    "accounts/2fa/totp/deactivate/",  # they have no second factor yet
    "accounts/2fa/recovery-codes/",
    "accounts/2fa/recovery-codes/download/",
    # Without MITI_SECURITY_CONTACT; with it: tests/platform/test_security_contact.py.
    ".well-known/security.txt",
    "security-policy.txt",
    # Without an institution (MITI_OIDC_URL); with one: tests/platform/test_institution_sign_in.py.
    "accounts/oidc/institution/login/",
    "accounts/oidc/^(?P<provider_id>[^/]+)/login/",
    "accounts/oidc/^(?P<provider_id>[^/]+)/login/callback/",
    # Nobody makes an account with their institution's, nor links it.
    "^accounts/(?:social/.*|3rdparty/(?:signup/)?)$",
    "accounts/3rdparty/",
    "accounts/3rdparty/signup/",
    "accounts/social/connections/",
    "accounts/social/login/cancelled/",
    "accounts/social/login/error/",
    "accounts/social/signup/",
}
POST_OF_NOTHING = {
    r"accounts/^confirm-email/(?P<key>[-:\w]+)/$",  # not a key
    "coordination/rules/plan/<int:number>/roll-back",  # the plan in force
    "indicators/tokens/<uuid:token>/revoke",  # somebody else's
}
TO_THE_SIGN_IN = {
    "accounts/everywhere/",
    "accounts/logout/",
    "accounts/login/code/confirm/",
    "accounts/2fa/authenticate/",
    "accounts/reauthenticate/",
    "admin/password_change/",
}
"""Sends whoever may use it to a page of the sign-in."""


def test_every_page_is_on_the_list_of_who_may_open_it() -> None:
    there = set(routes())
    assert there - set(ROUTES) == set(), "say in tests/access/routes.py who may use it, by which method"
    assert set(ROUTES) - there == set(), "these are gone"


@pytest.mark.parametrize("role", [STRANGER, *Role])
def test_each_method_of_a_page_is_for_whom_it_is_granted_and_for_nobody_else(
    browser_of: BrowserOf, places: Places, role: Role | None
) -> None:
    browser = browser_of(role)
    signed_in = copy(browser.cookies)
    wrong = []
    for route in ROUTES:
        for method in (*KNOWN_METHODS, *OTHER_METHODS):
            if route in ASYNC and method in ROUTES[route]:
                continue
            path = address(route, places.of(route))
            browser.cookies = copy(signed_in)
            with transaction.atomic():
                answer = browser.generic(method, path)
                transaction.set_rollback(True)
            if not _as_declared(answer, route, method, role):
                wrong.append(f"{method} {path}: {answer.status_code} {answer.get('Location', '')}")
    assert not wrong, "\n".join(wrong)


def _as_declared(answer: Any, route: str, method: str, role: Role | None) -> bool:
    granted = ROUTES[route].get(method)
    if method in OTHER_METHODS:
        return bool(answer.status_code == 405)
    if granted is None:
        # Where a page refuses this person in any case, it may say so first.
        return bool(answer.status_code == 405) or (
            not may_open(route, role) and _refused(answer, route, role)
        )
    if role not in granted:
        return _refused(answer, route, role)
    if route in NOTHING_THERE:
        return answer.status_code in {404, 405}
    if answer.status_code in {302, 307}:
        return route in TO_THE_SIGN_IN or "/login/" not in answer["Location"]
    if method == "POST":
        return answer.status_code in {200, 422} or (route in POST_OF_NOTHING and answer.status_code == 404)
    return bool(answer.status_code == (401 if route == "accounts/3rdparty/login/error/" else 200))


def _refused(answer: Any, route: str, role: Role | None) -> bool:
    if answer.status_code == 405:
        return True
    if route.startswith(("api/", "metrics")):
        return answer.status_code in {401, 403}
    if route.startswith("admin/") and answer.status_code == 302:
        # Who has signed in and is no administrator is refused there.
        return (
            bool(answer["Location"].startswith(("/admin/login/", "/accounts/login/")))
            or route == "admin/logout/"
        )
    if role is STRANGER:
        return bool(answer.status_code == 302 and answer["Location"].startswith("/accounts/login/"))
    return bool(answer.status_code == 403)


@pytest.mark.parametrize("account", [None, "conseillere.cdm", "admin"])
def test_the_visitors_pages_are_the_same_for_everybody(server: Server, account: str | None) -> None:
    cookies = sign_in(server, account) if account else {}
    with httpx.Client(base_url=server.url, cookies=cookies) as browser:
        for path in ("/widget/demo/", "/widget/demo/status"):
            answer = browser.get(path)
            assert answer.status_code == 200
            assert "set-cookie" not in answer.headers
            for method in OTHER_METHODS:
                # A partner's page may be about to ask for the status: a browser then asks first whether it may.
                preflight = method == "OPTIONS" and path.endswith("/status")
                assert browser.request(method, path).status_code == (204 if preflight else 405), method
            # No page of the visitors has a form: a POST lacks what forms carry.
            assert browser.post(path).status_code in {403, 405}


def test_a_disabled_account_is_a_stranger(browser_of: BrowserOf) -> None:
    browsers = [browser_of(role) for role in Role]
    Staff.objects.update(is_active=False)
    for browser in browsers:
        for path in ("/console/", "/coordination/", "/indicators/", "/admin/"):
            answer = browser.get(path)
            assert answer.status_code == 302
            assert "/login/" in answer["Location"]


def test_the_accounts_pages_are_for_administrators(browser_of: BrowserOf) -> None:
    others = [browser_of(role) for role in Role if role is not Role.ADMIN]
    # Even where somebody gave the technical flags to the wrong person: the role decides.
    Staff.objects.update(is_staff=True, is_superuser=True)
    for browser in others:
        for path in ("/admin/", "/admin/partners/staff/", "/admin/partners/staff/add/"):
            assert _refused(browser.get(path), path[1:], Role.COORDINATOR)
        assert browser.get("/admin/login/").status_code == 403


def test_an_unlisted_method_is_refused_before_the_page_looks_at_it(client: Client, db: None) -> None:
    answer = client.generic("DELETE", "/nowhere/")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "cookie", ['sessionid="\\000\\000\\000\\000\\000\\000\\000\\000"', 'miti_language="f\\000r"']
)
def test_a_cookie_that_no_database_can_look_up_is_refused(client: Client, db: None, cookie: str) -> None:
    answer = client.get("/coordination/", headers={"Cookie": cookie})
    assert answer.status_code == 400
    assert client.get("/coordination/log/?act=%00").status_code == 400
