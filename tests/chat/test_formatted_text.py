"""What the sanitiser must do, whichever library does it: a successor of bleach passes these before it takes its place."""

import ast
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.content import ATTRIBUTES, PROTOCOLS, TAGS, plain, sanitised
from tests.server import ROOT

ATTACKS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="https://a.be" onclick="alert(1)" style="x" target="_blank">x</a>',
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<iframe src='https://a.be'></iframe>",
    "<form action='https://a.be'><input name=x></form>",
    "<base href='https://a.be'><meta http-equiv=refresh content=0><link rel=stylesheet href=x>",
    "<!-- <script>alert(1)</script> -->x",
    "<!--><script>alert(1)</script>-->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<p><a href='https://a.be'>never closed",
    "<![CDATA[<script>alert(1)</script>]]>",
]


class Markup(HTMLParser):
    """What a text holds beside text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.others: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)


def assert_only_formatted_text(text: str) -> None:
    markup = Markup(text)
    assert markup.tags <= TAGS
    assert not markup.others
    for tag, name, value in markup.attributes:
        assert name in ATTRIBUTES.get(tag, [])
        assert urlsplit(value).scheme.lower() in {*PROTOCOLS, ""}


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_but_formatted_text_is_left_of_an_attack(attack: str) -> None:
    assert_only_formatted_text(sanitised(attack))


@given(st.lists(st.sampled_from([*ATTACKS, "<", ">", '"', "'", "&", "&lt;", "<p>", "</p>", "a"]), max_size=6))
def test_nothing_but_formatted_text_is_left_of_any_mixture(pieces: list[str]) -> None:
    once = sanitised("".join(pieces))
    assert_only_formatted_text(once)
    assert_only_formatted_text(sanitised(once))


@pytest.mark.parametrize(
    "text",
    [
        "<p>Bonjour <strong>à tous</strong>, <em>oui</em><br>ou <b>non</b> <i>?</i></p>",
        "<h3>Heures</h3><ul><li>lundi</li></ul><ol><li>un</li></ol>",
        '<a href="https://a.be/x?y=1">le site</a>',
        '<a href="mailto:a@a.be">écrire</a> <a href="tel:+3280012345">appeler</a>',
        "Tom &amp; Zoé : 3 &lt; 4",
    ],
)
def test_formatted_text_stays_as_it_was(text: str) -> None:
    assert sanitised(text) == text


def test_what_a_forbidden_tag_held_stays_as_text() -> None:
    assert sanitised("<div>Bonjour</div>") == "Bonjour"


def test_a_plain_text_has_no_tag_and_no_entity() -> None:
    assert plain("<p>Tom &amp; <b>Zoé</b></p>") == "Tom & Zoé"


def test_one_module_knows_the_sanitiser() -> None:
    def imports(source: str) -> set[str]:
        nodes = list(ast.walk(ast.parse(source)))
        names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        return names | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}

    rooms = (
        "accounts",
        "chat",
        "coordination",
        "counsellor_console",
        "indicators",
        "miti",
        "operations",
        "partners",
        "widget",
    )
    knows = {
        str(path.relative_to(ROOT))
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if any(name.partition(".")[0] == "bleach" for name in imports(path.read_text(encoding="utf-8")))
    }
    assert knows == {"chat/content.py"}
