"""The audiences that a request can be for. Pure, so that frames and figures share the list; `names` has their names."""

from typing import Final, Literal, get_args

Audience = Literal["public", "school", "professional"]
AUDIENCES: Final[tuple[str, ...]] = get_args(Audience)
EVERYBODY: Final = "public"
"""The audience of a request when nothing else is known."""
