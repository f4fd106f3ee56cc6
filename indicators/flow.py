"""The possible values of an unknown count, when sums of counts are known to lie between bounds. Pure and exact.

Tables that share a margin form a circulation: the flow into a row leaves it through its cells. For such a network the
extreme values of an edge are whole numbers and a maximum flow finds them (Hoffman's circulation theorem;
R. K. Ahuja, T. L. Magnanti, J. B. Orlin, Network Flows, 1993), so no linear program has to be solved.
"""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final

UNBOUNDED: Final = 10**9


class ContradictionError(ValueError):
    """No counts at all are possible within these bounds."""


@dataclass
class Circulation:
    """Edges with a lowest and a highest flow; in every node, what flows in flows out."""

    _from: list[Hashable] = field(default_factory=list)
    _to: list[Hashable] = field(default_factory=list)
    _low: list[int] = field(default_factory=list)
    _high: list[int] = field(default_factory=list)
    _flow: list[int] = field(default_factory=list)
    _at: dict[Hashable, list[int]] = field(default_factory=dict)

    def add(self, start: Hashable, end: Hashable, low: int = 0, high: int = UNBOUNDED) -> int:
        """Add an edge; return its number."""
        if low > high:
            raise ContradictionError
        number = len(self._from)
        self._from.append(start)
        self._to.append(end)
        self._low.append(low)
        self._high.append(high)
        self._flow.append(low)
        for node in {start, end}:
            self._at.setdefault(node, []).append(number)
        return number

    def settle(self) -> None:
        """Find one flow within all bounds, or raise ContradictionError."""
        excess: dict[Hashable, int] = dict.fromkeys(self._at, 0)
        for start, end, flow in zip(self._from, self._to, self._flow, strict=True):
            excess[start] -= flow
            excess[end] += flow
        source, sink = object(), object()
        needed = 0
        helpers = []
        for node, much in excess.items():
            if much > 0:
                helpers.append(self.add(source, node, 0, much))
                needed += much
            elif much < 0:
                helpers.append(self.add(node, sink, 0, -much))
        pushed = self._push(source, sink, needed)
        for number in reversed(helpers):
            self._drop_last(number)
        for helper in (source, sink):
            self._at.pop(helper, None)
        if pushed < needed:
            raise ContradictionError

    def bounds(self, number: int, reach: int = UNBOUNDED) -> tuple[int, int]:
        """The lowest and the highest flow of an edge, looking no further than `reach` from the present flow.

        The difference is exact as long as it is below `reach`. Call `settle` first.
        """
        present, kept = self._flow[number], self._flow.copy()
        start, end = self._from[number], self._to[number]
        more = self._push(end, start, min(reach, self._high[number] - present), without=number)
        self._flow = kept.copy()
        less = self._push(start, end, min(reach, present - self._low[number]), without=number)
        self._flow = kept
        return present - less, present + more

    def _push(self, source: Hashable, sink: Hashable, most: int, without: int = -1) -> int:
        """Send up to so much along shortest paths with residual capacity; return how much was sent."""
        pushed = 0
        while pushed < most:
            path = self._path(source, sink, without)
            if path is None:
                break
            amount = min(most - pushed, *(room for _, _, room in path))
            for number, sign, _ in path:
                self._flow[number] += sign * amount
            pushed += amount
        return pushed

    def _path(self, source: Hashable, sink: Hashable, without: int) -> list[tuple[int, int, int]] | None:
        came: dict[Hashable, tuple[Hashable, tuple[int, int, int]] | None] = {source: None}
        queue = deque([source])
        while queue and sink not in came:
            node = queue.popleft()
            for number in self._at.get(node, ()):
                if number == without:
                    continue
                if self._from[number] == node:
                    other, sign, room = self._to[number], 1, self._high[number] - self._flow[number]
                else:
                    other, sign, room = self._from[number], -1, self._flow[number] - self._low[number]
                if room > 0 and other not in came:
                    came[other] = (node, (number, sign, room))
                    queue.append(other)
        if sink not in came:
            return None
        path = []
        step = came[sink]
        while step is not None:
            node, edge = step
            path.append(edge)
            step = came[node]
        return path

    def _drop_last(self, number: int) -> None:
        for node in {self._from[number], self._to[number]}:
            self._at[node].remove(number)
        for column in (self._from, self._to, self._low, self._high, self._flow):
            del column[number]
