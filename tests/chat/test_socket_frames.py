"""A page is told everything, once it has been greeted and not before, whatever happens or fails while that is being read."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from django.db import connection

from chat import clock, database
from chat.hub import Notification
from chat.models import Conversation, Offer, OfferState, Party
from chat.services import closing, counsellor_view
from chat.states import Reason
from tests.chat.database_rows import site
from tests.chat.sockets import (
    CounsellorEnd,
    Stores,
    Talk,
    VisitorEnd,
    asked,
    asked_in_the_database,
    fresh_stores,  # noqa: F401  # a fixture
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest_asyncio.fixture
async def talk(stores: Stores) -> Talk:
    return await asked()


@pytest_asyncio.fixture
async def visitor(stores: Stores) -> AsyncIterator[VisitorEnd]:
    end = VisitorEnd()
    yield end
    await end.close()


@pytest_asyncio.fixture
async def console(talk: Talk) -> AsyncIterator[CounsellorEnd]:
    end = CounsellorEnd(talk)
    yield end
    await end.close()


def bodies(frame: dict[str, Any], field: str) -> list[str]:
    return [one["body"] for one in frame[field]]


# --- a visitor ------------------------------------------------------------------------------------------------


@pytest.fixture
def joined_at_once(monkeypatch: pytest.MonkeyPatch, visitor: VisitorEnd) -> dict[str, Talk]:
    """Before the one who asks is told of it, somebody has accepted it and said two things."""
    made: dict[str, Talk] = {}

    async def ask(**_: Any) -> None:
        if not made:
            talk = made["talk"] = await asked()
            await talk.accept()
            for body in ("bonjour", "je vous écoute"):
                await talk.say(body, author=talk.counsellor)

    monkeypatch.setattr("chat.services.requests.ask", ask)
    return made


async def test_a_visitor_accepted_before_the_reply_receives_the_messages(
    visitor: VisitorEnd, joined_at_once: dict[str, Talk]
) -> None:
    await database.run(site)
    await visitor.hello()
    visitor.take()
    await visitor.send("ask", theme="emploi", language="fr")
    resumed, joined = visitor.take()
    assert (resumed["type"], resumed["state"]) == ("resumed", "active")
    assert resumed["conversation"] == joined_at_once["talk"].conversation
    assert bodies(resumed, "events") == ["bonjour", "je vous écoute"]
    assert joined["type"] == "joined"


async def test_asking_again_sends_the_messages_that_could_not_be_read(
    visitor: VisitorEnd, joined_at_once: dict[str, Talk], stores: Stores
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
    talk: Talk, visitor: VisitorEnd, stores: Stores
) -> None:
    await talk.accept()
    await talk.say("avant", author=talk.counsellor)

    async def everything_happens() -> None:
        await talk.say("pendant", author=talk.counsellor)
        for name, data in (("typing", {"by": 1, "on": True}), ("back", {"counsellor": talk.counsellor})):
            stores.hub.notify(Notification(talk.conversation, name, data))

    stores.transcripts.meanwhile = everything_happens
    await visitor.hello()
    told = visitor.take()
    assert [one["type"] for one in told] == ["welcome", "resumed", "message", "typing", "joined"]
    assert bodies(told[1], "events") == ["avant"]
    assert told[2]["body"] == "pendant"
    # From here on it is told as it comes.
    await talk.say("après", author=talk.counsellor)
    assert [one["body"] for one in visitor.take()] == ["après"]


async def test_a_message_just_after_the_accept_is_not_refused(talk: Talk, visitor: VisitorEnd) -> None:
    await visitor.hello()
    visitor.take()
    await visitor.send("say", client_id="a", body="il y a quelqu’un ?")
    assert [one["code"] for one in visitor.take()] == ["nobody_yet"]
    # Accepted, and no look of this page's since.
    await talk.accept()
    await visitor.send("say", client_id="a", body="il y a quelqu’un ?")
    joined, message = visitor.take()
    assert (joined["type"], message["client_id"]) == ("joined", "a")


async def test_a_repeated_message_that_the_store_lost_is_requested_again(
    talk: Talk, visitor: VisitorEnd, stores: Stores
) -> None:
    await talk.accept()
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


async def test_a_counsellors_repeated_message_keeps_its_pseudonymous_client_id(
    talk: Talk, visitor: VisitorEnd, stores: Stores
) -> None:
    await talk.accept()
    await visitor.hello()
    visitor.take()
    await talk.say("bonjour", author=talk.counsellor)
    await stores.transcripts.erase(talk.conversation)
    await talk.say("bonjour", author=talk.counsellor)
    await talk.say("encore", author=talk.counsellor)
    first, again, other = visitor.take()
    assert (first["epoch"], again["epoch"]) == (1, 2)
    assert first["client_id"] == again["client_id"] != other["client_id"]
    assert "bonjour" not in first["client_id"]
    await visitor.hello(after=2, epoch=2)
    await visitor.hello(after=0, epoch=2)
    resumed = [one for one in visitor.take() if one["type"] == "resumed"][-1]
    assert resumed["events"][0]["client_id"] == first["client_id"]


async def test_a_page_switches_to_a_newer_conversation_of_the_same_token(
    talk: Talk, visitor: VisitorEnd
) -> None:
    await talk.accept()
    await visitor.hello()
    visitor.take()
    await database.run(Conversation.objects.all().delete)
    other = await asked()
    await other.accept()
    await other.say("de nouveau", author=talk.counsellor)
    assert await visitor.refresh()
    told = visitor.take()
    assert bodies(told[0], "events") == ["de nouveau"]
    await visitor.send("say", client_id="b", body="me revoici")
    assert [one["body"] for one in visitor.take()] == ["me revoici"]


# --- a counsellor ---------------------------------------------------------------------------------------------


async def test_a_message_during_the_opening_is_sent_after_it(
    talk: Talk, console: CounsellorEnd, stores: Stores
) -> None:
    await console.send("hello")
    console.take()
    await talk.accept()
    await talk.say("avant")

    async def says() -> None:
        await talk.say("pendant")

    stores.transcripts.meanwhile = says
    assert await console.refresh()
    told = console.take()
    assert [one["type"] for one in told] == ["opened", "message"]
    assert bodies(told[0], "messages") == ["avant"]
    assert told[1]["body"] == "pendant"
    await talk.say("après")
    assert [one["body"] for one in console.take()] == ["après"]


async def test_a_console_that_reconnects_receives_nothing_before_the_welcome(
    talk: Talk, console: CounsellorEnd, stores: Stores
) -> None:
    await talk.accept()
    await talk.say("avant")

    async def everything_happens() -> None:
        await talk.say("pendant")
        stores.hub.notify(Notification(talk.conversation, "typing", {"by": 0, "on": True}))

    stores.transcripts.meanwhile = everything_happens
    await console.send("hello")
    told = console.take()
    assert [one["type"] for one in told] == ["welcome", "message", "typing"]
    assert bodies(told[0]["conversations"][0], "messages") == ["avant"]


async def test_a_conversation_that_could_not_be_read_is_opened_by_the_next_refresh(
    talk: Talk, console: CounsellorEnd, stores: Stores
) -> None:
    await console.send("hello")
    console.take()
    await talk.accept()
    await talk.say("bonjour")
    stores.transcripts.fails = 1
    assert not await console.refresh()
    assert console.take() == []
    assert await console.refresh()
    (opened,) = console.take()
    assert opened["type"] == "opened"
    assert bodies(opened, "messages") == ["bonjour"]


async def test_an_end_that_could_not_be_read_is_sent_by_the_next_refresh(
    talk: Talk, console: CounsellorEnd, stores: Stores
) -> None:
    await talk.accept()
    await console.send("hello")
    console.take()
    await closing.close(conversation=talk.conversation, reason=Reason.VISITOR_LEFT, now=clock.now())
    stores.volatile.fails = 1
    assert not await console.refresh()
    assert console.take() == []
    await console.send("say", conversation=talk.conversation, client_id="a", body="êtes-vous là ?")
    assert [one["code"] for one in console.take()] == ["not_found"]
    assert await console.refresh()
    (closed,) = console.take()
    assert (closed["type"], closed["reason"]) == ("closed", "visitor_left")


async def test_a_conversation_regained_between_failed_refreshes_is_opened_again(
    talk: Talk, console: CounsellorEnd, stores: Stores
) -> None:
    await talk.accept()
    await console.send("hello")
    console.take()
    await database.run(without_parties, talk)
    stores.volatile.fails = 1
    assert not await console.refresh()
    await talk.accept()
    await talk.say("bonjour")
    assert await console.refresh()
    (opened,) = console.take()
    assert (opened["type"], bodies(opened, "messages")) == ("opened", ["bonjour"])
    await talk.say("encore")
    assert [one["body"] for one in console.take()] == ["encore"]


async def test_a_conversation_lost_before_it_was_opened_is_unsubscribed(
    talk: Talk, console: CounsellorEnd, stores: Stores
) -> None:
    await console.send("hello")
    console.take()
    await talk.accept()
    stores.transcripts.fails = 1
    assert not await console.refresh()
    assert stores.hub.has_listeners(talk.conversation)
    await database.run(without_parties, talk)
    assert await console.refresh()
    assert not stores.hub.has_listeners(talk.conversation)
    assert console.take() == []


@pytest.mark.parametrize(("left_s", "reason"), [(-1, "expired"), (30, "withdrawn")])
async def test_an_offer_renewed_between_refreshes_is_sent_as_gone_and_as_new(
    talk: Talk, console: CounsellorEnd, left_s: int, reason: str
) -> None:
    def rings_until(end: datetime) -> None:
        Offer.objects.update_or_create(
            conversation_id=talk.conversation,
            counsellor_id=talk.counsellor,
            defaults={"state": OfferState.RINGING, "expires_at": end},
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
    assert (offer["type"], offer["conversation"]) == ("offer", talk.conversation)
    assert await console.refresh()
    assert console.take() == []


@pytest.mark.parametrize("statement", range(1, 12))
def test_an_accept_during_the_query_shows_either_the_offer_or_the_conversation(statement: int) -> None:
    talk = asked_in_the_database()
    Offer.objects.create(
        conversation_id=talk.conversation,
        counsellor_id=talk.counsellor,
        state=OfferState.RINGING,
        expires_at=clock.now() + timedelta(days=365),
    )
    done = 0

    def accepted_meanwhile(execute: Callable[..., Any], *query: Any) -> Any:
        nonlocal done
        done += 1
        if done == statement:
            Offer.objects.all().delete()
            talk._accept()
        return execute(*query)

    with connection.execute_wrapper(accepted_meanwhile):
        view = counsellor_view._look({talk.counsellor})[talk.counsellor]
    assert (talk.conversation in view.offers) != (talk.conversation in view.conversations)


def without_parties(talk: Talk) -> None:
    Party.objects.filter(conversation_id=talk.conversation).delete()
    Conversation.objects.filter(pk=talk.conversation).update(state="waiting")
