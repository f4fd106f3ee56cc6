"""`python -m benchmarks.relay [short]`: every row of the table, a few minutes; `short` only tries whether it works, in seconds.

Progress on standard error, the table on standard output; JSON=FILE writes the figures there too.
"""

import json
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import uvloop

from benchmarks.relay.report import Report
from benchmarks.relay.run import FULL, SHORT, Run
from benchmarks.relay.stage import Stage, machine


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["short"]):
        sys.exit(__doc__)
    size = SHORT if arguments else FULL
    report = Report(machine(), short=size is SHORT, rounds=size.rounds)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        uvloop.run(Run(Stage(Path(folder), stack), size, report).everything())
    print(report.as_text())
    if target := os.environ.get("JSON"):
        Path(target).write_text(json.dumps(report.as_json(), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
