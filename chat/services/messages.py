"""The messages of a conversation: append to its transcript, and read from it. This is the hot path: an append waits for the database only
when the transcript was lost or its party list is out of date.
"""

import asyncio
from collections.abc import Awaitable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings

from chat import envelopes, runtime
from chat.faults import Unreachable
from chat.frames.base import ErrorCode, Refused
from chat.meter import meter
from chat.services import closing, epochs, parties
from chat.states import Reason
from chat.transcript.interface import PAGE, Appended, Entry, EntryKind, Page, Unable

_background: set[asyncio.Task[object]] = set()


def require_envelope(envelope: str, *, client_id: str | None = None, conversation: str | None = None) -> None:
    """Raise `Refused` for what is no envelope, or a longer one than a text of the longest length makes."""
    if not envelopes.has_whole_blocks(envelope):
        raise Refused(
            ErrorCode.BAD_FRAME, "The body is no envelope", client_id=client_id, conversation=conversation
        )
    # An envelope is longer than its text: most are seen to be short enough at one look.
    most = settings.ENV.body_chars
    if len(envelope) > most and len(envelope) > envelopes.longest(most):
        raise Refused(
            ErrorCode.TOO_LONG,
            f"At most {settings.ENV.body_chars} characters",
            client_id=client_id,
            conversation=conversation,
        )


async def append(
    *,
    conversation: str,
    kind: EntryKind,
    author: int,
    client_id: str,
    envelope: str,
    now: datetime,
) -> Appended | Unable:
    """Append to the transcript. When its memory was lost, begin a new epoch once and try again.

    Raises `Unreachable`.
    """
    assert runtime.current is not None
    transcripts, now_ms = runtime.current.transcripts, int(now.timestamp() * 1000)

    def append_entry() -> Awaitable[Appended | Unable]:
        return transcripts.append(
            conversation, kind=kind, author=author, client_id=client_id, envelope=envelope, now_ms=now_ms
        )

    appended = await append_entry()
    if appended is Unable.UNKNOWN:
        if not await epochs.reopen(conversation=conversation, now=now):
            return Unable.SEALED
        appended = await append_entry()
    if appended is Unable.NOT_A_PARTY and await parties.show(conversation, expects=author):
        # The transcript's party list was out of date: the store was unreachable when the parties changed.
        appended = await append_entry()
    if appended is Unable.UNKNOWN:
        # The memory was lost again in that moment. The conversation has not ended: the author sends the message again.
        raise Unreachable
    if isinstance(appended, Appended):
        meter.count_message(kind, author, again=appended.again)
    if appended is Unable.FULL:
        _in_background(closing.close(conversation=conversation, reason=Reason.FULL_TRANSCRIPT, now=now))
    return appended


async def read_duplicate(conversation: str, kind: EntryKind, stored: Appended) -> Entry:
    """The stored entry of a message that was sent again: its author missed the number.

    Raises `Unreachable` when it was lost with the store's memory meanwhile: the author sends it again.
    """
    page = await runtime.transcripts().read(conversation, kind=kind, after=stored.seq - 1, limit=1)
    if page is None or page.epoch != stored.epoch or not page.entries:
        raise Unreachable
    return page.entries[0]


async def read_after(*, conversation: str, epoch: int, after: int, now: datetime) -> Page | None:
    """The messages that a returning client lacks: those after `after`, or all when that epoch (0: any) is over.

    None: the conversation is not open. Raises `Unreachable`.
    """
    read = partial(runtime.transcripts().read, conversation, kind=EntryKind.MESSAGE, limit=PAGE)
    page = await read(after=after)
    if page is None:
        if not await epochs.reopen(conversation=conversation, now=now):
            return None
    elif after == 0 or epoch in {0, page.epoch}:
        return page
    return await read(after=0)


def _in_background(work: Coroutine[Any, Any, object]) -> None:
    task = asyncio.create_task(work)
    _background.add(task)
    task.add_done_callback(_background.discard)
