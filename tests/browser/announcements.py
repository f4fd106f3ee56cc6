"""What a screen reader is given to say on a page, from its live regions, in order."""

import re
import time
from pathlib import Path

from playwright.sync_api import Page

SCRIPT = (Path(__file__).parent / "announcements.js").read_text(encoding="utf-8")
PATIENCE_S = 60.0
Heard = str | re.Pattern[str]


class Announcements:
    """`heard = Announcements(page); heard.next("Quelqu’un est là pour vous répondre.")`.

    `within`: part of the address of the frame that is listened to. Made before the page that is listened to is opened.
    """

    def __init__(self, page: Page, *, within: str) -> None:
        self.page, self._within, self._read, self._loading = page, within, 0, 0
        page.context.add_init_script(SCRIPT)

    def next(self, *expected: Heard) -> None:
        """Exactly this is said next, in this order; in time, or it fails."""
        deadline = time.monotonic() + PATIENCE_S
        while len(self._since()) < len(expected) and time.monotonic() < deadline:
            self.page.wait_for_timeout(20)
        told = self._since()
        assert len(told) == len(expected), told
        assert [one for one, heard in zip(expected, told, strict=True) if not _is(one, heard)] == [], told
        self._read += len(told)

    def nothing_else(self) -> None:
        """Since what was listened to last; and nothing came in a region that was not there before."""
        assert self._since() == []
        assert self._frame_has("unsaid")[self._loading :] == []

    def begin(self) -> None:
        """What was there when the page came is of no account."""
        self._read, self._loading = len(self.all()), len(self._frame_has("unsaid"))

    def all(self) -> list[str]:
        return self._frame_has("said")

    def _since(self) -> list[str]:
        return self.all()[self._read :]

    def _frame_has(self, name: str) -> list[str]:
        (frame,) = (one for one in self.page.frames if self._within in one.url)
        found: list[str] = frame.evaluate(f"window.{name}")
        return found


def _is(expected: Heard, heard: str) -> bool:
    return heard == expected if isinstance(expected, str) else bool(expected.fullmatch(heard))
