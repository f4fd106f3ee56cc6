"""The privacy page promises only what a test proves, and docs/sealed.md names the tests that a break fails: each test exists."""

import re

import pytest

from tests.server import ROOT

PROMISE = re.compile(r"^\| (.+?) \| `(tests/[\w/]+\.py)::(test_\w+)` \|$", re.M)


def rows(page: str, heading: str) -> list[str]:
    section = page.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    return [line for line in section.splitlines() if line.startswith("| ")][2:]


@pytest.mark.parametrize(
    ("name", "heading", "at_least"),
    [("privacy.md", "What is promised", 15), ("sealed.md", "Breaking it on purpose", 7)],
)
def test_each_promise_names_a_test_that_exists(name: str, heading: str, at_least: int) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    promises = PROMISE.findall(page)
    assert len(promises) == len(rows(page, heading))
    assert len(promises) >= at_least
    gone = []
    for promise, file, test in promises:
        path = ROOT / file
        if not path.exists() or not re.search(
            rf"^(?:async )?def {test}\(", path.read_text(encoding="utf-8"), re.M
        ):
            gone.append(f"{promise}: {file}::{test}")
    assert gone == []
