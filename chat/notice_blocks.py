"""A notice as browsers get it: paragraphs and lists of plain, bold, italic and linked text, so that no page ever parses markup."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

from chat.content import PROTOCOLS
from chat.frames.visitor.server_frames import NoticeBlock, NoticePart

BREAKS = {"p", "br", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6"}
MARKS = {"strong": "bold", "b": "bold", "em": "italic", "i": "italic"}


def notice_blocks(html: str) -> list[NoticeBlock]:
    """What coordinators wrote in simple HTML, in order. Whatever is no text, mark or link is dropped."""
    reader = _NoticeReader()
    reader.feed(html)
    reader.close()
    reader.end_line()
    return reader.blocks


class _NoticeReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[NoticeBlock] = []
        self._line: list[NoticePart] = []
        self._is_item = False
        self._marks: dict[str, bool] = {}
        self._href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BREAKS:
            self.end_line()
            self._is_item = tag == "li"
        elif tag == "a":
            self._href = _followed(dict(attrs).get("href") or "")
        elif tag in MARKS:
            self._marks[MARKS[tag]] = True

    def handle_endtag(self, tag: str) -> None:
        if tag in BREAKS:
            self.end_line()
        elif tag == "a":
            self._href = ""
        elif tag in MARKS:
            self._marks.pop(MARKS[tag], None)

    def handle_data(self, data: str) -> None:
        self._line.append(NoticePart(data, href=self._href, **self._marks))

    def end_line(self) -> None:
        """What follows stands in a line of its own."""
        if any(part.text.strip() for part in self._line):
            # List items that follow one another stand in one list.
            if self._is_item and self.blocks and self.blocks[-1].is_list:
                self.blocks[-1].lines.append(self._line)
            else:
                self.blocks.append(NoticeBlock([self._line], is_list=self._is_item))
        self._line, self._is_item = [], False


def _followed(href: str) -> str:
    try:
        return href if urlsplit(href).scheme in PROTOCOLS else ""
    except ValueError:
        return ""
