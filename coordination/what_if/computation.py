"""From a question and the past to an answer; nothing is read or written here."""

from collections import Counter
from dataclasses import replace

from coordination.what_if.past import Past
from coordination.what_if.question import GainTold, PlanTold, Question, WhatIfAnswer
from routing_rules.plans import Plan
from simulation.calibration import Progress, calibrated
from simulation.estimates import comparison
from simulation.model import behaviour
from simulation.outcomes import PeriodTally
from simulation.replication import Replay
from simulation.setting import Setting
from simulation.single_changes import candidates, ranked
from simulation.staffing import needs

SEEDS = 40
SEEDS_FOR_LOSSES = 4
PARTS = {"calibration": 2.0, "comparison": 3.0, "changes": 8.0, "staffing": 4.0}
"""How long each part takes beside the others."""


def answer(question: Question, past: Past, asked: Plan, *, progress: Progress) -> WhatIfAnswer:
    """Everything that was asked. `progress` may raise to stop it."""
    parts = [
        "calibration",
        "comparison",
        *(["changes"] if question.single_changes else []),
        *(["staffing"] if question.wish is not None else []),
    ]
    told = _progress_of(parts, progress)
    now = Setting(past.plan, demand=question.demand)
    # Without a past there is nothing that a replay could repeat.
    model, fit = behaviour(past.observed), None
    if not past.invented:
        model, fit = calibrated(past.observed, Setting(past.plan), past.limits, progress=told["calibration"])
    replay = Replay(past.observed, model, past.limits)
    before, after = _pairs(replay, now, question.setting(asked), SEEDS, told["comparison"])
    found = WhatIfAnswer(
        first=past.period.first.isoformat(),
        last=past.period.last.isoformat(),
        weeks=past.weeks,
        requests=past.observed.requests,
        invented=past.invented,
        in_force=PlanTold.of(past.plan),
        asked=PlanTold.of(asked),
        plans=past.plans,
        fit=fit,
        comparison=comparison(before, after, weeks=past.weeks),
    )
    if question.single_changes:
        lost: Counter[tuple[int, int, str, str]] = Counter()
        for tally in before[:SEEDS_FOR_LOSSES]:
            lost.update(tally.lost_at)
        changes = candidates(past.observed, now, lost)
        gains = ranked(replay, now, changes, weeks=past.weeks, progress=told["changes"])
        found = replace(found, gains=[GainTold.of(each) for each in gains])
    if question.wish is not None:
        needed = needs(replay, question.setting(asked), question.wish, progress=told["staffing"])
        found = replace(found, needs=needed)
    return found


def _pairs(
    replay: Replay, now: Setting, then: Setting, seeds: int, progress: Progress
) -> tuple[list[PeriodTally], list[PeriodTally]]:
    before, after = [], []
    for seed in range(seeds):
        before.append(replay.play(now, seed))
        after.append(before[-1] if then == now else replay.play(then, seed))
        progress((seed + 1) / seeds)
    return before, after


def _progress_of(parts: list[str], progress: Progress) -> dict[str, Progress]:
    total, begin, found = sum(PARTS[part] for part in parts), 0.0, {}
    for part in parts:
        found[part] = _scaled(progress, begin / total, PARTS[part] / total)
        begin += PARTS[part]
    return found


def _scaled(progress: Progress, begin: float, share: float) -> Progress:
    return lambda done: progress(begin + share * done)
