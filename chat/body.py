"""What the body of a message or of a note may be."""

from django.conf import settings

from chat.frames.base import ErrorCode, Refused


def require_body(body: str, *, client_id: str | None = None, conversation: str | None = None) -> None:
    """Raise `Refused` for a body that is empty after trimming, or longer than the operator allows (in code points)."""
    if not body.strip():
        raise Refused(
            ErrorCode.BAD_FRAME, "The message is empty", client_id=client_id, conversation=conversation
        )
    if len(body) > settings.ENV.body_chars:
        raise Refused(
            ErrorCode.TOO_LONG,
            f"At most {settings.ENV.body_chars} characters",
            client_id=client_id,
            conversation=conversation,
        )
