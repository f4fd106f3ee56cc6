"""What each origin has of the connections of a process.

A connection counts from its beginning until the system has closed it: first as a plain one, after a handshake as a websocket, also when the
application has ended and only the browser's last answer is waited for.
"""

from server.connection_limit import most_of_one
from server.origins import HeldByOrigin


class Share:
    """What the origins hold of one kind of connections."""

    def __init__(self) -> None:
        self._held = HeldByOrigin()

    def taken_by(self, origin: str | None) -> "Place":
        """One more connection of this origin; None: it is everybody's, and not counted."""
        return Place(self._held, origin)


class Place:
    def __init__(self, held: HeldByOrigin, origin: str | None) -> None:
        self._held, self._origin = held, origin
        self.beyond = 0 if origin is None else max(0, held.add(origin, 1) - most_of_one())
        """By how many the origin was above its share with this one."""

    def leave(self) -> None:
        if self._origin is not None:
            self._held.add(self._origin, -1)
            self._origin = None


PLAIN, WEBSOCKETS = Share(), Share()
"""An origin may have its share of each: a whole school at its consoles still opens pages."""
