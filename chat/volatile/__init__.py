"""Small values that expire: who was seen when, how a conversation ended, which addresses are blocked."""

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
