"""The conversations that a console shows: the socket's subscriptions to them."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from chat import runtime
from chat.entry_frames import CounsellorEncoder
from chat.services.counsellor_view import CounsellorView, Participation
from chat.socket import Socket
from counsellor_console import presenter
from counsellor_console.keys import Keys


class Subscriptions:
    __slots__ = ("_keys", "_socket", "begun")

    def __init__(self, socket: Socket[Any], keys: Keys) -> None:
        self._socket = socket
        self._keys = keys
        self.begun: set[str] = set()

    def begin(self, participation: Participation) -> None:
        """Events wait until the socket releases them."""
        conversation = participation.conversation
        self.begun.add(conversation)
        self._socket.hold_events(conversation)
        runtime.hub().subscribe_to_conversation(conversation, self._socket)

    def show(self, counsellor: int, conversations: Mapping[str, Participation]) -> None:
        """Show entries by these participations, and none of other conversations."""
        self._socket.encoders = {
            conversation: CounsellorEncoder(counsellor, participation)
            for conversation, participation in conversations.items()
        }

    async def follow(
        self, before: CounsellorView, now: CounsellorView, reasons: dict[str, str], *, me: int
    ) -> list[msgspec.Struct]:
        """Subscribe to the conversations of the new view, and to no others. Returns the frames that say what has changed.

        `reasons`: why a conversation may be lost, where that is known. Used reasons are removed.
        """
        frames: list[msgspec.Struct] = []
        # Also those that were subscribed to but never sent to the page.
        gone = self.begun - now.conversations.keys()
        self.end(gone)
        self._keys.forget(gone)
        lost = before.conversations.keys() - now.conversations.keys()
        for conversation in lost:
            reason = reasons.get(conversation, "") or presenter.why_released(
                before.conversations[conversation]
            )
            frames.append(await presenter.lost(conversation, reason))
        for conversation, participation in now.conversations.items():
            seen = before.conversations.get(conversation)
            if seen is None or conversation not in self.begun:
                self.begin(participation)
                snapshot, _ = await presenter.snapshot(participation, None, key=self._keys.of(conversation))
                frames.append(presenter.opened(snapshot))
            else:
                frames += presenter.parties_changed(seen, participation, me=me)
                if seen.party_version != participation.party_version:
                    # The change had that reason for somebody else.
                    reasons.pop(conversation, None)
        for conversation in lost:
            reasons.pop(conversation, None)
        return frames

    def end(self, conversations: Collection[str]) -> None:
        for conversation in conversations:
            runtime.hub().unsubscribe(conversation, self._socket)
            self.begun.discard(conversation)
            self._socket.drop_events(conversation)

    def end_all(self) -> None:
        self.end(set(self.begun))
