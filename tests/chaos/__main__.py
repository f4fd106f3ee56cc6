"""`make chaos`: plays every fault and prints a table. Ends with 1 when a figure is not what it must be.

SEED=7 repeats a run's dice; SECONDS=15 is how long each fault is played; SHORT=1 plays the main ones with few people; ONLY=Redis plays
those whose name has it; JSON=FILE writes the figures there.
"""

import asyncio
import json
import os
import signal
import sys
import time
from dataclasses import asdict

from benchmarks import asked
from tests.chaos.faults import FAULTS
from tests.chaos.run import long, play, short
from tests.chaos.verdict import ZERO, Figures

COLUMNS = (
    ("conversations", "talks", "d"),
    ("acknowledged", "acked", "d"),
    *((name, name.replace("_", " "), "d") for name in ZERO),
    ("gone_with_the_memory", "gone", "d"),
    ("came_back", "came back", "d"),
    ("wait_p50_s", "p50 s", ".2f"),
    ("wait_max_s", "max s", ".1f"),
    ("seconds", "took s", ".0f"),
)


BEGAN = time.monotonic()


def say(text: str) -> None:
    sys.stderr.write(f"  {time.monotonic() - BEGAN:4.0f} s  {text}\n")
    sys.stderr.flush()


def show(figures: Figures) -> None:
    values = asdict(figures)
    row = " ".join(f"{values[name]:>{max(6, len(title))}{how}}" for name, title, how in COLUMNS)
    sys.stdout.write(f"{figures.fault:<62} {row}\n")
    if figures.alerts:
        sys.stdout.write(f"      alerts: {', '.join(figures.alerts)}\n")
    for line in figures.why:
        sys.stdout.write(f"      {line}\n")
    sys.stdout.flush()


def main() -> int:
    # Also when a time limit ends it: nothing that was started may stay.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    file = asked.figures_file()
    seed = int(asked.number("SEED", time.time(), above=-1))
    if asked.one_of("SHORT", ["0", "1"]) == "1":
        plan = short(seed=seed)
    else:
        only = os.environ.get("ONLY", "")
        plan = long(seed=seed, seconds=asked.number("SECONDS", 15), only=only)
        if not plan.faults:
            sys.exit(f"ONLY={only}: give a part of one of these\n" + "\n".join(one.name for one in FAULTS))
    sys.stdout.write(f"SEED={seed}, {plan.visitors} visitors, {plan.counsellors} counsellors\n")
    titles = " ".join(f"{title:>6}" for _, title, _ in COLUMNS)
    sys.stdout.write(f"{'fault':<62} {titles}\n")
    results = asyncio.run(play(plan, say=say, judged=show))
    wrong = sum(figures.wrong() for figures in results)
    if file:
        file.write_text(json.dumps({"seed": seed, "faults": [asdict(one) for one in results]}, indent=1))
    sys.stdout.write("Nothing lost.\n" if not wrong else f"{wrong} figures or parts of figures are not 0.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
