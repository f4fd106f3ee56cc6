"""Numbers that a form carries for the person who sends it."""

LONGEST = 18


def whole(text: str) -> int:
    """The number; 0, which no key and no revision is, for what is none, or too long for a column."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else 0
