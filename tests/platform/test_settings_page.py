"""The operators' page lists every setting with its variable and its default, and none that does not exist."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from chat import socket
from miti.environment import Environment

ROOT = Path(settings.ROOT)
ROW = re.compile(r"^\| `([A-Z][A-Z_]+)` \| (.*?) \| (.+) \|$", re.M)


def rows(page: str) -> dict[str, str]:
    """Variable and default, from the tables of a page."""
    return {name: default.strip("`") for name, default, _ in ROW.findall(_text(page))}


def _text(page: str) -> str:
    return (ROOT / "docs" / page).read_text(encoding="utf-8")


def variables() -> dict[str, Any]:
    return {
        str(field.alias or f"MITI_{name.upper()}"): field.default
        for name, field in Environment.model_fields.items()
    }


def test_every_setting_is_on_the_operators_page_and_no_other() -> None:
    assert set(rows("operating.md")) == set(variables())


@pytest.mark.parametrize("variable", sorted(variables()))
def test_the_page_tells_the_default(variable: str) -> None:
    default = variables()[variable]
    told = rows("operating.md")[variable]
    if isinstance(default, bool):
        assert told == str(int(default))
    elif isinstance(default, list):
        assert told == ",".join(default)
    elif isinstance(default, Path):
        assert told == str(default.relative_to(ROOT))
    elif default in {"", None}:
        assert told == ""
    else:
        assert told == str(default)


def test_every_limit_of_the_protocol_page_is_a_setting_with_that_default() -> None:
    there = {name: str(value) for name, value in variables().items()}
    told = rows("protocol.md")
    assert len(told) >= 15
    assert {name: value for name, value in told.items() if there.get(name) != value} == {}


def test_every_close_code_is_on_the_protocol_page() -> None:
    own = {
        name: value
        for name, value in vars(socket).items()
        if name.isupper() and isinstance(value, int) and (4000 <= value <= 4099 or value in {1008, 1009})
    }
    assert len(own) >= 6
    told = set(re.findall(r"^\| (\d{4}) \|", _text("protocol.md"), re.M))
    assert {str(value) for value in own.values()} == told
