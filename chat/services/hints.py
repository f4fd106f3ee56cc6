"""What is over in seconds and kept nowhere: somebody types, somebody has seen a message, the service closes early."""

from collections.abc import Iterable

from chat.states import Reason
from wakeups import publish
from wakeups.publish import Wakeup


async def typing(*, conversation: str, by: int, on: bool) -> None:
    """By the visitor (0) or a counsellor."""
    await publish.hint(conversation, "typing", by=by, on=on)


async def seen(*, conversation: str, by: int, seq: int) -> None:
    """Everything up to that message."""
    await publish.hint(conversation, "seen", by=by, seq=seq)


async def closing_early(*, conversations: Iterable[str], in_s: int) -> None:
    """To those who wait: it closes in so many seconds, and nobody else would answer them."""
    data = {"in_s": in_s, "reason": Reason.CLOSING_TIME.value}
    await _to_each(Wakeup(one, "closing", data) for one in conversations)


async def stays_open(*, conversations: Iterable[str]) -> None:
    """To those who wait: it does not close after all. Nothing is left to count down."""
    await closing_early(conversations=conversations, in_s=0)


async def _to_each(wakeups: Iterable[Wakeup]) -> None:
    together = list(wakeups)
    if together:
        await publish.send(*together)
