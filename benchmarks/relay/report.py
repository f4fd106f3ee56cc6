"""The goals, what was measured, and the table that compares them."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Goal:
    name: str
    must: float
    aim: float
    more_is_better: bool = True
    unit: str = ""

    def mark(self, measured: float) -> str:
        """The verdict in the table."""
        if self._reached(measured, self.aim):
            return "reached"
        return "short of the aim" if self._reached(measured, self.must) else "MISSED"

    def _reached(self, measured: float, bar: float) -> bool:
        return measured >= bar if self.more_is_better else measured <= bar


GOALS = {
    "embedded": Goal("embedded (memory): floor / ours", 0.65, 0.70),
    "redis": Goal("Redis, one process: floor / ours", 0.42, 0.50),
    "two": Goal("Redis, two processes, parties on different ones: floor / ours", 0.30, 0.35),
    "latency": Goal("light-load median latency / floor's", 3, 2, more_is_better=False),
    "many": Goal("CPU per message, many conversations / 20", 1.3, 1.1, more_is_better=False),
    "memory": Goal("idle memory per connection / floor's", 1.6, 1.3, more_is_better=False),
    "opening": Goal("connections opened per second of CPU / floor's (visitor's hello)", 0.4, 0.7),
    "slow": Goal("p99 while a 100 ms query loops / without", 2, 1.3, more_is_better=False),
    "stock": Goal("against stock channels-redis pub/sub, on the same work", 4, 7, unit="x"),
    "idle": Goal("idle sockets held by one process", 10_000, 15_000),
    "growth": Goal("the same, over the floor's own growth", 1.15, 1.05, more_is_better=False),
    "status": Goal("status of a site, CPU", 1.0, 0.3, more_is_better=False, unit=" ms"),
    "page": Goal("the visitor's page, CPU", 3, 1, more_is_better=False, unit=" ms"),
    "board": Goal("the board for 200 readers, share of a core", 40, 20, more_is_better=False, unit=" %"),
    "life": Goal(
        "a conversation's life without words, SQLite, CPU", 20, 10, more_is_better=False, unit=" ms"
    ),
    "life on PostgreSQL": Goal("the same, PostgreSQL and Redis", 25, 12, more_is_better=False, unit=" ms"),
    "asking": Goal("ten ask at once: to joined, p95", 150, 80, more_is_better=False, unit=" ms"),
    "console": Goal("a console let in, CPU", 15, 6, more_is_better=False, unit=" ms"),
    "restart": Goal(
        "150 consoles and 500 visitors back after a restart", 10, 4, more_is_better=False, unit=" s"
    ),
}


@dataclass
class Report:
    machine: dict[str, str | int]
    short: bool
    rounds: int
    seconds: float = 0.0
    goals: dict[str, float] = field(default_factory=dict)
    """The measured value of each goal: the median of its rounds."""
    figures: dict[str, float] = field(default_factory=dict)
    """The figures behind the goals, each in the unit of its name."""
    felt_ms: dict[str, dict[str, float]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    """Rows that could not be measured, and why."""

    def as_json(self) -> dict[str, Any]:
        whole = asdict(self)
        whole["goals"] = [
            {
                "key": key,
                "name": GOALS[key].name,
                "must": GOALS[key].must,
                "aim": GOALS[key].aim,
                "measured": measured,
                "mark": GOALS[key].mark(measured),
            }
            for key, measured in self.goals.items()
        ]
        return whole

    def as_text(self) -> str:
        lines = [
            f"{self.machine['cores']} cores, Python {self.machine['python']}; "
            f"{self.rounds} rounds, {self.seconds:.0f} s"
            + ("; SHORT FORM: too short to be relied on" * self.short),
            "",
            "| | must | aim | measured | |",
            "| --- | ---: | ---: | ---: | --- |",
        ]
        for key, measured in self.goals.items():
            goal = GOALS[key]
            lines.append(
                f"| {goal.name} | {_number(goal.must)}{goal.unit} | {_number(goal.aim)}{goal.unit} "
                f"| {_number(measured)}{goal.unit} | {goal.mark(measured)} |"
            )
        lines += ["", "| made of | |", "| --- | ---: |"]
        lines += [f"| {name} | {_number(figure)} |" for name, figure in self.figures.items()]
        lines += ["", "| what people feel, ms | p50 | p95 |", "| --- | ---: | ---: |"]
        lines += [
            f"| {name} | {each['p50']:.0f} | {each['p95']:.0f} |" for name, each in self.felt_ms.items()
        ]
        lines += [f"\nNOT MEASURED: {row}: {why}" for row, why in self.missing.items()]
        return "\n".join(lines)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 20 else f"{value:.2f}"
