"""One clock for all processes: a host with a wrong clock follows the database's, and a jump ends nobody's conversation."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chat.models import Lease
from chat.services import tick
from partners import clock

ROOT = Path(__file__).resolve().parent.parent.parent
NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def set_right_afterwards() -> Iterator[None]:
    before = clock._ahead_s
    yield
    clock._ahead_s = before


def test_a_clock_that_is_an_hour_off_is_corrected_by_the_database() -> None:
    right = clock.seconds()
    for shift in (3_600, -3_600):
        clock._ahead_s += shift
        clock.set_by_database()
        assert abs(clock.seconds() - right) < 60


def test_a_host_whose_clock_jumps_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    right = clock.seconds()
    truth = time.time()
    monkeypatch.setattr(time, "time", lambda: truth + 3_600)
    assert abs(clock.seconds() - right) < 60
    assert abs(clock.now().timestamp() - right) < 60


@pytest.mark.parametrize("left_s", [-1, 3_600])
def test_a_lease_is_taken_over_when_it_is_up_or_longer_than_any_may_be(left_s: int) -> None:
    Lease.objects.create(name="tick", holder="dead", expires_at=NOW + timedelta(seconds=left_s))
    assert tick.take_lease("tick", "alive", NOW)
    assert not tick.take_lease("tick", "other", NOW)
    assert tick.take_lease("tick", "alive", NOW + timedelta(seconds=1))


def test_code_that_acts_on_conversations_never_reads_the_hosts_clock() -> None:
    asks = re.compile(r"datetime\.now\(|timezone\.now\(|\btime\.time\(|utcnow\(")
    rooms = [*ROOT.glob("chat/**/*.py"), *ROOT.glob("widget/*.py"), *ROOT.glob("counsellor_console/*.py")]
    jobs = [
        ROOT / "partners" / "sessions.py",
        *ROOT.glob("server/*.py"),
        ROOT / "operations" / "jobs.py",
        ROOT / "miti" / "scheduler.py",
        ROOT / "miti" / "celery.py",
    ]
    assert [str(one) for one in [*rooms, *jobs] if asks.search(one.read_text())] == []
