"""Note a counsellor's first answer in the conversation's row, off the hot path: `served` must not depend on a store's memory."""

import asyncio
from datetime import datetime

import structlog
from django.db import DatabaseError

from chat import database, presence
from chat.models import Conversation
from chat.services import closing
from partners.fault_kinds import kind_of

RETRY_S = 1.0

log = structlog.stdlib.get_logger(__name__)


async def note(*, conversation: str, now: datetime) -> bool:
    """Note in the background that a counsellor has answered.

    False: the visitor was not connected, so it was no answer yet.
    """
    if not (await presence.of_visitor(conversation, now=now)).connected:
        return False
    closing.count_first(conversation, asyncio.create_task(_keep_writing(conversation, now)))
    return True


async def _keep_writing(conversation: str, now: datetime) -> None:
    # Retry until it is written: nobody calls this again, and the conversation would be counted as one without an answer.
    while True:
        try:
            return await database.run(_write, conversation, now)
        except DatabaseError as fault:
            log.warning("an answer could not be noted yet", fault=kind_of(fault))
            await asyncio.sleep(RETRY_S)


def _write(conversation: str, now: datetime) -> None:
    Conversation.objects.filter(pk=conversation, first_answer_at=None).update(first_answer_at=now)
