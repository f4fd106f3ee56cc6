"""Note a counsellor's first answer in the conversation's row, off the hot path: `served` must not depend on a store's memory.

The wait, the first answer and the team of a conversation are those of whoever first wrote.
"""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from chat import database
from chat.models import Conversation, Party
from chat.services import closing, eligibility
from partners.fault_kinds import kind_of
from partners.prepared_query import PreparedUpdate

RETRY_S = 1.0

log = structlog.stdlib.get_logger(__name__)


def note(*, conversation: str, counsellor: int, guest: bool, now: datetime) -> None:
    """Note in the background that a counsellor has written. Whether it reached the visitor is judged at the end."""
    closing.count_first(
        conversation, asyncio.create_task(_keep_writing(conversation, counsellor, guest, now))
    )


async def _keep_writing(conversation: str, counsellor: int, guest: bool, now: datetime) -> None:
    # Retry until it is written: nobody calls this again, and the conversation would be counted as one without an answer.
    while True:
        try:
            return await database.run(_write, conversation, counsellor, guest, now)
        except DatabaseError as fault:
            log.warning("an answer could not be noted yet", fault=kind_of(fault))
            await asyncio.sleep(RETRY_S)


@transaction.atomic
def _write(conversation: str, counsellor: int, guest: bool, now: datetime) -> None:
    if _first.run(UUID(conversation), now, counsellor) and guest:
        # The owner's team is known since they accepted; a guest may be of another one.
        eligibility.note_serving_pool(UUID(conversation), counsellor, now)


def _answered(_row: UUID, now: datetime, counsellor: int) -> dict[str, Any]:
    joined = Party.objects.filter(conversation=OuterRef("pk"), counsellor=counsellor).values("joined_at")
    return {"first_answer_at": now, "accepted_at": Coalesce(Subquery(joined[:1]), F("accepted_at"))}


_first = PreparedUpdate(lambda row, *_: Conversation.objects.filter(pk=row, first_answer_at=None), _answered)
