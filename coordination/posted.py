"""Numbers in a form's hidden fields."""

LONGEST = 18


def whole(text: str) -> int:
    """The number; 0 for a value that is not a number or is too long for a column (no key and no revision is 0)."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else 0
