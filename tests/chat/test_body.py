"""One rule for the body of what a visitor says, what a counsellor says, a note, and the note of a transfer: it is an envelope."""

import sys
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat import envelopes
from chat.frames.base import ErrorCode, Refused
from chat.services.messages import require_envelope
from chat.visible_text import has_visible_text
from tests.sealing import LONGEST_BODY, About, Keyring, envelope


@given(st.text(min_size=1, max_size=300).filter(has_visible_text))
def test_what_a_browser_seals_is_accepted(text: str) -> None:
    require_envelope(envelope(text))


def test_the_longest_text_of_the_heaviest_signs_is_accepted_and_is_as_long_as_is_said() -> None:
    keyring = Keyring.fresh(999_999)
    sealed = keyring.seal("🙂" * LONGEST_BODY, About("c", "visitor", "a"))
    require_envelope(sealed)
    assert len(sealed) == envelopes.longest(LONGEST_BODY)


@pytest.mark.parametrize("more", ["A", "AA", "A" * 84])
def test_what_is_not_as_long_as_whole_blocks_is_no_envelope(more: str) -> None:
    with pytest.raises(Refused) as told:
        require_envelope(envelope() + more, client_id="a", conversation="b")
    assert (told.value.code, told.value.client_id, told.value.conversation) == (ErrorCode.BAD_FRAME, "a", "b")


def test_a_longer_envelope_than_the_longest_text_makes_is_refused(settings: Any) -> None:
    settings.ENV = settings.ENV.model_copy(update={"body_chars": 100})
    require_envelope(envelope("🙂" * 100))
    with pytest.raises(Refused) as told:
        require_envelope(envelope("x" * 1_000))
    assert told.value.code == ErrorCode.TOO_LONG


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
