"""What is said: the hot path. Nothing here waits for the database, but the first message of a counsellor and a lost memory."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from django.db import DatabaseError
from django.db.models import QuerySet

from chat import database, presence, publish, runtime
from chat.faults import Unreachable
from chat.meter import meter
from chat.models import Conversation, State
from chat.sealing import Cipher
from chat.services import closing, parties
from chat.states import Reason
from chat.transcript.interface import PAGE, Appended, Entry, EntryKind, Page, PartyList, Unable

NOTE_AGAIN_S = 1.0

log = structlog.stdlib.get_logger(__name__)
_background: set[asyncio.Task[object]] = set()
_reopening: dict[str, asyncio.Task[bool]] = {}


async def append(
    *,
    conversation: str,
    kind: EntryKind,
    author: int,
    client_id: str,
    body: str,
    cipher: Cipher,
    now: datetime,
) -> Appended | Unable:
    """Append to the transcript. When its memory was lost, begin a new epoch once and try again.

    Raises `Unreachable`.
    """
    append = partial(
        runtime.transcripts().append,
        conversation,
        kind=kind,
        author=author,
        client_id=client_id,
        sealed=cipher.seal(body),
        now_ms=int(now.timestamp() * 1000),
    )
    appended = await append()
    if appended is Unable.UNKNOWN:
        if not await reopen(conversation=conversation, now=now):
            return Unable.SEALED
        appended = await append()
    if appended is Unable.NOT_A_PARTY and await parties.show(conversation, expects=author):
        # The list beside the transcript was behind: the store could not be reached when it changed.
        appended = await append()
    if appended is Unable.UNKNOWN:
        # Lost once more in that moment. It has not ended: whoever wrote this sends it again.
        raise Unreachable
    if isinstance(appended, Appended):
        meter.count_message(kind, author, again=appended.again)
    if appended is Unable.FULL:
        _later(closing.close(conversation=conversation, reason=Reason.FULL_TRANSCRIPT, now=now))
    return appended


async def read_duplicate(conversation: str, kind: EntryKind, there: Appended) -> Entry:
    """What was there before when it was said once more: its sender missed the number.

    Raises `Unreachable` where it is there no longer, having gone with the store's memory: it is to be said once more.
    """
    page = await runtime.transcripts().read(conversation, kind=kind, after=there.seq - 1, limit=1)
    if page is None or page.epoch != there.epoch or not page.entries:
        raise Unreachable
    return page.entries[0]


async def read_after(*, conversation: str, epoch: int, after: int, now: datetime) -> Page | None:
    """What somebody who comes back has not heard: after that place, or all of it when that epoch (0: any) is over.

    None: the conversation is not open. Raises `Unreachable`.
    """
    read = partial(runtime.transcripts().read, conversation, kind=EntryKind.MESSAGE, limit=PAGE)
    page = await read(after=after)
    if page is None:
        if not await reopen(conversation=conversation, now=now):
            return None
    elif after == 0 or epoch in {0, page.epoch}:
        return page
    return await read(after=0)


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


async def note_answer(*, conversation: str, now: datetime) -> bool:
    """A counsellor has written: note it in the background, so that `served` does not depend on memory.

    False: the visitor was not there, so it was no answer yet.
    """
    if not (await presence.of_visitor(conversation, now=now)).connected:
        return False
    closing.count_first(conversation, asyncio.create_task(_note_first_answer(conversation, now)))
    return True


async def _note_first_answer(conversation: str, now: datetime) -> None:
    # Until it is done: nobody asks again, and the conversation would be counted as one in which the visitor got no answer.
    while True:
        try:
            return await database.run(_first_answer, conversation, now)
        except DatabaseError as fault:
            log.warning("an answer could not be noted yet", fault=type(fault).__name__)
            await asyncio.sleep(NOTE_AGAIN_S)


def _first_answer(conversation: str, now: datetime) -> None:
    Conversation.objects.filter(pk=conversation, first_answer_at=None).update(first_answer_at=now)


def _later(work: Coroutine[Any, Any, object]) -> None:
    task = asyncio.create_task(work)
    _background.add(task)
    task.add_done_callback(_background.discard)
