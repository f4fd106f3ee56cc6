"""The visitors' pages, which run in the server's own loop, take any address and any query without a fault."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.access import values
from tests.access.html_forms import Field
from tests.access.profile import fuzzed
from tests.access.routes import ROUTES
from tests.access.test_request_headers import answer_of
from tests.server import Server

PAGES = sorted(route for route in ROUTES if route.startswith(("widget", "demo")))
NAMES = ("lang", "theme", "campaign", "site", "x")
keys = st.one_of(st.sampled_from(["demo", "miti", "nulle-part", "demo\n", "DEMO", "..", ""]), values.text)
fields = st.lists(st.tuples(st.sampled_from(NAMES), values.text), max_size=4)


def test_fuzz_the_visitors_pages(server: Server) -> None:
    @fuzzed(few=120)
    @given(st.sampled_from(PAGES), keys, fields)
    def check(route: str, key: str, given: list[Field]) -> None:
        place = quote(key.encode("utf-8", "surrogatepass"), safe="")[:8_000]
        query = values.urlencoded(given).decode()[:8_000]
        assert answer_of(server, "GET", f"/{route.replace('<slug:key>', place)}?{query}", {}) < 500

    check()
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("key", ["demo%0A", "demo%00", "%ED%A0%80", "a" * 300])
def test_a_site_that_is_none_is_not_found(server: Server, key: str) -> None:
    for page in (f"/widget/{key}/", f"/widget/{key}/status"):
        assert answer_of(server, "GET", page, {}) in {400, 404}
