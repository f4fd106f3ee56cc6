"""The generated parts of the docs say what the program does now."""

from pathlib import Path
from typing import get_args

import msgspec
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from chat.frames.base import ErrorCode
from operations import reference
from operations.reference import frames


def test_no_generated_page_is_out_of_date() -> None:
    names = [str(path.relative_to(settings.ROOT)) for path in reference.outdated()]
    assert names == [], "run `make reference`"


def test_an_outdated_page_is_named_and_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text("old")
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    monkeypatch.setattr(reference, "pages", lambda: {page: "new"})
    with pytest.raises(CommandError, match=r"page\.md"):
        call_command("reference", "--check")
    assert page.read_text() == "old"
    call_command("reference")
    assert page.read_text() == "new"
    assert "page.md" in capsys.readouterr().out
    call_command("reference", "--check")


@pytest.mark.parametrize("name", frames.SOCKETS)
def test_the_page_names_every_frame_with_every_field(name: str) -> None:
    page = frames.page()
    part = page[page.index(f"## {frames.TITLES[name]}") :]
    for frame in get_args(frames.SOCKETS[name]):
        section = part[part.index(f"### `{frame.__struct_config__.tag}`") :].split("\n### ")[0]
        for field in msgspec.structs.fields(frame):
            assert f"| `{field.encode_name}` |" in section


def test_the_page_names_every_code_of_an_error() -> None:
    page = frames.page()
    assert [code for code in ErrorCode if f"`{code}`" not in page] == []
