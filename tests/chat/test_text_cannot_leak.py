"""No column, wake-up, log line or repr can take what somebody wrote: read from the code itself."""

import ast
from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from chat.frames.counsellor import client_frames as counsellor_client_frames
from chat.frames.counsellor import server_frames as counsellor_server_frames
from chat.frames.visitor import client_frames as visitor_client_frames
from chat.frames.visitor import server_frames as visitor_server_frames
from chat.hub import TranscriptEvent
from chat.transcript.interface import Entry, EntryKind, Grant, PartyList
from operations.data_dictionary.logs import FIELDS
from tests.server import ROOT
from wakeups import publish

SECRET = "secret-9931"

#: Every column of the live rows. A new one is to be thought about: can it take a word that somebody said?
LIVE_COLUMNS = {
    "conversation": {
        "id", "token_hash", "state", "site", "theme_asked", "theme", "language", "audience", "campaign",
        "booking", "plan_number", "asked_at", "asked_full", "trial", "queued_at", "round", "to_pool", "to_counsellor",
        "accepted_at", "first_answer_at", "served_by", "transfers", "requeues", "epoch", "party_version",
        "parties_so_far", "closing_reason", "closed_at", "left_at",
        "classification",
    },
    "party": {"id", "conversation", "counsellor", "role", "number", "joined_at", "public_keys"},
    "offer": {
        "id", "conversation", "counsellor", "state", "expires_at", "refused_at", "missed", "invited",
    },
    "duty": {
        "id", "counsellor", "state", "capacity", "active", "ringing", "missed", "on_duty", "idle_since",
    },
    "lease": {"name", "holder", "expires_at", "done_at", "failed"},
}  # fmt: skip
#: These hold what coordinators word for everybody, before any conversation.
WORDED_BY_COORDINATORS = {"cannedreply", "notice", "contact"}
#: The longest text column of a live row: a token's digest. A message would not fit.
LONGEST_CODE = 64

PACKAGES = (
    "chat", "widget", "counsellor_console", "miti", "coordination", "indicators", "partners", "routing_rules",
    "wakeups",
)  # fmt: skip
WRITTEN = {
    "body",
    "note",
    "text",
    "frame",
    "raw",
    "said",
    "entry",
    "plain",
    "message",
    "event",
    "token",
    "words",
}
LOG_CALLS = {"debug", "info", "warning", "error", "exception", "critical", "log", "msg", "fatal"}


def test_live_rows_have_the_listed_columns_and_no_other() -> None:
    there = {
        model._meta.model_name: {field.name for field in model._meta.get_fields() if field.concrete}
        for model in apps.get_app_config("chat").get_models()
    }
    assert {name: there[name] for name in LIVE_COLUMNS if name in there} == LIVE_COLUMNS
    assert set(there) - set(LIVE_COLUMNS) == WORDED_BY_COORDINATORS


@pytest.mark.parametrize("name", LIVE_COLUMNS)
def test_no_column_of_a_live_row_is_wide_enough_for_a_message(name: str) -> None:
    for field in apps.get_model("chat", name)._meta.get_fields():
        assert not isinstance(field, models.TextField | models.FileField), field
        if isinstance(field, models.CharField):
            assert field.max_length is not None
            # Only points of a curve get there: a frame with anything else is refused.
            assert field.max_length <= LONGEST_CODE or field.name == "public_keys", field


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT), ast.parse(path.read_text())


def log_calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in LOG_CALLS
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in {"log", "logger", "logging"}
        ):
            yield node


def names_in(node: ast.AST) -> set[str]:
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return names | {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}


def test_log_calls_are_found() -> None:
    assert sum(len(list(log_calls(tree))) for _, tree in sources()) >= 5


def test_no_log_call_names_anything_that_somebody_wrote() -> None:
    for path, tree in sources():
        for call in log_calls(tree):
            for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
                assert not names_in(argument) & WRITTEN, f"{path}:{call.lineno}"


