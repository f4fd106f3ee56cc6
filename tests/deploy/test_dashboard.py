"""The Grafana dashboard shows figures that exist, under their names, and no panel twice."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server import ROOT, Server

DASHBOARD = ROOT / "deploy" / "grafana" / "miti.json"
TOKEN = "a-token-that-only-this-test-knows"
METRIC = re.compile(r"\b(?:miti|process)_\w+")
LABEL = re.compile(r"by \(([\w, ]+)\)|\{\{(\w+)\}\}")


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return found


@pytest.fixture(scope="module")
def scraped(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    with Server(tmp_path_factory.mktemp("shown"), prepared=prepared, MITI_METRICS_TOKEN=TOKEN) as server:
        return httpx.get(f"{server.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text


def test_every_figure_of_the_dashboard_exists_with_its_labels(scraped: str) -> None:
    exposed = set(re.findall(r"^(\w+)", scraped, re.MULTILINE))
    # Prometheus adds the second and third.
    labels = set(re.findall(r'[{,](\w+)="', scraped)) | {"instance", "job"}
    for panel in panels():
        for target in panel["targets"]:
            named = set(METRIC.findall(target["expr"]))
            assert named, panel["title"]
            assert named <= exposed, panel["title"]
            used = {
                one.strip()
                for found in LABEL.findall(target["expr"] + target["legendFormat"])
                for part in found
                for one in part.split(",")
            }
            assert used - {""} <= labels, panel["title"]


def test_every_figure_of_miti_is_shown_but_the_ones_for_comparison(scraped: str) -> None:
    families = set(re.findall(r"^# TYPE (miti_\w+) ", scraped, re.MULTILINE))
    shown = " ".join(target["expr"] for panel in panels() for target in panel["targets"])
    missing = {name for name in families if name.removesuffix("_total") not in shown}
    assert missing == {"miti_certificate_begins_timestamp_seconds", "miti_job_every_seconds"}


def test_panels_have_places_and_names_of_their_own() -> None:
    found = panels()
    for of in ("title", "id"):
        assert len({panel[of] for panel in found}) == len(found)
    assert len({json.dumps(panel["gridPos"]) for panel in found}) == len(found)
