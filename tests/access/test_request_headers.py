"""Odd headers are read or refused, never a fault: on every kind of page, for a stranger and for somebody who signed in."""

from http.client import HTTPConnection
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from partners.models import Role
from tests.access.conftest import BrowserOf
from tests.access.profile import fuzzed
from tests.access.routes import STRANGER
from tests.access.sending import Person
from tests.server import Server

PAGES = ("/", "/accounts/login/", "/coordination/", "/indicators/export.csv", "/api/v1/indicators/figures", "/widget.js",
         "/static/miti/tokens.css", "/health/live", "/metrics", "/nowhere/")  # fmt: skip
LATIN = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60)
"""What a server lets through: no control character."""
ODD = ("", " ", "*", ",", ";", "=", "a" * 8_000, "é", "%00", "\\000", '"', "null", "9" * 500, "-1")
HEADERS = {
    "Host": ("x", "127.0.0.1:99999", "[::1", "a b", "evil.example", "é.be", "localhost:x"),
    "Accept-Language": ("fr;q=9", "*", "-", "fr-" * 300, "zz,nl;q=0.1", "fr;q=nan", "i-klingon"),
    "Cookie": (
        'sessionid="\\000\\000\\000\\000\\000\\000\\000\\000\\000"',
        "sessionid=../../etc/passwd",
        "sessionid=" + "x" * 40,
        "miti_language=xx",
        'miti_language="\\000"',
        "messages=x:y:z",
        "csrftoken=\xff",
        "a; b; ==; c=d=e",
    ),
    "Referer": ("http://[", "//", "javascript:x", "http://127.0.0.1/coordination/?next=\\"),
    "If-None-Match": ('"x"', "W/", "*", '"' * 9),
    "If-Modified-Since": ("yesterday", "Mon, 99 Foo 99999999999 99:99:99 GMT", "0"),
    "Range": (
        "bytes=0-",
        "bytes=-",
        "bytes=9-1",
        "bytes=0-0,0-0",
        "bytes=-0",
        "bytes=" + "9" * 60 + "-",
        "lines=1",
    ),
    "Authorization": (
        "Bearer",
        "Bearer ",
        "Bearer \xff",
        "Basic x",
        "Bearer " + "a" * 9_000,
        "bearer miti_x y",
    ),
    "Content-Type": (
        "multipart/form-data",
        "multipart/form-data; boundary=" + "x" * 300,
        "; ; =",
    ),
    "Content-Encoding": ("gzip", "x"),
    "Accept": ("application/xml", "*/*;q=x", "text/html;q=" + "9" * 99),
    "X-Forwarded-For": ("x", "1.2.3.4, , ::1", "999.1.1.1", "[::1]:9"),
    "X-Forwarded-Proto": ("gopher", "https, http"),
    "Origin": ("null", "http://[", "x"),
    "HX-Request": ("true", "x"),
    "HX-Current-URL": ("http://[", "é", "//%zz"),
}
headers = st.dictionaries(
    st.sampled_from(sorted(HEADERS)), st.one_of(st.sampled_from(ODD), LATIN), max_size=3
).flatmap(
    lambda random: st.lists(
        st.sampled_from([(name, value) for name, values in HEADERS.items() for value in values]), max_size=4
    ).map(lambda known: {**random, **dict(known)})
)


@pytest.fixture
def people(browser_of: BrowserOf) -> list[Person]:
    return [Person(browser_of(role)) for role in (STRANGER, Role.PLATFORM)]


def _send(person: Person, method: str, path: str, given: dict[str, str]) -> Any:
    """As ASGI hands them to Django: Latin-1."""
    rest = {name: value for name, value in given.items() if name not in {"Content-Type", "Cookie"}}
    cookie = person.browser.cookies.get(settings.SESSION_COOKIE_NAME)
    kept = f"{settings.SESSION_COOKIE_NAME}={cookie.value}; " if cookie and method == "POST" else ""
    return person.send(
        method,
        path,
        b"x=%E9&y=1",
        query="x=%E9",
        content_type=given.get("Content-Type", "application/x-www-form-urlencoded"),
        headers=rest,
        **({"HTTP_COOKIE": kept + given["Cookie"]} if "Cookie" in given else {}),
    )


def test_fuzz_headers(people: list[Person], subtests: pytest.Subtests) -> None:
    for path in PAGES:

        @fuzzed(few=12)
        @given(st.sampled_from(people), st.sampled_from(["GET", "POST"]), headers)
        def check(person: Person, method: str, given: dict[str, str]) -> None:
            _send(person, method, path, given)  # noqa: B023  # called at once

        with subtests.test(path=path):
            check()


def test_each_odd_header_by_itself(people: list[Person], subtests: pytest.Subtests) -> None:
    for name, value in [(name, value) for name, values in HEADERS.items() for value in values]:
        with subtests.test(header=name, value=value[:40]):
            for person, path in zip(people, ("/accounts/login/", "/coordination/"), strict=True):
                for method in ("GET", "POST"):
                    _send(person, method, path, {name: value})


ENCODINGS = (
    "hex",
    "idna",
    "rot13",
    "utf-16",
    "unicode_escape",
    "x",
    "\xff",
    '"',
    "utf-8",
    '"UTF8"',
    "utf-8; charset=hex",
)


def test_no_encoding_and_no_number_of_parameters_fails_a_page(server: Server) -> None:
    for kind in (
        "text/plain; charset={}",
        "multipart/form-data; boundary=b; charset={}",
        "x;charset*=utf-8''{}",
    ):
        for encoding in ENCODINGS:
            for query in ("?a=%E9", "?" + "a&" * 1_100):
                for path in ("/", "/accounts/login/", "/widget/demo/status", "/nowhere/"):
                    answer = answer_of(server, "GET", path + query, {"Content-Type": kind.format(encoding)})
                    assert answer in {200, 400, 404, 415}, (path, kind, encoding, answer)


def test_fuzz_headers_on_the_wire(server: Server) -> None:
    @fuzzed(few=60)
    @given(
        st.sampled_from([*PAGES, "/widget/demo/", "/widget/demo/status"]),
        st.sampled_from(["GET", "POST", "HEAD"]),
        headers,
    )
    def check(path: str, method: str, given: dict[str, str]) -> None:
        assert answer_of(server, method, path, given) < 500

    check()
    assert "Traceback" not in server.log.read_text()


def answer_of(server: Server, method: str, path: str, given: dict[str, str]) -> int:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in ({"Host": f"127.0.0.1:{server.port}"} | given).items():
            connection.putheader(name, value.encode("latin-1"))
        connection.endheaders()
        return connection.getresponse().status
    finally:
        connection.close()
