"""The commit that this Miti is made from, where that is known."""

import subprocess
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
WRITTEN = "commit.txt"
"""`git archive`, and so every release, has the commit's name in it; a clone has a placeholder."""
SHOWN = 12


def commit(folder: Path = FOLDER) -> str:
    """The beginning of its name, with `-dirty` where files of a clone were changed; empty when nobody knows."""
    try:
        written = (folder / WRITTEN).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        written = ""
    if not written.startswith("$"):
        return written[:SHOWN]
    return _of_clone(folder) if (folder.parent / ".git").exists() else ""


def _of_clone(folder: Path) -> str:
    asked = ("git", "describe", "--always", "--dirty", f"--abbrev={SHOWN}", "--exclude=*")
    try:
        done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()
