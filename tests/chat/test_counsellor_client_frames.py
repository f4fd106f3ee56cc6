"""Every frame that a console may send: the good ones, and each way of getting it wrong."""

import json
from typing import Any

import pytest

from chat.frames.base import ErrorCode, Pong, Refused
from chat.frames.counsellor import client_frames
from tests.chat.invalid_frames import assert_refused_without_repeating, extra_field, missing, wrong
from tests.sealing import envelope

ID = "7b0e1f8c-2f0a-4a7e-9a53-3a2f0f9d3b11"
KEY = "B" + "A" * 86
GOOD: dict[str, dict[str, Any]] = {
    "hello": {},
    "availability": {"state": "available", "capacity": 2},
    "active": {},
    "accept": {"conversation": ID},
    "refuse": {"conversation": ID},
    "take": {"conversation": ID},
    "say": {"conversation": ID, "client_id": "b1", "body": envelope("Bonjour")},
    "note": {"conversation": ID, "client_id": "n1", "body": envelope("À rappeler")},
    "grant": {"conversation": ID, "for": 1, "to": KEY, "key": KEY, "generation": 1, "sealed": "A" * 60},
    "grant_wanted": {"conversation": ID, "key": KEY},
    "unopened": {"conversation": ID, "count": 1},
    "typing": {"conversation": ID, "on": False},
    "seen": {"conversation": ID, "seq": 2},
    "transfer": {"conversation": ID, "to": {"pool": "accueil"}},
    "invite": {"conversation": ID, "counsellor": 4},
    "withdraw": {"conversation": ID, "counsellor": 4},
    "close": {"conversation": ID, "classification": {"theme": "emploi"}},
    "block": {"conversation": ID, "reason": "spam"},
    "pong": {},
}
TYPES: dict[str, type] = {
    "hello": client_frames.Hello,
    "availability": client_frames.Availability,
    "active": client_frames.Active,
    "accept": client_frames.Accept,
    "refuse": client_frames.Refuse,
    "take": client_frames.Take,
    "say": client_frames.Say,
    "note": client_frames.Note,
    "grant": client_frames.Grant,
    "grant_wanted": client_frames.GrantWanted,
    "unopened": client_frames.Unopened,
    "typing": client_frames.Typing,
    "seen": client_frames.Seen,
    "transfer": client_frames.Transfer,
    "invite": client_frames.Invite,
    "withdraw": client_frames.Withdraw,
    "close": client_frames.Close,
    "block": client_frames.Block,
    "pong": Pong,
}
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("hello", {"after": [1]}),
    ("hello", {"after": {ID: {"epoch": 1}}}),
    ("hello", {"after": {ID: {"epoch": 1, "seq": -1}}}),
    ("hello", {"after": {ID: {"epoch": 1, "seq": 1, "secret-9931": 1}}}),
    ("availability", {"state": "asleep"}),
    ("availability", {"state": None}),
    ("availability", {"capacity": 0}),
    ("availability", {"capacity": 51}),
    ("availability", {"capacity": "2"}),
    ("accept", {"conversation": ""}),
    ("accept", {"conversation": "x" * 65}),
    ("accept", {"conversation": 12}),
    ("refuse", {"conversation": None}),
    ("take", {"conversation": [ID]}),
    ("say", {"body": ""}),
    ("say", {"body": "Bonjour"}),
    ("note", {"body": "Bonjour"}),
    ("accept", {"key": "x"}),
    ("hello", {"keys": {ID: "x"}}),
    ("grant", {"sealed": "not sealed!"}),
    ("grant", {"generation": 0}),
    ("grant", {"generation": 1_000_000}),
    ("grant_wanted", {"key": "B" + "A" * 87}),
    ("transfer", {"note": "Bonjour"}),
    ("say", {"client_id": "a b"}),
    ("note", {"body": 7}),
    ("typing", {"on": "no"}),
    ("seen", {"seq": -3}),
    ("transfer", {"to": "accueil"}),
    ("transfer", {"to": {"pool": "ac cueil"}}),
    ("transfer", {"to": {"secret-9931": 1}}),
    ("transfer", {"to": {"counsellor": "4"}}),
    ("transfer", {"note": ""}),
    ("invite", {"counsellor": "Claire"}),
    ("withdraw", {"counsellor": 1.5}),
    ("close", {"classification": {}}),
    ("close", {"classification": {"theme": "emploi", "secret-9931": 1}}),
    ("close", {"classification": {"theme": "emploi", "given": [1]}}),
    ("close", {"classification": {"theme": "une phrase entière"}}),
    ("block", {"reason": "il m'a insulté"}),
]


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_frame_becomes_its_type(kind: str) -> None:
    frame = client_frames.reader.read(json.dumps({"type": kind, **GOOD[kind]}))
    assert isinstance(frame, TYPES[kind])
    if "conversation" in GOOD[kind]:
        assert getattr(frame, "conversation") == ID  # noqa: B009  # not every frame has one


