"""`make audit`: what is known is said, and what could not be looked up is not called unknown."""

import json
import subprocess
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.server import ROOT


@pytest.fixture
def audit() -> ModuleType:
    loader = SourceFileLoader("audit", str(ROOT / "tools" / "audit"))
    spec = spec_from_loader("audit", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def stand_in(folder: Path, answer: str, complaint: str = "") -> str:
    """A program that answers as pip-audit would: the advisory database cannot be reached from every machine."""
    script = folder / "pip-audit"
    script.write_text(f"#!/bin/sh\ncat <<'ANSWER'\n{answer}\nANSWER\necho '{complaint}' >&2\n")
    script.chmod(0o755)
    return str(script)


def package(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "version": "1.0", **more}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"dependencies": [package("django", vulns=[])]}, []),
        (
            {"dependencies": [package("django", vulns=[{"id": "PYSEC-1", "fix_versions": ["1.1"]}])]},
            ["django 1.0: PYSEC-1, repaired in 1.1"],
        ),
        (
            {"dependencies": [package("django", vulns=[{"id": "PYSEC-2", "fix_versions": []}])]},
            ["django 1.0: PYSEC-2, repaired in no version"],
        ),
        (
            {"dependencies": [package("django", skip_reason="not found"), package("redis", vulns=[])]},
            ["could not ask the advisory database for 1 of 2 Python packages: django"],
        ),
        (
            {"dependencies": []},
            ["could not ask the advisory database for 0 of 0 Python packages: "],
        ),
    ],
)
def test_what_is_known_of_a_package_is_said_and_so_is_what_was_not_looked_up(
    audit: ModuleType, tmp_path: Path, answer: dict[str, Any], told: list[str]
) -> None:
    assert audit.python_packages(stand_in(tmp_path, json.dumps(answer))) == told


def test_no_answer_is_not_nothing_known(audit: ModuleType, tmp_path: Path) -> None:
    (problem,) = audit.python_packages(stand_in(tmp_path, "", "ConnectionError: no network"))
    assert problem == "could not ask the advisory database for Python: ConnectionError: no network"
    (problem,) = audit.python_packages(str(tmp_path / "nowhere"))
    assert "is not installed" in problem


def test_vendored_files_of_another_version_than_the_locked_one_are_named(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert audit.vendored_files() == []
    (tmp_path / "tools").mkdir()
    locked = {"packages": {"node_modules/preact": {"version": "11.3.0"}}}
    (tmp_path / "tools" / "package-lock.json").write_text(json.dumps(locked))
    (tmp_path / "VENDORED.txt").write_text("preact.js\n  preact 11.2.0 (MIT)\n  htm 3.1.1 (Apache-2.0)\n")
    for command in (["git", "init", "-q"], ["git", "add", "."]):
        subprocess.run(command, cwd=tmp_path, check=True)
    monkeypatch.setattr(audit, "ROOT", tmp_path)
    assert audit.vendored_files() == [
        "VENDORED.txt: htm 3.1.1, but tools/package-lock.json has nothing: make vendor",
        "VENDORED.txt: preact 11.2.0, but tools/package-lock.json has 11.3.0: make vendor",
    ]


def test_our_own_code_has_nothing_that_its_rules_name(audit: ModuleType) -> None:
    assert audit.our_code() == []
