"""The commands of the operator's documentation, page by page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.server import ROOT

DOCS = ROOT / "docs"
BOOK = (
    "operators", "try", "install", "first-day", "watching", "backing-up", "changing-secrets", "next-postgresql", "moving", "trouble",
    "closing",
)  # fmt: skip
"""In order of time."""
BESIDES = ("operating", "scaled", "chaos", "security", "speed")
PROGRAM = re.compile(
    r"^(?:\$ )?(?:[A-Z_]+=\S+ )*(sudo |python |docker |make |git |caddy |curl |echo |deploy/|tools/|openssl |pip )"
)
UNTRIED = "untried"


@dataclass(frozen=True, slots=True)
class Command:
    page: str
    text: str
    comment: str

    @property
    def is_marked(self) -> bool:
        return self.comment.startswith(UNTRIED)


def commands(name: str) -> Iterator[Command]:
    """Of a page: every line of a block for a shell, and every line of another block that begins as a command does."""
    for line, shell in _lines_of_blocks(DOCS / f"{name}.md"):
        text, _, comment = re.sub(r"^[\d*/ ]+\broot\s+", "", line.strip()).partition(" # ")
        if text and (shell or PROGRAM.match(text)):
            yield Command(name, " ".join(text.split()), comment.strip())


def _lines_of_blocks(path: Path) -> Iterator[tuple[str, bool]]:
    """Lines of fenced and of indented blocks; with each whether the block says that it is for a shell."""
    fence = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip().startswith("```"):
            fence = "" if fence else line.strip()[3:] or "text"
        elif fence:
            yield line, fence in {"sh", "console", "cron"}
        elif line.startswith("    "):
            yield line, False
