"""`tools/verify` finds whatever differs in the visitor's page and in what it names."""

from collections.abc import Callable
from types import ModuleType

import pytest

from tests.platform.verified_page import (
    CONTENTS,
    DUTCH,
    EXIT,
    IN_DUTCH,
    PAGE,
    SCRIPT,
    SEALING,
    STYLE,
    Found,
    Serve,
    instead,
    integrity,
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
