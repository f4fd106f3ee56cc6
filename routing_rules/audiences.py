"""The audiences that a request can be for. Pure, so that frames and figures share the list; `names` has their names."""

from typing import Final, Literal, get_args

Audience = Literal["public", "school", "professional"]
AUDIENCES: Final[tuple[str, ...]] = get_args(Audience)
EVERYBODY: Final = "public"
"""The audience of a request when nothing else is known."""


def audiences_on(site_audience: str) -> frozenset[str]:
    """The audiences of the requests that come from a site: who accompanies others may also ask for themselves."""
    return frozenset({site_audience, EVERYBODY} if site_audience == "professional" else {site_audience})
