"""A transcript's entry as the frame that a page shows: for visitors, and for counsellors.

A socket has an encoder for each conversation that it shows. What was encoded for one socket serves all others of its kind here.
"""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from chat import sealing
from chat.frames.base import moment_of, write
from chat.frames.counsellor import server_frames as counsellor_frames
from chat.frames.visitor import server_frames as visitor_frames
from chat.hub import TranscriptEvent
from chat.services.counsellor_view import Participation
from chat.services.visitor_view import alias
from chat.transcript.interface import SYSTEM, VISITOR, Entry, EntryKind

ALL_KINDS = frozenset(EntryKind)
MESSAGES_ONLY = frozenset({EntryKind.MESSAGE})


class EntryEncoder(Protocol):
    """What one socket shows of a conversation's entries."""

    @property
    def kinds(self) -> frozenset[EntryKind]:
        """Entries of other kinds are not for this page."""

    def encode(self, event: TranscriptEvent) -> bytes | None:
        """None: this page may be no longer told."""


class VisitorEncoder(msgspec.Struct, frozen=True):
    language: str
    kinds: frozenset[EntryKind] = MESSAGES_ONLY

    def encode(self, event: TranscriptEvent) -> bytes | None:
        encoded = event.encoded.get("visitor")
        if encoded is None:
            encoded = write(visitor_message(self.language, event.entry, event.body))
            event.encoded["visitor"] = encoded
        return encoded


class CounsellorEncoder(msgspec.Struct, frozen=True):
    counsellor: int
    participation: Participation
    kinds: frozenset[EntryKind] = ALL_KINDS

    def encode(self, event: TranscriptEvent) -> bytes | None:
        entry = event.entry
        listed = entry.parties
        if self.counsellor not in listed.numbers and listed.version >= self.participation.party_version:
            # No longer a party: the database knows, the socket is about to. (A list that is older than what was seen there says nothing:
            # the store could not be told in time.)
            return None
        encoded = event.encoded.get(entry.kind)
        if encoded is None:
            encoded = write(
                counsellor_message(self.participation, entry, event.body)
                if entry.kind is EntryKind.MESSAGE
                else counsellor_note(self.participation, entry, event.body)
            )
            event.encoded[entry.kind] = encoded
        return encoded


def visitor_message(language: str, entry: Entry, body: str) -> visitor_frames.Message:
    author = "visitor" if entry.author == VISITOR else "system" if entry.author == SYSTEM else "counsellor"
    client_id = alias_there = None
    if author == "visitor":
        client_id = entry.client_id
    elif author == "counsellor":
        # By what a console calls it, consoles could be told apart. But it must be known again when it comes twice: an author who missed
        # its number, which went with the store's memory, says it once more in the next epoch.
        client_id = sealing.pseudonym(f"{entry.number} {entry.client_id}")
        alias_there = alias(language, entry.number)
    return visitor_frames.Message(
        epoch=entry.epoch,
        seq=entry.seq,
        author=author,
        alias=alias_there,
        client_id=client_id,
        body=body,
        at=moment_of(entry.at_ms),
    )


def counsellor_message(participation: Participation, entry: Entry, body: str) -> counsellor_frames.Message:
    author = "visitor" if entry.author == VISITOR else "system" if entry.author == SYSTEM else "counsellor"
    return counsellor_frames.Message(
        conversation=participation.conversation,
        epoch=entry.epoch,
        seq=entry.seq,
        author=author,
        alias=alias(participation.language, entry.number) if author == "counsellor" else None,
        client_id=entry.client_id,
        body=body,
        at=moment_of(entry.at_ms),
    )


def counsellor_note(
    participation: Participation, entry: Entry, body: str, names: Mapping[int, str] | None = None
) -> counsellor_frames.Note:
    """`names` of those who take part no more."""
    _, name = participation.parties.get(entry.author, (0, (names or {}).get(entry.author, "")))
    return counsellor_frames.Note(
        conversation=participation.conversation,
        epoch=entry.epoch,
        note_seq=entry.seq,
        author_name=name,
        client_id=entry.client_id,
        body=body,
        at=moment_of(entry.at_ms),
    )
