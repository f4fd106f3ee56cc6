"""The keys of conversations, which browsers grant each other: what this console names, asks for, gives and receives."""

from collections.abc import Collection
from typing import Any

from chat.frames.counsellor import client_frames, server_frames
from chat.hub import Notification
from chat.services import grants
from chat.services.counsellor_view import CounsellorView, Participation
from chat.socket import Socket
from chat.states import PartyRole
from chat.transcript.interface import Grant


class Keys:
    """The public keys of one console's browser, by conversation."""

    __slots__ = ("_names", "_socket")

    def __init__(self, socket: Socket[Any]) -> None:
        self._socket = socket
        self._names: dict[str, str] = {}

    def of(self, conversation: str) -> str | None:
        return self._names.get(conversation)

    def remember(self, conversation: str, key: str) -> None:
        self._names[conversation] = key

    def forget(self, conversations: Collection[str]) -> None:
        for conversation in conversations:
            self._names.pop(conversation, None)

    def greeted(self, frame: client_frames.Hello, view: CounsellorView) -> None:
        """Before the first page of each conversation is read."""
        self._names |= {one: key for one, key in frame.keys.items() if one in view.conversations}

    async def name_all(self, frame: client_frames.Hello, view: CounsellorView, *, me: int) -> None:
        """After the console has been welcomed: whoever has the keys is asked for those that it lacks."""
        for conversation, key in frame.keys.items():
            if (participation := view.conversations.get(conversation)) is not None:
                wanted = client_frames.GrantWanted(conversation=conversation, key=key)
                await self.ask(wanted, participation, me=me)

    async def ask(self, frame: client_frames.GrantWanted, participation: Participation, *, me: int) -> None:
        """Name this browser's key. The grant, where there is one of this generation; else whoever has the keys is asked for it."""
        conversation = participation.conversation
        if not await grants.name_key(conversation=conversation, counsellor=me, key=frame.key):
            return
        self.remember(conversation, frame.key)
        known = await grants.grant_for(conversation=conversation, key=frame.key)
        if known is not None and known.generation >= frame.generation:
            self._socket.push(frame_of(conversation, known))
        else:
            await self._want(participation, frame.key, frame.generation)

    async def joined(self, participation: Participation, key: str) -> None:
        """The visitor is told of a guest's browser as of one who has joined; colleagues can grant it the keys as well."""
        # A key that is somebody else's was not taken for this one's.
        if participation.role == PartyRole.GUEST and participation.has_key(participation.number, key):
            await self._want(participation, key, 1)

    async def give(self, frame: client_frames.Grant, participation: Participation) -> None:
        """Hand it on to another browser of those who take part."""
        if participation.has_key(frame.number, frame.to):
            grant = Grant(frame.to, frame.key, frame.generation, frame.sealed)
            keys = participation.keys.values()
            await grants.give(conversation=participation.conversation, grant=grant, keys=keys)

    def notified(self, conversation: str, notification: Notification) -> None:
        mine, data = self.of(conversation), notification.data
        match notification.name:
            case "granted" if data["to"] == mine:
                grant = Grant(
                    data["to"], data["key"], data["generation"], data["sealed"], by_visitor=data["by_visitor"]
                )
                self._socket.push(frame_of(conversation, grant))
            case "grant_wanted" if data["key"] != mine:
                self._socket.push(
                    server_frames.GrantWanted(conversation, data["number"], data["key"], data["generation"])
                )

    async def _want(self, participation: Participation, key: str, generation: int) -> None:
        await grants.ask_for_grant(
            conversation=participation.conversation,
            number=participation.number,
            key=key,
            generation=generation,
        )


def frame_of(conversation: str, grant: Grant) -> server_frames.Grant:
    return server_frames.Grant(
        conversation, grant.to, grant.key, grant.generation, grant.sealed, grant.by_visitor
    )
