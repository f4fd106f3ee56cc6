"""Two things that no sum tells are found by replaying the past under its own plan: how fast and how surely people at the screen answer.

They are set so that the replay's waits, and the share of its rings that were answered, are those that were observed. So presence comes
from rings that people answered, not from who was signed in. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from simulation.model import REACTION_S, Behaviour, behaviour
from simulation.observations import Observations
from simulation.outcomes import PeriodTally
from simulation.pacing import AT_LEISURE, Pace
from simulation.replication import Replay
from simulation.setting import ReplayLimits, Setting
from simulation.survival import STEP_S

LONG_S = 60
"""Longer waits come from queues, not from reactions: they count as this."""
ROUNDS = 5
SEEDS_A_ROUND = 2
ENOUGH_REQUESTS = 2_000
FASTEST_S, SLOWEST_S = 2.0, 60.0
SUREST, LEAST_SURE = 1.0, 0.05
CAUTION = 0.8
"""The part of a correction that is made at once: the two depend on each other."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the replay repeats the past. Shares between 0 and 1, `wait_s` with long waits cut."""

    take_up: float
    take_up_observed: float
    wait_s: float
    wait_s_observed: float
    answered: float
    answered_observed: float


def calibrated(
    observed: Observations, setting: Setting, limits: ReplayLimits, *, pace: Pace = AT_LEISURE
) -> tuple[Behaviour, Fit]:
    """The behaviour with which the replay repeats the past, and how well it does. `setting` is how things were then."""
    reaction_s, response = REACTION_S, SUREST
    wait_s, share = _waits_observed(observed.waits.accepted), observed.all_rings.share
    many = max(1, -(-ENOUGH_REQUESTS // max(1, observed.requests)))
    seeds = min(12, SEEDS_A_ROUND * many)
    for number in range(ROUNDS + 1):
        model = behaviour(observed, reaction_s=reaction_s, response=response)
        part = pace.part(number / (ROUNDS + 1), (number + 1) / (ROUNDS + 1))
        tally = _played(Replay(observed, model, limits), setting, seeds, part)
        if number == ROUNDS:
            break
        if wait_s:
            found_s = max(1.0, _waits(tally.total.waits))
            reaction_s = min(SLOWEST_S, max(FASTEST_S, reaction_s * (wait_s / found_s) ** CAUTION))
        if observed.rings:
            found = max(0.01, _answered(tally))
            response = min(SUREST, max(LEAST_SURE, response * (share / found) ** CAUTION))
    return model, Fit(
        take_up=tally.total.take_up,
        take_up_observed=_take_up(observed),
        wait_s=_waits(tally.total.waits),
        wait_s_observed=wait_s,
        answered=_answered(tally),
        answered_observed=share,
    )


def _played(replay: Replay, setting: Setting, seeds: int, pace: Pace) -> PeriodTally:
    tally = PeriodTally()
    for seed in range(seeds):
        tally.add(replay.play(setting, -1 - seed))
        pace.progress((seed + 1) / seeds)
    return tally


def _waits_observed(accepted: Mapping[int, int]) -> float:
    """They are rounded up: half a step less on average."""
    total = sum(accepted.values())
    return sum(min(LONG_S, wait - STEP_S / 2) * n for wait, n in accepted.items()) / total if total else 0.0


def _waits(waits: Mapping[int, int]) -> float:
    """They are rounded down to whole seconds."""
    total = sum(waits.values())
    return sum(min(LONG_S, wait + 0.5) * n for wait, n in waits.items()) / total if total else 0.0


def _answered(tally: PeriodTally) -> float:
    ended = tally.answered + tally.ran_out
    return tally.answered / ended if ended else 1.0


def _take_up(observed: Observations) -> float:
    accepted = sum(observed.waits.accepted.values()) * (1 - observed.silent_share)
    return accepted / observed.requests if observed.requests else 0.0
