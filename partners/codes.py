"""What a code is: the short name by which rows, rules, figures and frames know a thing. Pure.

Every pattern holds for the whole text: in Python `$` alone would also let a line break at the end through.
"""

import re
from typing import Final

LONGEST_CODE: Final = 50
LONGEST_THEME_CODE: Final = 20
"""A theme's is kept in shorter columns."""
RESERVED: Final = frozenset({"new"})
"""No codes: pages have these addresses where codes have theirs."""


def whole(pattern: str) -> str:
    """The same pattern for the whole text, in the regular expressions of Python and of JSON Schema."""
    return rf"^(?:{pattern})(?!\n)$"


STORED_CODE: Final = whole(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{LONGEST_CODE - 1}}}")
"""What rows and figures may hold, whoever chose it."""
NEW_CODE: Final = whole(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""What coordinators may choose for a new theme, pool, site, campaign or shortcut."""
BOOKING_CODE: Final = whole(r"[A-Za-z0-9-]{4,20}")
"""What pupils type for their class's session."""
SENT_CODE: Final = whole(r"[A-Za-z0-9_.\-]*")
"""What a frame may hold where a code belongs: whether there is such a code is found out later."""


def is_code(value: str) -> bool:
    """Whether this has the shape of a code that may be stored."""
    return re.search(STORED_CODE, value) is not None
