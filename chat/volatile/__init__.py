"""Small things that live by expiring: who was seen when, and that a conversation has ended."""

from chat.volatile.embedded import EmbeddedVolatile
from chat.volatile.interface import DAY_S, AddressBlock, Presence, Tombstone, Volatile, counsellor, visitor

__all__ = [
    "DAY_S",
    "AddressBlock",
    "EmbeddedVolatile",
    "Presence",
    "Tombstone",
    "Volatile",
    "counsellor",
    "visitor",
]
