"""A real Prometheus with the alert rules of deploy/, which scrapes every second."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import yaml

from tests.server import ROOT, STOP_S, free_port

RULES = ROOT / "deploy" / "prometheus" / "miti.rules.yml"
TOKEN = "a-token-that-only-the-tests-know"
PROGRAM = "prometheus"


class Prometheus:
    """Runs while entered. `shorter` are patterns of the rules, and what stands there instead: faults are shorter here than elsewhere."""

    def __init__(self, folder: Path, ports: Sequence[int], shorter: Mapping[str, str]) -> None:
        folder.mkdir()
        port = free_port()
        self._url = f"http://127.0.0.1:{port}"
        self._log = folder / "log"
        rules = RULES.read_text(encoding="utf-8")
        for pattern, instead in shorter.items():
            rules = re.sub(pattern, instead, rules)
        (folder / "rules.yml").write_text(rules)
        (folder / "token").write_text(TOKEN)
        config = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": ["rules.yml"],
            "scrape_configs": [
                {
                    "job_name": "miti",
                    "authorization": {"credentials_file": str(folder / "token")},
                    "static_configs": [{"targets": [f"127.0.0.1:{one}" for one in ports]}],
                }
            ],
        }
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        self._command = [
            PROGRAM,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ]

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(STOP_S)

    def ask(self, query: str) -> list[dict[str, Any]]:
        """What it answers; nothing while it starts."""
        try:
            answer = httpx.get(f"{self._url}/api/v1/query", params={"query": query})
        except httpx.TransportError:
            return []
        found: list[dict[str, Any]] = (
            answer.json()["data"]["result"] if answer.status_code == httpx.codes.OK else []
        )
        return found

    def firing(self, since_s: float = 0) -> set[str]:
        """The alerts that fire now, or did in these last seconds."""
        window = f"[{max(1, round(since_s))}s]"
        fires = 'ALERTS{alertstate="firing"}'
        found = self.ask(f"last_over_time({fires}{window})" if since_s else fires)
        return {one["metric"]["alertname"] for one in found}
