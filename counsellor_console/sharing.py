"""A conversation is shared: handed on to somebody else, or a colleague is asked in and let go again."""

from datetime import datetime

from django.conf import settings

from chat.frames import from_counsellor as said
from chat.frames.base import ErrorCode
from chat.models import PartyRole
from chat.sealing import Cipher
from chat.services import offers, parties, saying
from chat.services.counsellor_view import Seat
from chat.transcript.interface import Kind
from counsellor_console.refusals import refused


async def ask_in(frame: said.Invite | said.Withdraw, seat: Seat, *, me: int, now: datetime) -> None:
    """Ask a colleague in, or let them go again. Raises `Refused`: not the owner, nobody there, no place left."""
    act = offers.invite if isinstance(frame, said.Invite) else offers.withdraw
    if not await act(conversation=seat.conversation, owner=me, colleague=frame.counsellor, now=now):
        raise refused(ErrorCode.NOT_ALLOWED, "This cannot be done now", frame)


async def hand_on(frame: said.Transfer, seat: Seat, cipher: Cipher, *, me: int, now: datetime) -> None:
    """Send it on, with a note for whoever takes it up. Raises `Refused`."""
    target = _target(frame)
    if seat.role != PartyRole.OWNER:
        raise refused(ErrorCode.NOT_ALLOWED, "Only the owner hands a conversation on", frame)
    if target.counsellor == me:
        raise refused(ErrorCode.NOT_ALLOWED, "It is yours already", frame)
    try:
        # Asked before the note is written: one that leads nowhere must leave no note behind.
        if not await parties.is_target(target):
            raise parties.NoSuchTarget
        if frame.note is not None and frame.note.strip():
            await saying.say(
                conversation=seat.conversation,
                kind=Kind.NOTE,
                author=me,
                client_id=f"transfer-{int(now.timestamp() * 1000)}",
                body=frame.note[: settings.ENV.body_chars],
                cipher=cipher,
                now=now,
            )
        moved = await parties.transfer(conversation=seat.conversation, owner=me, to=target, now=now)
    except parties.NoSuchTarget:
        raise refused(ErrorCode.NOT_FOUND, "There is no such pool, theme or counsellor", frame) from None
    if not moved:
        raise refused(ErrorCode.NOT_ALLOWED, "This cannot be done now", frame)


def _target(frame: said.Transfer) -> parties.Target:
    given = (frame.to.pool, frame.to.theme, frame.to.counsellor)
    if sum(one is not None for one in given) != 1:
        raise refused(ErrorCode.BAD_FRAME, "Name one pool, theme or counsellor", frame)
    return parties.Target(*given)
