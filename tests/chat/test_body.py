"""One rule for the body of what a visitor says, what a counsellor says, a note, and the note of a transfer."""

from typing import Any

import pytest

from chat.frames.base import ErrorCode, Refused
from chat.services.messages import require_body


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
    [("  \n", ErrorCode.BAD_FRAME), ("123456", ErrorCode.TOO_LONG), ("😀" * 6, ErrorCode.TOO_LONG)],
)
def test_a_body_outside_the_limits_is_refused_with_its_frames_ids(body: str, code: ErrorCode) -> None:
    with pytest.raises(Refused) as told:
        require_body(body, client_id="a", conversation="b")
    assert (told.value.code, told.value.client_id, told.value.conversation) == (code, "a", "b")
    assert body.strip() not in str(told.value) or not body.strip()
