"""The examples of docs/figures-by-script.md: the Python one runs as it stands, of the others the address and columns are asked for."""

import csv
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from indicators.api import tokens
from indicators.codes import Outcome
from indicators.rows import record
from partners.models import Staff
from tests.indicators.conftest import Ended
from tests.server import ROOT

PAGE = (ROOT / "docs" / "figures-by-script.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL))
TODAY = datetime.now(UTC).date()


@pytest.fixture
def secret(analyst: Staff, ended: Ended, lost: Ended) -> str:
    for _ in range(3):
        record.request(ended=ended())
    record.request(ended=lost(Outcome.ABANDONED, wait_s=70))
    return tokens.make(owner=analyst, name="script", today=TODAY)


def test_there_is_an_example_for_each() -> None:
    assert set(BLOCKS) == {"python", "r", "m"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("themes")
def test_the_lines_of_python_print_what_the_page_shows(live_server: Any, secret: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BLOCKS["python"]],
        env=os.environ | {"MITI": live_server.url, "TOKEN": secret, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["Emploi 4 0.75", "all 4 0.75"]


@pytest.mark.django_db(transaction=True)
def test_without_a_token_the_lines_of_python_fail(live_server: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BLOCKS["python"]],
        env=os.environ | {"MITI": live_server.url, "TOKEN": "miti_nothing"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "401" in done.stderr


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not on this machine")
@pytest.mark.django_db(transaction=True)
def test_the_lines_of_r_read_a_share_of_each_month(live_server: Any, secret: str, tmp_path: Path) -> None:
    told = "cat(nrow(months), sum(is.na(months$take_up_v2)), class(months$take_up_v2))"
    done = subprocess.run(
        ["Rscript", "-e", f"{BLOCKS['r']}\n{told}"],
        env=os.environ | {"MITI": live_server.url, "TOKEN": secret},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[0] == "3", "the months of the last quarter"
    assert list(tmp_path.glob("*.pdf")), "the plot"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["r", "m"])
def test_the_other_examples_ask_for_what_there_is(client: Client, secret: str, language: str) -> None:
    (address,) = re.findall(r"/api/v1/[^\"\s]+", BLOCKS[language])
    answer = client.get(address, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    lines = list(csv.DictReader(StringIO(answer.content.decode())))
    columns = set(re.findall(r"\w+_v\d+", BLOCKS[language])) | {"by"}
    assert columns <= set(lines[0])
    assert len(columns) > 1