def test_a_hello_can_say_how_far_each_conversation_was_read() -> None:
    frame = client_frames.reader.read(json.dumps({"type": "hello", "after": {ID: {"epoch": 1, "seq": 7}}}))
    assert isinstance(frame, client_frames.Hello)
    assert (frame.after[ID].epoch, frame.after[ID].seq) == (1, 7)


@pytest.mark.parametrize("given", ["information", ["information", "listening"], [], None])
def test_given_help_may_be_one_code_or_several_or_none(given: Any) -> None:
    classification = {"theme": "emploi", "given": given}
    frame = client_frames.reader.read(
        json.dumps({"type": "close", "conversation": ID, "classification": classification})
    )
    assert isinstance(frame, client_frames.Close)
    assert frame.classification.given == given


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in GOOD for name in GOOD[kind]])
def test_a_missing_field_is_refused(kind: str, name: str) -> None:
    assert_refused_without_repeating(
        client_frames.reader, missing(kind, GOOD[kind], name), ErrorCode.BAD_FRAME
    )


@pytest.mark.parametrize("kind", GOOD)
def test_an_unknown_field_is_refused_and_not_repeated(kind: str) -> None:
    assert_refused_without_repeating(client_frames.reader, extra_field(kind, GOOD[kind]), ErrorCode.BAD_FRAME)


@pytest.mark.parametrize(("kind", "change"), WRONG)
def test_a_wrong_value_is_refused_and_not_repeated(kind: str, change: dict[str, Any]) -> None:
    assert_refused_without_repeating(
        client_frames.reader, wrong(kind, GOOD[kind], change), ErrorCode.BAD_FRAME
    )


@pytest.mark.parametrize("kind", ["ask", "leave", "survey", "opened", "signal", "websocket.close"])
def test_a_type_of_another_socket_or_of_the_server_is_unknown(kind: str) -> None:
    raw = json.dumps({"type": kind}).encode()
    assert_refused_without_repeating(client_frames.reader, raw, ErrorCode.UNKNOWN_TYPE)


@pytest.mark.parametrize("kind", ["say", "note"])
@pytest.mark.parametrize("body", ['"salut \\ud83d"', "7", '""'])
def test_a_refusal_names_the_message_where_it_can_be_read(kind: str, body: str) -> None:
    raw = f'{{"type": "{kind}", "conversation": "{ID}", "client_id": "b1", "body": {body}}}'
    with pytest.raises(Refused) as refused:
        client_frames.reader.read(raw)
    assert (refused.value.code, refused.value.client_id, refused.value.conversation) == (
        ErrorCode.BAD_FRAME,
        "b1",
        ID,
    )


@pytest.mark.parametrize(
    "raw", ["[" * 10_000, "{", '{"client_id": "\\ud800"}', '{"client_id": 7}', "[1]", b"\xff"]
)
def test_a_refusal_of_what_cannot_be_read_names_nothing(raw: str | bytes) -> None:
    with pytest.raises(Refused) as refused:
        client_frames.reader.read(raw)
    assert (refused.value.client_id, refused.value.conversation) == (None, None)
