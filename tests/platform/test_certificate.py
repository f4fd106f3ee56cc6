"""The certificate of the public address: asked of a real server of TLS, remembered, and told on the operator's page and in the metrics."""

import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError
from django.test import AsyncClient, Client
from hypothesis import given
from hypothesis import strategies as st

from chat import database
from operations import certificate
from operations.certificate import EVERY_S, SOON, SOON_AGAIN_S, Answer, Certificate
from partners.models import Role
from tests.certificate import make_certificate
from tests.server import free_port

DAY = timedelta(days=1)
FIVE_DAYS = 5 * DAY
BrowserOf = Callable[[Role | None], Client]
Serve = Callable[[datetime], int]


class TLS(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, certificate: Path, key: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handshake)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)


class Handshake(BaseRequestHandler):
    server: TLS

    def handle(self) -> None:
        with self.server.context.wrap_socket(self.request, server_side=True) as connection:
            connection.recv(1)


@pytest.fixture
def serve(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """`serve(moment)`: the public address has a certificate until then. Nobody has asked for it yet."""
    monkeypatch.setattr(certificate, "answer", Answer())
    running: list[TLS] = []

    def start(ends_at: datetime) -> int:
        server = TLS(*make_certificate(tmp_path, ends_at=ends_at))
        running.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.PUBLIC_ORIGIN, settings.BEHIND_TLS = f"https://localhost:{server.server_address[1]}", True
        return int(server.server_address[1])

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def administrator(browser_of: BrowserOf, running: None) -> Client:
    browser = browser_of(Role.ADMIN)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


@pytest.mark.parametrize("ends_in", [FIVE_DAYS, 400 * DAY, -DAY], ids=["soon", "late", "ended"])
async def test_the_date_is_read_from_a_real_handshake(serve: Serve, ends_in: timedelta) -> None:
    ends_at = (datetime.now(UTC) + ends_in).replace(microsecond=0)
    found = await certificate.ask("localhost", serve(ends_at))
    assert found.ends_at == ends_at
    again = await certificate.look()
    assert certificate.answer.certificate == found
    assert again == (EVERY_S if ends_in > SOON else SOON_AGAIN_S)


async def test_an_address_that_does_not_answer_is_asked_again_soon_and_nothing_is_known(
    serve: Serve, settings: Any
) -> None:
    serve(datetime.now(UTC) + FIVE_DAYS)
    await certificate.look()
    settings.PUBLIC_ORIGIN = f"https://localhost:{free_port()}"
    assert await certificate.look() == SOON_AGAIN_S
    assert certificate.answer == Answer(asked=True, certificate=None)


async def test_without_tls_nobody_is_asked(settings: Any) -> None:
    settings.BEHIND_TLS = False
    await certificate.watch()


def test_the_operators_page_tells_what_was_seen_and_asks_nobody(
    administrator: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Any connection of the page would fail the test: nothing listens there.
    settings.PUBLIC_ORIGIN, settings.BEHIND_TLS = f"https://localhost:{free_port()}", True
    now = datetime.now(UTC)
    told = {
        "not looked at yet": Answer(),
        "shows this process none": Answer(asked=True),
        "It is valid until": Answer(asked=True, certificate=Certificate(now - 60 * DAY, now + FIVE_DAYS)),
    }
    for words, answer in told.items():
        monkeypatch.setattr(certificate, "answer", answer)
        page = administrator.get("/operator/", secure=True).content.decode()
        assert words in page
        assert "docs/operating.md#certificate" in page
    monkeypatch.setattr(
        certificate, "answer", Answer(asked=True, certificate=Certificate(now - DAY, now + 89 * DAY))
    )
    assert "#certificate" not in administrator.get("/operator/", secure=True).content.decode()


async def test_the_metrics_have_the_date(
    serve: Serve, running: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(_: Callable[[], Any]) -> Any:
        raise DatabaseError

    # It is not about these.
    monkeypatch.setattr(database, "run", run)
    token = "a-token-that-only-this-test-knows"
    monkeypatch.setattr(django_settings, "METRICS_TOKEN", token)
    ends_at = (datetime.now(UTC) + FIVE_DAYS).replace(microsecond=0)
    serve(ends_at)
    headers = {"Authorization": f"Bearer {token}"}

    async def figure() -> float:
        text = (await AsyncClient().get("/metrics", headers=headers)).content.decode()
        (line,) = [
            one for one in text.splitlines() if one.startswith("miti_certificate_ends_timestamp_seconds ")
        ]
        return float(line.split()[1])

    assert await figure() == 0
    await certificate.look()
    assert await figure() == ends_at.timestamp()


MOMENTS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds it


@given(begins_at=MOMENTS, life=st.timedeltas(timedelta(hours=1), 800 * DAY), now=MOMENTS)
def test_an_end_is_near_late_in_a_certificates_life_and_never_more_than_two_weeks_before(
    begins_at: datetime, life: timedelta, now: datetime
) -> None:
    one = Certificate(begins_at, begins_at + life)
    left = one.ends_at - now
    if left <= timedelta():
        assert one.ends_soon(now=now)
    if left >= SOON or left > life / 4:
        assert not one.ends_soon(now=now)
