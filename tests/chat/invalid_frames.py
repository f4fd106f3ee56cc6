"""Frames with one thing wrong in them, holding a word that must not come back."""

import json
from typing import Any

import pytest

from chat.frames.base import ErrorCode, FrameReader, Refused

SECRET = "secret-9931"


def missing(kind: str, fields: dict[str, Any], name: str) -> bytes:
    return _frame(kind, {other: value for other, value in fields.items() if other != name})


def extra_field(kind: str, fields: dict[str, Any]) -> bytes:
    return _frame(kind, fields | {SECRET: SECRET})


def wrong(kind: str, fields: dict[str, Any], change: dict[str, Any]) -> bytes:
    return _frame(kind, fields | change)


def _frame(kind: str, fields: dict[str, Any]) -> bytes:
    return json.dumps({"type": kind, **fields}).encode()


def assert_refused_without_repeating(reader: FrameReader[Any], raw: bytes, code: ErrorCode) -> None:
    """The frame gets this error, whose words hold nothing of what somebody wrote."""
    with pytest.raises(Refused) as refused:
        reader.read(raw)
    assert refused.value.code is code
    detail = refused.value.detail
    assert detail
    assert SECRET not in detail
    for word in _values(raw):
        assert word not in detail, detail
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def _values(raw: bytes) -> list[str]:
    """The strings of a frame that are long enough to be recognised."""
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError):
        return []
    values = frame.values() if isinstance(frame, dict) else [frame]
    return [value for value in values if isinstance(value, str) and len(value) > 4]
