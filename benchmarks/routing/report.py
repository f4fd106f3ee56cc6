"""The tables, as text (Markdown) and as data."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.routing.bound import BOUND, Part
from benchmarks.routing.cost import Cost
from benchmarks.routing.scores import Score

#: Take-up of the department and of the all-knowing bound, as the scenarios give them for their frozen traces.
GIVEN = {
    "today-1": (0.687, 0.954),
    "today-2": (0.687, 0.954),
    "growth-1": (0.685, 0.981),
}


@dataclass(frozen=True, slots=True)
class TraceReport:
    """The scores of the policies on one trace; the first is the department's."""

    trace: str
    scores: Sequence[Score]
    parts: Sequence[Part]

    def anchors(self) -> tuple[float, float]:
        """T0 and U in the formula of B: the given ones of this scenario, else the measured ones."""
        measured = next(part.take_up for part in self.parts if part.without == BOUND)
        return GIVEN.get(self.trace, (self.scores[0].take_up, measured))

    def b(self, score: Score) -> float:
        """B: the share of the gap between the department and the bound that this policy closes."""
        lowest, highest = self.anchors()
        return (score.take_up - lowest) / (highest - lowest) if highest > lowest else 0.0


def trace_table(report: TraceReport) -> str:
    """One row for each policy."""
    languages = list(report.scores[0].take_up_by_language)
    causes = list(report.scores[0].lost)
    head = [
        "policy",
        "T",
        "rings",
        "wait",
        "p90",
        "elsewhere",
        *(f"T {each}" for each in languages),
        *causes,
        "B",
    ]
    rows = [head, ["---"] * len(head)]
    for score in report.scores:
        rows.append(
            [
                score.policy,
                f"{score.take_up:.3f}",
                f"{score.rings_per_accepted:.2f}",
                f"{score.mean_wait_s:.1f} s",
                f"{score.p90_wait_s:.1f} s",
                f"{score.elsewhere:.0%}",
                *(f"{score.take_up_by_language[each]:.2f}" for each in languages),
                *(f"{score.lost[each]:.1%}" for each in causes),
                f"{round(report.b(score), 2) + 0.0:.2f}",
            ]
        )
    last = report.scores[-1]
    second = f"Second legs after a transfer: {last.second_legs}, of which taken up {last.second_take_up:.1%}."
    return "\n".join(["| " + " | ".join(row) + " |" for row in rows]) + f"\n\n{second}\n"


def gap_table(report: TraceReport) -> str:
    """The gap between the last policy and a world without hindrances."""
    last = report.scores[-1]
    lines = [f"| {last.policy} | {last.take_up:.3f} | |"]
    before = last.take_up
    for part in report.parts:
        lines.append(f"| without {part.without} | {part.take_up:.3f} | {part.take_up - before:+.3f} |")
        before = part.take_up
    lines.append(f"| the rest: nobody with the skills, visitors gone at once | 1.000 | {1 - before:+.3f} |")
    return "\n".join(["| world | T | gain |", "| --- | --- | --- |", *lines]) + "\n"


def cost_table(costs: Sequence[Cost]) -> str:
    """CPU time of one decision, in total and per waiting conversation and counsellor."""
    lines = [
        f"| {cost.waiting:,} | {cost.counsellors:,} | {cost.cpu_ms:.1f} ms "
        f"| {1000 * cost.cpu_ms / (cost.waiting + cost.counsellors):.1f} us | {cost.rings:,} |"
        for cost in costs
    ]
    head = ["| waiting | counsellors | CPU of one decide | each | rings |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([*head, *lines]) + "\n"


def as_data(reports: Sequence[TraceReport], costs: Sequence[Cost]) -> dict[str, Any]:
    """The same figures for a file."""
    return {
        "traces": {
            report.trace: {
                "policies": [asdict(score) | {"b": report.b(score)} for score in report.scores],
                "gap": [asdict(part) for part in report.parts],
            }
            for report in reports
        },
        "decide": [asdict(cost) for cost in costs],
    }
