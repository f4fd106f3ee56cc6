"""An entry as Redis keeps and publishes it: a list in JSON, which `scripts.APPEND` writes and this reads."""

import re
from base64 import b64decode, b64encode
from functools import lru_cache

import msgspec

from chat.sealing import Vault
from chat.transcript.interface import Entry, EntryKind, PartyList

DRAWN = re.compile(r"[\w-]{22,64}", re.ASCII)
"""A `client_id` as our pages draw it: 16 random bytes in base64url, and what they put before."""
SEALED = "~"
"""Before one that is sealed."""


class _StoredEntry(msgspec.Struct, array_like=True, frozen=True, gc=False):
    kind: EntryKind
    epoch: int
    seq: int
    author: int
    number: int
    name: str
    envelope: str
    at_ms: int
    version: int
    parties: str


_decode = msgspec.json.Decoder(_StoredEntry).decode


class StoredEntries:
    __slots__ = ("_vault",)

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def names(
        self, conversation: str, kind: EntryKind, author: int, client_id: str
    ) -> tuple[str | bytes, str]:
        """What a repeat is known by, and how the entry names it: as it is, where a browser drew it; else sealed, for it may be any text."""
        if DRAWN.fullmatch(client_id):
            return f"{kind}{author} {client_id}", client_id
        known = self._vault.digest(f"{kind} {author} {client_id}", about=conversation)
        return known, SEALED + b64encode(self._vault.lock(client_id.encode(), about=conversation)).decode()

    def read(self, conversation: str, raw: bytes) -> Entry:
        """Raises `msgspec.MsgspecError`, `ValueError` or `InvalidTag` for what none of our processes wrote."""
        one = _decode(raw)
        return Entry(
            one.kind,
            one.epoch,
            one.seq,
            one.author,
            one.number,
            self._client_id(conversation, one.name),
            one.envelope,
            one.at_ms,
            _parties(one.version, one.parties),
        )

    def _client_id(self, conversation: str, named: str) -> str:
        if not named.startswith(SEALED):
            return named
        return self._vault.unlock(b64decode(named.removeprefix(SEALED)), about=conversation).decode()


@lru_cache(maxsize=1024)  # mostly the same from one message of a conversation to the next
def _parties(version: int, listed: str) -> PartyList:
    pairs = (one.split("=") for one in listed.split(";") if one)
    return PartyList(version, {int(counsellor): int(number) for counsellor, number in pairs})
