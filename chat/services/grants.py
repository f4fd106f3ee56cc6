"""The keys that the two ends of a conversation grant each other: carried, kept beside the transcript, and opened by nobody here.

A counsellor's browser has a pair of keys for one conversation. Its public half is in the party's row; the visitor's browser, or another
that has the keys, grants it the keys of the conversation.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import F

from chat import database, runtime
from chat.models import MOST_BROWSERS, Conversation, Party
from chat.services import parties
from chat.states import State
from chat.transcript.interface import Grant
from wakeups import publish


async def name_key(*, conversation: str, counsellor: int, key: str) -> bool:
    """A browser of this counsellor has this public key for the conversation. False: they do not take part, or it is somebody else's."""
    if await database.run(_has_named, conversation, counsellor, key):
        return True
    named = await database.run(_name, conversation, counsellor, key)
    if named:
        await parties.show_now_or_soon(conversation)
        await publish.changed(conversation)
    return named


def _has_named(conversation: str, counsellor: int, key: str) -> bool:
    own = Party.objects.filter(conversation=UUID(conversation), counsellor=counsellor)
    return any(key in keys.split() for keys in own.values_list("public_keys", flat=True))


@transaction.atomic
def _name(conversation: str, counsellor: int, key: str) -> bool:
    row = UUID(conversation)
    # Locked before the party, as by whoever removes one. Of two browsers at once, the second sees the first one's key.
    if not Conversation.objects.select_for_update().filter(pk=row, state=State.ACTIVE).exists():
        return False
    # What is granted to somebody else's must not be granted under this one's number.
    if is_known(conversation, key):
        return _has_named(conversation, counsellor, key)
    party = Party.objects.filter(conversation=row, counsellor=counsellor).first()
    if party is None:
        return False
    party.public_keys = " ".join([*party.public_keys.split(), key][-MOST_BROWSERS:])
    party.save(update_fields=["public_keys"])
    # Whoever shows who takes part reads it anew.
    Conversation.objects.filter(pk=row).update(party_version=F("party_version") + 1)
    return True


def is_known(conversation: str, key: str) -> bool:
    """Whether a browser of anybody who takes part has named it."""
    named = Party.objects.filter(conversation=UUID(conversation)).values_list("public_keys", flat=True)
    return any(key in keys.split() for keys in named)


async def ask_for_grant(*, conversation: str, number: int, key: str, generation: int) -> None:
    """Ask whoever has the keys to grant them to this browser."""
    await publish.hint(conversation, "grant_wanted", number=number, key=key, generation=generation)


async def give(*, conversation: str, grant: Grant, keys: Iterable[Collection[str]]) -> None:
    """Keep it for its browser, which is told at once. `keys`: those of the browsers of all who take part."""
    here = {key for each in keys for key in each}
    if await runtime.transcripts().put_grant(conversation, grant, here=here):
        await publish.hint(
            conversation,
            "granted",
            to=grant.to,
            key=grant.key,
            generation=grant.generation,
            sealed=grant.sealed,
            by_visitor=grant.by_visitor,
        )


async def grant_for(*, conversation: str, key: str | None) -> Grant | None:
    """What was granted to this browser."""
    return None if key is None else await runtime.transcripts().grant(conversation, key)
