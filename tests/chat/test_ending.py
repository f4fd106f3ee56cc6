"""A closing is decided once, counts what was answered until the row is deleted, and frees everybody who had a part in it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from chat import database
from chat.models import Conversation, Duty, Offer, OfferState, Party
from chat.services import closing
from chat.states import Reason, State
from indicators.codes import Outcome
from indicators.models import MetricRow
from indicators.rows import pending
from indicators.rows.record import ClosingCodes
from partners import clock
from partners.models import Staff
from routing_rules.models import Counsellor
from tests.chat.sockets import (
    OngoingConversation,
    Stores,
    fresh_stores,  # noqa: F401  # a fixture
    start_conversation,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest_asyncio.fixture
async def ongoing(stores: Stores) -> OngoingConversation:
    made = await start_conversation()
    await made.accept()
    await database.run(lambda: Duty.objects.filter(counsellor=made.counsellor).update(active=1))
    return made


async def close(ongoing: OngoingConversation, **given: Any) -> closing.Ended | None:
    return await closing.close(
        conversation=ongoing.conversation, reason=Reason.COUNSELLOR_CLOSED, now=clock.now(), **given
    )


def metric_rows() -> list[MetricRow]:
    """Counted now, where they are held for a while first."""
    pending.count_ready(now=clock.now() + timedelta(days=1))
    return list(MetricRow.objects.all())


async def test_the_metric_row_has_what_the_conversation_was(ongoing: OngoingConversation) -> None:
    row = await database.run(Conversation.objects.get, pk=ongoing.conversation)
    chosen = ClosingCodes(theme=row.theme, given=("information",))
    ended = await close(ongoing, owner=ongoing.counsellor, classification=chosen)
    assert ended is not None
    assert ended.counsellors == [ongoing.counsellor]
    (counted,) = await database.run(metric_rows)
    assert counted.outcome == ended.outcome.value
    assert (counted.theme_asked, counted.theme_end, counted.language) == (
        row.theme_asked,
        row.theme,
        row.language,
    )
    assert (counted.closed_theme, counted.given) == (row.theme, "information")
    assert not await database.run(Conversation.objects.exists)


async def test_only_the_owner_closes_it(ongoing: OngoingConversation) -> None:
    assert await close(ongoing, owner=ongoing.counsellor + 1) is None
    state = await database.run(lambda: Conversation.objects.get(pk=ongoing.conversation).state)
    assert state == State.ACTIVE


async def test_an_answer_that_another_process_notes_meanwhile_is_counted(
    ongoing: OngoingConversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, outcomes = closing._put_tombstone, []

    async def answered_meanwhile(ended: closing.Ended, *given: Any) -> None:
        outcomes.append(ended.outcome)
        await put(ended, *given)
        await database.run(
            lambda: Conversation.objects.filter(pk=ongoing.conversation).update(first_answer_at=clock.now())
        )

    monkeypatch.setattr(closing, "_put_tombstone", answered_meanwhile)
    ended = await close(ongoing)
    assert ended is not None
    assert outcomes[0] is not Outcome.SERVED
    assert (ended.outcome, outcomes[-1]) == (Outcome.SERVED, Outcome.SERVED)
    assert [row.outcome for row in await database.run(metric_rows)] == [Outcome.SERVED.value]


async def test_two_that_finish_one_closing_count_it_once(ongoing: OngoingConversation) -> None:
    begun = await database.run(
        closing._begin, ongoing.conversation, Reason.VISITOR_LEFT, clock.now(), None, None
    )
    assert begun is not None
    done = await asyncio.gather(
        *(closing.finish(conversation=ongoing.conversation, now=clock.now()) for _ in range(4))
    )
    assert sum(one is not None for one in done) == 1
    assert len(await database.run(metric_rows)) == 1


def invite(conversation: str) -> int:
    staff = Staff.objects.create(username="denis", role="counsellor")
    person = Counsellor.objects.create(staff=staff)
    Duty.objects.create(counsellor=person, on_duty=True, capacity=1, ringing=1, state="available")
    Offer.objects.create(
        conversation_id=conversation,
        counsellor=person,
        state=OfferState.RINGING,
        invited=True,
        expires_at=clock.now() + timedelta(seconds=60),
    )
    return person.pk


async def test_everybody_who_had_a_part_is_free_again(ongoing: OngoingConversation) -> None:
    colleague = await database.run(invite, ongoing.conversation)
    ended = await close(ongoing)
    assert ended is not None
    assert ended.counsellors == sorted([ongoing.counsellor, colleague])
    slots = await database.run(lambda: list(Duty.objects.values_list("active", "ringing")))
    assert slots == [(0, 0)] * len(slots)
    assert not await database.run(Offer.objects.exists)
    assert not await database.run(Party.objects.exists)
