"""The first day: `python -m miti begin` asks nine questions. tests/browser/test_first_day.py goes on from there."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.server import ROOT, Server

PASSWORD = "un bon mot de passe pour commencer"
ANSWERS = {
    "Your e-mail address": "ada@centre.example",
    "platform's coordinator": "berthe@centre.example",
    "first institution": "Centre de Namur",
    "team": "",
    "Days": "monday-sunday",
    "Hours": "0:00-24:00",
    "first counsellor": "Chloé",
    "Their e-mail": "chloe@centre.example",
    "page that shows": "http://127.0.0.1:8000",
}


def begin(folder: Path, answers: list[str], **settings: Any) -> subprocess.CompletedProcess[str]:
    environment = Server(folder, MITI_DEMO="0", **settings).environment()
    return subprocess.run(
        [sys.executable, "-m", "miti", "begin"], cwd=ROOT, env=environment, input="\n".join(answers) + "\n", text=True,
        capture_output=True, check=False,
    )  # fmt: skip


def test_wrong_answers_are_asked_again_and_an_end_changes_nothing(tmp_path: Path) -> None:
    answers = [
        "no address",
        "ada@centre.example",
        "ada@",
        "ADA@centre.example",
        "berthe@centre.example",
        "Centre",
        "",
        "someday",
        "monday",
        "9-8-7",
        "9:00-12:00",
        "Chloé",
        "Berthe@Centre.example",
    ]
    done = begin(tmp_path, answers)
    assert done.returncode == 1
    assert done.stdout.count("That cannot be taken") == 6
    assert "the administrator has this address" in done.stdout
    assert "the coordinator has this address" in done.stdout
    assert "Nothing was changed" in done.stderr
    assert "Traceback" not in done.stderr
    assert begin(tmp_path, list(ANSWERS.values())).returncode == 0


def test_a_password_that_can_be_guessed_is_refused_for_the_first_administrator(tmp_path: Path) -> None:
    Server(tmp_path)
    environment = Server(tmp_path, MITI_DEMO="0").environment() | {"DJANGO_SUPERUSER_PASSWORD": "x"}
    subprocess.run([sys.executable, "-m", "miti", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    command = [
        sys.executable,
        "-m",
        "miti",
        "createsuperuser",
        "--noinput",
        "--username",
        "ada",
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("CommandError")
    environment["DJANGO_SUPERUSER_PASSWORD"] = PASSWORD
    assert subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
