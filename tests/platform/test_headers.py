"""What every answer tells the browser: nothing from elsewhere, nothing inline, nobody frames it, nothing is kept."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from partners.models import Role
from tests.access.routes import ROUTES, STRANGER, may_open
from tests.server import Server

BrowserOf = Callable[[Role | None], Client]

SIGN_IN = [
    "/accounts/login/",
    "/accounts/logout/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/recovery-codes/generate/",
]
ADMIN = ["/admin/", "/admin/partners/staff/", "/admin/partners/staff/add/", "/admin/password_change/"]
PLAIN = {
    route
    for route in ROUTES
    if "<" not in route and not route.startswith(("api/", "health/", "accounts/", "admin/"))
}
OWN = {"'self'", "'none'", "data:", "'script'"}
"""All that a directive may name; data: for pictures only."""
INLINE = re.compile(
    rb"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:"
)


def policy(answer: Any) -> dict[str, list[str]]:
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {words[0]: words[1:] for words in (part.split() for part in parts)}


def pages(role: Role | None) -> list[str]:
    own = [f"/{route}" for route in ROUTES if may_open(route, role) and route in PLAIN]
    return own + (SIGN_IN if role is not STRANGER else SIGN_IN[:1]) + (ADMIN if role is Role.ADMIN else [])


@pytest.mark.parametrize("role", [STRANGER, *Role])
def test_every_page_has_a_strict_policy_and_keeps_to_it(browser_of: BrowserOf, role: Role | None) -> None:
    browser = browser_of(role)
    seen = 0
    for path in pages(role):
        with transaction.atomic():
            answer = browser.get(path)
            transaction.set_rollback(True)
        assert answer.status_code < 500, path
        if not answer["Content-Type"].startswith("text/html"):
            continue
        seen += 1
        rules = policy(answer)
        assert rules["default-src"] == ["'none'"], path
        assert rules["script-src"] == ["'self'"], path
        assert rules["style-src"] == ["'self'"], path
        assert rules["frame-ancestors"] == ["'none'"], path
        assert rules["base-uri"] == ["'none'"], path
        assert rules["form-action"] == ["'self'"], path
        assert {source for sources in rules.values() for source in sources} <= OWN, path
        assert not INLINE.findall(answer.content), f"{path}: {INLINE.findall(answer.content)}"
    assert seen >= 2


@pytest.mark.parametrize("role", list(Role))
def test_what_is_personal_is_kept_by_no_browser_and_no_proxy(browser_of: BrowserOf, role: Role) -> None:
    browser = browser_of(role)
    for path in pages(role):
        if path[1:] not in ROUTES or not may_open(path[1:], STRANGER):
            answer = browser.get(path)
            assert answer.status_code == 405 or "no-store" in answer["Cache-Control"], path


@pytest.mark.parametrize("path", ["/", "/nowhere/", "/coordination/", "/accounts/2fa/recovery-codes/"])
def test_pages_that_show_who_signed_in_are_not_stored_either(browser_of: BrowserOf, path: str) -> None:
    """The front page, what is not there, what is refused: each has the person's name in its head."""
    answer = browser_of(Role.COUNSELLOR).get(path)
    assert b"Claire" in answer.content
    assert answer["Cache-Control"] == "no-store"


def test_an_answer_that_only_sends_elsewhere_has_the_policy_too(server: Server) -> None:
    for path in ("/widget/demo", "/console", "/console/"):
        answer = httpx.get(f"{server.url}{path}")
        assert answer.is_redirect, path
        assert policy(answer)["default-src"] == ["'none'"], path


def test_the_loader_and_the_status_can_be_looked_at_without_being_fetched(server: Server) -> None:
    for path in ("/widget.js", "/widget/demo/status", "/widget/demo/", "/demo/"):
        answer = httpx.head(f"{server.url}{path}")
        assert (answer.status_code, answer.content) == (200, b""), path


def test_every_answer_has_the_general_security_headers(browser_of: BrowserOf) -> None:
    for path in ("/", "/accounts/login/", "/health/live", "/api/v1/openapi.json", "/nowhere/", "/widget.js"):
        answer = browser_of(STRANGER).get(path)
        assert answer["X-Content-Type-Options"] == "nosniff", path
        assert answer["Referrer-Policy"] == "same-origin", path
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert "geolocation=()" in answer["Permissions-Policy"], path


def test_only_the_loader_and_the_status_may_be_used_by_other_sites(server: Server) -> None:
    policies = {
        path: httpx.get(f"{server.url}{path}").headers["Cross-Origin-Resource-Policy"]
        for path in ("/", "/accounts/login/", "/widget/demo/", "/widget.js", "/widget/demo/status")
    }
    assert {path for path, value in policies.items() if value == "cross-origin"} == {
        "/widget.js",
        "/widget/demo/status",
    }
    # The loader's second part is a module, which browsers read from another origin only with this header.
    for path in ("/widget/demo/status", "/widget.js", "/widget.js?panel=1"):
        assert httpx.get(f"{server.url}{path}").headers["Access-Control-Allow-Origin"] == "*", path


def test_the_widget_is_framed_by_its_sites_own_pages_only(server: Server) -> None:
    answer = httpx.get(f"{server.url}/widget/demo/")
    rules = policy(answer)
    assert rules["frame-ancestors"] == ["http://127.0.0.1:*", "http://localhost:*"]
    assert "X-Frame-Options" not in answer.headers
    assert rules["require-trusted-types-for"] == ["'script'"]
    # The one address that may become a script is the worker's that proves work.
    assert rules["trusted-types"] == ["miti"]
    assert rules["default-src"] == ["'none'"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not INLINE.findall(answer.content)


def test_a_visitor_gets_no_cookie_from_any_page(server: Server) -> None:
    for path in ("/", "/widget.js", "/widget/demo/", "/widget/demo/status", "/widget/nowhere/", "/demo/"):
        assert "set-cookie" not in httpx.get(f"{server.url}{path}").headers, path


def test_a_stranger_chooses_a_language_without_having_been_given_a_cookie() -> None:
    stranger = Client(enforce_csrf_checks=True)
    answer = stranger.post("/language/", {"language": "nl", "next": "/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert 'lang="nl"' in stranger.get("/").content.decode()


def test_answers_do_not_name_the_server_software(server: Server) -> None:
    assert "server" not in httpx.get(f"{server.url}/").headers


def test_a_browser_is_told_to_come_by_tls_only_once_there_is_tls(client: Client, settings: Settings) -> None:
    assert "Strict-Transport-Security" not in client.get("/health/live")
    settings.SECURE_HSTS_SECONDS = 31_536_000
    answer = Client().get("/health/live", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000"
