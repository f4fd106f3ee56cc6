"""One rule for the body of what a visitor says, what a counsellor says, a note, and the note of a transfer."""

import sys
import unicodedata
from typing import Any

import pytest

from chat.frames.base import ErrorCode, Refused
from chat.services.messages import require_body
from chat.visible_text import has_visible_text


@pytest.fixture
def short(settings: Any) -> None:
    settings.ENV = settings.ENV.model_copy(update={"body_chars": 5})


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("body", ["x", " x ", "12345", "😀😀😀😀😀"])
def test_a_body_within_the_limits_is_accepted(body: str) -> None:
    require_body(body)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("  \n", ErrorCode.BAD_FRAME),
        ("\u2800\u200d", ErrorCode.BAD_FRAME),
        ("123456", ErrorCode.TOO_LONG),
        ("😀" * 6, ErrorCode.TOO_LONG),
    ],
)
def test_a_body_outside_the_limits_is_refused_with_its_frames_ids(body: str, code: ErrorCode) -> None:
    with pytest.raises(Refused) as told:
        require_body(body, client_id="a", conversation="b")
    assert (told.value.code, told.value.client_id, told.value.conversation) == (code, "a", "b")
    assert body.strip() not in str(told.value) or not body.strip()


@pytest.mark.parametrize(
    "sign",
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180f\u2065\u2800\u3164\ufe00\ufe0f\uffa0\ufff0\U000e0100\U000e0fff\U0001d159",
)
def test_fillers_joiners_and_blanks_are_not_seen(sign: str) -> None:
    assert not has_visible_text(sign * 3)
    assert has_visible_text(f"{sign}a{sign}")


def test_no_separator_control_or_format_character_is_seen() -> None:
    unseen = {"Zs", "Zl", "Zp", "Cc", "Cf"}
    signs = (chr(code) for code in range(sys.maxunicode + 1))
    assert not [sign for sign in signs if unicodedata.category(sign) in unseen and has_visible_text(sign)]


@pytest.mark.parametrize(
    "text", ["x", "é", "😀", "👨\u200d👩\u200d👧", "❤\ufe0f", "я", "?", "مرحبا", "\u202ea", "\u0301"]
)
def test_what_can_be_seen_is_a_body(text: str) -> None:
    assert has_visible_text(text)
