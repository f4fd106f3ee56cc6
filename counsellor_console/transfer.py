"""Transfer a conversation to somebody else, invite a colleague to it, or withdraw them from it."""

from datetime import datetime

from chat.frames.base import ErrorCode
from chat.frames.counsellor import client_frames
from chat.services import messages, offers, parties
from chat.services.counsellor_view import Participation
from chat.states import PartyRole
from chat.transcript.interface import EntryKind
from counsellor_console.refusals import refused


async def invite_or_withdraw(
    frame: client_frames.Invite | client_frames.Withdraw,
    participation: Participation,
    *,
    me: int,
    now: datetime,
) -> None:
    """Invite a colleague, or withdraw the invitation or the guest. Raises `Refused`: not the owner, no such colleague, no free slot."""
    act = offers.invite if isinstance(frame, client_frames.Invite) else offers.withdraw
    if not await act(conversation=participation.conversation, owner=me, colleague=frame.counsellor, now=now):
        raise refused(ErrorCode.NOT_ALLOWED, "This cannot be done now", frame)


async def transfer_conversation(
    frame: client_frames.Transfer, participation: Participation, *, me: int, now: datetime
) -> None:
    """Transfer it, with a note for the next counsellor. Raises `Refused`."""
    target = _target(frame)
    if frame.note is not None:
        if frame.note_id is None:
            raise refused(ErrorCode.BAD_FRAME, "A note has its note_id", frame)
        messages.require_envelope(frame.note, conversation=frame.conversation)
    if participation.role != PartyRole.OWNER:
        raise refused(ErrorCode.NOT_ALLOWED, "Only the owner hands a conversation on", frame)
    if target.counsellor == me:
        raise refused(ErrorCode.NOT_ALLOWED, "It is yours already", frame)
    try:
        # Checked before the note is written: a transfer that cannot be done must leave no note.
        if not await parties.is_target(target):
            raise parties.NoSuchTarget
        if frame.note is not None and frame.note_id is not None:
            await messages.append(
                conversation=participation.conversation,
                kind=EntryKind.NOTE,
                author=me,
                client_id=frame.note_id,
                envelope=frame.note,
                now=now,
            )
        moved = await parties.transfer(conversation=participation.conversation, owner=me, to=target, now=now)
    except parties.NoSuchTarget:
        raise refused(ErrorCode.NOT_FOUND, "There is no such pool, theme or counsellor", frame) from None
    if not moved:
        raise refused(ErrorCode.NOT_ALLOWED, "This cannot be done now", frame)


def _target(frame: client_frames.Transfer) -> parties.TransferTarget:
    given = (frame.to.pool, frame.to.theme, frame.to.counsellor)
    if sum(one is not None for one in given) != 1:
        raise refused(ErrorCode.BAD_FRAME, "Name one pool, theme or counsellor", frame)
    return parties.TransferTarget(*given)
