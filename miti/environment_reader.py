"""Reads the environment at the start and makes missing secrets. Mistakes end the process, with one line for each."""

import os
import secrets
import sys
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from miti import setting_names
from miti.environment import Environment
from miti.setting_secrets import weak
from miti.setting_sentences import sentence

GENERATED_KEYS = ("secret_key", "content_key")


def variables() -> list[str]:
    """The names of all settings in the environment."""
    return [_variable(field.alias or name) for name, field in Environment.model_fields.items()]


def load() -> Environment:
    """Read the settings and make the data folder. Mistakes end the process, with one line for each."""
    known = variables()
    folder = setting_names.folder_of_secrets()
    lines = setting_names.empty(known, folder=folder)
    lines += setting_names.unreadable(known, folder=folder)
    lines += setting_names.unknown(known, environment=os.environ, folder=folder)
    try:
        env = _read({})
        if lines:
            _refuse_to_start(lines)
        if env.writes_data:
            env.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return env
    except OSError as fault:
        _refuse_to_start([f"MITI_DATA_DIR: {fault.filename} cannot be made ({fault.strerror})"])
    except ValidationError as mistakes:
        wrong = {str(mistake["loc"][0]) for mistake in mistakes.errors() if mistake["loc"]}
        lines += _told(mistakes)
        if wrong:
            lines += _contradictions_besides(wrong)
        _refuse_to_start(lines)


def _read(instead: dict[str, Any]) -> Environment:
    # mypy cannot know that every field comes from the environment.
    return Environment(_secrets_dir=setting_names.folder_of_secrets(), **instead)  # type: ignore[call-arg]


def _contradictions_besides(wrong: set[str]) -> list[str]:
    """Find contradictions among the valid values: pydantic checks them only when every single value is valid."""
    fields = {field.alias or name: field for name, field in Environment.model_fields.items()}
    try:
        _read({name: fields[name].default for name in wrong})
    except ValidationError as more:
        # A contradiction with the default that replaces an invalid value is not the operator's mistake.
        return [line for line in _told(more) if not any(_variable(name) in line for name in wrong)]
    return []


def _told(mistakes: ValidationError) -> list[str]:
    fields = {field.alias or name: (name, field) for name, field in Environment.model_fields.items()}
    lines: list[str] = []
    for mistake in mistakes.errors():
        if not mistake["loc"]:
            lines += str(mistake["msg"]).removeprefix("Value error, ").split("; ")
            continue
        name, field = fields[str(mistake["loc"][0])]
        lines.append(f"{_variable(str(mistake['loc'][0]))}: {sentence(name, field, mistake)}")
    return lines


def _variable(name: str) -> str:
    return name if name.isupper() else f"MITI_{name.upper()}"


def _refuse_to_start(lines: list[str]) -> NoReturn:
    sys.exit("\n  ".join(["Miti cannot start, its settings are wrong:", *lines]))


def secret(name: str, given: str, file: Path | None, *, folder: Path) -> str:
    """The secret: the given value, the content of the given file, or a secret made once in this folder."""
    if given:
        return given
    path = file or folder / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    kept = path.read_text().strip()
    if not kept:
        _refuse_to_start([f"{path} is empty"])
    if name in GENERATED_KEYS and (weakness := weak(kept)):
        _refuse_to_start([f"{path}: the key {weakness}"])
    return kept
