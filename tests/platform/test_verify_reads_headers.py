"""`tools/verify` finds whatever differs in the headers that protect the visitor's page."""

from collections.abc import Callable
from types import ModuleType

import pytest

from tests.platform.verified_page import (
    HEADERS,
    LISTED,
    POLICY,
    SCRIPT,
    SENT,
    Found,
    Serve,
    serves,
)
from tests.platform.verified_page import (
    faults as faults,
)
from tests.platform.verified_page import (
    findings as findings,
)
from tests.platform.verified_page import (
    tool as tool,
)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("default-src 'none'; frame-ancestors 'none'; trusted-types miti", "comes without the rule of"),
        (f"{POLICY}; connect-src *", "comes with the rule of"),
        (
            POLICY.replace("script-src 'self'", "script-src 'self' https://evil.example"),
            "comes with the rule of",
        ),
        (POLICY.replace("{domains}", "*"), "may be shown inside pages of *"),
        (POLICY.replace("{domains}", "https:"), "may be shown inside pages of https:"),
        (
            POLICY.replace("{domains}", "http://school.example"),
            "may be shown inside pages of http://school.example",
        ),
        (POLICY.replace("frame-ancestors {domains}; ", ""), "comes without the rule of"),
        (f"script-src 'self'; {POLICY}", "comes with"),
    ],
)
def test_a_wider_policy_is_told(faults: Callable[[Serve], Found], rules: str, told: str) -> None:
    sent = SENT | {"Content-Security-Policy": rules.replace("{domains}", "'none'")}
    found = faults(serves(headers=sent))
    assert any(one.startswith(f"the page {told}") for one in found), found


@pytest.mark.parametrize("name", list(HEADERS))
def test_a_header_that_is_missing_or_another_is_told(faults: Callable[[Serve], Found], name: str) -> None:
    missing = {one: value for one, value in SENT.items() if one != name}
    assert f"the page comes with another {name}: none" in faults(serves(headers=missing))
    found = faults(serves(headers=SENT | {name: "unsafe-url"}))
    assert any(name in one for one in found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Set-Cookie", "id=1"),
        ("Refresh", "0; url=https://evil.example"),
        ("Link", "<https://evil.example/x.css>; rel=stylesheet"),
        ("NEL", "{}"),
        ("Content-Security-Policy-Report-Only", "report-uri https://evil.example"),
    ],
)
@pytest.mark.parametrize("path", ["/widget/demo/", SCRIPT, "/widget.js"])
def test_a_header_that_makes_a_browser_do_more_is_told(
    faults: Callable[[Serve], Found], path: str, name: str, value: str
) -> None:
    usual = serves()

    def serve(asked: str, compression: str) -> tuple[bytes, dict[str, str]]:
        content, headers = usual(asked, compression)
        return content, headers | ({name.lower(): value} if asked == path else {})

    found = faults(serve)
    assert any(one.endswith(f"comes with {name}: {value}") for one in found), found


def test_over_tls_a_page_says_that_it_comes_by_tls_only(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetched(_base: str, path: str, compression: str) -> object:
        content, headers = serves(headers=SENT | extra)(path, compression)
        return tool.Answer(content, list(headers.items()))

    monkeypatch.setattr(tool, "fetched", fetched)
    extra: dict[str, str] = {}
    assert list(tool.verify("https://x.example", LISTED, "demo").faults) == [
        "the page comes without Strict-Transport-Security"
    ]
    extra = {"Strict-Transport-Security": "max-age=31536000"}
    assert not tool.verify("https://x.example", LISTED, "demo").faults
