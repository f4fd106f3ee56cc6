"""Every frame that a visitor's browser may send: the good ones, and each way of getting it wrong."""

import json
from typing import Any

import pytest

from chat.frames.base import ErrorCode, Pong, Refused
from chat.frames.visitor import client_frames
from tests.chat.invalid_frames import assert_refused_without_repeating, extra_field, missing, wrong
from tests.sealing import envelope

GOOD: dict[str, dict[str, Any]] = {
    "hello": {"site": "demo", "lang": "fr", "token": "t" * 43},
    "ask": {"theme": "orientation", "language": "fr"},
    "say": {"client_id": "a-1_B", "body": envelope("Bonjour")},
    "typing": {"on": True},
    "seen": {"seq": 3},
    "leave": {},
    "survey": {},
    "pong": {},
}
TYPES: dict[str, type] = {
    "hello": client_frames.Hello,
    "ask": client_frames.Ask,
    "say": client_frames.Say,
    "typing": client_frames.Typing,
    "seen": client_frames.Seen,
    "leave": client_frames.Leave,
    "survey": client_frames.Survey,
    "pong": Pong,
}
OPTIONAL: list[tuple[str, dict[str, Any]]] = [
    ("hello", {"after": 12, "epoch": 2}),
    (
        "ask",
        {"audience": "school", "school_code": "CLASSE6A", "campaign": "salon-2026", "proof": "x" * 4_000},
    ),
    ("survey", {"rating": 5, "helped": "yes", "status": "pupil", "age_band": "18-24", "gender": "other"}),
    ("survey", {"rating": 1}),
]
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("hello", {"token": 12}),
    ("hello", {"token": "t" * 201}),
    ("hello", {"after": -1}),
    ("hello", {"after": "1"}),
    ("hello", {"epoch": 2**54}),
    ("hello", {"site": "de mo"}),
    ("hello", {"site": "../../etc"}),
    ("hello", {"site": "d" * 51}),
    ("hello", {"lang": None}),
    ("ask", {"theme": ["orientation"]}),
    ("ask", {"language": "f r"}),
    ("ask", {"audience": "everybody"}),
    ("ask", {"proof": "x" * 4_001}),
    ("ask", {"school_code": "CLASSE 6A"}),
    ("say", {"client_id": ""}),
    ("say", {"client_id": "x" * 65}),
    ("say", {"client_id": "a b"}),
    ("say", {"client_id": 1}),
    ("say", {"body": ""}),
    ("say", {"body": "Bonjour"}),
    ("say", {"body": envelope() + "="}),
    ("say", {"body": envelope().replace("1.1.", "1.0.")}),
    ("say", {"body": envelope().replace("1.1.", "2.1.")}),
    ("say", {"body": envelope() + "\n"}),
    ("say", {"body": None}),
    ("say", {"body": {"html": "<b>"}}),
    ("typing", {"on": 1}),
    ("typing", {"on": "yes"}),
    ("seen", {"seq": -1}),
    ("seen", {"seq": 1.5}),
    ("survey", {"rating": 0}),
    ("survey", {"rating": 6}),
    ("survey", {"rating": "5"}),
    ("survey", {"helped": "oui, merci"}),
]


def read(kind: str, fields: dict[str, Any]) -> client_frames.Frame:
    return client_frames.reader.read(json.dumps({"type": kind, **fields}))


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_frame_becomes_its_type(kind: str) -> None:
    frame = read(kind, GOOD[kind])
    assert isinstance(frame, TYPES[kind])
    for name, value in GOOD[kind].items():
        assert getattr(frame, name) == value


@pytest.mark.parametrize(("kind", "more"), OPTIONAL)
def test_what_is_optional_may_be_given(kind: str, more: dict[str, Any]) -> None:
    frame = read(kind, GOOD[kind] | more)
    for name, value in more.items():
        assert getattr(frame, name) == value


def test_the_order_of_fields_does_not_matter() -> None:
    frame = client_frames.reader.read(f'{{"body":"{envelope()}","client_id":"a","type":"say"}}')
    assert isinstance(frame, client_frames.Say)
    assert frame.body == envelope()


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


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"   ",
        b"hello secret-9931",
        b'{"type":"say","client_id":"secret-9931"',
        b'{"type":"say","body":"secret-9931\xff"}',
        b"\xff\xfe\x00",
        b"null",
        b"[]",
        b"12",
        b'"secret-9931"',
        b"{}",
        b'{"type":null}',
        b'{"type":7}',
        b'{"type":["say"]}',
        b'{"body":"secret-9931"}',
        b"[" * 10_000,
    ],
)
def test_what_is_no_frame_at_all_is_refused_and_not_repeated(raw: bytes) -> None:
    assert_refused_without_repeating(client_frames.reader, raw, ErrorCode.BAD_FRAME)


@pytest.mark.parametrize("kind", ["", "Say", "accept", "availability", "note", "message", "secret-9931", "é"])
def test_a_type_of_another_socket_or_of_none_is_unknown(kind: str) -> None:
    raw = json.dumps({"type": kind, "body": "secret-9931"}).encode()
    assert_refused_without_repeating(client_frames.reader, raw, ErrorCode.UNKNOWN_TYPE)


def test_a_doubled_key_cannot_smuggle_a_second_type_in() -> None:
    with pytest.raises(Refused) as refused:
        client_frames.reader.read('{"type":"leave","type":"say","client_id":"a","body":"b"}')
    assert refused.value.code in {ErrorCode.BAD_FRAME, ErrorCode.UNKNOWN_TYPE}


@pytest.mark.parametrize("client_id", ["1", "v1:7", "a.b/c", "{2f1e}", "~" * 64])
def test_a_client_chooses_its_own_client_ids(client_id: str) -> None:
    frame = client_frames.reader.read(
        json.dumps({"type": "say", "client_id": client_id, "body": envelope("Bonjour")})
    )
    assert isinstance(frame, client_frames.Say)
    assert frame.client_id == client_id


@pytest.mark.parametrize("client_id", ["\n", "é", "a\tb", "\u007f"])
def test_an_invisible_character_is_no_number(client_id: str) -> None:
    with pytest.raises(Refused, match="Expected"):
        client_frames.reader.read(
            json.dumps({"type": "say", "client_id": client_id, "body": envelope("Bonjour")})
        )
