"""What a setting, and a file that holds one, must be before anybody looks at what it says. No refusal quotes a value."""

from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import SecretsSettingsSource

SHORTEST_TOKEN = 16
SHORTEST_KEY, FEWEST_CHARACTERS = 32, 5
QUOTES = ("'", '"', "\u2018", "\u201c", "\u00ab", "`")
UNSEEN = "has a line break, a tab or another character that cannot be seen in it: write it anew, in one line"


def no_file(entry: Path) -> str:
    """Why an entry of the folder of secrets is not read, before anybody opens it; nothing when it is a file of that folder."""
    try:
        if entry.is_dir():
            return "it is a folder; Docker makes one where the file to mount is missing"
        if not entry.exists():
            return "it is a link that leads nowhere"
        if not entry.is_file():
            return "it is no file"
        if not entry.resolve().is_relative_to(entry.parent.resolve()):
            return "it is a link that leads out of the folder: put the file itself there"
    except OSError as fault:
        return (fault.strerror or type(fault).__name__).lower()
    return ""


class ReadableFiles(SecretsSettingsSource):
    """The files of secrets that can be read; of the others `unreadable` tells."""

    @classmethod
    def find_case_path(cls, dir_path: Path, file_name: str, case_sensitive: bool) -> Path | None:
        found = super().find_case_path(dir_path, file_name, case_sensitive)
        return found if found is not None and not no_file(found) else None

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        try:
            return super().get_field_value(field, field_name)
        except (OSError, UnicodeDecodeError):
            return None, field_name, False


def in_one_piece(value: str) -> str:
    """As it was given. Raises ValueError: what cannot be seen in it would be part of it."""
    if value != value.strip():
        # One before `postgresql://` would make it SQLite.
        raise ValueError("it begins or ends with a blank")
    if not value.isprintable():
        raise ValueError(f"it {UNSEEN}")
    if (
        len(value) > 1
        and value.startswith(QUOTES)
        and (value[-1] == value[0] or value[-1] in "\u2019\u201d\u00bb")
    ):
        raise ValueError("it stands in quotes: leave them out")
    return value


def weak(key: str) -> str:
    """What makes a key easy to guess; nothing when it is good enough."""
    if len(key) < SHORTEST_KEY:
        return f"must have at least {SHORTEST_KEY} characters: openssl rand -hex 32"
    if len(set(key)) < FEWEST_CHARACTERS:
        return f"must have at least {FEWEST_CHARACTERS} different characters: openssl rand -hex 32"
    return ""


def require(file: Path, *, key: bool) -> None:
    """Raises ValueError where it holds no secret, or a key that is easy to guess."""
    # Somebody may have given the secret itself, which is not quoted.
    where = str(file) if "/" in str(file) and file.parent.is_dir() else "the file"
    try:
        secret = file.read_text().strip()
    except FileNotFoundError:
        raise ValueError(f"{where} does not exist; give the path of a file that holds it") from None
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"{where} cannot be read") from None
    if not secret:
        # Anybody could derive a key from an empty secret.
        raise ValueError(f"{where} is empty")
    if not secret.isprintable():
        raise ValueError(f"{where} {UNSEEN}")
    if key and (weakness := weak(secret)):
        raise ValueError(f"{where}: the key {weakness}")
