"""What a cell of a file for spreadsheets may begin with."""

from typing import Final

DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")


def in_a_cell(text: str) -> str:
    """An apostrophe before a text that a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text
