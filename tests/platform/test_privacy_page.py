"""The privacy page promises only what a test proves: each promise names one that exists."""

import re

from tests.server import ROOT

PROMISE = re.compile(r"^\| (.+?) \| `(tests/[\w/]+\.py)::(test_\w+)` \|$", re.M)


def test_each_promise_names_a_test_that_exists() -> None:
    page = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    promises = PROMISE.findall(page)
    section = page.split("## What is promised", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][2:]
    assert len(promises) == len(rows)
    assert len(promises) > 15
    gone = []
    for promise, file, name in promises:
        path = ROOT / file
        if not path.exists() or not re.search(
            rf"^(?:async )?def {name}\(", path.read_text(encoding="utf-8"), re.M
        ):
            gone.append(f"{promise}: {file}::{name}")
    assert gone == []
