"""A counsellor ends a conversation: closes it with codes, or blocks somebody who abuses it."""

from datetime import datetime

from django.conf import settings

from chat import database, runtime
from chat.frames.base import ErrorCode
from chat.frames.counsellor import client_frames
from chat.services import closing
from chat.services.counsellor_view import Participation
from chat.states import PartyRole, Reason
from counsellor_console import classification
from counsellor_console.refusals import refused
from indicators.rows import record
from partners import clock


async def close_or_block(
    frame: client_frames.Close | client_frames.Block, participation: Participation, *, me: int, now: datetime
) -> None:
    """Raises `Refused`: a code that is on no list, or not the owner."""
    chosen = record.ClosingCodes()
    if isinstance(frame, client_frames.Close):
        chosen = await database.run(classification.checked, frame.classification)
    elif participation.role == PartyRole.OWNER:
        until = clock.seconds() + settings.ENV.block_hours * 3600
        await runtime.volatile().block(participation.conversation, until=until)
    ended = await closing.close(
        conversation=participation.conversation,
        reason=Reason.COUNSELLOR_CLOSED if isinstance(frame, client_frames.Close) else Reason.BLOCKED,
        owner=me,
        classification=chosen,
        now=now,
    )
    if ended is None and participation.role != PartyRole.OWNER:
        raise refused(ErrorCode.NOT_ALLOWED, "Only the owner closes a conversation", frame)
