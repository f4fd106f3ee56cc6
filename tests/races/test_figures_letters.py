"""Two processes that send the reports of figures at once send each of them once, on both databases."""

from collections import Counter
from pathlib import Path

import pytest

from tests.races.figures_letters import READERS
from tests.races.test_two_processes import environment, output, start

__all__ = ["environment"]

pytestmark = pytest.mark.timeout(900)
MODULE = "tests.races.figures_letters"


def test_each_report_leaves_once(environment: dict[str, str], tmp_path: Path) -> None:
    folders = [tmp_path / f"letters-{number}" for number in (1, 2)]
    assert output(start(environment, MODULE, "prepare")) == []
    senders = [start(environment, MODULE, "send", str(folder)) for folder in folders]
    for sender in senders:
        assert sender.stdout is not None
        assert sender.stdout.readline() == "ready\n"
    for sender in senders:
        assert sender.stdin is not None
        sender.stdin.close()
        sender.stdin = None
    said = [output(sender) for sender in senders]
    assert output(start(environment, MODULE, "judge")) == []
    to = Counter(
        (line.removeprefix("To: "), subject)
        for folder in folders
        for file in folder.iterdir()
        for letter in file.read_text(encoding="utf-8").split("-" * 79)
        for line in letter.splitlines()
        if line.startswith("To: ")
        for subject in [next(one for one in letter.splitlines() if one.startswith("Subject: "))]
    )
    assert len(to) == 2 * READERS
    assert set(to.values()) == {1}
    assert sum(int(line.split()[1]) for lines in said for line in lines) == 2 * READERS
