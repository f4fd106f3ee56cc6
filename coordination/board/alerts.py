"""When an alert begins and when it is over: each once, whatever flickers in between. Pure.

A condition must have held for some time before the alert begins, and must not have held for some time before it is over. The
state is a few moments in seconds since the epoch; whoever looks every half minute passes it on from look to look.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

BLIND_S = 300.0
"""After a longer pause between two looks nobody knows what happened in between: what was being timed is timed anew."""
OPENING_WINDOW_S = 120.0
"""An opening has just begun for so long. Not longer than the calm that ends its alert: so it begins once for each opening."""


class AlertKind(StrEnum):
    OPENING = "opening_unattended"
    """A team's opening has begun, and nobody is ready."""
    EMPTY = "team_empty"
    """A team has been without anybody ready for ten minutes of its opening hours."""
    WAIT = "long_wait"
    """Somebody waits longer than the bound."""


class Turn(StrEnum):
    """What is told, once each."""

    BEGAN = "began"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class AlertBounds:
    """In seconds."""

    after_s: float
    """The condition has held for so long: the alert begins."""
    calm_s: float
    """It has not held for so long: the alert is over."""


BOUNDS: dict[AlertKind, AlertBounds] = {
    AlertKind.OPENING: AlertBounds(after_s=0.0, calm_s=OPENING_WINDOW_S),
    AlertKind.EMPTY: AlertBounds(after_s=600.0, calm_s=120.0),
    AlertKind.WAIT: AlertBounds(after_s=0.0, calm_s=120.0),
}


@dataclass(frozen=True, slots=True)
class AlertState:
    """How far one alert is."""

    since: float | None = None
    """The condition has held since then."""
    began: float | None = None
    """The alert has been on since then."""
    calm: float | None = None
    """While it is on: the condition has not held since then."""
    seen: float | None = None
    """The last look."""

    @property
    def is_on(self) -> bool:
        """Has it begun, and is it not over?"""
        return self.began is not None


NOTHING = AlertState()


def look(
    watch: AlertState, *, holds: bool, at: float, bounds: AlertBounds, moot: bool = False
) -> tuple[AlertState, Turn | None]:
    """The state after a look, and what is to be told. `moot`: it can hold no longer (the team has closed), so it is over at once."""
    if watch.seen is not None:
        at = max(at, watch.seen)
        if at - watch.seen > BLIND_S:
            watch = replace(watch, since=None, calm=None)
    if watch.is_on:
        return _while_on(watch, holds=holds and not moot, at=at, bounds=bounds, moot=moot)
    if not holds or moot:
        return NOTHING, None
    since = at if watch.since is None else watch.since
    if at - since >= bounds.after_s:
        return AlertState(since=since, began=at, seen=at), Turn.BEGAN
    return AlertState(since=since, seen=at), None


def _while_on(
    watch: AlertState, *, holds: bool, at: float, bounds: AlertBounds, moot: bool
) -> tuple[AlertState, Turn | None]:
    if holds:
        return replace(watch, calm=None, seen=at), None
    calm = at if watch.calm is None else watch.calm
    if moot or at - calm >= bounds.calm_s:
        return NOTHING, Turn.ENDED
    return replace(watch, calm=calm, seen=at), None
