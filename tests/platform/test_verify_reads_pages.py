"""`tools/verify` finds whatever differs in the visitor's page, in the headers that protect it and in what it names."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType

import pytest

from tests.server import ROOT

SCRIPT, SEALING, STYLE, WORDS = (
    f"/static/widget/{name}.0123456789ab.{kind}"
    for name, kind in (
        ("packed/chat", "js"),
        ("packed/sealing", "js"),
        ("packed/chat", "css"),
        ("locales/fr", "json"),
    )
)
CONTENTS = {address: address.encode() for address in (SCRIPT, SEALING, STYLE, WORDS)} | {
    "/widget.js": b"loader",
    "/widget.js?panel": b"panel",
}


def integrity(address: str) -> str:
    return "sha384-" + b64encode(hashlib.sha384(CONTENTS[address]).digest()).decode()


TEMPLATE = f"""<!doctype html>
<html lang="fr" dir="ltr">
<head>
  <meta charset="utf-8">
  <title>Miti</title>
  <link rel="preload" as="fetch" crossorigin href="{WORDS}">
  <link rel="stylesheet" href="{STYLE}" integrity="{integrity(STYLE)}">
  <script type="module" src="{SCRIPT}" integrity="{integrity(SCRIPT)}"></script>
</head>
<body data-site="{{site}}" data-audience="{{audience}}" data-campaign="{{campaign}}" data-sealing="{SEALING} {integrity(SEALING)}"\
 data-quick-exit="{{quick_exit}}" data-locales="fr={WORDS} ">
  <div id="miti"></div>
  <noscript><p>112</p></noscript>
