"""Each service of the live conversations tells whom it concerns and asks for a dispatch, after its commit; where that fails, nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from django.db import OperationalError

from chat import database
from chat.models import Conversation, Duty, Offer, OfferState, Party
from chat.services import closing, dispatch, duty, offers, parties
from chat.services.parties import TransferTarget
from chat.states import Reason
from partners import clock
from partners.models import Staff
from routing_rules.models import Counsellor, PlanState, PlanVersion, Theme
from routing_rules.snapshot import AvailabilityState
from tests.chat.sockets import (
    OngoingConversation,
    Stores,
    fresh_stores,  # noqa: F401  # a fixture
    start_conversation,
)
from wakeups import publish

pytestmark = pytest.mark.django_db(transaction=True)
AVAILABLE = AvailabilityState.AVAILABLE
EVERYBODY = {"visitors", "counsellors"}


@dataclass(frozen=True)
class Pair:
    """A conversation, whom it rings at or who has it, and a colleague who could be asked in."""

    ongoing: OngoingConversation
    colleague: int


@dataclass(frozen=True)
class Case:
    act: Callable[[Pair], Awaitable[object]]
    topics: set[str]
    """Of the conversation, `me`, `colleague`, and everybody."""
    dispatches: bool
    before: Callable[[Pair], None] = lambda pair: None


def ring(pair: Pair, at: int | None = None, *, invited: bool = False) -> None:
    Offer.objects.create(
        conversation_id=pair.ongoing.conversation,
        counsellor_id=at or pair.ongoing.counsellor,
        state=OfferState.RINGING,
        expires_at=clock.now() + timedelta(seconds=60),
        invited=invited,
    )
    Duty.objects.filter(counsellor=at or pair.ongoing.counsellor).update(ringing=1, state=AVAILABLE.value)


def ring_by_a_plan(pair: Pair) -> None:
    ring(pair)
    PlanVersion.objects.create(number=1, state=PlanState.PUBLISHED)


def own(pair: Pair) -> None:
    pair.ongoing._accept()
    Duty.objects.filter(counsellor=pair.ongoing.counsellor).update(active=1)


def own_and_invite(pair: Pair) -> None:
    own(pair)
    ring(pair, pair.colleague, invited=True)


def ring_for_the_second_time(pair: Pair) -> None:
    ring(pair)
    Duty.objects.update(missed=1)


def with_a_theme(pair: Pair) -> None:
    own(pair)
    Theme.objects.create(code="formation", labels={"fr": "Formation"})


CASES: dict[str, Case] = {
    "accept": Case(
        lambda pair: offers.accept(
            conversation=pair.ongoing.conversation, counsellor=pair.ongoing.counsellor, now=clock.now()
        ),
        {"conversation", "me"} | EVERYBODY,
        True,
        ring_by_a_plan,
    ),
    "refuse": Case(
        lambda pair: offers.refuse(
            conversation=pair.ongoing.conversation, counsellor=pair.ongoing.counsellor, now=clock.now()
        ),
        {"conversation", "me"},
        True,
        ring,
    ),
    "expire": Case(
        lambda pair: offers.expire(now=clock.now() + timedelta(seconds=61)), {"me"}, False, ring
    ),
    "expire, away": Case(
        lambda pair: offers.expire(now=clock.now() + timedelta(seconds=61)),
        {"me"} | EVERYBODY,
        False,
        ring_for_the_second_time,
    ),
    "invite": Case(
        lambda pair: offers.invite(
            conversation=pair.ongoing.conversation, owner=pair.ongoing.counsellor, colleague=pair.colleague,
            now=clock.now(),
        ),
        {"conversation", "colleague"},
        False,
        own,
    ),
    "withdraw": Case(
        lambda pair: offers.withdraw(
            conversation=pair.ongoing.conversation, owner=pair.ongoing.counsellor, colleague=pair.colleague,
            now=clock.now(),
        ),
        {"conversation", "colleague"},
        True,
        own_and_invite,
    ),
    "transfer": Case(
        lambda pair: parties.transfer(
            conversation=pair.ongoing.conversation, owner=pair.ongoing.counsellor,
            to=TransferTarget(theme="formation"), now=clock.now(),
        ),
        {"conversation", "me"} | EVERYBODY,
        True,
        with_a_theme,
    ),
    "requeue": Case(
        lambda pair: parties.requeue(
            conversation=pair.ongoing.conversation, lost=pair.ongoing.counsellor, now=clock.now()
        ),
        {"conversation", "me"} | EVERYBODY,
        True,
        own,
    ),
    "close": Case(
        lambda pair: closing.close(
            conversation=pair.ongoing.conversation, reason=Reason.VISITOR_LEFT, now=clock.now()
        ),
        {"conversation", "me"} | EVERYBODY,
        True,
        own,
    ),
    "set_availability": Case(
        lambda pair: duty.set_availability(
            counsellor=pair.ongoing.counsellor, state=AVAILABLE, capacity=2, now=clock.now()
        ),
        {"me"} | EVERYBODY,
        True,
    ),
    "open_console": Case(
        lambda pair: duty.open_console(counsellor=pair.ongoing.counsellor, now=clock.now()),
        {"counsellors"},
        True,
        lambda pair: end_all_duties(),
    ),
}  # fmt: skip


def end_all_duties() -> None:
    Duty.objects.update(on_duty=False)


def colleague() -> int:
    staff = Staff.objects.create(username="denis", role="counsellor")
    person = Counsellor.objects.create(staff=staff)
    Duty.objects.create(counsellor=person, on_duty=True, capacity=1, state=AVAILABLE.value)
    return person.pk


@pytest_asyncio.fixture
async def pair(stores: Stores) -> Pair:
    ongoing = await start_conversation()
    return Pair(ongoing, await database.run(colleague))


def rows() -> list[Any]:
    """Everything that the services write, apart from when."""
    return [
        list(Conversation.objects.order_by("pk").values_list("pk", "state", "party_version", "round")),
        list(Party.objects.order_by("pk").values_list("conversation", "counsellor", "role")),
        list(Offer.objects.order_by("pk").values_list("conversation", "counsellor", "state")),
        list(Duty.objects.order_by("pk").values_list("counsellor", "state", "active", "ringing", "on_duty")),
    ]


class RecordedSignals:
    """Which topics were published, and what the database held at that time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.topics: set[str] = set()
        self.seen: list[Any] = []
        self.dispatches = 0
        monkeypatch.setattr(publish, "send", self._send)
        monkeypatch.setattr(dispatch, "request_dispatch", self._request_dispatch)

    async def _send(self, *wakeups: publish.Wakeup) -> None:
        self.topics.update(one.topic for one in wakeups)
        self.seen.append(await database.run(rows))

    def _request_dispatch(self) -> None:
        self.dispatches += 1


