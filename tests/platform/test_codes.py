"""A code is the whole text: a line break at its end is no part of it anywhere."""

import json
import re

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from chat.frames.base import Refused
from chat.frames.counsellor import client_frames as counsellor_frames
from chat.frames.visitor import client_frames as visitor_frames
from coordination.forms.fields import SlugField
from coordination.forms.sites import BookingForm
from partners import codes
from tests.sealing import envelope

PATTERNS = (codes.STORED_CODE, codes.NEW_CODE, codes.BOOKING_CODE, codes.SENT_CODE)
BEHIND = st.sampled_from(["\n", "\r\n", "\n\n", " ", "\x00", "\u2028", "\nx"])


@given(code=st.from_regex(r"[a-z0-9]{4,20}", fullmatch=True), behind=BEHIND)
def test_every_pattern_takes_a_code_and_nothing_behind_it(code: str, behind: str) -> None:
    assert codes.is_code(code)
    assert not codes.is_code(code + behind)
    for pattern in PATTERNS:
        assert re.search(pattern, code)
        assert not re.search(pattern, code + behind)


@pytest.mark.parametrize("wrong", ["", "-x", "_x", "x y", "é", "x.y", "x" * (codes.LONGEST_CODE + 1)])
def test_what_is_stored_has_the_shape_of_a_code(wrong: str) -> None:
    assert not codes.is_code(wrong)


@pytest.mark.parametrize("typed", ["x\n", " x", "x\r\n"])
def test_space_around_a_code_is_not_stored_with_it(typed: str) -> None:
    assert SlugField().clean(typed) == "x"
    field = BookingForm.base_fields["code"]
    assert field.clean(typed.replace("x", "CLASSE6A")) == "CLASSE6A"


@pytest.mark.parametrize("typed", ["x\ny", "X", "x_y", "-x", "x--y", "new"])
def test_what_is_no_code_is_refused_by_the_form(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        SlugField().clean(typed)


@pytest.mark.parametrize("field", ["site", "lang"])
def test_a_visitors_frame_with_a_line_break_in_a_code_is_refused(field: str) -> None:
    frame = {"type": "hello", "site": "demo", "lang": "fr", "token": "x"}
    assert visitor_frames.reader.read(json.dumps(frame).encode())
    with pytest.raises(Refused):
        visitor_frames.reader.read(json.dumps(frame | {field: frame[field] + "\n"}).encode())


def test_a_counsellors_frame_with_a_line_break_behind_its_id_is_refused() -> None:
    frame = {"type": "say", "conversation": "c", "client_id": "1", "body": envelope()}
    assert counsellor_frames.reader.read(json.dumps(frame).encode())
    with pytest.raises(Refused):
        counsellor_frames.reader.read(json.dumps(frame | {"client_id": "1\n"}).encode())
