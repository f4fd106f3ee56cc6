"""Letters of a running server without a mail server: it prints them into its log, from which they are read."""

import email
import email.policy
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.server import ROOT, Server

END_OF_LETTER = f"\n{'-' * 79}\n"
SEND = "import django; django.setup(); from operations import jobs; jobs.send_roster_letters()"


@dataclass(frozen=True, slots=True)
class ReadLetter:
    """A letter as its reader gets it; `text` is its plain part."""

    to: str
    subject: str
    text: str

    def paths(self, beginning: str) -> list[str]:
        """The pages to which it leads whose paths begin so."""
        return re.findall(rf"https?://[^/\s]+({re.escape(beginning)}\S*)", self.text)


def letters_in(printed: str) -> list[ReadLetter]:
    """The letters in what a process printed, the oldest first."""
    found = []
    for piece in printed.split(END_OF_LETTER)[:-1]:
        head = re.search(r"^Content-Type: multipart", piece, re.MULTILINE)
        if head is None:
            continue
        letter = email.message_from_string(piece[head.start() :], policy=email.policy.default)
        body = letter.get_body(("plain",))
        assert body is not None
        to = str(letter["To"]).partition("@")[0]
        found.append(ReadLetter(to, str(letter["Subject"]), str(body.get_content())))
    return found


def letters_of(server: Server) -> list[ReadLetter]:
    """Those that it sent, and those that were sent for it."""
    return [letter for path in (server.log, _by_hand(server)) for letter in letters_in(_read(path))]


def send_letters_about_shifts(server: Server) -> None:
    """Let the periodic job do its work now, as a worker does it. What the server's own job does at the same time, it does not do."""
    environment = {**os.environ, **server.environment(), "DJANGO_SETTINGS_MODULE": "miti.settings"}
    with _by_hand(server).open("a", encoding="utf-8") as printed:
        subprocess.run([sys.executable, "-c", SEND], cwd=ROOT, env=environment, check=True, stdout=printed)


def _by_hand(server: Server) -> Path:
    return server.folder / "letters.log"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
