"""Settings that nothing reads: a variable or a file that is misspelt would else pass in silence, and the default would apply."""

import os
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

OF_THE_COMPOSITION = frozenset({"MITI_DOMAIN", "MITI_TLS", "MITI_WEB", "MITI_IMAGE", "MITI_CADDY_IMAGE"})
"""`docker-compose.yml` and `caddy/Caddyfile` read these."""


def unknown(known: Iterable[str], *, environment: Mapping[str, str], folder: Path | None) -> list[str]:
    """One line for each name that begins as ours do and is none. `folder` holds secrets."""
    names = {*known, *OF_THE_COMPOSITION}
    mounted = {value for name, value in environment.items() if name.upper().endswith("_FILE")}
    given = [(name, name.upper()) for name in sorted(environment)]
    given += [(str(file), file.name.upper()) for file in _files(folder) if str(file) not in mounted]
    return [f"{where} is no setting of Miti{_near(name, names)}" for where, name in given
            if name.startswith("MITI_") and name not in names]  # fmt: skip


def empty(known: Iterable[str], *, folder: Path | None) -> list[str]:
    """One line for each empty file of secrets: it would count as not set."""
    names = set(known)
    return [f"{file.name.upper()}: {file} is empty" for file in _files(folder)
            if file.name.upper() in names and _is_empty(file)]  # fmt: skip


def _files(folder: Path | None) -> list[Path]:
    try:
        return sorted(one for one in folder.iterdir() if one.is_file()) if folder else []
    except OSError:
        return []


def _is_empty(file: Path) -> bool:
    try:
        return not file.read_bytes().strip()
    except OSError:
        return False


def _near(name: str, names: set[str]) -> str:
    near = get_close_matches(name, sorted(names), n=1, cutoff=0.8)
    return f": is {near[0]} meant?" if near else ", see docs/operating.md"


def folder_of_secrets() -> Path | None:
    """Where secret settings may be files of their names."""
    given = os.environ.get("MITI_SECRETS_DIR", "")
    return Path(given) if given and Path(given).is_dir() else None
