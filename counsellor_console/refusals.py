"""How a counsellor's frame is refused."""

from uuid import UUID

from chat.frames.base import ClientFrame, ErrorCode, Refused
from chat.frames.counsellor import client_frames


def refused(code: ErrorCode, detail: str, frame: ClientFrame) -> Refused:
    """A refusal that names what the frame was about, so that the page knows which frame was refused."""
    return Refused(
        code,
        detail,
        client_id=getattr(frame, "client_id", None),
        conversation=getattr(frame, "conversation", None),
    )


def not_found(frame: ClientFrame) -> Refused:
    """The same answer for somebody else's conversation and for one that does not exist."""
    return refused(ErrorCode.NOT_FOUND, "There is no such conversation", frame)


def known(frame: client_frames.Accept | client_frames.Take | client_frames.Refuse) -> str:
    """The conversation's id. Raises `Refused` where it cannot be one."""
    try:
        return str(UUID(frame.conversation))
    except ValueError:
        raise not_found(frame) from None
