"""Benchmarks and chaos take minutes: what they are asked for is looked at first, and what is wrong is told in words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import asked
from miti.environment import ROOT


@pytest.mark.parametrize("where", ["nowhere/figures.json", "."])
def test_a_run_whose_figures_cannot_be_written_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setenv("JSON", str(tmp_path / where))
    with pytest.raises(SystemExit, match=r"JSON=.*no file can be written there"):
        asked.figures_file()


def test_a_report_is_written_to_the_given_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JSON", raising=False)
    assert asked.figures_file() is None
    monkeypatch.setenv("JSON", str(tmp_path / "figures.json"))
    assert asked.figures_file() == tmp_path / "figures.json"


def test_a_number_must_be_a_positive_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECONDS", raising=False)
    assert asked.number("SECONDS", 15) == 15
    monkeypatch.setenv("SECONDS", "2.5")
    assert asked.number("SECONDS", 15) == 2.5
    for wrong in ("soon", "0", "-1", "nan", "inf"):
        monkeypatch.setenv("SECONDS", wrong)
        with pytest.raises(SystemExit, match=f"SECONDS={wrong}: give a number above 0"):
            asked.number("SECONDS", 15)


def test_a_choice_must_be_an_existing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEPARTMENT", raising=False)
    assert asked.one_of("DEPARTMENT", ["theme", "site"]) is None
    monkeypatch.setenv("DEPARTMENT", "site")
    assert asked.one_of("DEPARTMENT", ["theme", "site"]) == "site"
    monkeypatch.setenv("DEPARTMENT", "floor")
    with pytest.raises(SystemExit, match="DEPARTMENT=floor: give one of theme, site"):
        asked.one_of("DEPARTMENT", ["theme", "site"])


@pytest.mark.parametrize(
    ("module", "wrong", "sentence"),
    [
        ("tests.chaos", {"SEED": "dice"}, "SEED=dice: give a number"),
        ("tests.chaos", {"ONLY": "meteorite"}, "ONLY=meteorite: give a part of one of these"),
        ("tests.chaos", {"JSON": "/nowhere/figures"}, "JSON=/nowhere/figures: no file"),
        ("benchmarks.relay", {"JSON": "/nowhere/figures"}, "JSON=/nowhere/figures: no file"),
        ("benchmarks.dispatch", {"JSON": "/nowhere/figures"}, "JSON=/nowhere/figures: no file"),
        ("benchmarks.routing", {"DEPARTMENT": "floor"}, "DEPARTMENT=floor: give one of"),
        ("benchmarks.routing", {"TRACES": "/nowhere"}, "No *.jsonl.gz in /nowhere"),
    ],
)
def test_each_command_with_wrong_arguments_ends_with_a_sentence(
    module: str, wrong: dict[str, str], sentence: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=os.environ | wrong,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode > 0
    assert done.stderr.startswith(sentence)
    assert "Traceback" not in done.stderr
