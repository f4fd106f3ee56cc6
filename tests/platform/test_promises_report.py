"""`make promises`: the page that a data protection officer is handed says of each promise what came of trying it."""

from datetime import UTC, datetime
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType
from xml.etree import ElementTree

import pytest

from tests.server import ROOT

PAGE = """
| promise | proved by |
| --- | --- |
| Nothing <bad> is [kept](x.md) | `tests/live/test_a.py::test_one` |
| Nobody is told | `tests/live/test_a.py::test_two` |
| Nothing is sent | `tests/browser/test_b.py::test_three` |
"""
REPORT = """<testsuites><testsuite>
<testcase classname="tests.live.test_a" name="test_one[embedded]"/>
<testcase classname="tests.live.test_a" name="test_one[redis]"><failure message="x"/></testcase>
<testcase classname="tests.live.test_a" name="test_two"/>
</testsuite></testsuites>"""


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    loader = SourceFileLoader("promises", str(ROOT / "tools" / "promises"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    made = module_from_spec(spec)
    loader.exec_module(made)
    return made


def test_a_promise_is_kept_when_all_its_cases_are_and_untried_when_none_was(tool: ModuleType) -> None:
    made = tool.promises(PAGE)
    came = tool.results(ElementTree.fromstring(REPORT))
    assert [came.get((one.file, one.test), tool.UNTRIED) for one in made] == [
        tool.BROKEN,
        tool.KEPT,
        tool.UNTRIED,
    ]


def test_the_page_names_version_commit_date_and_each_promise(tool: ModuleType) -> None:
    made = tool.promises(PAGE)
    came = tool.results(ElementTree.fromstring(REPORT))
    now = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)
    page = tool.page_of(made, came, version="1.2.3", commit="abc", now=now)
    for words in (
        "1.2.3",
        "abc",
        "29 November 2026",
        "1 of 3",
        "Nothing &lt;bad&gt; is kept",
        "NOT KEPT",
        "NOT TRIED",
    ):
        assert words in page


def test_every_promise_of_the_page_is_found(tool: ModuleType) -> None:
    assert len(tool.promises((ROOT / "docs" / "privacy.md").read_text(encoding="utf-8"))) > 30
