"""How much of a conversation was quiet. Pure."""

from collections.abc import Iterable
from typing import Final

QUIET_MS: Final = 300_000
"""A stretch without a message counts as quiet from this length on."""

Stretch = tuple[int, int]
"""From one message to the next, in milliseconds since 1970 UTC."""


def quiet_ms(stretches: Iterable[Stretch], *, last_ms: int, start_ms: int, end_ms: int) -> int:
    """The quiet time between start and end, the stretch after the last message included.

    `stretches`: the long ones between messages; what of them lies before the start or after the end is no part of the conversation.
    """
    inside = (min(until, end_ms) - max(since, start_ms) for since, until in (*stretches, (last_ms, end_ms)))
    return sum(length for length in inside if length > QUIET_MS)
