"""`python -m benchmarks.indicators`: two years of requests, and the server's time for every page of figures, on SQLite and on PostgreSQL.

ROWS=1000000 says how many requests, ONLY=SQLite leaves the other out.
The floor: the same database counts the same rows by outcome, in the same run.
Progress on standard error, the table on standard output; JSON=FILE writes the figures there too.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.asked import figures_file, number, one_of
from tests.postgres import Postgres

ROOT = Path(__file__).resolve().parent.parent.parent
ROWS = 1_000_000


def main() -> int:
    rows, file, only = int(number("ROWS", ROWS)), figures_file(), one_of("ONLY", ["SQLite", "PostgreSQL"])
    found = {}
    with Postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        for name, address in (
            ("SQLite", f"sqlite:///{folder}/figures.sqlite3"),
            ("PostgreSQL", postgres.database("figures")),
        ):
            if only not in {None, name}:
                continue
            print(f"{name}: {rows} requests", file=sys.stderr, flush=True)
            found[name] = measure(address, folder, rows)
    for name, figures in found.items():
        print(f"\n{name}: one pass over the rows {figures['floor_s']:.2f} s", end="")
        print(f"; the sums of all days made in {figures['stored_s']:.0f} s\n")
        print("| page | s | of the floor | MB more |")
        print("| --- | ---: | ---: | ---: |")
        for page in figures["pages"]:
            ratio = page["s"] / figures["floor_s"]
            print(f"| {page['page']} | {page['s']:.2f} | {ratio:.2f} | {page['more_mb']:.0f} |")
    if file:
        file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


def measure(address: str, folder: str, rows: int) -> dict[str, Any]:
    """Measure in a process of its own, like a web process."""
    environment = os.environ | {
        "DATABASE_URL": address,
        "MITI_DATA_DIR": folder,
        "MITI_DEMO": "1",
        "MITI_EXPORTS_PER_ACCOUNT": "1000",
        "DJANGO_SETTINGS_MODULE": "miti.settings",
    }
    command = [sys.executable, "-m", "benchmarks.indicators.pages", str(rows)]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    sys.exit(main())
