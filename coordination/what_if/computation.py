"""From a question and the past to an answer; nothing is read or written here."""

from collections import Counter
from dataclasses import replace

from coordination.what_if.past import Past
from coordination.what_if.question import GainTold, PlanTold, Question, WhatIfAnswer
from coordination.what_if.rare_lines import RareCodes
from routing_rules.plans import Plan
from simulation.calibration import calibrated
from simulation.estimates import comparison
from simulation.model import behaviour
from simulation.outcomes import PeriodTally
from simulation.pacing import Pace
from simulation.replication import Replay
from simulation.setting import Setting
from simulation.single_changes import candidates, ranked
from simulation.staffing import needs

SEEDS, FEWEST_SEEDS = 40, 8
"""As many pairs as there should be, and where time is short."""
SEEDS_FOR_LOSSES = 4
PARTS = {"calibration": 2.0, "comparison": 3.0, "losses": 0.5, "changes": 8.0, "staffing": 4.0}
"""How long each part takes beside the others, and may take."""


def answer(question: Question, past: Past, asked: Plan, *, pace: Pace) -> WhatIfAnswer:
    """Everything that was asked, and nothing else. `pace.progress` may raise to stop it."""
    of = _paces(_parts(question, past), pace)
    now = Setting(past.plan, demand=question.demand)
    # Without a past there is nothing that a replay could repeat.
    model, fit = behaviour(past.observed), None
    if not past.invented:
        model, fit = calibrated(past.observed, Setting(past.plan), past.limits, pace=of["calibration"])
    replay = Replay(past.observed, model, past.limits)
    rare = RareCodes.of(past.observed)
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
    )
    if question.shows_figures:
        before, after = _pairs(replay, now, question.setting(asked), of["comparison"])
        told = comparison(
            [rare.told(each) for each in before], [rare.told(each) for each in after], weeks=past.weeks
        )
        found = replace(found, comparison=told, hurried=len(before) < SEEDS)
    if question.single_changes:
        changes = candidates(past.observed, now, rare.without(_lost(replay, now, of["losses"])))
        ranking = ranked(replay, now, changes, pace=of["changes"])
        gains = [GainTold.of(each) for each in ranking.gains]
        found = replace(found, gains=gains, hurried=found.hurried or ranking.hurried)
    if question.wish is not None:
        staffing = needs(replay, question.setting(asked), question.wish, pace=of["staffing"])
        found = replace(found, needs=staffing.needs, hurried=found.hurried or staffing.hurried)
    return found


def _parts(question: Question, past: Past) -> list[str]:
    return [
        *([] if past.invented else ["calibration"]),
        *(["comparison"] if question.shows_figures else []),
        *(["losses", "changes"] if question.single_changes else []),
        *(["staffing"] if question.wish is not None else []),
    ]


def _lost(replay: Replay, now: Setting, pace: Pace) -> Counter[tuple[int, int, str, str]]:
    lost: Counter[tuple[int, int, str, str]] = Counter()
    for seed in range(SEEDS_FOR_LOSSES):
        lost.update(replay.play(now, seed).lost_at)
        pace.progress((seed + 1) / SEEDS_FOR_LOSSES)
    return lost


def _pairs(
    replay: Replay, now: Setting, then: Setting, pace: Pace
) -> tuple[list[PeriodTally], list[PeriodTally]]:
    before: list[PeriodTally] = []
    after: list[PeriodTally] = []
    for seed in range(SEEDS):
        if pace.is_late and seed >= FEWEST_SEEDS:
            break
        before.append(replay.play(now, seed))
        pace.progress((seed + 0.5) / SEEDS)
        after.append(before[-1] if then == now else replay.play(then, seed))
        pace.progress((seed + 1) / SEEDS)
    return before, after


def _paces(parts: list[str], pace: Pace) -> dict[str, Pace]:
    total, begin, found = sum(PARTS[part] for part in parts), 0.0, {}
    for part in parts:
        found[part] = pace.part(begin / total, (begin + PARTS[part]) / total)
        begin += PARTS[part]
    return found