</body>
</html>
"""
EXIT = "https://www.example.org/?a=1&amp;b=2"
PAGE = (
    TEMPLATE.replace("{site}", "demo")
    .replace("{audience}", "public")
    .replace("{campaign}", "spring-2027")
    .replace("{quick_exit}", EXIT)
)
POLICY = "default-src 'none'; script-src 'self'; frame-ancestors {domains}; trusted-types miti"
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": POLICY,
}
SENT = HEADERS | {"Content-Security-Policy": POLICY.replace("{domains}", "https://*.school.example")}
LISTED = {
    "pages": {"fr": TEMPLATE, "nl": TEMPLATE.replace('lang="fr"', 'lang="nl"')},
    "headers": HEADERS,
    "audiences": ["public", "school"],
    "files": {
        address: {"sha256": hashlib.sha256(content).hexdigest(), "integrity": integrity(address)}
        for address, content in CONTENTS.items()
    },
}
DUTCH = PAGE.replace('lang="fr"', 'lang="nl"')
IN_DUTCH = "/widget/demo/?lang=nl"

Found = dict[str, list[str]]
Serve = Callable[[str, str], tuple[bytes, dict[str, str]]]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    loader = SourceFileLoader("verify", str(ROOT / "tools" / "verify"))
    spec = spec_from_loader("verify", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def serves(page: str = PAGE, headers: dict[str, str] = SENT) -> Serve:
    """An installation that gives this page in French, and the same in Dutch."""

    def answer(path: str, _compression: str) -> tuple[bytes, dict[str, str]]:
        if path in CONTENTS:
            return CONTENTS[path], {}
        told = page.replace('lang="fr"', 'lang="nl"') if path == IN_DUTCH else page
        return told.encode(), headers

    return answer


@pytest.fixture
def findings(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[[Serve], ModuleType]:
    def verify(serve: Serve) -> ModuleType:
        def fetched(_base: str, path: str, compression: str) -> object:
            content, headers = serve(path, compression)
            return tool.Answer(content, list(headers.items()))

        monkeypatch.setattr(tool, "fetched", fetched)
        found: ModuleType = tool.verify("http://chat.example.org", json.loads(json.dumps(LISTED)), "demo")
        return found

    return verify


@pytest.fixture
def faults(findings: Callable[[Serve], ModuleType]) -> Callable[[Serve], Found]:
    return lambda serve: dict(findings(serve).faults)


def test_the_page_as_it_is_has_no_fault(tool: ModuleType, findings: Callable[[Serve], ModuleType]) -> None:
    found = findings(serves())
    assert found.faults == {}
    # What the installation sets is told to whoever knows it.
    told = "\n".join(tool.told(found))
    assert '"leave fast" leads to https://www.example.org/?a=1&b=2' in told
    assert "pages that may show the chat: https://*.school.example" in told
    assert "audience: public; campaign: spring-2027" in told
    assert "Languages looked at: fr, nl" in told


HAS, LACKS = "the page has what the release's has not: ", "the page lacks what the release's has: "


@pytest.mark.parametrize(
    ("taken", "put", "told"),
    [
        # What a page needs, taken out of it or put elsewhere.
        (
            f'<script type="module" src="{SCRIPT}" integrity="{integrity(SCRIPT)}"></script>',
            "",
            f"{LACKS}<script",
        ),
        (f'data-sealing="{SEALING} {integrity(SEALING)}"', "", f"{LACKS}data-sealing="),
        (f"{SEALING} {integrity(SEALING)}", f"{SCRIPT} {integrity(SCRIPT)}", f'{HAS}data-sealing="{SCRIPT}'),
        ("<noscript><p>112</p></noscript>", "", f"{LACKS}<noscript><p>112</p></noscript>"),
        ("<p>112", "<p>0900", f"{HAS}0900"),
        (f' integrity="{integrity(SCRIPT)}"', "", f"{LACKS}integrity="),
        (f' integrity="{integrity(STYLE)}"', "", f"{LACKS}integrity="),
        (f" {integrity(SEALING)}", "", f'{HAS}data-sealing="{SEALING}"'),
        (integrity(SEALING), integrity(SCRIPT), f"{HAS}{integrity(SCRIPT)}"),
        (' data-audience="public"', "", "the page is for an audience that the release does not know"),
        # Words and elements.
        ("</div>", "</div><p>Moved: phone 0900 12345</p>", f"{HAS}<p>Moved: phone 0900 12345</p>"),
        ("<title>Miti", "<title>Other", f"{HAS}Other"),
        ("</head>", "<script>steal()</script></head>", f"{HAS}<script>steal()</script>"),
        ("</head>", '<script src="/static/x.js"></script></head>', f'{HAS}<script src="/static/x.js">'),
        ("</head>", '<base href="https://evil.example/"></head>', f"{HAS}<base"),
        ("</head>", '<meta http-equiv="refresh" content="0"></head>', f"{HAS}<meta http-equiv"),
        ("</head>", "<style>*{color:red}</style></head>", f"{HAS}<style>"),
        ("<p>112", "<iframe src='/evil/'></iframe><p>112", f"{HAS}<iframe"),
        ("</body>", "<!--> <script>steal()</script> --></body>", f"{HAS}<!-->"),
        ("</html>", "</html><![CDATA[ ]]>", f"{HAS}<![CDATA["),
        ("\n</html>", "\n\n</html>", "the page has other spaces than the release's"),
        # Attributes.
        ('<div id="miti">', '<div id="miti" onclick="steal()">', f'{HAS}onclick="steal()"'),
        ('<div id="miti">', '<div id="miti" class="odd">', f'{HAS}class="odd"'),
        ("<p>112", '<p title="</noscript><script src=/x.js></script>">112', f"{HAS}title="),
        (f"{SEALING} ", f"https://evil.example{SEALING} ", f'{HAS}data-sealing="https://evil.example'),
        (f'src="{SCRIPT}"', f'src="https://evil.example{SCRIPT}"', f'{HAS}src="https://evil.example'),
        # What an installation sets, in a form that it cannot have.
        (EXIT, "javascript:fetch(`https:/`+`/evil.example`)", "the page leaves fast to what is no address"),
        (EXIT, "//evil.example/", "the page leaves fast to what is no address"),
        (EXIT, "https://www.example.org@evil.example/", "the page leaves fast to what is no address"),
        (EXIT, "data:text/html,hello", "the page leaves fast to what is no address"),
        (EXIT, "https:///evil.example", "the page leaves fast to what is no address"),
        (EXIT, "https:\\\\evil.example", "the page leaves fast to what is no address"),
        (f'"{EXIT}"', '"https://a.example/" onload="steal()"', f'{HAS}onload="steal()"'),
        ('"public"', '"everybody"', "the page is for an audience that the release does not know: everybody"),
        ("spring-2027", "call 0900", "the page has no campaign of that form: call 0900"),
        ('data-site="demo"', 'data-site="other"', f'{HAS}data-site="other"'),
    ],
)
def test_what_was_changed_in_it_is_told(
    faults: Callable[[Serve], Found], taken: str, put: str, told: str
) -> None:
    assert PAGE.count(taken) == 1
    found = faults(serves(PAGE.replace(taken, put)))
    assert any(one.startswith(told) for one in found), found


def test_a_page_as_long_as_a_book_is_told_without_being_compared(faults: Callable[[Serve], Found]) -> None:
    assert "the page is another one" in faults(serves(PAGE + "<p> " * 10_000))


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


def instead(path: str, content: bytes) -> Serve:
    """The usual installation, but for what is at this address."""
    usual = serves()

    def answer(asked: str, compression: str) -> tuple[bytes, dict[str, str]]:
        usually, headers = usual(asked, compression)
        return content if asked == path else usually, headers

    return answer


@pytest.mark.parametrize("path", CONTENTS)
def test_another_file_is_told(faults: Callable[[Serve], Found], path: str) -> None:
    assert faults(instead(path, b"x")) == {f"{path} is not the release's": ["identity", "gzip"]}


def test_what_is_altered_for_browsers_that_take_it_compressed_is_told(
    faults: Callable[[Serve], Found],
) -> None:
    usual, altered = serves(), serves(PAGE.replace("<p>112", "<p>0900"))
    found = faults(lambda asked, how: (altered if how == "gzip" else usual)(asked, how))
    assert {place for places in found.values() for place in places} == {
        "/widget/demo/ (gzip)",
        "/widget/demo/?lang=fr (gzip)",
        "/widget/demo/?lang=nl (gzip)",
    }


@pytest.mark.parametrize(("taken", "put"), [("112", "0900"), (EXIT, "https://evil.example/")])
def test_what_is_altered_in_one_language_is_told(
    faults: Callable[[Serve], Found], taken: str, put: str
) -> None:
    found = faults(instead(IN_DUTCH, DUTCH.replace(taken, put).encode()))
    assert {place for places in found.values() for place in places} == {
        f"{IN_DUTCH} (identity)",
        f"{IN_DUTCH} (gzip)",
    }


def test_a_language_that_the_site_does_not_have_is_answered_in_its_first_one(
    findings: Callable[[Serve], ModuleType],
) -> None:
    usual = serves()
    found = findings(lambda asked, how: usual("/widget/demo/" if asked == IN_DUTCH else asked, how))
    assert (found.faults, found.languages) == ({}, ["fr"])
    # Any other language is not what was asked for.
    wrong = findings(lambda asked, how: usual(IN_DUTCH if asked.endswith("?lang=fr") else asked, how))
    assert wrong.faults


def test_nothing_of_an_answer_writes_over_what_was_found(
    tool: ModuleType, findings: Callable[[Serve], ModuleType]
) -> None:
    found = findings(serves(PAGE.replace("112", "\x1b[2J112").replace(EXIT, "https://a.example/\x1b[2J")))
    assert found.faults
    assert "\x1b" not in "\n".join(tool.told(found))
