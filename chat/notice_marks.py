"""Notices as people type them: **bold**, *italic*, "- " before each line of a list, [words](https://…). HTML is for the widget. Pure."""

import html
import re
from itertools import groupby
from typing import Final

_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
_LINK: Final = re.compile(r"\[([^\[\]\n]+)\]\(((?:https?://|mailto:|tel:)[^\s()]+)\)")
_BOLD: Final = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.S)
_ITALIC: Final = re.compile(r"(?<![\w*])\*(?=[^\s*])(.+?)(?<=[^\s*])\*(?![\w*])", re.S)
_ITEM: Final = "- "


def as_html(text: str) -> str:
    """The HTML of a text with marks. A text that holds tags is HTML already."""
    text = text.replace("\r\n", "\n").strip()
    if _TAG.search(text):
        return text
    blocks = [block for block in re.split(r"\n\s*\n", text) if block.strip()]
    return "".join(_block(block) for block in blocks)


def _block(block: str) -> str:
    """A paragraph, a list, or both one after the other."""
    lines = [line.strip() for line in block.split("\n") if line.strip()]
    parts = [
        (is_list, [line.removeprefix(_ITEM) for line in run])
        for is_list, run in groupby(lines, key=lambda line: line.startswith(_ITEM))
    ]
    return "".join(
        f"<ul>{''.join(f'<li>{_inline(line)}</li>' for line in run)}</ul>"
        if is_list
        else f"<p>{'<br>'.join(map(_inline, run))}</p>"
        for is_list, run in parts
    )


def _inline(text: str) -> str:
    escaped = html.escape(text, quote=False)
    escaped = _LINK.sub(lambda found: f'<a href="{found[2].replace(chr(34), "%22")}">{found[1]}</a>', escaped)
    return _ITALIC.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", escaped))


def as_marks(stored: str) -> str:
    """The text with marks of stored HTML, for the form."""
    text = re.sub(r"\s*\n\s*", " ", stored)
    for pattern, mark in (
        (r"<(?:strong|b|h3)>\s*(.*?)\s*</(?:strong|b|h3)>", r"**\1**"),
        (r"<(?:em|i)>\s*(.*?)\s*</(?:em|i)>", r"*\1*"),
        (r'<a href="([^"]*)">\s*(.*?)\s*</a>', r"[\2](\1)"),
        (r"<li>\s*", f"\n{_ITEM}"),
        (r"<br\s*/?>\s*", "\n"),
        (r"</(?:p|ul|ol)>\s*", "\n\n"),
    ):
        text = re.sub(pattern, mark, text, flags=re.S)
    text = html.unescape(_TAG.sub("", text))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()
