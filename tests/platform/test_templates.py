"""What is wrong in a template whoever renders it: inline scripts and styles, and words that nobody can translate."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.ROOT)
TEMPLATES = sorted(path for path in ROOT.glob("*/templates/**/*.html") if "node_modules" not in path.parts)
ELSEWHERE = re.compile(r"(?:src|href)=[\"']https?://")
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.I)
INLINE_STYLE = re.compile(r"<style|\sstyle=", re.I)
HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=", re.I)

TRANSLATED = re.compile(
    r"{%\s*block page_class.*?endblock\s*%}|{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}|{%\s*comment.*?endcomment\s*%}",
    re.S,
)
NOT_TEXT = re.compile(
    r"{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->|<code>.*?</code>|<pre.*?</pre>|<[^>]*>|&\w+;", re.S
)
ATTRIBUTES = re.compile(r"\b(?:title|alt|placeholder|aria-label)=\"([^\"]*)\"")
NAMES = {
    "Alt",
    "Miti",
    "FR",
    "NL",
    "EN",
    "Français",
    "Nederlands",
    "English",
    "XLSX",
    "CSV",
    "Excel",
    "JSON",
    "YAML",
}
WORD = re.compile(r"[^\W\d_]{2,}")


LETTERS = {"indicators/templates/indicators/figures_letter.html"}
"""They are printed, and a mail program has no other file to take a style from."""


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_a_template_holds_no_script_no_style_and_nothing_from_elsewhere(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    style = [] if named(template) in LETTERS else [INLINE_STYLE]
    for forbidden in (ELSEWHERE, INLINE_SCRIPT, HANDLER, *style):
        assert forbidden.findall(text) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_every_word_of_a_template_can_be_translated(template: Path) -> None:
    text = TRANSLATED.sub(" ", template.read_text(encoding="utf-8"))
    told = [NOT_TEXT.sub(" ", value) for value in ATTRIBUTES.findall(text)] + [NOT_TEXT.sub(" ", text)]
    words = {word for part in told for word in WORD.findall(part)}
    assert words - NAMES == set()


def test_templates_are_found() -> None:
    assert len(TEMPLATES) > 20


SCRIPTS = sorted(
    path
    for room in ("widget", "counsellor_console", "coordination", "indicators", "chat", "miti")
    for path in ROOT.glob(f"{room}/static/**/*.js")
    if not {"vendor", "packed"} & set(path.parts)
)
IN_MARKUP = re.compile(r">([^<>${}`=;()]*[^\W\d_]{3,}[^<>${}`=;()]*)</")


def test_no_script_holds_words_that_people_read() -> None:
    """They come from the locale files; between tags there are expressions only."""
    told = {
        f"{named(path)}: {text.strip()}"
        for path in SCRIPTS
        for text in IN_MARKUP.findall(path.read_text(encoding="utf-8"))
        if text.strip() not in NAMES
    }
    assert told == set()
    assert len(SCRIPTS) > 30
    assert IN_MARKUP.findall("<p>Bonjour tout le monde</p>")
