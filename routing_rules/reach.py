"""How far a conversation's search has widened, and the lines that it may be rung along.

A step is reached when the request is old enough, or when the step before it has nobody to wait for: all its
pools are closed, or nobody in them is present, free and still to be asked. Steps add. The target of a
transfer is tried like a first step.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from routing_rules.decision import StepState
from routing_rules.line import Line
from routing_rules.plans import RECEPTION_THEME, Rule, Step
from routing_rules.room import Room, Seat
from routing_rules.snapshot import CounsellorId, Snapshot, Waiting


def asked_already(waiting: Waiting) -> set[CounsellorId]:
    """Those who let this conversation ring in vain or refused it."""
    return {*waiting.missed, *waiting.refused}


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a conversation may be rung now.

    `lines` in the order to ring along; `named` is the colleague whom a transfer names, if they can still be
    rung. `target` is the state of a transfer's target (None: no transfer), `steps` those of the rule's steps.
    """

    lines: tuple[Line, ...]
    pools: frozenset[str]
    steps: tuple[StepState, ...]
    target: StepState | None = None
    named: Seat | None = None


NOWHERE = Reach((), frozenset(), ())


class Search:
    """The lines of one decision, made when first asked for and shared by all the requests of a kind."""

    def __init__(self, snapshot: Snapshot, room: Room) -> None:
        self._now = snapshot.now
        self._room = room
        self._running = frozenset(each.code for each in snapshot.bookings if each.runs_at(snapshot.now))
        self._lines: dict[tuple[str | None, str, str, str | None, frozenset[str]], Line] = {}

    def reach(self, waiting: Waiting, rule: Rule, ringing: Sequence[Seat]) -> Reach:
        """How far this conversation may be rung now."""
        if waiting.to_counsellor is not None:
            return self._towards_counsellor(waiting, waiting.to_counsellor, rule, ringing)
        if waiting.to_pool is not None:
            return self._towards_pool(waiting, waiting.to_pool, rule, ringing)
        return self._widened(waiting, rule, ringing)

    def _towards_counsellor(
        self, waiting: Waiting, counsellor: CounsellorId, rule: Rule, ringing: Sequence[Seat]
    ) -> Reach:
        """A colleague's choice of a person outweighs theme and hours; language, presence and slot it does
        not."""
        seat = self._room.seats.get(counsellor)
        if seat is not None and waiting.language not in seat.counsellor.languages:
            seat = None
        rings = seat is not None and seat in ringing
        named = seat if seat is not None and seat.free > 0 and seat.id not in asked_already(waiting) else None
        if seat is not None and not seat.absent and (rings or named is not None):
            only = None if rings else named
            return Reach((), frozenset(), not_yet(rule), target=StepState.REACHED, named=only)
        wider = self._widened(waiting, rule, ringing)
        others = None if rings else named
        return Reach(wider.lines, wider.pools, wider.steps, target=StepState.SKIPPED_NOBODY, named=others)

    def _towards_pool(self, waiting: Waiting, pool: str, rule: Rule, ringing: Sequence[Seat]) -> Reach:
        """A pool's people; "I don't know" is no theme that they would need to handle."""
        pools = self._room.open_pools & {pool}
        line = self._line(waiting, pools, any_theme=waiting.theme == RECEPTION_THEME)
        target = self._state(waiting, line, pools, ringing)
        if target is StepState.REACHED:
            return Reach((line,), pools, not_yet(rule), target=target)
        wider = self._widened(waiting, rule, ringing)
        return Reach((*wider.lines, line), wider.pools | pools, wider.steps, target=target)

    def _widened(self, waiting: Waiting, rule: Rule, ringing: Sequence[Seat]) -> Reach:
        """The rule's steps as far as they are reached; the first one always is."""
        waited = self._now - waiting.asked_at
        reached: frozenset[str] = frozenset()
        states: list[StepState] = []
        for index, step in enumerate(rule.steps):
            pools = self._open_pools(step)
            reached = reached | pools if reached else pools
            states.append(self._state(waiting, self._line(waiting, pools), pools, ringing))
            following = rule.steps[index + 1 : index + 2]
            if following and states[-1] is StepState.REACHED and waited < following[0].after_s:
                break
        states += [StepState.NOT_YET] * (len(rule.steps) - len(states))
        return Reach((self._line(waiting, reached),), reached, tuple(states))

    def _open_pools(self, step: Step) -> frozenset[str]:
        open_pools = self._room.open_pools
        return open_pools if step.pools is None else open_pools & step.pools

    def _line(self, waiting: Waiting, pools: frozenset[str], *, any_theme: bool = False) -> Line:
        """Those of these open pools who could serve such a request."""
        theme = None if any_theme else waiting.theme
        booking = waiting.booking if waiting.booking in self._running else None
        key = (theme, waiting.theme, waiting.language, booking, pools)
        line = self._lines.get(key)
        if line is None:
            able = self._room.who_can(theme, waiting.language)
            line = self._lines[key] = Line(
                (seat for seat in able if not pools.isdisjoint(seat.counsellor.pools)),
                theme=waiting.theme,
                language=waiting.language,
                booking=booking,
            )
        return line

    def _state(
        self, waiting: Waiting, line: Line, pools: frozenset[str], ringing: Sequence[Seat]
    ) -> StepState:
        """Is there anybody there to wait for? A phone that rings unheard is nobody."""
        if not pools:
            return StepState.SKIPPED_CLOSED
        heard = any(not seat.absent and not pools.isdisjoint(seat.counsellor.pools) for seat in ringing)
        besides = {*waiting.offers, *asked_already(waiting)}
        return StepState.REACHED if heard or line.has_somebody(besides=besides) else StepState.SKIPPED_NOBODY


def not_yet(rule: Rule) -> tuple[StepState, ...]:
    """No step reached: a transfer's target is tried first."""
    return (StepState.NOT_YET,) * len(rule.steps)
