"""`python -m benchmarks.relay [short] [ROW...]`: the rows of the table, all or some; some minutes.

`short` only tries whether it works. Rows: letting_in, relaying, many, slow_query, feeling, holding.

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
from benchmarks.relay.run import FULL, ROWS, SHORT, Run
from benchmarks.relay.stage import Stage, machine


def main(arguments: list[str]) -> int:
    rows = [one for one in arguments if one != "short"]
    if not set(rows) <= set(ROWS):
        sys.exit(__doc__)
    size = SHORT if "short" in arguments else FULL
    report = Report(machine(), short=size is SHORT, rounds=size.rounds)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        uvloop.run(Run(Stage(Path(folder), stack), size, report).rows(rows or ROWS))
    print(report.as_text())
    if target := os.environ.get("JSON"):
        Path(target).write_text(json.dumps(report.as_json(), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
