"""The shape of a code: what stands for a theme, a site, a team wherever something is stored, for good. Pure."""

import re
from typing import Final

LONGEST: Final = 50
LONGEST_THEME: Final = 20
"""A theme's is kept in shorter columns."""
RESERVED: Final = frozenset({"new"})
"""No codes: pages have these addresses where codes have theirs."""
_CODE = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{LONGEST - 1}}}")


def is_code(value: str) -> bool:
    """Whether the whole of this has the shape of a code: a sentence, a name with a space, a line's end have not."""
    return _CODE.fullmatch(value) is not None
