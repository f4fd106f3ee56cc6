"""What a code is: the short identifier that rows, rules, figures and frames store. Pure.

Every pattern matches the whole text: in Python `$` alone would also accept a line break at the end.
"""

import re
from typing import Final

LONGEST_CODE: Final = 50
LONGEST_THEME_CODE: Final = 20
"""Theme codes are stored in shorter columns."""
RESERVED: Final = frozenset({"new"})
"""These are not allowed as codes: pages use them in their addresses where codes stand."""


def whole(pattern: str) -> str:
    """The same pattern for the whole text, in the regular expressions of Python and of JSON Schema."""
    return rf"^(?:{pattern})(?!\n)$"


STORED_CODE: Final = whole(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{LONGEST_CODE - 1}}}")
"""Every code that rows and figures may hold, whoever chose it."""
NEW_CODE: Final = whole(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""What coordinators may choose for a new theme, pool, site, campaign or shortcut."""
BOOKING_CODE: Final = whole(r"[A-Za-z0-9-]{4,20}")
"""What pupils type for their class's session."""
SENT_CODE: Final = whole(r"[A-Za-z0-9_.\-]*")
"""What a frame may hold where a code belongs; whether the code exists is checked later."""


def is_code(value: str) -> bool:
    """Whether this has the shape of a code that may be stored."""
    return re.search(STORED_CODE, value) is not None
