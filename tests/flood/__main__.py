"""`make flood`: plays every attack and prints a table. Ends with 1 when something was lost, slow or kept.

SECONDS=20 is how long each attack is played; SHORT=1 plays each for 3 s; ONLY=pings plays those with it in their name, such as "asks many";
JSON=FILE writes the figures there.
"""

import asyncio
import json
import os
import signal
import sys
import time
from dataclasses import asdict

from benchmarks import asked
from tests.flood.run import Plan, Row, play, rows

MOST_P95_MS = 250
BEGAN = time.monotonic()
TITLES = (
    "flood", "addresses", "done", "otherwise", "messages", "lost", "doubled", "p50 ms", "p95 ms", "newcomer", "cores", "MB before", "peak",
    "after", "back in",
)  # fmt: skip


def say(text: str) -> None:
    sys.stderr.write(f"  {time.monotonic() - BEGAN:4.0f} s  {text}\n")
    sys.stderr.flush()


def show(row: Row) -> None:
    otherwise = ", ".join(
        f"{name} {n}" for name, n in sorted(row.did.items()) if name not in ("begun", "done")
    )
    back = "not" if row.back_s is None else f"{row.back_s:.0f} s"
    cells = [
        row.attack,
        row.addresses,
        str(row.did.get("done", 0)),
        otherwise,
        str(row.messages),
        str(row.lost),
        str(row.doubled),
        f"{row.p50_ms:.0f}",
        f"{row.p95_ms:.0f}",
        f"{row.newcomer} in {row.newcomer_ms:.0f} ms",
        f"{row.cpu:.2f}",
        f"{row.before_mb:.0f}",
        f"{row.peak_mb:.0f}",
        f"{row.after_mb:.0f}",
        back,
    ]
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def wrong(row: Row) -> list[str]:
    found = []
    if row.lost or row.doubled:
        found.append("messages were lost or doubled")
    if row.p95_ms > MOST_P95_MS:
        found.append(f"p95 is above {MOST_P95_MS} ms")
    if row.back_s is None:
        found.append("memory was not back in time")
    if row.addresses != "many" and row.newcomer not in {"waiting", "resumed"}:
        found.append("one address kept somebody else out")
    return found


def main() -> int:
    # Also when a time limit ends it: nothing that was started may stay.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    file = asked.figures_file()
    only = os.environ.get("ONLY", "")
    short = asked.one_of("SHORT", ["0", "1"]) == "1"
    chosen = rows(only)
    if not chosen:
        every = "\n".join(" ".join(row) for row in rows())
        sys.exit(f"ONLY={only}: give a part of one of these\n{every}")
    plan = Plan(chosen, seconds=asked.number("SECONDS", 3 if short else 20))
    sys.stdout.write(f"| {' | '.join(TITLES)} |\n|{' --- |' * len(TITLES)}\n")
    sys.stdout.flush()
    played = asyncio.run(play(plan, say=say, played=show))
    if file:
        file.write_text(json.dumps([asdict(row) for row in played], indent=1))
    faults = [f"{row.attack}, {row.addresses}: {fault}" for row in played for fault in wrong(row)]
    sys.stdout.write("\n".join(faults or ["Nothing lost, nothing slow, nothing kept."]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
