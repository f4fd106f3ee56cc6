"""What the database has committed is published and counted, also when a store fails just then."""

from typing import Any

import pytest
import pytest_asyncio
from django.db import OperationalError

from chat import database, runtime, volatile
from chat.faults import Unreachable
from chat.models import Conversation
from chat.services import closing, first_answer, parties, requests
from chat.states import Reason, State
from indicators.codes import Outcome
from partners import clock
from routing_rules.models import PlanState, PlanVersion, Theme
from tests.chat.sockets import (
    OngoingConversation,
    Stores,
    fresh_stores,  # noqa: F401  # a fixture
    start_conversation,
)
from wakeups import publish

pytestmark = pytest.mark.django_db(transaction=True)


@pytest_asyncio.fixture
async def ongoing(stores: Stores) -> OngoingConversation:
    made = await start_conversation()
    await made.accept()
    return made


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    topics: list[str] = []

    async def send(*wakeups: publish.Wakeup) -> None:
        topics.extend(one.topic for one in wakeups)

    monkeypatch.setattr(publish, "send", send)
    return topics


async def unreachable(*_: Any, **__: Any) -> Any:
    raise Unreachable


async def test_a_change_of_parties_is_published_when_the_store_fails(
    ongoing: OngoingConversation, stores: Stores, woken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores.transcripts, "set_parties", unreachable)
    assert await parties.requeue(conversation=ongoing.conversation, lost=ongoing.counsellor, now=clock.now())
    assert (
        await database.run(lambda: Conversation.objects.get(pk=ongoing.conversation).state) == State.WAITING
    )
    assert {ongoing.conversation, f"counsellor:{ongoing.counsellor}", "visitors", "counsellors"} <= set(woken)


async def test_a_new_request_is_published_when_the_transcript_cannot_be_opened(
    ongoing: OngoingConversation, stores: Stores, woken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatched: list[bool] = []
    await database.run(Theme.objects.create, code="emploi", labels={"fr": "Emploi"})
    await database.run(PlanVersion.objects.create, number=1, state=PlanState.PUBLISHED)
    monkeypatch.setattr(requests, "_ask", lambda *_: ongoing.conversation)
    monkeypatch.setattr("chat.services.dispatch.request_dispatch", lambda: dispatched.append(True))
    monkeypatch.setattr(stores.transcripts, "open", unreachable)
    with pytest.raises(Unreachable):
        await requests.ask(request=requests.AskedRequest("f" * 64, "essai", "emploi", "fr"), now=clock.now())
    assert {"visitors", "counsellors"} <= set(woken)
    assert dispatched


@pytest.mark.parametrize("step", ["erase", "forget"])
async def test_a_closing_is_published_when_the_store_cannot_erase(
    ongoing: OngoingConversation, stores: Stores, woken: list[str], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(stores.transcripts if step == "erase" else stores.volatile, step, unreachable)
    with pytest.raises(Unreachable):
        await closing.close(conversation=ongoing.conversation, reason=Reason.VISITOR_LEFT, now=clock.now())
    assert not await database.run(Conversation.objects.exists)
    assert {ongoing.conversation, f"counsellor:{ongoing.counsellor}", "visitors", "counsellors"} <= set(woken)


async def test_a_first_answer_that_could_not_be_stored_at_once_is_counted(
    ongoing: OngoingConversation, woken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_answer, "RETRY_S", 0)
    note, failed = first_answer._write, 0

    def note_at_last(*about: Any) -> None:
        nonlocal failed
        failed += 1
        if failed < 3:
            raise OperationalError
        note(*about)

    monkeypatch.setattr(first_answer, "_write", note_at_last)
    await runtime.volatile().seen(volatile.visitor(ongoing.conversation), at=clock.seconds())
    first_answer.note(
        conversation=ongoing.conversation, counsellor=ongoing.counsellor, guest=False, now=clock.now()
    )
    ended = await closing.close(
        conversation=ongoing.conversation, reason=Reason.VISITOR_LEFT, now=clock.now()
    )
    assert ended is not None
    assert ended.outcome is Outcome.SERVED
