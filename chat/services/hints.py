"""What is over in seconds and kept nowhere: somebody types, somebody has seen a message."""

from wakeups import publish


async def typing(*, conversation: str, by: int, on: bool) -> None:
    """By the visitor (0) or a counsellor."""
    await publish.hint(conversation, "typing", by=by, on=on)


async def seen(*, conversation: str, by: int, seq: int) -> None:
    """Everything up to that message."""
    await publish.hint(conversation, "seen", by=by, seq=seq)
