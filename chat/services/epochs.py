"""Begin the next epoch of an open conversation whose transcript was lost with the store's memory."""

import asyncio
from datetime import datetime

from django.db.models import QuerySet

from chat import database, runtime
from chat.faults import Unreachable
from chat.models import Conversation
from chat.services import parties
from chat.states import State
from chat.transcript.interface import EntryKind, PartyList
from wakeups import publish

_reopening: dict[str, asyncio.Task[bool]] = {}


async def reopen(*, conversation: str, now: datetime) -> bool:
    """Begin the next epoch: the store does not know this conversation, so its memory was lost.

    False: the conversation is not open.
    """
    # Both ends reconnect at once: the second waits for the reopening that the first began.
    under_way = _reopening.get(conversation)
    if under_way is None:
        under_way = _reopening[conversation] = asyncio.create_task(_reopen(conversation, now))
        under_way.add_done_callback(lambda _: _reopening.pop(conversation, None))
    return await asyncio.shield(under_way)


async def _reopen(conversation: str, now: datetime) -> bool:
    # The ticket is taken before anything is read: an epoch is opened only in the memory in which it was found to be the next. A process
    # that is so late that this memory is lost too must not reuse the number of an epoch in which messages were already delivered.
    ticket = await runtime.transcripts().ticket(conversation)
    # The row is read before the store: then two processes that both find no transcript mostly begin the same epoch.
    lost = await database.run(_epoch, conversation)
    if lost is None:
        return False
    if await runtime.transcripts().read(conversation, kind=EntryKind.MESSAGE, after=0, limit=0) is not None:
        return True
    party_list = await database.run(_begin_epoch, conversation, lost + 1)
    if party_list is not None:
        # Only the first process opens it: a transcript that has messages since then is left alone.
        opened = await runtime.transcripts().open(
            conversation,
            epoch=lost + 1,
            parties=party_list,
            now_ms=int(now.timestamp() * 1000),
            ticket=ticket,
        )
        if opened is not None:
            await database.run(_settle_for, conversation, lost + 1, opened)
    if await database.run(_epoch, conversation) is None:
        # It was closed meanwhile, perhaps before there was a transcript to seal.
        await runtime.transcripts().erase(conversation)
        return False
    if party_list is not None and opened is None:
        raise Unreachable
    await publish.changed(conversation)
    return True


def _open(conversation: str) -> QuerySet[Conversation]:
    return Conversation.objects.filter(pk=conversation, state__in=[State.WAITING, State.ACTIVE])


def _epoch(conversation: str) -> int | None:
    return _open(conversation).values_list("epoch", flat=True).first()


def _begin_epoch(conversation: str, epoch: int) -> PartyList | None:
    """The party list of this epoch; None when another epoch has begun."""
    _open(conversation).filter(epoch=epoch - 1).update(epoch=epoch)
    return parties.load(conversation) if _epoch(conversation) == epoch else None


def _settle_for(conversation: str, claimed: int, opened: int) -> None:
    # An epoch that was claimed but never opened is given back: nobody has seen it. After one more loss the row has a later epoch already.
    if opened != claimed:
        _open(conversation).filter(epoch=claimed).update(epoch=opened)
