"""Who is present: the one decision for visitors and counsellors, from their last signs. Pure.

Presence is a timestamp that expires, so it never depends on a disconnect that may not arrive. Closing a connection
writes a timestamp that counts as silent at once (`seen_of_closed`). Moments are seconds since the epoch, UTC.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import inf

PROBABLY_ABSENT_AFTER_S = 120
NOTED_EVERY_S = 5
"""The signs of a live connection are written at most this often: with less between ping and silence, people would
seem to leave and return."""
MISSED_BEFORE_AWAY = 2
"""So many missed offers in a row set a counsellor to away."""


class Presence(StrEnum):
    """Whether somebody is there, as far as their last signs show."""

    PRESENT = "present"
    PROBABLY_ABSENT = "probably_absent"
    """Connected, but the page has not been used for a while."""
    SILENT = "silent"
    """No frame arrived for too long: the connection is lost, and their place is kept during the grace."""
    LOST = "lost"
    """Silent for longer than the grace."""

    @property
    def connected(self) -> bool:
        """Did a frame arrive from them lately, whether or not they use the page?"""
        return self in {Presence.PRESENT, Presence.PROBABLY_ABSENT}


@dataclass(frozen=True, slots=True)
class LastSigns:
    """When the last frame arrived (`seen`), and when the person last used the page (`active`; None: never).

    `closed`: when the connection was closed, if no frame arrived since. `seen` is then a moment that counts as silent.
    """

    seen: float
    active: float | None = None
    closed: float | None = None

    @property
    def last(self) -> float:
        """When the person was last known to be there."""
        return self.seen if self.closed is None else self.closed


@dataclass(frozen=True, slots=True)
class PresenceLimits:
    """After how many seconds without a frame somebody is silent, for how long after that their place is kept, and
    after how many seconds without using the page they are probably absent (never, for visitors)."""

    silence_s: float
    grace_s: float = inf
    absent_after_s: float = inf


def presence(signs: LastSigns | None, *, now: float, limits: PresenceLimits) -> Presence:
    """Is this person there? Somebody without any sign is silent."""
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
    """The `seen` of somebody whose connection has just closed: they are silent from now on, so the grace begins at once."""
    return now - limits.silence_s


def is_away_after(missed_in_a_row: int) -> bool:
    """Do so many missed offers in a row set a counsellor to away?"""
    return missed_in_a_row >= MISSED_BEFORE_AWAY
