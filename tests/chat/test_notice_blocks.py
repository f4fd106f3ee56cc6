"""What of a notice's HTML reaches a visitor's page: text, bold and italic words, lists and links, and nothing else."""

import msgspec
import pytest

from chat.notice_blocks import notice_blocks


def paragraph(*parts: object) -> dict[str, object]:
    return {"lines": [list(parts)], "is_list": False}


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("", []),
        ("<p> </p><br>", []),
        ("&lt;script&gt;", [paragraph({"text": "<script>"})]),
        ("2 &lt; 3 &amp; 4&nbsp;€", [paragraph({"text": "2 < 3 & 4\u00a0€"})]),
        ("<p>Un<br>deux</p>", [paragraph({"text": "Un"}), paragraph({"text": "deux"})]),
        ('<img src="x" onerror="x()">trois', [paragraph({"text": "trois"})]),
        ('<a href="javascript:x()">trois</a>', [paragraph({"text": "trois"})]),
        ('<a href="https://[x">trois</a>', [paragraph({"text": "trois"})]),
        (
            "<p>Fermé <strong>lundi <em>soir</em></strong></p>",
            [
                paragraph(
                    {"text": "Fermé "},
                    {"text": "lundi ", "bold": True},
                    {"text": "soir", "bold": True, "italic": True},
                )
            ],
        ),
        (
            '<ul><li>un</li><li><a href="https://miti.be/?a=1&amp;b=2">deux</a></li></ul>',
            [
                {
                    "lines": [[{"text": "un"}], [{"text": "deux", "href": "https://miti.be/?a=1&b=2"}]],
                    "is_list": True,
                }
            ],
        ),
    ],
)
def test_a_notice_keeps_text_marks_lists_and_links(html: str, blocks: list[object]) -> None:
    assert msgspec.to_builtins(notice_blocks(html)) == blocks
