"""Whom a wake-up is for: a conversation by its id, or one of these."""

GROUP = "miti.signals"
"""The group of the channel layer that every process reads."""
EVERY_COUNSELLOR = "counsellors"
EVERY_VISITOR = "visitors"


def counsellor_topic(identity: int) -> str:
    return f"counsellor:{identity}"


def staff_topic(account: int) -> str:
    """The open pages of one account."""
    return f"staff:{account}"
