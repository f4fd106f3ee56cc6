"""The conversation that a visitor's page shows: the socket's subscription to it."""

from typing import Any

from msgspec.structs import replace

from chat import runtime
from chat.entry_frames import VisitorEncoder, visitor_message
from chat.frames.visitor import server_frames
from chat.services import messages
from chat.services.visitor_view import VisitorView
from chat.socket import Socket
from chat.transcript.interface import Entry
from partners import clock
from wakeups.topics import EVERY_VISITOR
from widget import presenter


class Subscription:
    """Holds events from the start, until the socket releases them."""

    __slots__ = ("_language", "_shows_words", "_socket", "conversation")

    def __init__(self, socket: Socket[Any], view: VisitorView, *, shows_words: bool) -> None:
        """Without words: of a page that could not open what was said."""
        self._socket = socket
        self._shows_words = shows_words
        self._language = view.language
        self.conversation = view.conversation
        socket.hold_events(view.conversation)
        socket.encoders = {view.conversation: VisitorEncoder(view.language)} if shows_words else {}
        runtime.hub().subscribe_to_conversation(view.conversation, socket)
        runtime.hub().subscribe(EVERY_VISITOR, socket)

    def end(self) -> None:
        runtime.hub().unsubscribe(self.conversation, self._socket)
        self._socket.drop_events(self.conversation)
        self._socket.encoders = {}

    def is_elsewhere(self) -> bool:
        """Whether another page of this visitor is connected here."""
        return any(
            isinstance(one, type(self._socket)) and one is not self._socket
            for one in runtime.hub().listeners(self.conversation)
        )

    def message(self, entry: Entry) -> server_frames.Message:
        return visitor_message(self._language, entry)

    async def resumed(
        self, view: VisitorView, *, after: int, epoch: int, storage_key: str
    ) -> server_frames.Resumed:
        """The messages after `after`. Raises `Unreachable`."""
        page = await messages.read_after(
            conversation=self.conversation, epoch=epoch, after=after, now=clock.now()
        )
        if page is not None and not self._shows_words:
            page = replace(page, entries=[], more=False)
        events = [self.message(entry) for entry in page.entries] if page else []
        return presenter.resumed(
            view,
            page,
            epoch=epoch,
            events=events,
            storage_key=storage_key,
        )
