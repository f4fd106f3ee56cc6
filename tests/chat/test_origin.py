"""Origins: scheme, host and port must all be ours."""

from typing import Any

import pytest
from pytest_django.fixtures import Settings

from chat import origin


def scope(given: str | None, host: str | None = "127.0.0.1:8000", scheme: str = "ws") -> dict[str, Any]:
    headers = []
    if host is not None:
        headers.append((b"host", host.encode("latin-1")))
    if given is not None:
        headers.append((b"origin", given.encode("latin-1")))
    return {"type": "websocket", "scheme": scheme, "headers": headers}


@pytest.fixture(autouse=True)
def local(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", ".miti.example"]
    settings.ENV = settings.ENV.model_copy(update={"public_url": ""})


@pytest.mark.parametrize(
    ("given", "host", "scheme"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", "ws"),
        ("http://localhost:8000", "localhost:8000", "ws"),
        ("http://[::1]:8000", "[::1]:8000", "ws"),
        ("https://www.miti.example", "www.miti.example", "wss"),
        ("https://miti.example", "miti.example", "wss"),
        ("HTTP://LOCALHOST:8000", "LocalHost:8000", "ws"),
    ],
)
def test_a_socket_opens_for_our_own_pages(given: str, host: str, scheme: str) -> None:
    assert origin.is_own(scope(given, host, scheme))


@pytest.mark.parametrize(
    ("given", "host", "scheme"),
    [
        (None, "127.0.0.1:8000", "ws"),
        ("", "127.0.0.1:8000", "ws"),
        ("null", "127.0.0.1:8000", "ws"),
        ("http://127.0.0.1", "127.0.0.1:8000", "ws"),
        ("http://127.0.0.1:8001", "127.0.0.1:8000", "ws"),
        ("https://127.0.0.1:8000", "127.0.0.1:8000", "ws"),
        ("http://www.miti.example", "www.miti.example", "wss"),
        ("http://localhost:8000", "127.0.0.1:8000", "ws"),
        ("http://evil.example", "127.0.0.1:8000", "ws"),
        ("http://127.0.0.1:8000.evil.example", "127.0.0.1:8000", "ws"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000", "ws"),
        ("http://user@127.0.0.1:8000", "127.0.0.1:8000", "ws"),
        # A host that is not ours, named by both headers: DNS rebinding.
        ("http://evil.example", "evil.example", "ws"),
        ("http://evilmiti.example", "evilmiti.example", "ws"),
        ("http://", None, "ws"),
        ("file://", "127.0.0.1:8000", "ws"),
    ],
)
def test_a_socket_is_refused_to_every_other_origin(given: str | None, host: str | None, scheme: str) -> None:
    assert not origin.is_own(scope(given, host, scheme))


def test_two_origin_headers_count_as_none() -> None:
    both = scope("http://127.0.0.1:8000")
    both["headers"].append((b"origin", b"http://127.0.0.1:8000"))
    assert not origin.is_own(both)


def test_two_host_headers_count_as_none() -> None:
    both = scope("http://127.0.0.1:8000")
    both["headers"].append((b"host", b"127.0.0.1:8000"))
    assert not origin.is_own(both)


@pytest.mark.parametrize(
    ("given", "own"),
    [
        ("https://chat.miti.be", True),
        ("http://chat.miti.be", False),
        ("https://chat.miti.be:8443", False),
        ("https://miti.be", False),
        ("http://127.0.0.1:8000", False),
        ("null", False),
        (None, False),
    ],
)
def test_behind_a_proxy_the_public_address_alone_counts(
    given: str | None, own: bool, settings: Settings
) -> None:
    settings.ENV = settings.ENV.model_copy(update={"public_url": "https://chat.miti.be/"})
    assert origin.is_own(scope(given)) is own


def test_any_host_allowed_still_wants_an_origin_with_a_host(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert origin.is_own(scope("http://anything.example:9", "anything.example:9"))
    assert not origin.is_own(scope("http://", None))
