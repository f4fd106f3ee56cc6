"""The systemd units: they are hardened, and what they start is what the composition starts."""

from pathlib import Path

import pytest

from tests.docker_compose import read
from tests.server import ROOT

UNITS = ROOT / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
each = pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
HARDENED = (
    "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "CapabilityBoundingSet=", "LimitCORE=0",
    "MemorySwapMax=0", "User=miti",
)  # fmt: skip


@each
def test_a_service_is_hardened(unit: Path) -> None:
    lines = unit.read_text(encoding="utf-8").splitlines()
    assert [line for line in HARDENED if line not in lines] == []


@each
def test_no_unit_holds_a_secret_and_each_names_a_file_for_it(unit: Path) -> None:
    told = unit.read_text(encoding="utf-8")
    wanted = read()["services"]["web-1"]["secrets"]
    assert [name for name in wanted if f"LoadCredential={name}:/etc/miti/secrets/{name}" not in told] == []


@pytest.mark.parametrize(
    ("unit", "service"), [("miti-web@", "web-1"), ("miti-worker", "worker"), ("miti-beat", "beat")]
)
def test_a_unit_starts_what_the_composition_starts(unit: str, service: str) -> None:
    told = (UNITS / f"{unit}.service").read_text(encoding="utf-8")
    composed = read()["services"][service]
    assert f"ExecStart=/srv/miti/.venv/bin/{' '.join(composed['command'])}\n" in told
    assert f"TimeoutStopSec={composed['stop_grace_period'].removesuffix('s')}\n" in told
