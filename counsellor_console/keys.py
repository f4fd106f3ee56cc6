"""The keys of conversations, which browsers grant each other: what this console names, asks for, gives and receives."""

from chat.frames.counsellor import client_frames, server_frames
from chat.hub import Notification
from chat.services import grants
from chat.services.counsellor_view import Participation
from chat.transcript.interface import Grant


async def ask(
    frame: client_frames.GrantWanted, participation: Participation, *, me: int
) -> server_frames.Grant | None:
    """Name this browser's key. The grant, where there is one of this generation; else whoever has the keys is asked for it."""
    conversation = participation.conversation
    await grants.name_key(conversation=conversation, counsellor=me, key=frame.key)
    known = await grants.grant_for(conversation=conversation, key=frame.key)
    if known is not None and known.generation >= frame.generation:
        return server_frames.Grant(conversation, known.to, known.key, known.generation, known.sealed)
    await grants.ask_for_grant(
        conversation=conversation,
        number=participation.number,
        key=frame.key,
        generation=frame.generation,
    )
    return None


async def give(frame: client_frames.Grant, participation: Participation) -> None:
    """Hand it on to another browser of those who take part."""
    if participation.has_key(frame.number, frame.to):
        grant = Grant(frame.to, frame.key, frame.generation, frame.sealed)
        await grants.give(conversation=participation.conversation, grant=grant)


def notified(
    conversation: str, notification: Notification, *, key: str | None
) -> server_frames.Grant | server_frames.GrantWanted | None:
    """The frame for a console whose browser has this public key."""
    data = notification.data
    match notification.name:
        case "granted" if data["to"] == key:
            return server_frames.Grant(
                conversation, data["to"], data["key"], data["generation"], data["sealed"]
            )
        case "grant_wanted" if data["key"] != key:
            return server_frames.GrantWanted(conversation, data["number"], data["key"], data["generation"])
    return None
