"""An open conversation whose transcript was lost with the store's memory: it goes on in the next epoch."""

import asyncio
from datetime import datetime

from django.db.models import QuerySet

from chat import database, runtime
from chat.faults import Unreachable
from chat.models import Conversation, State
from chat.services import parties
from chat.transcript.interface import EntryKind, PartyList
from wakeups import publish

_reopening: dict[str, asyncio.Task[bool]] = {}


async def reopen(*, conversation: str, now: datetime) -> bool:
    """The store does not know an open conversation: its memory was lost. Go on in the next epoch.

    False: the conversation is not open either.
    """
    # Both ends come back at once: the second waits for what the first began.
    under_way = _reopening.get(conversation)
    if under_way is None:
        under_way = _reopening[conversation] = asyncio.create_task(_reopen(conversation, now))
        under_way.add_done_callback(lambda _: _reopening.pop(conversation, None))
    return await asyncio.shield(under_way)


async def _reopen(conversation: str, now: datetime) -> bool:
    # Before anything is looked up: a number is opened only in the memory in which it was found to be the next. One who comes so late that
    # this memory is gone too must not begin an epoch in which somebody has spoken, and been heard, in that one.
    ticket = await runtime.transcripts().ticket(conversation)
    # Looked up before the store is asked: so two processes that both find nothing there mostly begin the same epoch.
    lost = await database.run(_epoch, conversation)
    if lost is None:
        return False
    if await runtime.transcripts().read(conversation, kind=EntryKind.MESSAGE, after=0, limit=0) is not None:
        return True
    known = await database.run(_begin_epoch, conversation, lost + 1)
    if known is not None:
        # Of all who open it the first does: a transcript in which somebody has spoken since is left alone.
        there = await runtime.transcripts().open(
            conversation, epoch=lost + 1, parties=known, now_ms=int(now.timestamp() * 1000), ticket=ticket
        )
        if there is not None:
            await database.run(_settle_for, conversation, lost + 1, there)
    if await database.run(_epoch, conversation) is None:
        # It was closed meanwhile, and its end may have passed by before there was anything to seal.
        await runtime.transcripts().erase(conversation)
        return False
    if known is not None and there is None:
        raise Unreachable
    await publish.conversation_changed(conversation)
    return True


def _open(conversation: str) -> QuerySet[Conversation]:
    return Conversation.objects.filter(pk=conversation, state__in=[State.WAITING, State.ACTIVE])


def _epoch(conversation: str) -> int | None:
    return _open(conversation).values_list("epoch", flat=True).first()


def _begin_epoch(conversation: str, epoch: int) -> PartyList | None:
    """Who takes part in it; None when it is not this epoch that begins now."""
    _open(conversation).filter(epoch=epoch - 1).update(epoch=epoch)
    return parties.load(conversation) if _epoch(conversation) == epoch else None


def _settle_for(conversation: str, claimed: int, there: int) -> None:
    # A number that was claimed and never opened is given back: nobody has seen it, and the next loss has moved it on already.
    if there != claimed:
        _open(conversation).filter(epoch=claimed).update(epoch=there)
