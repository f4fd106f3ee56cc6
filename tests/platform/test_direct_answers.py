"""The status and the visitor's page are answered before Django's middleware: with its headers, and with its refusals."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from httpx import Response

from tests.live.database_file import change, eventually
from tests.server import Server
from tests.socket_clients import counsellor, everybody_leaves

STATUS = "/widget/demo/status"
GENERAL = (
    "content-security-policy",
    "permissions-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
)


def ask(server: Server, method: str, path: str, **headers: str) -> Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.request(method, f"{server.url}{path}", headers=given)


def rules(answer: Response) -> set[str]:
    return {each.strip() for each in answer.headers["content-security-policy"].split(";")}


def test_a_status_has_the_headers_of_every_other_answer(server: Server) -> None:
    loader = ask(server, "GET", "/widget.js")
    for method, path in (
        ("GET", STATUS),
        ("HEAD", STATUS),
        ("OPTIONS", STATUS),
        ("GET", "/widget/no/status"),
    ):
        answer = ask(server, method, path)
        for name in GENERAL[1:]:
            assert answer.headers[name] == loader.headers[name], (method, path, name)
        assert rules(answer) == rules(loader)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert "set-cookie" not in answer.headers
        assert "vary" not in answer.headers


def test_an_unchanged_status_is_answered_without_a_body(server: Server) -> None:
    first = ask(server, "GET", STATUS)
    assert first.json()["state"]
    again = ask(server, "GET", STATUS, if_none_match=f'"other", {first.headers["etag"]}')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == first.headers["cache-control"]
    assert again.headers["access-control-allow-origin"] == "*"
    assert "content-length" not in again.headers
    other = ask(server, "GET", f"{STATUS}?lang=nl", if_none_match=first.headers["etag"])
    assert other.status_code == 200


def test_a_cache_may_keep_a_status_for_seconds_only(server: Server) -> None:
    assert ask(server, "GET", STATUS).headers["cache-control"] == (
        "public, max-age=1, stale-while-revalidate=9"
    )


def test_each_method_has_its_answer(server: Server) -> None:
    whole, head = ask(server, "GET", STATUS), ask(server, "HEAD", STATUS)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]
    asked = ask(
        server, "OPTIONS", STATUS, origin="https://partner.example", access_control_request_method="GET"
    )
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked.headers["access-control-allow-methods"] == "GET, HEAD"
    for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE"):
        refused = ask(server, method, STATUS)
        assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS"), method
    assert ask(server, "POST", "/widget/demo/").status_code == 403


def test_a_site_that_is_not_there_is_told_to_the_page_that_asks(server: Server) -> None:
    answer = ask(server, "GET", "/widget/nowhere/status", origin="https://partner.example")
    assert answer.status_code == 404
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "no-store"
    assert ask(server, "GET", "/widget/nowhere/").status_code == 404


def test_a_site_that_is_no_key_is_told_to_the_page_that_asks(server: Server) -> None:
    for path in (
        "/widget/mon%20site/status",
        "/widget/%20demo%20/status",
        "/demo//status",
        "/widget/a%0Ab/status",
        "/widget/d%C3%A9mo/status",
        "/widget//status",
    ):
        answer = ask(server, "GET", path, origin="https://partner.example")
        assert answer.status_code == 404, path
        assert answer.headers["access-control-allow-origin"] == "*", path
    assert ask(server, "GET", "/widget/demo/status/").status_code == 404


@pytest.mark.parametrize("path", [STATUS, "/widget/demo/"])
def test_a_foreign_host_is_refused_as_everywhere(server: Server, path: str) -> None:
    assert ask(server, "GET", path, host="elsewhere.example").status_code == 400


def test_answers_are_counted_as_all_others_are(prepared: Path, tmp_path: Path) -> None:
    def counted(server: Server, status: str) -> float:
        text = ask(server, "GET", "/metrics", authorization="Bearer secret-of-this-test").text
        found = re.search(rf'^miti_http_responses_total{{status="{status}"}} (.+)$', text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    with Server(tmp_path / "own", prepared=prepared, MITI_METRICS_TOKEN="secret-of-this-test") as server:
        before = counted(server, "4xx")
        ask(server, "GET", "/widget/nowhere/status")
        assert counted(server, "4xx") == before + 1


@pytest.fixture
def tls_server(prepared: Path, tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "tls", prepared=prepared, MITI_PUBLIC_URL="https://localhost") as running:
        yield running


def test_who_came_by_tls_is_told_to_do_so_again(tls_server: Server) -> None:
    for path in (STATUS, "/widget/demo/", "/widget.js"):
        by_tls = ask(tls_server, "GET", path, host="localhost", x_forwarded_proto="https")
        assert by_tls.headers["strict-transport-security"] == "max-age=31536000", path
        assert "strict-transport-security" not in ask(tls_server, "GET", path, host="localhost").headers, path


async def test_the_state_follows_who_is_there(own_server: Server) -> None:
    def state() -> str:
        return str(ask(own_server, "GET", STATUS).json()["state"])

    assert state() == "full"
    console = await counsellor(own_server)
    await asyncio.to_thread(eventually, lambda: state() == "open")
    await console.send("availability", state="away", capacity=2)
    await console.expect("availability", state="away")
    await asyncio.to_thread(eventually, lambda: state() == "full")
    change(own_server, "UPDATE routing_rules_site SET active = 0 WHERE key = 'demo'")
    await asyncio.to_thread(eventually, lambda: ask(own_server, "GET", STATUS).status_code == 404)
    await everybody_leaves()
