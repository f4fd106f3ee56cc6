"""Lines of the logs: only declared fields, only shapes without room for a text, and nobody's words from libraries."""

import io
import json
import logging
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings

from operations import logs
from operations.data_dictionary.logs import FIELDS
from operations.logs import Lines, Undeclared
from tests.server import ROOT

SECRET = "mon secret 9931"
Written = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def written() -> Iterator[Written]:
    """What is written while the logs are as in production, read again from the text."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines(as_json=True))
    root = logging.getLogger()
    logs.configure({**settings.LOGGING, "level": "DEBUG", "json": True, "strict": False})
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    logs.configure(settings.LOGGING)


def test_every_package_of_the_project_is_logged() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(settings.PACKAGES) == set(project["tool"]["importlinter"]["root_packages"])


def ours() -> Any:
    return structlog.stdlib.get_logger("chat.socket")


def test_a_line_says_what_when_how_serious_and_which_part(written: Written) -> None:
    ours().warning("a look failed", fault="OperationalError")
    (line,) = written()
    assert (line["event"], line["level"], line["logger"]) == ("a look failed", "warning", "chat.socket")
    assert line["fault"] == "OperationalError"
    assert FIELDS["at"].fits(line["at"])
    assert set(line) <= set(FIELDS)


@pytest.mark.parametrize("package", settings.PACKAGES)
def test_every_package_of_ours_may_log_what_is_no_warning(written: Written, package: str) -> None:
    structlog.stdlib.get_logger(f"{package}.jobs").info("a job was done", job="purge")
    assert [line["event"] for line in written()] == ["a job was done"]


@pytest.mark.parametrize(
    "fields",
    [
        {"body": SECRET},
        {"address": "203.0.113.7"},
        {"token": "x" * 43},
        {"fault": SECRET},
        {"fault": "203.0.113.7"},
        {"fault": ["ValueError"]},
        {"job": {"name": SECRET}},
        {"job": "x" * 100},
        {"rows": SECRET},
        {"rows": "424242424242"},
        {"rows": True},
        {"trace": SECRET},
        {"trace": [SECRET]},
        {"where": f"chat.socket:12 {SECRET}"},
    ],
    ids=repr,
)
def test_undeclared_or_malformed_fields_are_left_out(written: Written, fields: dict[str, Any]) -> None:
    ours().warning("a look failed", **fields)
    (line,) = written()
    assert line["dropped"] == 1
    assert not set(fields) & set(line)
    assert not any(str(value) in json.dumps(line) for value in fields.values() if value is not True)


def test_in_tests_an_undeclared_field_is_a_fault_that_does_not_quote_it() -> None:
    with pytest.raises(Undeclared) as caught:
        ours().warning("a look failed", body=SECRET)
    assert "body" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_sentence_that_was_put_together_is_left_out(written: Written) -> None:
    ours().warning(f"« {SECRET} »")
    (line,) = written()
    assert line["event"] == logs.SOMETHING
    assert SECRET not in json.dumps(line)


def fail() -> None:
    words = SECRET
    try:
        raise KeyError(words)
    except KeyError as first:
        raise ValueError(f"no place for {words}") from first


def test_a_fault_is_logged_with_kind_cause_and_traceback(written: Written) -> None:
    try:
        fail()
    except ValueError as fault:
        ours().error("a tick failed", exc_info=fault)
    (line,) = written()
    assert (line["fault"], line["because"]) == ("ValueError", "KeyError")
    assert line["trace"][-1].endswith(" fail")
    assert SECRET not in json.dumps(line)
    assert "dropped" not in line


def test_a_librarys_message_is_quoted_only_if_it_is_in_its_source(written: Written) -> None:
    library = logging.getLogger("a.library")
    library.warning("the connection was closed")
    library.warning("cannot read %s", SECRET)
    library.warning(f"cannot read {SECRET}")
    library.warning(SECRET)
    library.info("of no interest")
    try:
        fail()
    except ValueError:
        library.exception("it failed")
    lines = written()
    assert [line["event"] for line in lines] == [
        "the connection was closed", "cannot read %s", logs.SOMETHING, logs.SOMETHING, "it failed",
    ]  # fmt: skip
    assert lines[-1]["fault"] == "ValueError"
    assert all(line["where"].startswith("test_logs:") for line in lines)
    assert SECRET not in json.dumps(lines)


def test_a_message_that_cannot_be_formatted_is_not_printed(
    written: Written, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("a.library").warning("%d of %d", SECRET)
    assert [line["event"] for line in written()] == ["%d of %d"]
    assert SECRET not in capsys.readouterr().err


def test_a_fault_that_nobody_catches_is_a_line_like_others(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, hook in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, hook, getattr(module, hook))
    logs.catch_the_rest()
    try:
        fail()
    except ValueError as fault:
        sys.excepthook(ValueError, fault, fault.__traceback__)
    (line,) = written()
    assert (line["level"], line["fault"]) == ("critical", "ValueError")
    assert SECRET not in json.dumps(line)


def test_the_text_format_is_one_line_with_the_traceback_below() -> None:
    record = logging.LogRecord("chat.socket", logging.WARNING, __file__, 1, logs.LogLine(
        event="a look failed", level="warning", logger="chat.socket", fault="ValueError", trace=["chat.socket:1 look"]
    ), (), None)  # fmt: skip
    head, way = Lines(as_json=False).format(record).splitlines()
    assert head.endswith("WARNING chat.socket: a look failed fault=ValueError")
    assert way.strip() == "chat.socket:1 look"
