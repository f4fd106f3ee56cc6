"""Notices as people type them: **bold**, *italic*, "- " before each line of a list, [words](https://…). HTML is for the widget. Pure."""

import html
import re
from itertools import groupby
from typing import Final

from chat.content import TAGS

_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
_FORMATTED: Final = re.compile(rf"</?(?:{'|'.join(sorted(TAGS))})(?:\s[^<>]*)?/?>", re.I)
_TEL: Final = r"tel:\+?[0-9](?:[0-9 ./-]*[0-9])?"
_LINK: Final = re.compile(rf"\[([^\[\]\n]+)\]\(((?:https?://|mailto:)[^\s()]+|{_TEL})\)")
_MAIL: Final = r"[^\s<>@:/\"()]+@[^\s<>@:/\"()]+\.[^\s<>@:/\"()]+"
_ADDRESS: Final = re.compile(rf"<(https?://[^\s<>\"]+|(?:mailto:)?{_MAIL})>")
_BOLD: Final = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*(?!\*)", re.S)
_ITALIC: Final = re.compile(r"(?<![\w*])\*(?=[^\s*])(.+?)(?<=[^\s*])\*(?![\w*])", re.S)
_BOTH: Final = re.compile(r"\*\*\*(?=[^\s*])(.+?)(?<=[^\s*])\*\*\*(?!\*)", re.S)
_ITEM: Final = "- "


def as_html(text: str) -> str:
    """The HTML of a text with marks. A text that holds a tag of formatted text is HTML already. Other words in angle brackets are words:
    an address there becomes a link.
    """
    text = text.replace("\r\n", "\n").strip()
    if _FORMATTED.search(text):
        return _ADDRESS.sub(lambda found: "".join(_linked(found[1])), text)
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
        else f"<p>{_inline(chr(10).join(run)).replace(chr(10), '<br>')}</p>"
        for is_list, run in parts
    )


def _inline(text: str) -> str:
    # Addresses may have stars, which are no marks; the words of a link may have marks.
    tags: list[str] = []

    def aside(link: tuple[str, str, str]) -> str:
        begin, words, end = link
        tags.extend((begin, end))
        return f"\0{len(tags) - 2}\0{words}\0{len(tags) - 1}\0"

    text = _LINK.sub(lambda found: aside(_link(found[2], found[1])), text.replace("\0", ""))
    text = _ADDRESS.sub(lambda found: aside(_linked(found[1])), text)
    text = html.escape(text, quote=False)
    for pattern, made in (
        (_BOTH, r"<strong><em>\1</em></strong>"),
        (_BOLD, r"<strong>\1</strong>"),
        (_ITALIC, r"<em>\1</em>"),
    ):
        text = pattern.sub(made, text)
    return re.sub("\0([0-9]+)\0", lambda found: tags[int(found[1])], text)


def _link(address: str, words: str) -> tuple[str, str, str]:
    """How it begins, its words, and how it ends."""
    if address.startswith("tel:"):
        address = re.sub(r"[ ./-]", "", address)
    return f'<a href="{html.escape(address, quote=False).replace(chr(34), "%22")}">', words, "</a>"


def _linked(address: str) -> tuple[str, str, str]:
    """An address as the words of its link."""
    address = address.removeprefix("mailto:")
    return _link(address if "://" in address else f"mailto:{address}", address)


def as_marks(stored: str) -> str:
    """The text with marks of stored HTML, for the form."""
    text = re.sub(r"\s*\n\s*", " ", stored)
    for pattern, mark in (
        (r"<(?:strong|b|h3)>\s*(.*?)\s*</(?:strong|b|h3)>", r"**\1**"),
        (r"<(?:em|i)>\s*(.*?)\s*</(?:em|i)>", r"*\1*"),
        (r'<a href="(?:mailto:)?([^"]*)">\s*\1\s*</a>', r"&lt;\1&gt;"),
        (r'<a href="([^"]*)">\s*(.*?)\s*</a>', r"[\2](\1)"),
        (r"<li>\s*", f"\n{_ITEM}"),
        (r"<br\s*/?>\s*", "\n"),
        (r"</(?:p|ul|ol)>\s*", "\n\n"),
    ):
        text = re.sub(pattern, mark, text, flags=re.S)
    text = html.unescape(_TAG.sub("", text))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()
