"""A counsellor answers an offer, or takes a conversation from the queue."""

from collections.abc import Collection, Mapping
from datetime import datetime

from chat.frames.base import ErrorCode
from chat.frames.counsellor import client_frames, server_frames
from chat.services import grants, offers
from chat.states import OfferGoneReason
from counsellor_console.refusals import known, not_found


async def accept_or_take(
    frame: client_frames.Accept | client_frames.Take,
    rings: Mapping[str, server_frames.Ringing],
    *,
    shown: Collection[str],
    me: int,
    now: datetime,
) -> server_frames.OfferGone | None:
    """Why the offer is gone; None: the conversation is this counsellor's.

    `shown`: every conversation that this console has shown; it learns nothing of any other. Raises `Refused`.
    """
    act = offers.take if isinstance(frame, client_frames.Take) else offers.accept
    try:
        is_new = await act(conversation=known(frame), counsellor=me, now=now, key=frame.key or "")
    except offers.OfferGoneError as gone:
        if str(gone) == ErrorCode.NOT_FOUND or frame.conversation not in shown:
            raise not_found(frame) from None
        offer = rings.get(frame.conversation)
        withdrawn = offer is not None and offer.invited and str(gone) == OfferGoneReason.ACCEPTED_ELSEWHERE
        return server_frames.OfferGone(
            frame.conversation, OfferGoneReason.WITHDRAWN if withdrawn else str(gone)
        )
    if frame.key and not is_new:
        await grants.name_key(conversation=frame.conversation, counsellor=me, key=frame.key)
    return None


async def refuse(frame: client_frames.Refuse, *, me: int, now: datetime) -> None:
    """Raises `Refused`: the conversation does not ring at this counsellor."""
    if not await offers.refuse(conversation=known(frame), counsellor=me, now=now):
        raise not_found(frame)
