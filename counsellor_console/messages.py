"""What a counsellor writes: to the visitor, or a note to the colleagues."""

from datetime import datetime

from chat.frames.base import ErrorCode
from chat.frames.counsellor import client_frames
from chat.services import messages
from chat.services.counsellor_view import Participation
from chat.transcript.interface import Appended, EntryKind, Unable
from counsellor_console.refusals import not_found, refused


def kind_of(frame: client_frames.Say | client_frames.Note) -> EntryKind:
    return EntryKind.NOTE if isinstance(frame, client_frames.Note) else EntryKind.MESSAGE


async def append(
    frame: client_frames.Say | client_frames.Note,
    participation: Participation,
    *,
    me: int,
    now: datetime,
) -> Appended:
    """Raises `Refused`: empty, too long, ended, or no longer this counsellor's (`NOT_FOUND`)."""
    messages.require_envelope(frame.body, client_id=frame.client_id, conversation=frame.conversation)
    done = await messages.append(
        conversation=participation.conversation,
        kind=kind_of(frame),
        author=me,
        client_id=frame.client_id,
        envelope=frame.body,
        now=now,
    )
    if done is Unable.NOT_A_PARTY:
        raise not_found(frame)
    if isinstance(done, Unable):
        raise refused(ErrorCode.CONVERSATION_CLOSED, "The conversation has ended", frame)
    return done
