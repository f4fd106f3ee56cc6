"""What is said: the hot path. Nothing here waits for the database, but the first message of a counsellor and a lost memory."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F

from chat import database, publish, runtime, volatile
from chat.meter import meter
from chat.models import Conversation, State
from chat.sealing import Cipher
from chat.services import closing, parties
from chat.states import Reason
from chat.transcript.interface import Appended, Kind, Parties, Unable

_background: set[asyncio.Task[object]] = set()
_reopening: dict[str, asyncio.Task[bool]] = {}


async def say(
    *, conversation: str, kind: Kind, author: int, client_id: str, body: str, cipher: Cipher, now: datetime
) -> Appended | Unable:
    """Append to the transcript. When its memory was lost, begin a new epoch once and try again."""
    now_ms = int(now.timestamp() * 1000)
    sealed = cipher.seal(body)
    appended = await runtime.transcripts().append(
        conversation, kind=kind, author=author, client_id=client_id, sealed=sealed, now_ms=now_ms
    )
    if appended is Unable.UNKNOWN:
        if not await reopen(conversation=conversation, now=now):
            return Unable.SEALED
        appended = await runtime.transcripts().append(
            conversation, kind=kind, author=author, client_id=client_id, sealed=sealed, now_ms=now_ms
        )
    if isinstance(appended, Appended):
        meter.said(kind, author, again=appended.again)
    if appended is Unable.FULL:
        _later(closing.close(conversation=conversation, reason=Reason.FULL_TRANSCRIPT, now=now))
    return appended


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
    if await runtime.transcripts().read(conversation, kind=Kind.MESSAGE, after=0, limit=0) is not None:
        return True
    found = await database.run(_next_epoch, conversation)
    if found is None:
        return False
    epoch, known = found
    await runtime.transcripts().open(
        conversation, epoch=epoch, parties=known, now_ms=int(now.timestamp() * 1000)
    )
    await publish.conversation_changed(conversation)
    return True


def _next_epoch(conversation: str) -> tuple[int, Parties] | None:
    row = Conversation.objects.filter(pk=conversation, state__in=[State.WAITING, State.ACTIVE]).first()
    if row is None:
        return None
    # Another process may begin the epoch at the same moment: this one finds it begun.
    Conversation.objects.filter(pk=conversation, epoch=row.epoch).update(epoch=F("epoch") + 1)
    row.refresh_from_db(fields=["epoch"])
    known = parties.load(conversation)
    return None if known is None else (row.epoch, known)


async def answered(*, conversation: str, now: datetime) -> bool:
    """A counsellor has written: note it in the background, so that `served` does not depend on memory.

    False: the visitor was not there, so it was no answer yet.
    """
    who = volatile.visitor(conversation)
    presence = (await runtime.volatile().presences([who])).get(who)
    if presence is None or now.timestamp() - presence.seen > settings.ENV.silence_s:
        return False
    work = asyncio.create_task(database.run(_first_answer, conversation, now))
    closing.count_first(conversation, work)
    return True


def _first_answer(conversation: str, now: datetime) -> None:
    Conversation.objects.filter(pk=conversation, first_answer_at=None).update(first_answer_at=now)


def _later(work: Coroutine[Any, Any, object]) -> None:
    task = asyncio.create_task(work)
    _background.add(task)
    task.add_done_callback(_background.discard)
