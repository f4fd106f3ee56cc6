"""`python -m benchmarks.relay [short] [ROW...]`: the rows of the table, all or some; some minutes.

`short` only checks that it works. Rows: letting_in, pages, board, living, asking,
returning, relaying, own_code, many, slow_query, feeling, holding.

Progress on standard error, the table on standard output; JSON=FILE writes the figures there too. A row that takes too long, or breaks, is
left out and says why; the exit status is 1 then.
"""

import asyncio
import json
import signal
import sys
import tempfile
from collections.abc import Coroutine
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.asked import figures_file
from benchmarks.relay.report import Report
from benchmarks.relay.run import ROWS, Run
from benchmarks.relay.size import FULL, SHORT
from benchmarks.relay.stage import Stage, machine


def main(arguments: list[str]) -> int:
    rows = [one for one in arguments if one != "short"]
    if not set(rows) <= set(ROWS):
        sys.exit(__doc__)
    file = figures_file()
    size = SHORT if "short" in arguments else FULL
    report = Report(machine(), short=size is SHORT, rounds=size.rounds)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        uvloop.run(_until_told(Run(Stage(Path(folder), stack), size, report).rows(rows or ROWS)))
        # Printed before the servers are stopped, which may take a while.
        print(report.as_text(), flush=True)
        if file:
            file.write_text(json.dumps(report.as_json(), indent=1) + "\n", encoding="utf-8")
    return 1 if report.missing else 0


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    """Make SIGTERM stop the servers too."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await task


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
