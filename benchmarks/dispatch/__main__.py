"""`python -m benchmarks.dispatch`: a request arrives, the platform decides and rings, on SQLite and on a real PostgreSQL.

Progress on standard error, the table on standard output; JSON=FILE writes the figures there too.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.asked import figures_file
from tests.postgres import Postgres

ROOT = Path(__file__).resolve().parent.parent.parent
SIZES = [(1, 150), (20, 150), (200, 150)]
"""Requests that wait already, and counsellors available."""


def main() -> int:
    figures, file = [], figures_file()
    with Postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        for number, (waiting, counsellors) in enumerate(SIZES):
            for name, address in (
                ("SQLite", f"sqlite:///{folder}/{number}.sqlite3"),
                ("PostgreSQL", postgres.database(f"bench{number}")),
            ):
                print(f"{name}: {waiting} waiting, {counsellors} counsellors", file=sys.stderr, flush=True)
                figures.append({"database": name, **measure(address, folder, waiting, counsellors)})
    print("| database | waiting | counsellors | dispatches a second | median ms | 95 % ms |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for one in figures:
        print(
            f"| {one['database']} | {one['waiting']} | {one['counsellors']} | {one['per_s']:.0f} "
            f"| {one['median_ms']:.1f} | {one['p95_ms']:.1f} |"
        )
    if file:
        file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


def measure(address: str, folder: str, waiting: int, counsellors: int) -> dict[str, float]:
    """Measure in a process of its own, like a web process."""
    environment = os.environ | {
        "DATABASE_URL": address,
        "MITI_DATA_DIR": folder,
        "MITI_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "miti.settings",
    }
    command = [sys.executable, "-m", "benchmarks.dispatch.rounds", str(waiting), str(counsellors)]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    sys.exit(main())
