"""What open pages ask for every few seconds is answered by few threads that stay, as Django would: same rights, headers and refusals."""

import asyncio
import threading
from typing import Any

import httpx
import pytest
from django.urls import reverse

from miti import polled_pages
from miti.polled_pages import OneThreadHandler, PolledPages
from tests.live.database_file import change
from tests.server import Server
from tests.socket_clients import session_of

NOW, WALL = "/coordination/board/now", "/coordination/board/wall"
GENERAL = (
    "content-security-policy",
    "permissions-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cache-control",
)


def browser(server: Server, account: str | None = None, language: str = "fr") -> httpx.Client:
    cookies = session_of(server, account) if account else {}
    return httpx.Client(
        base_url=server.url, cookies=cookies, headers={"Accept-Language": language}, timeout=60
    )


def without_nonce(headers: httpx.Headers) -> list[str]:
    """The headers of every page, without what differs from page to page."""
    return [
        "; ".join(sorted(one for one in headers[name].split("; ") if "nonce" not in one)) for name in GENERAL
    ]


def test_an_answer_has_the_headers_of_every_other_staff_page(server: Server) -> None:
    with browser(server, "coordination") as mine:
        page, board = mine.get("/coordination/board/"), mine.get(NOW)
        assert board.headers["content-type"] == "application/json"
        assert without_nonce(board.headers) == without_nonce(page.headers)
        assert {"cookie", "accept-language"} <= set(board.headers["vary"].lower().split(", "))
        again = mine.get(NOW, headers={"If-None-Match": board.headers["etag"]})
        assert again.status_code in {200, 304}
        head = mine.head(NOW)
        assert (head.status_code, head.content) == (200, b"")


def test_it_refuses_whom_django_refuses(server: Server) -> None:
    with browser(server) as stranger, browser(server, "conseillere.cdm") as counsellor:
        for path in (NOW, WALL):
            to_sign_in = stranger.get(path)
            assert (to_sign_in.status_code, to_sign_in.headers["location"]) == (
                302,
                f"/accounts/login/?next={path}",
            )
            assert counsellor.get(path).status_code == 403
            assert stranger.get(path, headers={"Host": "evil.example"}).status_code == 400
    with browser(server, "coordination") as mine:
        assert mine.post(NOW).status_code in {403, 405}
        assert mine.put(NOW).status_code in {403, 405}


def test_rights_that_were_taken_away_count_at_the_next_question(server: Server) -> None:
    with browser(server, "plateforme") as mine:
        assert mine.get(NOW).status_code == 200
        change(server, "UPDATE partners_staff SET is_active = 0 WHERE username = 'plateforme'")
        try:
            assert mine.get(NOW).status_code != 200
        finally:
            change(server, "UPDATE partners_staff SET is_active = 1 WHERE username = 'plateforme'")
        assert mine.get(NOW).status_code == 200


def test_each_reader_reads_their_own_language_and_people(server: Server) -> None:
    with (
        browser(server, "coordination", "fr") as french,
        browser(server, "plateforme", "nl") as dutch,
    ):
        for _ in range(10):
            assert "En attente" in french.get(NOW).json()["parts"]["facts"]
            assert "Wachtend" in dutch.get(NOW).json()["parts"]["facts"]
            assert french.get(NOW).json()["parts"]["others"]
            assert not dutch.get(NOW).json()["parts"]["others"]


def asked(path: str, method: str = "GET") -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }


def test_the_rest_is_djangos_own(monkeypatch: pytest.MonkeyPatch) -> None:
    passed_on, threads = [], []

    async def django(scope: dict[str, Any], _receive: Any, _send: Any) -> None:
        passed_on.append((scope["method"], scope["path"]))

    def answer(
        _self: OneThreadHandler, _scope: dict[str, Any]
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        threads.append(threading.current_thread().name)
        return 200, [], b"body"

    sent: list[dict[str, Any]] = []

    async def send(event: dict[str, Any]) -> None:
        sent.append(event)

    async def nothing() -> dict[str, Any]:
        raise AssertionError

    monkeypatch.setattr(OneThreadHandler, "answer", answer)
    pages = PolledPages(django)

    async def ask_all() -> None:
        for scope in (asked("/coordination/board/"), asked(NOW, "POST"), asked(f"{NOW}/")):
            await pages(scope, nothing, send)
        await asyncio.gather(*(pages(asked(NOW), nothing, send) for _ in range(20)))

    asyncio.run(ask_all())
    assert passed_on == [("GET", "/coordination/board/"), ("POST", NOW), ("GET", f"{NOW}/")]
    assert len(threads) == 20
    assert len(set(threads)) <= polled_pages.THREADS
    assert [one["body"] for one in sent if one["type"] == "http.response.body"] == [b"body"] * 20


def test_only_answers_that_all_readers_share_are_asked_so() -> None:
    assert set(map(reverse, polled_pages.POLLED)) == {NOW, WALL}
