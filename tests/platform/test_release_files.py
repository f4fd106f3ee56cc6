"""The folder of files that web processes of two releases share is made where it can be, and missed aloud where it cannot."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from pytest_django import Settings

from miti import release_files

NAME = "widget.0123456789ab.js"


@pytest.fixture
def built(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that is shared, which does not exist yet."""
    settings.EMBEDDED = False
    settings.STATIC_ROOT = tmp_path / "static"
    settings.RELEASES_FILES = tmp_path / "releases"
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / NAME).write_text("script")
    files = SimpleNamespace(hashed_files={"widget.js": NAME})
    monkeypatch.setattr(release_files, "staticfiles_storage", files)
    return tmp_path / "releases"


def test_it_is_made_where_several_processes_serve(built: Path) -> None:
    release_files.share()
    release_files.share()
    assert [file.name for file in built.iterdir()] == [NAME]


def test_one_process_needs_none(built: Path, settings: Settings) -> None:
    settings.EMBEDDED = True
    release_files.share()
    assert not built.exists()


def test_the_log_says_where_it_cannot_be_made(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(release_files.log, "warning", said.append)
    built.symlink_to(built.parent / "nowhere")
    release_files.share()
    (line,) = said
    assert "cannot be written to" in line


def test_a_copy_of_the_release_before_is_not_kept_because_it_is_younger(
    tmp_path: Path, settings: Settings
) -> None:
    """A wheel's files are as old as its commit."""
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    now, before = tmp_path / "chat" / "limits.js", "export const OLD = 1;"
    said = now.read_text(encoding="utf-8")
    now.write_text(before, encoding="utf-8")
    untouched = (tmp_path / "chat" / "links.js").stat().st_mtime_ns
    call_command("collectstatic", interactive=False, verbosity=0)
    assert now.read_text(encoding="utf-8") == before, "collectstatic looks at the times only"
    release_files.forget_replaced()
    call_command("collectstatic", interactive=False, verbosity=0)
    assert now.read_text(encoding="utf-8") == said
    assert (tmp_path / "chat" / "links.js").stat().st_mtime_ns == untouched