def test_log_calls_say_a_sentence_of_the_program_and_declared_fields_by_name() -> None:
    """A database's or a parser's message may quote what it could not take: of a fault, its kind is told."""
    for path, tree in sources():
        for call in log_calls(tree):
            at = f"{path}:{call.lineno}"
            (sentence,) = call.args
            assert isinstance(sentence, ast.Constant), at
            assert FIELDS["event"].fits(sentence.value), at
            given = {str(keyword.arg): ast.unparse(keyword.value) for keyword in call.keywords}
            assert set(given) <= set(FIELDS) | {"exc_info"}, at
            assert "fault" not in {value for name, value in given.items() if name != "exc_info"}, at
            assert given.get("exc_info", "fault") in {"fault", "told.exc_value"}, at


def test_every_log_line_goes_through_the_one_filter_of_fields() -> None:
    for path, tree in sources():
        loggers = [
            ast.unparse(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"log", "logger"}
        ]
        assert set(loggers) <= {"structlog.stdlib.get_logger(__name__)"}, path


def test_nothing_is_printed() -> None:
    for path, tree in sources():
        printed = [
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        ]
        assert not printed, (path, printed)


def test_wake_ups_carry_codes_and_numbers_by_name() -> None:
    """They go through the broker: every call that sends one names what it sends."""
    concerned = {"counsellors", "colleagues", "queue"}
    allowed = {"by", "on", "seq", "state", "grace_s", "counsellor", "in_s", "reason", "because"} | concerned
    # Public keys, and what is sealed in one browser for another.
    allowed |= {"to", "key", "generation", "number", "sealed", "by_visitor"}
    seen = set()
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"publish.hint", "publish.changed"}:
                names = {str(keyword.arg) for keyword in node.keywords}
                assert names <= allowed, f"{path}:{node.lineno} {names - allowed}"
                seen |= names
    assert {"by", "on", "seq"} <= seen
    assert set(signature(publish.changed).parameters) == {"conversation", "because"} | concerned


MESSAGE: dict[str, Any] = {
    "epoch": 1,
    "seq": 1,
    "author": "visitor",
    "alias": None,
    "client_id": "a",
    "body": SECRET,
    "at": "",
    "number": None,
}
GRANT: dict[str, Any] = {"to": "p", "key": "q", "generation": 1, "sealed": SECRET}
ENTRY = Entry(EntryKind.MESSAGE, 1, 1, 0, 0, "a", SECRET, 0, PartyList())


@pytest.mark.parametrize(
    "holder",
    [
        visitor_client_frames.Say("a", SECRET),
        visitor_client_frames.Hello("demo", "fr", SECRET),
        counsellor_client_frames.Say("c", "a", SECRET),
        counsellor_client_frames.Note("c", "a", SECRET),
        counsellor_client_frames.Transfer("c", counsellor_client_frames.Target(pool="accueil"), SECRET),
        visitor_server_frames.Message(**MESSAGE),
        visitor_server_frames.Resumed(
            "c",
            1,
            "active",
            None,
            None,
            None,
            [],
            [visitor_server_frames.Message(**MESSAGE)],
            False,
            False,
            [],
            1,
            SECRET,
        ),
        visitor_client_frames.Grant(number=1, **GRANT),
        counsellor_client_frames.Grant("c", number=1, **GRANT),
        counsellor_server_frames.Grant("c", by_visitor=True, **GRANT),
        Grant(**GRANT),
        counsellor_server_frames.Message(conversation="c", by=None, **MESSAGE),
        counsellor_server_frames.Note("c", 1, 1, "Claire", "a", SECRET, "", 1, 7),
        counsellor_server_frames.Resumed(
            "c", 1, [counsellor_server_frames.Message(conversation="c", by=None, **MESSAGE)], False, False
        ),
        TranscriptEvent("c", ENTRY, encoded={"visitor": SECRET.encode()}),
    ],
    ids=lambda holder: f"{type(holder).__module__.rpartition('.')[2]}.{type(holder).__name__}",
)
def test_the_repr_of_what_holds_a_text_or_token_hides_it(holder: object) -> None:
    for shown in (repr(holder), str(holder), f"{holder}", repr([holder])):
        assert SECRET not in shown
