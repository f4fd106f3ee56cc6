"""A transcript's entry as the frame that a page shows: for visitors, and for counsellors.

A socket has an encoder for each conversation that it shows. All sockets of one kind in this process share the encoded bytes.
"""

from collections.abc import Mapping
from typing import Protocol

import msgspec

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
    """Encodes a conversation's entries for one socket."""

    @property
    def kinds(self) -> frozenset[EntryKind]:
        """The kinds of entries that this page shows."""

    def encode(self, event: TranscriptEvent) -> bytes | None:
        """None: this page may no longer receive it."""


class VisitorEncoder(msgspec.Struct, frozen=True):
    language: str
    kinds: frozenset[EntryKind] = MESSAGES_ONLY

    def encode(self, event: TranscriptEvent) -> bytes | None:
        encoded = event.encoded.get("visitor")
        if encoded is None:
            encoded = write(visitor_message(self.language, event.entry))
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
            # No longer a party: the database knows it, and the socket is about to learn it. (A list that is older than the one that this
            # socket read in the database proves nothing: the store may have been unreachable when the list changed.)
            return None
        encoded = event.encoded.get(entry.kind)
        if encoded is None:
            encoded = write(
                counsellor_message(self.participation, entry)
                if entry.kind is EntryKind.MESSAGE
                else counsellor_note(self.participation, entry)
            )
            event.encoded[entry.kind] = encoded
        return encoded


def visitor_message(language: str, entry: Entry) -> visitor_frames.Message:
    author = "visitor" if entry.author == VISITOR else "system" if entry.author == SYSTEM else "counsellor"
    return visitor_frames.Message(
        epoch=entry.epoch,
        seq=entry.seq,
        author=author,
        alias=alias(language, entry.number) if author == "counsellor" else None,
        # An envelope belongs to its client_id, which the other end must know. A console draws it at random.
        client_id=entry.client_id if author != "system" else None,
        body=entry.envelope,
        at=moment_of(entry.at_ms),
        number=entry.number if author == "counsellor" else None,
    )


def counsellor_message(participation: Participation, entry: Entry) -> counsellor_frames.Message:
    author = "visitor" if entry.author == VISITOR else "system" if entry.author == SYSTEM else "counsellor"
    return counsellor_frames.Message(
        conversation=participation.conversation,
        epoch=entry.epoch,
        seq=entry.seq,
        author=author,
        alias=alias(participation.language, entry.number) if author == "counsellor" else None,
        client_id=entry.client_id,
        body=entry.envelope,
        at=moment_of(entry.at_ms),
        number=entry.number if author == "counsellor" else None,
        by=entry.author if author == "counsellor" else None,
    )


def counsellor_note(
    participation: Participation, entry: Entry, names: Mapping[int, str] | None = None
) -> counsellor_frames.Note:
    """`names`: first names of those who no longer take part."""
    _, name = participation.parties.get(entry.author, (0, (names or {}).get(entry.author, "")))
    return counsellor_frames.Note(
        conversation=participation.conversation,
        epoch=entry.epoch,
        note_seq=entry.seq,
        author_name=name,
        client_id=entry.client_id,
        body=entry.envelope,
        at=moment_of(entry.at_ms),
        number=entry.number,
        by=entry.author,
    )
