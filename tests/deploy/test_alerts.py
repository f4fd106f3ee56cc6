"""The alert rules, over figures that a real Prometheus scraped from a real Miti: each name exists, faults raise them, and they end."""

import re
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.certificate import LAST_PART, SOON
from operations.jobs import JOBS
from tests.deploy.alert_cases import CASES, DAY_S
from tests.live.database_file import eventually
from tests.prometheus import RULES, TOKEN, Prometheus
from tests.server import ROOT, Server

METRIC = re.compile(r"\b((?:miti|process)_\w+)")
DAYS_AGO = "2020-01-01 00:00:00"


def rules() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"][0]["rules"]
    return found


@pytest.fixture(scope="module")
def scraped(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Prometheus]]:
    """Alerts are raised at once instead of after minutes."""
    folder = tmp_path_factory.mktemp("alerts")
    with (
        Server(folder / "server", prepared=prepared, MITI_METRICS_TOKEN=TOKEN) as server,
        Prometheus(folder / "prometheus", [server.port], {r"\n +for: .*": ""}) as prometheus,
    ):
        eventually(lambda: prometheus.ask('up{job="miti"} == 1') != [])
        yield server, prometheus


def test_promtool_takes_the_rules() -> None:
    done = subprocess.run(["promtool", "check", "rules", RULES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{len(rules())} rules found" in done.stdout


def test_every_alert_has_a_fault_that_raises_it() -> None:
    assert {case.alert for case in CASES} == {rule["alert"] for rule in rules()}


@pytest.mark.parametrize("interval", sorted({case.interval for case in CASES}))
def test_each_alert_is_raised_by_its_fault_and_ends_after_it(interval: str, tmp_path: Path) -> None:
    """By promtool, with the times that the rules have; whole days only once an hour."""

    def expected(when: str, names: tuple[str, ...]) -> dict[str, Any]:
        samples = [{"labels": f'{{alertname="{name}"}}', "value": 1} for name in names]
        fires = 'count by (alertname) (ALERTS{alertstate="firing"})'
        return {"expr": fires, "eval_time": when, "exp_samples": samples}

    tests = [
        {
            "name": case.alert,
            "interval": case.interval,
            "input_series": [{"series": name, "values": values} for name, values in case.series.items()],
            "promql_expr_test": [
                expected("0m", ()),
                expected(case.fires, (case.alert, *case.also)),
                expected(case.gone, ()),
            ],
        }
        for case in CASES
        if case.interval == interval
    ]
    file = tmp_path / "cases.yml"
    about = {"rule_files": [str(RULES)], "evaluation_interval": interval, "tests": tests}
    file.write_text(yaml.safe_dump(about))
    done = subprocess.run(["promtool", "test", "rules", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_rules_on_a_certificate_have_the_days_of_the_operators_page() -> None:
    expressions = {rule["alert"]: rule["expr"] for rule in rules()}
    assert f"< {SOON.days} * {DAY_S}" in expressions["MitiCertificateEndsSoon"]
    assert f"/ {round(1 / LAST_PART)}" in expressions["MitiCertificateEndsSoon"]
    assert f"< 3 * {DAY_S}" in expressions["MitiCertificateEndsNow"]


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
    with closing(sqlite3.connect(server.database, timeout=60)) as database, database:
        for name in (job.name for job in JOBS):
            database.execute(
                "INSERT INTO chat_lease (name, holder, expires_at, done_at, failed) VALUES (?, '', '2100-01-01', ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET holder = '', expires_at = '2100-01-01', done_at = excluded.done_at, "
                "failed = excluded.failed",
                (name, done_at, failed),
            )