@pytest.mark.parametrize("name", CASES)
async def test_a_service_publishes_to_those_concerned_after_its_commit(
    name: str, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    await database.run(case.before, pair)
    before, recorded = await database.run(rows), RecordedSignals(monkeypatch)
    await case.act(pair)
    after = await database.run(rows)
    words = {
        pair.ongoing.conversation: "conversation",
        f"counsellor:{pair.ongoing.counsellor}": "me",
        f"counsellor:{pair.colleague}": "colleague",
    }
    assert {words.get(topic, topic) for topic in recorded.topics} == case.topics
    assert after != before
    assert all(seen == after for seen in recorded.seen)
    assert (recorded.dispatches > 0) is case.dispatches


@pytest.mark.parametrize("name", CASES)
async def test_a_service_that_could_not_write_publishes_nothing(
    name: str, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    await database.run(case.before, pair)
    recorded = RecordedSignals(monkeypatch)

    async def fail(*_: Any, **__: Any) -> Any:
        raise OperationalError

    monkeypatch.setattr(database, "run", fail)
    with pytest.raises(OperationalError):
        await case.act(pair)
    assert (recorded.topics, recorded.dispatches) == (set(), 0)


async def test_opening_another_console_publishes_nothing(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = RecordedSignals(monkeypatch)
    await duty.open_console(counsellor=pair.ongoing.counsellor, now=clock.now())
    assert recorded.topics == set()
    assert recorded.dispatches == 1


async def test_a_dispatch_publishes_to_those_whom_it_rings(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.run(PlanVersion.objects.create, number=1, state=PlanState.PUBLISHED)
    recorded = RecordedSignals(monkeypatch)
    monkeypatch.setattr(
        dispatch, "_decide_and_claim", lambda *_: dispatch.Dispatched(rung={pair.ongoing.counsellor})
    )
    await dispatch.dispatch(now=clock.now())
    assert recorded.topics == {f"counsellor:{pair.ongoing.counsellor}"}


async def test_a_dispatch_with_an_empty_queue_reads_nothing_else(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.run(own, pair)
    decided: list[bool] = []
    monkeypatch.setattr(dispatch, "_decide_and_claim", lambda *_: decided.append(True))
    await dispatch.dispatch(now=clock.now())
    assert decided == []
