"""The alert rules, over figures that a real Prometheus scraped from a real Miti: each name exists, faults raise them, and they end."""

import re
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.live.database_file import eventually
from tests.server import ROOT, Server, free_port

RULES = ROOT / "deploy" / "prometheus" / "miti.rules.yml"
TOKEN = "a-token-that-only-this-test-knows"
METRIC = re.compile(r"\b((?:miti|process)_\w+)")
DAYS_AGO = "2020-01-01 00:00:00"


def rules() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"][0]["rules"]
    return found


class Prometheus:
    """Scrapes every second, and alerts at once instead of after minutes."""

    def __init__(self, folder: Path, target: Server) -> None:
        folder.mkdir()
        port = free_port()
        self._url = f"http://127.0.0.1:{port}"
        (folder / "rules.yml").write_text(re.sub(r"\n +for: .*", "", RULES.read_text(encoding="utf-8")))
        (folder / "token").write_text(TOKEN)
        config = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": ["rules.yml"],
            "scrape_configs": [
                {
                    "job_name": "miti",
                    "authorization": {"credentials_file": str(folder / "token")},
                    "static_configs": [{"targets": [f"127.0.0.1:{target.port}"]}],
                }
            ],
        }
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [
                    "prometheus",
                    f"--config.file={folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={folder / 'data'}",
                    f"--web.listen-address=127.0.0.1:{port}",
                ],
                stdout=log,
                stderr=log,
            )

    def ask(self, query: str) -> list[dict[str, Any]]:
        try:
            answer = httpx.get(f"{self._url}/api/v1/query", params={"query": query})
        except httpx.TransportError:
            return []
        return answer.json()["data"]["result"] if answer.status_code == httpx.codes.OK else []

    def firing(self) -> set[str]:
        try:
            alerts = httpx.get(f"{self._url}/api/v1/alerts").json()["data"]["alerts"]
        except httpx.TransportError:
            return set()
        return {one["labels"]["alertname"] for one in alerts if one["state"] == "firing"}

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)


@pytest.fixture
def scraped(start_server: Callable[..., Server], tmp_path: Path) -> Iterator[tuple[Server, Prometheus]]:
    server = start_server(MITI_METRICS_TOKEN=TOKEN)
    prometheus = Prometheus(tmp_path / "prometheus", server)
    try:
        eventually(lambda: prometheus.ask('up{job="miti"} == 1') != [])
        yield server, prometheus
    finally:
        prometheus.stop()


def test_promtool_takes_the_rules() -> None:
    done = subprocess.run(["promtool", "check", "rules", RULES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{len(rules())} rules found" in done.stdout


def test_every_figure_that_a_rule_names_is_scraped_under_this_name(
    scraped: tuple[Server, Prometheus],
) -> None:
    _, prometheus = scraped
    for name in {found for rule in rules() for found in METRIC.findall(rule["expr"])}:
        eventually(lambda name=name: prometheus.ask(f'{name}{{job="miti"}}') != [])  # type: ignore[misc]


def test_the_jobs_keep_their_label_beside_prometheuss_own(scraped: tuple[Server, Prometheus]) -> None:
    _, prometheus = scraped
    found = prometheus.ask('miti_job_failures{periodic_job="purge"}')
    assert [one["metric"]["job"] for one in found] == ["miti"]
    assert "exported_job" not in found[0]["metric"]


def test_a_job_that_nobody_does_raises_the_alert_and_its_being_done_ends_it(
    scraped: tuple[Server, Prometheus],
) -> None:
    server, prometheus = scraped
    done_at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    # All were done, and nobody is to do one during this test.
    _leases(server, done_at, failed=0)
    eventually(lambda: not prometheus.firing() & {"MitiJobOverdue", "MitiJobFails"})
    _leases(server, DAYS_AGO, failed=3)
    eventually(lambda: {"MitiJobOverdue", "MitiJobFails"} <= prometheus.firing())
    _leases(server, done_at, failed=0)
    eventually(lambda: not prometheus.firing() & {"MitiJobOverdue", "MitiJobFails"})


def test_a_process_that_is_killed_raises_the_alert_and_its_return_ends_it(
    scraped: tuple[Server, Prometheus],
) -> None:
    server, prometheus = scraped
    server.kill()
    eventually(lambda: "MitiProcessDown" in prometheus.firing())
    server.start()
    eventually(lambda: "MitiProcessDown" not in prometheus.firing())


def test_every_alert_says_what_to_do_and_where_more_stands() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in {"warning", "critical"}
        page, _, anchor = rule["annotations"]["docs"].partition("#")
        text = (ROOT / page).read_text(encoding="utf-8")
        heads = {
            re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-")
            for head in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        }
        assert not anchor or anchor in heads, f"{page}#{anchor}"
        assert len(rule["annotations"]["todo"]) > 15


def _leases(server: Server, done_at: str, *, failed: int) -> None:
    names = ("publish_due_plans", "count_pending_rows", "purge", "shuffle_metric_rows")
    with closing(sqlite3.connect(server.database, timeout=60)) as database, database:
        for name in names:
            database.execute(
                "INSERT INTO chat_lease (name, holder, expires_at, done_at, failed) VALUES (?, '', '2100-01-01', ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET holder = '', expires_at = '2100-01-01', done_at = excluded.done_at, "
                "failed = excluded.failed",
                (name, done_at, failed),
            )
