"""`python -m benchmarks.routing`: the tables on standard output, progress on standard error.

Environment: TRACES=DIR plays the *.jsonl.gz of another folder; JSON=FILE writes the figures there too;
DEPARTMENT=theme or site says what a department was before Miti in that trace (default, by the trace's name:
the site for "growth", the theme for others).
"""

import json
import os
import sys
import time
from pathlib import Path

from benchmarks import asked
from benchmarks.routing.bound import parts
from benchmarks.routing.cost import SIZES, measure
from benchmarks.routing.live import Live
from benchmarks.routing.references import department_by_site, department_by_theme, references
from benchmarks.routing.report import TraceReport, as_data, cost_table, gap_table, trace_table
from benchmarks.routing.scores import score
from benchmarks.routing.trace import BadTrace, half_days
from benchmarks.routing.world import Policy

OWN_TRACES = Path(__file__).parent / "traces"
DEPARTMENTS = {"theme": department_by_theme, "site": department_by_site}


def main() -> int:
    """Play every trace through every policy, then time the decisions."""
    folder, file = Path(os.environ.get("TRACES") or OWN_TRACES), asked.figures_file()
    department = asked.one_of("DEPARTMENT", list(DEPARTMENTS))
    traces = sorted(folder.glob("*.jsonl.gz"))
    if not traces:
        print(f"No *.jsonl.gz in {folder}", file=sys.stderr)
        return 2
    reports = []
    for path in traces:
        try:
            report = play_trace(path, department)
        except BadTrace as mistake:
            print(mistake, file=sys.stderr)
            return 2
        reports.append(report)
        print(f"## {report.trace} ({report.scores[0].requests:,} requests)\n")
        print(trace_table(report))
        print("What the gap is made of:\n")
        print(gap_table(report), flush=True)
    costs = []
    for waiting, counsellors in SIZES:
        progress(f"decide: {waiting} waiting, {counsellors} counsellors")
        costs.append(measure(waiting, counsellors))
    print("## One decision\n")
    print(cost_table(costs), flush=True)
    if file:
        file.write_text(json.dumps(as_data(reports, costs), indent=1) + "\n", encoding="utf-8")
        progress(f"figures written to {file}")
    return 0


def play_trace(path: Path, department: str | None = None) -> TraceReport:
    """One trace under every policy."""
    name = path.name.removesuffix(".jsonl.gz")
    kind = department or ("site" if name.startswith("growth") else "theme")
    progress(f"{name}: reading")
    days = list(half_days(path))
    scores = []
    policies: list[Policy] = [*references(DEPARTMENTS[kind]), Live()]
    for policy in policies:
        progress(f"{name}: {policy.name}")
        scores.append(score(days, policy))
    progress(f"{name}: what the gap is made of")
    return TraceReport(name, scores, parts(days))


def progress(words: str) -> None:
    """Say what is being done."""
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
