"""Settings that nothing reads: a variable or a file that is misspelt would else pass in silence, and the default would apply."""

import os
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

from miti.setting_secrets import no_file

OF_THE_COMPOSITION = frozenset({"MITI_DOMAIN", "MITI_TLS", "MITI_WEB", "MITI_IMAGE", "MITI_CADDY_IMAGE"})
"""`docker-compose.yml` and `caddy/Caddyfile` read these."""
BESIDES = ("DATABASE_URL", "REDIS_URL", "WEB_CONCURRENCY")
"""Settings without our prefix, of which a misspelt one can be told from what others call their own."""


def unknown(known: Iterable[str], *, environment: Mapping[str, str], folder: Path | None) -> list[str]:
    """One line for each name that begins as ours do and is none. `folder` holds secrets."""
    names = {*known, *OF_THE_COMPOSITION}
    mounted = {value for name, value in environment.items() if name.upper().endswith("_FILE")}
    given = [(name, name.upper()) for name in sorted(environment)]
    given += [(str(file), file.name.upper()) for file in _files(folder) if str(file) not in mounted]
    there = {name for _, name in given}
    told = [f"{where} is no setting of Miti{_near(name, names)}" for where, name in given
            if name.startswith("MITI_") and name not in names]  # fmt: skip
    told += [f"{where} is no setting of Miti: is {right} meant?" for where, name in given
             if "/" in where and (right := _without_prefix(name, names)) and right not in there]  # fmt: skip
    for where, name in given:
        stem = name.removesuffix("_FILE")
        if stem in BESIDES and stem != name and stem not in there:
            told.append(f"{where} is no setting of Miti{_near(name, names)}")
        near = get_close_matches(name, BESIDES, n=1, cutoff=0.85)
        # Where the right one is set too, the other is somebody else's.
        if near and name not in names and near[0] not in there:
            told.append(f"{where} is no setting of Miti: is {near[0]} meant?")
    return told


def empty(known: Iterable[str], *, folder: Path | None) -> list[str]:
    """One line for each empty file of secrets: it would count as not set."""
    names = set(known)
    return [f"{file.name.upper()}: {file} is empty" for file in _files(folder)
            if file.name.upper() in names and _is_empty(file)]  # fmt: skip


def unreadable(known: Iterable[str], *, folder: Path | None) -> list[str]:
    """One line for each file of secrets that cannot be read, or is no text."""
    names = set(known)
    return [f"{file.name.upper()}: {file} cannot be read: {why}" for file in _entries(folder)
            if file.name.upper() in names and (why := _why_unreadable(file))]  # fmt: skip


def _why_unreadable(file: Path) -> str:
    if why := no_file(file):
        return why
    try:
        file.read_text()
    except OSError as fault:
        return (fault.strerror or type(fault).__name__).lower()
    except UnicodeDecodeError:
        return "it is no text in UTF-8"
    return ""


def _files(folder: Path | None) -> list[Path]:
    return [one for one in _entries(folder) if not no_file(one)]


def _entries(folder: Path | None) -> list[Path]:
    try:
        return sorted(folder.iterdir()) if folder else []
    except OSError:
        return []


def _is_empty(file: Path) -> bool:
    try:
        return not file.read_bytes().strip()
    except OSError:
        return False


def _near(name: str, names: set[str]) -> str:
    if (alone := name.removeprefix("MITI_")) in names:
        return f": is {alone} meant?"
    for stem in (name.removesuffix("_FILE"), alone.removesuffix("_FILE")):
        if name.endswith("_FILE") and stem in names:
            return f": its file is called {stem.lower()}, in the folder that MITI_SECRETS_DIR names"
    near = get_close_matches(name, sorted(names), n=1, cutoff=0.8)
    return f": is {near[0]} meant?" if near else ", see docs/operating.md"


def _without_prefix(name: str, names: set[str]) -> str:
    """The setting that a file of secrets is for whose name lacks our prefix, or has it misspelt besides."""
    near = get_close_matches(f"MITI_{name}", sorted(names), n=1, cutoff=0.9)
    return near[0] if near and name not in names and not name.startswith("MITI_") else ""


def folder_of_secrets() -> Path | None:
    """Where secret settings may be files of their names."""
    given = os.environ.get("MITI_SECRETS_DIR", "")
    return Path(given) if given and Path(given).is_dir() else None
