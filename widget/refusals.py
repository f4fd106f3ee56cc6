"""Why a visitor's message is not taken."""

from chat.frames.base import ErrorCode, Refused
from chat.frames.visitor import client_frames
from chat.socket import round_up_to_tenths


def conversation_ended(frame: client_frames.Say) -> Refused:
    return Refused(ErrorCode.CONVERSATION_CLOSED, "The conversation has ended", client_id=frame.client_id)


def nobody_yet(frame: client_frames.Say) -> Refused:
    return Refused(ErrorCode.NOBODY_YET, "Nobody has joined yet", client_id=frame.client_id)


def too_fast(frame: client_frames.Say, wait_s: float) -> Refused:
    return Refused(
        ErrorCode.TOO_FAST,
        "Too many messages at once",
        client_id=frame.client_id,
        retry_after_s=round_up_to_tenths(wait_s),
    )
