"""A visitor who has just asked is subscribed before the conversation is read: no change is missed, and nothing is read twice for it."""

from typing import Any

import pytest

from chat import database, runtime
from chat.hub import Notification
from chat.models import Conversation
from chat.services import visitor_view
from tests.chat.sockets import (
    Stores,
    VisitorClient,
    fresh_stores,  # noqa: F401  # a fixture
    start_conversation,
)
from widget import asking

pytestmark = pytest.mark.django_db(transaction=True)


class FirstReading:
    """A visitor asks; `happens` is done while their page reads the conversation for the first time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, is_new: bool = True) -> None:
        self.conversation = ""
        self.subscribed = False
        self.readings_wanted = 0
        self._is_new = is_new
        self._load = visitor_view.load
        self.visitor = VisitorClient()
        self.visitor.socket.refresh_soon = self._want  # type: ignore[method-assign]
        monkeypatch.setattr(asking, "ask", self._ask)
        monkeypatch.setattr(visitor_view, "load", self._load_meanwhile)

    def _want(self) -> None:
        self.readings_wanted += 1

    async def _ask(self, *_: Any, **__: Any) -> str | None:
        self.conversation = (await start_conversation()).conversation
        return self.conversation if self._is_new else None

    async def _load_meanwhile(self, *given: Any, **named: Any) -> Any:
        found = await self._load(*given, **named)
        if self.conversation:
            self.subscribed = self.visitor.socket in runtime.hub().listeners(self.conversation)
            self.happens()
        return found

    def happens(self) -> None:
        pass

    async def ask(self) -> None:
        # The site is there, and nobody has asked.
        await start_conversation()
        await database.run(lambda: Conversation.objects.all().delete())
        await self.visitor.hello()
        await self.visitor.send("ask", theme="emploi", language="fr")


async def test_without_a_change_the_first_reading_is_enough(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = FirstReading(monkeypatch)
    await reading.ask()
    assert reading.subscribed
    assert reading.readings_wanted == 0


async def test_a_change_during_the_first_reading_is_read(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = FirstReading(monkeypatch)
    reading.happens = lambda: runtime.hub().notify(  # type: ignore[method-assign]
        Notification(reading.conversation, "changed", {"because": ""})
    )
    await reading.ask()
    assert reading.readings_wanted == 1


async def test_a_conversation_that_was_there_already_is_read_again(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = FirstReading(monkeypatch, is_new=False)
    await reading.ask()
    assert not reading.subscribed
    assert reading.readings_wanted == 1


async def test_who_disconnects_is_subscribed_to_nothing(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = FirstReading(monkeypatch)
    await reading.ask()
    await reading.visitor.socket.on_disconnect()
    assert reading.visitor.socket not in runtime.hub().listeners(reading.conversation)
