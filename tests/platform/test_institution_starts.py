"""Anybody may begin to sign in at their institution: neither it, nor our threads, nor the database pay for each of them."""

import time
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import httpx
import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts import discovery
from tests.platform.discovery_server import DiscoveryServer, serving
from tests.platform.oidc_provider import Provider
from tests.platform.test_institution_sign_in import BEGIN, claire, come_by, configured, is_in, provider

__all__ = ["claire", "configured", "provider"]

SHARE = 200
LONG_S = 60.0


@pytest.fixture
def counted(settings: Any, provider: Provider) -> Iterator[DiscoveryServer]:
    """The real provider, whose discovery document comes from a server that counts."""
    document = httpx.get(f"{provider.url}/.well-known/openid-configuration").content
    with serving(document) as server:
        (app,) = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
        app["settings"] = {"server_url": server.url}
        yield server


def begin(address: str = "198.51.100.7", **headers: str) -> Any:
    return Client(REMOTE_ADDR=address, **headers).get(BEGIN)  # type: ignore[arg-type]


def test_fifty_who_begin_ask_the_provider_once(counted: DiscoveryServer) -> None:
    assert [begin().status_code for _ in range(50)] == [302] * 50
    assert counted.asked == 1


def test_whoever_comes_back_from_there_is_in_with_what_is_known(
    claire: Any, provider: Provider, counted: DiscoveryServer
) -> None:
    browser, _ = come_by(provider, "claire")
    assert is_in(browser)
    assert counted.asked == 1


def test_after_an_hour_it_is_asked_for_again(
    counted: DiscoveryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "KEPT_S", 0)
    assert [begin().status_code for _ in range(2)] == [302] * 2
    assert counted.asked >= 2


@pytest.mark.parametrize("document", [b"no JSON", b"[]", b"{}"])
def test_a_wrong_answer_is_told_in_words_and_not_asked_for_at_once_again(
    counted: DiscoveryServer, document: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "FAILED_S", LONG_S)
    counted.document = document
    assert [begin().status_code for _ in range(5)] == [403] * 5
    assert counted.asked == 1


def test_a_failure_is_forgotten_in_seconds(counted: DiscoveryServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "FAILED_S", 0)
    right, counted.document = counted.document, b"{}"
    assert begin().status_code == 403
    counted.document = right
    assert begin().status_code == 302


def test_a_provider_that_does_not_answer_holds_nobody_for_long(
    counted: DiscoveryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "TIMEOUT_S", 0.2)
    monkeypatch.setattr(discovery, "FAILED_S", LONG_S)
    counted.may_answer.clear()
    assert [begin().status_code for _ in range(5)] == [403] * 5
    assert counted.asked == 1


@pytest.mark.django_db(transaction=True)
def test_only_a_few_wait_for_a_slow_provider_and_one_asks(
    counted: DiscoveryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "TIMEOUT_S", LONG_S)
    counted.may_answer.clear()
    answers: list[int] = []

    def come(address: str) -> None:
        try:
            answers.append(begin(address).status_code)
        finally:
            connections.close_all()

    many = [Thread(target=come, args=[f"198.51.100.{n}"]) for n in range(30)]
    for thread in many:
        thread.start()
    deadline = time.monotonic() + LONG_S
    while len(answers) < len(many) - discovery.AT_ONCE:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert answers == [403] * (len(many) - discovery.AT_ONCE)
    counted.may_answer.set()
    for thread in many:
        thread.join(LONG_S)
    assert sorted(answers) == [302] * discovery.AT_ONCE + [403] * (len(many) - discovery.AT_ONCE)
    assert counted.asked == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Trop d’essais en peu de temps"),
        ("nl", "Te veel pogingen in korte tijd"),
        ("en", "Too many tries in a short time"),
    ],
)
def test_one_address_begins_a_share_and_others_still_do(
    counted: DiscoveryServer, settings: Any, language: str, words: str
) -> None:
    # The same share of an hour: on a busy machine so many starts take more than their minute.
    assert settings.ACCOUNT_RATE_LIMITS["institution_sign_in"] == f"{SHARE}/m/ip"
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"institution_sign_in": f"{SHARE}/h/ip"}
    assert {begin().status_code for _ in range(SHARE)} == {302}
    rows = Session.objects.count()
    refused = begin(HTTP_ACCEPT_LANGUAGE=language)
    assert refused.status_code == 429
    assert words in refused.text
    assert Session.objects.count() == rows
    assert begin("203.0.113.1").status_code == 302


def test_what_was_only_begun_ends_in_minutes_and_a_sign_in_lasts(
    claire: Any, provider: Provider, counted: DiscoveryServer, settings: Any
) -> None:
    cache.clear()
    begin()
    row = Session.objects.get()
    assert row.expire_date - timezone.now() <= timedelta(minutes=10)
    row.delete()
    come_by(provider, "claire")
    left = Session.objects.get().expire_date - timezone.now()
    assert left > timedelta(seconds=settings.SESSION_IDLE_S - 60)
