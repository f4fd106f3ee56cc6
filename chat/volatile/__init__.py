"""Small things that live by expiring: who was seen when, and that a conversation has ended."""

from chat.volatile.embedded import EmbeddedVolatile
from chat.volatile.interface import DAY_S, AddressBlock, Tombstone, Volatile, counsellor, visitor
from routing_rules.presence import LastSigns

__all__ = [
    "DAY_S",
    "AddressBlock",
    "EmbeddedVolatile",
    "LastSigns",
    "Tombstone",
    "Volatile",
    "counsellor",
    "visitor",
]
