"""A counsellor ends a conversation: closes it with codes, or blocks somebody who abuses it."""

from datetime import datetime

from django.conf import settings

from chat import clock, database, runtime
from chat.frames import from_counsellor as said
from chat.frames.base import ErrorCode
from chat.models import PartyRole
from chat.services import closing
from chat.services.counsellor_view import Seat
from chat.states import Reason
from counsellor_console import briefing
from counsellor_console.refusals import refused
from indicators import record


async def end(frame: said.Close | said.Block, seat: Seat, *, me: int, now: datetime) -> None:
    """Raises `Refused`: a code that is on no list, or not the owner."""
    chosen = record.Classification()
    if isinstance(frame, said.Close):
        chosen = await database.run(briefing.classification, frame.classification)
    elif seat.role == PartyRole.OWNER:
        until = clock.seconds() + settings.ENV.block_hours * 3600
        await runtime.volatile().block(seat.conversation, until=until)
    ended = await closing.close(
        conversation=seat.conversation,
        reason=Reason.COUNSELLOR_CLOSED if isinstance(frame, said.Close) else Reason.BLOCKED,
        owner=me,
        classification=chosen,
        now=now,
    )
    if ended is None and seat.role != PartyRole.OWNER:
        raise refused(ErrorCode.NOT_ALLOWED, "Only the owner closes a conversation", frame)
