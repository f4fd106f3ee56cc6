"""Who is there: decided here for visitors and counsellors alike, from the last signs of them. Pure.

A presence is a moment that goes out of date, never a disconnect that must arrive: a connection that is closed leaves
signs that are silent at once (`seen_of_closed`). Moments are seconds since the epoch, UTC.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import inf

PROBABLY_ABSENT_AFTER_S = 120
MISSED_BEFORE_AWAY = 2
"""Offers in a row that a counsellor lets ring out before they are set to away."""


class Presence(StrEnum):
    """What is known of somebody's being there."""

    PRESENT = "present"
    PROBABLY_ABSENT = "probably_absent"
    """Connected, but the page has not been used for a while."""
    SILENT = "silent"
    """Nothing was heard for too long: the connection is lost, the place is kept for the grace."""
    LOST = "lost"
    """Silent for longer than the grace."""

    @property
    def connected(self) -> bool:
        """Was something heard of them lately, whether or not they use the page?"""
        return self in {Presence.PRESENT, Presence.PROBABLY_ABSENT}


@dataclass(frozen=True, slots=True)
class LastSigns:
    """The last frame that came (`seen`), and when the person last used the page (`active`; None: never)."""

    seen: float
    active: float | None = None


@dataclass(frozen=True, slots=True)
class PresenceLimits:
    """After how many seconds without a frame somebody is silent, and how long their place is kept after that; after
    how many seconds without a touch of the page they are probably absent (never, for visitors)."""

    silence_s: float
    grace_s: float = inf
    absent_after_s: float = inf


def presence(signs: LastSigns | None, *, now: float, limits: PresenceLimits) -> Presence:
    """Is this person there? Of whom nothing is known, nothing was heard: silent."""
    if signs is None:
        return Presence.SILENT
    silent_s = now - signs.seen
    if silent_s >= limits.silence_s + limits.grace_s:
        return Presence.LOST
    if silent_s >= limits.silence_s:
        return Presence.SILENT
    if limits.absent_after_s < inf and (signs.active is None or now - signs.active > limits.absent_after_s):
        return Presence.PROBABLY_ABSENT
    return Presence.PRESENT


def seen_of_closed(*, now: float, limits: PresenceLimits) -> float:
    """The `seen` of somebody whose connection has just closed: silent from now on, so that the grace begins at once."""
    return now - limits.silence_s


def is_away_after(missed_in_a_row: int) -> bool:
    """Do so many missed offers in a row set a counsellor to away?"""
    return missed_in_a_row >= MISSED_BEFORE_AWAY
