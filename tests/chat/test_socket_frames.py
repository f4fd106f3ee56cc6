"""A socket sends a page everything after the welcome and nothing before, whatever happens or fails meanwhile."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from django.db import connection

from chat import database
from chat.hub import Notification
from chat.models import Conversation, Offer, OfferState, Party
from chat.services import closing, counsellor_view
from chat.states import Reason
from partners import clock
from tests.chat.database_rows import site
from tests.chat.sockets import (
    CounsellorClient,
    OngoingConversation,
    Stores,
    VisitorClient,
    create_conversation,
    fresh_stores,  # noqa: F401  # a fixture
    start_conversation,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest_asyncio.fixture
async def ongoing(stores: Stores) -> OngoingConversation:
    return await start_conversation()


@pytest_asyncio.fixture
async def visitor(stores: Stores) -> AsyncIterator[VisitorClient]:
    client = VisitorClient()
    yield client
    await client.close()


@pytest_asyncio.fixture
async def console(ongoing: OngoingConversation) -> AsyncIterator[CounsellorClient]:
    client = CounsellorClient(ongoing)
    yield client
    await client.close()


def bodies(frame: dict[str, Any], field: str) -> list[str]:
    return [one["body"] for one in frame[field]]


# --- a visitor ------------------------------------------------------------------------------------------------


@pytest.fixture
def accepted_at_once(
    monkeypatch: pytest.MonkeyPatch, visitor: VisitorClient
) -> dict[str, OngoingConversation]:
    """A counsellor accepts the request and writes two messages before the visitor gets a reply."""
    made: dict[str, OngoingConversation] = {}

    async def ask(**_: Any) -> None:
        if not made:
            ongoing = made["ongoing"] = await start_conversation()
            await ongoing.accept()
            for body in ("bonjour", "je vous écoute"):
                await ongoing.say(body, author=ongoing.counsellor)

    monkeypatch.setattr("chat.services.requests.ask", ask)
    return made


async def test_a_visitor_accepted_before_the_reply_receives_the_messages(
    visitor: VisitorClient, accepted_at_once: dict[str, OngoingConversation]
) -> None:
    await database.run(site)
    await visitor.hello()
    visitor.take()
    await visitor.send("ask", theme="emploi", language="fr")
    resumed, joined = visitor.take()
    assert (resumed["type"], resumed["state"]) == ("resumed", "active")
    assert resumed["conversation"] == accepted_at_once["ongoing"].conversation
    assert bodies(resumed, "events") == ["bonjour", "je vous écoute"]
    assert joined["type"] == "joined"


async def test_asking_again_sends_the_messages_that_could_not_be_read(
    visitor: VisitorClient, accepted_at_once: dict[str, OngoingConversation], stores: Stores
) -> None:
    await database.run(site)
    await visitor.hello()
    visitor.take()
    stores.transcripts.fails = 1
    await visitor.send("ask", theme="emploi", language="fr")
    assert [one["code"] for one in visitor.take()] == ["try_again"]
    await visitor.send("ask", theme="emploi", language="fr")
    resumed, _ = visitor.take()
    assert bodies(resumed, "events") == ["bonjour", "je vous écoute"]


async def test_a_visitor_who_reconnects_receives_nothing_before_the_welcome(
    ongoing: OngoingConversation, visitor: VisitorClient, stores: Stores
) -> None:
    await ongoing.accept()
    await ongoing.say("avant", author=ongoing.counsellor)

    async def everything_happens() -> None:
        await ongoing.say("pendant", author=ongoing.counsellor)
        for name, data in (
            ("typing", {"by": ongoing.counsellor, "on": True}),
            ("back", {"counsellor": ongoing.counsellor}),
        ):
            stores.hub.notify(Notification(ongoing.conversation, name, data))

    stores.transcripts.meanwhile = everything_happens
    await visitor.hello()
    frames = visitor.take()
    assert [one["type"] for one in frames] == ["welcome", "resumed", "message", "typing", "joined"]
    assert bodies(frames[1], "events") == ["avant"]
    assert frames[2]["body"] == "pendant"
    # From here on each message is sent as it arrives.
    await ongoing.say("après", author=ongoing.counsellor)
    assert [one["body"] for one in visitor.take()] == ["après"]


async def test_a_message_just_after_the_accept_is_not_refused(
    ongoing: OngoingConversation, visitor: VisitorClient
) -> None:
    await visitor.hello()
    visitor.take()
    await visitor.send("say", client_id="a", body="il y a quelqu’un ?")
    assert [one["code"] for one in visitor.take()] == ["nobody_yet"]
    # Accepted, and this socket has not refreshed since.
    await ongoing.accept()
    await visitor.send("say", client_id="a", body="il y a quelqu’un ?")
    joined, message = visitor.take()
    assert (joined["type"], message["client_id"]) == ("joined", "a")


async def test_a_repeated_message_that_the_store_lost_is_requested_again(
    ongoing: OngoingConversation, visitor: VisitorClient, stores: Stores
) -> None:
    await ongoing.accept()
    await visitor.hello()
    await visitor.send("say", client_id="a", body="bonjour")
    visitor.take()
    stores.transcripts.fails = 1
    await visitor.send("say", client_id="a", body="bonjour")
    (refused,) = visitor.take()
    assert (refused["code"], refused["client_id"]) == ("try_again", "a")

    append = stores.transcripts.append

    async def append_and_forget(conversation: str, **entry: Any) -> Any:
        done = await append(conversation, **entry)
        await stores.transcripts.erase(conversation)
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stores.transcripts, "append", append_and_forget)
        await visitor.send("say", client_id="a", body="bonjour")
    (refused,) = visitor.take()
    assert (refused["code"], refused["client_id"]) == ("try_again", "a")
    await visitor.send("say", client_id="a", body="bonjour")
    (message,) = visitor.take()
    assert (message["epoch"], message["seq"], message["client_id"]) == (2, 1, "a")


async def test_a_counsellors_repeated_message_keeps_its_client_id(
    ongoing: OngoingConversation, visitor: VisitorClient, stores: Stores
) -> None:
    await ongoing.accept()
    await visitor.hello()
    visitor.take()
    await ongoing.say("bonjour", author=ongoing.counsellor)
    await stores.transcripts.erase(ongoing.conversation)
    await ongoing.say("bonjour", author=ongoing.counsellor)
    await ongoing.say("encore", author=ongoing.counsellor)
    first, again, other = visitor.take()
    assert (first["epoch"], again["epoch"]) == (1, 2)
    assert first["client_id"] == again["client_id"] != other["client_id"]
    await visitor.hello(after=2, epoch=2)
    await visitor.hello(after=0, epoch=2)
    resumed = [one for one in visitor.take() if one["type"] == "resumed"][-1]
    assert resumed["events"][0]["client_id"] == first["client_id"]


async def test_a_page_switches_to_a_newer_conversation_of_the_same_token(
    ongoing: OngoingConversation, visitor: VisitorClient
) -> None:
    await ongoing.accept()
    await visitor.hello()
    visitor.take()
    await database.run(Conversation.objects.all().delete)
    other = await start_conversation()
    await other.accept()
    await other.say("de nouveau", author=ongoing.counsellor)
    assert await visitor.refresh()
    frames = visitor.take()
    assert bodies(frames[0], "events") == ["de nouveau"]
    await visitor.send("say", client_id="b", body="me revoici")
    assert [one["body"] for one in visitor.take()] == ["me revoici"]


# --- a counsellor ---------------------------------------------------------------------------------------------


async def test_a_message_during_the_opening_is_sent_after_it(
    ongoing: OngoingConversation, console: CounsellorClient, stores: Stores
) -> None:
    await console.send("hello")
    console.take()
    await ongoing.accept()
    await ongoing.say("avant")

    async def send_meanwhile() -> None:
        await ongoing.say("pendant")

    stores.transcripts.meanwhile = send_meanwhile
    assert await console.refresh()
    frames = console.take()
    assert [one["type"] for one in frames] == ["opened", "message"]
    assert bodies(frames[0], "messages") == ["avant"]
    assert frames[1]["body"] == "pendant"
    await ongoing.say("après")
    assert [one["body"] for one in console.take()] == ["après"]


async def test_a_console_that_reconnects_receives_nothing_before_the_welcome(
    ongoing: OngoingConversation, console: CounsellorClient, stores: Stores
) -> None:
    await ongoing.accept()
    await ongoing.say("avant")

    async def everything_happens() -> None:
        await ongoing.say("pendant")
        stores.hub.notify(Notification(ongoing.conversation, "typing", {"by": 0, "on": True}))

    stores.transcripts.meanwhile = everything_happens
    await console.send("hello")
    frames = console.take()
    assert [one["type"] for one in frames] == ["welcome", "message", "typing"]
    assert bodies(frames[0]["conversations"][0], "messages") == ["avant"]


async def test_a_conversation_that_could_not_be_read_is_opened_by_the_next_refresh(
    ongoing: OngoingConversation, console: CounsellorClient, stores: Stores
) -> None:
    await console.send("hello")
    console.take()
    await ongoing.accept()
    await ongoing.say("bonjour")
    stores.transcripts.fails = 1
    assert not await console.refresh()
    assert console.take() == []
    assert await console.refresh()
    (opened,) = console.take()
    assert opened["type"] == "opened"
    assert bodies(opened, "messages") == ["bonjour"]


async def test_an_end_that_could_not_be_read_is_sent_by_the_next_refresh(
    ongoing: OngoingConversation, console: CounsellorClient, stores: Stores
) -> None:
    await ongoing.accept()
    await console.send("hello")
    console.take()
    await closing.close(conversation=ongoing.conversation, reason=Reason.VISITOR_LEFT, now=clock.now())
    stores.volatile.fails = 1
    assert not await console.refresh()
    assert console.take() == []
    await console.send("say", conversation=ongoing.conversation, client_id="a", body="êtes-vous là ?")
    assert [one["code"] for one in console.take()] == ["not_found"]
    assert await console.refresh()
    (closed,) = console.take()
    assert (closed["type"], closed["reason"]) == ("closed", "visitor_left")


async def test_a_conversation_regained_between_failed_refreshes_is_opened_again(
    ongoing: OngoingConversation, console: CounsellorClient, stores: Stores
) -> None:
    await ongoing.accept()
    await console.send("hello")
    console.take()
    await database.run(remove_parties, ongoing)
    stores.volatile.fails = 1
    assert not await console.refresh()
    await ongoing.accept()
    await ongoing.say("bonjour")
    assert await console.refresh()
    (opened,) = console.take()
    assert (opened["type"], bodies(opened, "messages")) == ("opened", ["bonjour"])
    await ongoing.say("encore")
    assert [one["body"] for one in console.take()] == ["encore"]


async def test_a_conversation_lost_before_it_was_opened_is_unsubscribed(
    ongoing: OngoingConversation, console: CounsellorClient, stores: Stores
) -> None:
    await console.send("hello")
    console.take()
    await ongoing.accept()
    stores.transcripts.fails = 1
    assert not await console.refresh()
    assert stores.hub.has_listeners(ongoing.conversation)
    await database.run(remove_parties, ongoing)
    assert await console.refresh()
    assert not stores.hub.has_listeners(ongoing.conversation)
    assert console.take() == []


@pytest.mark.parametrize(("left_s", "reason"), [(-1, "expired"), (30, "withdrawn")])
async def test_an_offer_renewed_between_refreshes_is_sent_as_gone_and_as_new(
    ongoing: OngoingConversation, console: CounsellorClient, left_s: int, reason: str
) -> None:
    def rings_until(until: datetime) -> None:
        Offer.objects.update_or_create(
            conversation_id=ongoing.conversation,
            counsellor_id=ongoing.counsellor,
            defaults={"state": OfferState.RINGING, "expires_at": until},
        )

    begun = clock.now()
    with pytest.MonkeyPatch.context() as then:
        then.setattr(clock, "now", lambda: begun - timedelta(seconds=60))
        await database.run(rings_until, begun + timedelta(seconds=left_s))
        await console.send("hello")
    console.take()
    await database.run(rings_until, begun + timedelta(hours=1))
    assert await console.refresh()
    gone, offer = console.take()
    assert (gone["type"], gone["reason"]) == ("offer_gone", reason)
    assert (offer["type"], offer["conversation"]) == ("offer", ongoing.conversation)
    assert await console.refresh()
    assert console.take() == []


@pytest.mark.parametrize("statement", range(1, 12))
def test_an_accept_during_the_query_shows_either_the_offer_or_the_conversation(statement: int) -> None:
    ongoing = create_conversation()
    Offer.objects.create(
        conversation_id=ongoing.conversation,
        counsellor_id=ongoing.counsellor,
        state=OfferState.RINGING,
        expires_at=clock.now() + timedelta(days=365),
    )
    done = 0

    def accepted_meanwhile(execute: Callable[..., Any], *query: Any) -> Any:
        nonlocal done
        done += 1
        if done == statement:
            Offer.objects.all().delete()
            ongoing._accept()
        return execute(*query)

    with connection.execute_wrapper(accepted_meanwhile):
        view = counsellor_view._read_views({ongoing.counsellor})[ongoing.counsellor]
    assert (ongoing.conversation in view.offers) != (ongoing.conversation in view.conversations)


def remove_parties(ongoing: OngoingConversation) -> None:
    Party.objects.filter(conversation_id=ongoing.conversation).delete()
    Conversation.objects.filter(pk=ongoing.conversation).update(state="waiting")
