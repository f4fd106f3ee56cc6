"""When something goes wrong, people read what happened, what is safe and what to do, in their language."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django import shortcuts
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from miti import views
from partners import sessions
from partners.models import Role

BrowserOf = Callable[[Role | None], Client]
JARGON = re.compile(r"\b(oops|exception|traceback|error|csrf|token|django|null|http)\b", re.I)


def text(answer: Any) -> str:
    """What somebody reads on the page's middle."""
    main = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", "<main" + main)).strip()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "Cette page n’existe pas"),
        ("nl", "Deze pagina bestaat niet"),
        ("en", "There is no such page"),
    ],
)
def test_an_unknown_address_is_explained(language: str, sentence: str) -> None:
    answer = Client(headers={"Accept-Language": language}).get("/nowhere/")
    assert answer.status_code == 404
    assert sentence in text(answer)
    assert 'href="/"' in answer.content.decode()


def test_a_page_of_another_role_is_explained(browser_of: BrowserOf) -> None:
    answer = browser_of(Role.ANALYST).get("/console/", headers={"Accept-Language": "en"})
    assert answer.status_code == 403
    assert "This page is not for your account" in text(answer)
    assert "Nothing was changed" in text(answer)
    assert "Sign out" in answer.content.decode()


def test_an_expired_form_is_explained(browser_of: BrowserOf) -> None:
    browser = browser_of(Role.COORDINATOR)
    browser.handler.enforce_csrf_checks = True
    answer = browser.post("/coordination/exceptions/", headers={"Accept-Language": "en"})
    assert answer.status_code == 403
    assert "This form has expired" in text(answer)
    assert "Nothing was changed" in text(answer)


@pytest.mark.parametrize("path", ["/coordination/rules/draft/publish", "/coordination/exceptions/delete"])
def test_an_address_that_takes_only_forms_is_explained(browser_of: BrowserOf, path: str) -> None:
    for browser in (browser_of(Role.PLATFORM), browser_of(None)):
        answer = browser.get(path, headers={"Accept-Language": "en"})
        assert answer.status_code == 405
        assert answer["Allow"] == "POST"
        assert "This address is not a page" in text(answer)
        assert "Nothing was changed" in text(answer)


def test_a_server_fault_is_explained(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = shortcuts.render

    def fails(request: HttpRequest, template: str, context: dict[str, Any], **more: Any) -> HttpResponse:
        if template == "miti/home.html":
            raise RuntimeError("what somebody typed, and a password")
        return shown(request, template, context, **more)

    monkeypatch.setattr(views, "render", fails)
    answer = Client(raise_request_exception=False, headers={"Accept-Language": "en"}).get("/")
    assert answer.status_code == 500
    assert "The fault is ours" in text(answer)
    assert "password" not in answer.content.decode()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
def test_a_request_to_a_foreign_host_is_explained(host: str) -> None:
    answer = Client(raise_request_exception=False).get("/accounts/login/", headers={"Host": host})
    assert answer.status_code == 400
    assert host not in answer.content.decode()


@pytest.mark.parametrize(
    "page",
    [views.bad_request, views.refused, views.csrf_refused, views.not_found, views.failed],
)
@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_no_error_page_speaks_jargon(page: Callable[..., HttpResponse], language: str) -> None:
    request = RequestFactory().get("/")
    with translation.override(language):
        answer = page(request, Exception("")) if page is views.bad_request else page(request)
    said = text(answer)
    assert len(said) > 40
    assert not JARGON.search(said)
    assert f'<html lang="{language}">' in answer.content.decode()


def test_a_stranger_gets_no_cookie_with_an_error() -> None:
    assert not Client().get("/widget/nowhere/x").cookies
    assert not Client().get("/nowhere/").cookies


def test_a_page_is_explained_while_the_database_is_away(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browser_of(Role.ADMIN)

    def away(digests: object) -> None:
        raise OperationalError

    monkeypatch.setattr(sessions, "valid", away)
    answer = browser.get("/operator/", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "The database cannot be used just now" in text(answer)
