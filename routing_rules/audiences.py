"""Whom a request is for: which audiences there are. Pure, so that frames and figures have the same list; their names are in `names`."""

from typing import Final, Literal, get_args

Audience = Literal["public", "school", "professional"]
AUDIENCES: Final[tuple[str, ...]] = get_args(Audience)
EVERYBODY: Final = "public"
"""Who asks without anything else being known."""
