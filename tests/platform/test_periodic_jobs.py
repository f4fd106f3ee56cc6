"""The jobs of a minute and more: when each is due, that one at a time does it, and that both ways of starting them use one table."""

import inspect
import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError

from chat.models import Lease
from miti import celery
from operations import jobs, liveness
from operations.jobs import JOBS, Job
from tests.live.database_file import eventually, read
from tests.server import ROOT, Server

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def counting(every_s: float | None = 30) -> tuple[Job, list[int]]:
    done: list[int] = []
    return Job("counting", lambda: done.append(1), every_s), done


def no_text_of(fault: str) -> Job:
    def fail() -> None:
        raise ValueError(fault)

    return Job("failing", fail, every_s=None)


# --- when -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "again"),
    [
        ("2026-06-15 01:59", "2026-06-15 02:00"),
        ("2026-06-15 02:00", "2026-06-16 02:00"),
        ("2026-06-15 21:30", "2026-06-16 02:00"),
        # A clock in Brussels shows four at three o'clock UTC in winter.
        ("2026-12-31 23:59", "2027-01-01 03:00"),
        # The nights in which it is changed.
        ("2026-03-28 12:00", "2026-03-29 02:00"),
        ("2026-10-24 12:00", "2026-10-25 03:00"),
    ],
)
def test_a_job_of_the_night_is_due_at_four_in_brussels(done: str, again: str) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert Job("nightly", list, every_s=None).due_after(at(done)) == at(again)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_job_is_due_as_often_as_the_table_says(job: Job) -> None:
    assert 0 < job.look_s <= 300
    if job.every_s is not None:
        assert NOW < job.due_after(NOW) <= NOW + timedelta(seconds=job.look_s)


# --- one at a time --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_job_is_done_when_it_is_due_and_not_before() -> None:
    job, done = counting(every_s=600)
    assert jobs.perform(job, now=NOW)
    assert not jobs.perform(job, now=NOW + MINUTE)
    assert jobs.perform(job, now=NOW + 10 * MINUTE)
    assert len(done) == 2


@pytest.mark.django_db
def test_a_running_job_is_not_started_again() -> None:
    done: list[bool] = []
    job = Job("long", lambda: done.append(jobs.perform(job, now=NOW + 5 * MINUTE)), every_s=30)
    assert jobs.perform(job, now=NOW)
    assert done == [False]


@pytest.mark.django_db
def test_a_job_of_a_dead_process_is_run_again_after_its_longest_time() -> None:
    def killed() -> None:
        raise KeyboardInterrupt

    job, done = counting()
    Lease.objects.create(
        name=job.name, holder="died", expires_at=NOW + timedelta(seconds=jobs.AT_MOST_S + 60)
    )
    assert not jobs.perform(job, now=NOW + timedelta(seconds=jobs.AT_MOST_S))
    assert jobs.perform(job, now=NOW + timedelta(seconds=jobs.AT_MOST_S + 61))
    assert done == [1]
    with pytest.raises(KeyboardInterrupt):
        jobs.perform(Job("killed", killed, every_s=None), now=NOW)
    assert Lease.objects.get(name="killed").expires_at == NOW + 5 * MINUTE


@pytest.mark.django_db
def test_a_job_that_lost_its_lease_leaves_the_next_ones_alone() -> None:
    later = NOW + timedelta(hours=1)
    job = Job("slow", lambda: Lease.objects.update(holder="next", expires_at=later), every_s=30)
    jobs.perform(job, now=NOW)
    lease = Lease.objects.get(name="slow")
    assert (lease.holder, lease.expires_at) == ("next", later)


@pytest.mark.django_db
def test_a_failed_job_is_logged_by_its_error_type_and_retried_soon(caplog: pytest.LogCaptureFixture) -> None:
    job = no_text_of("je ne sais plus quoi faire")
    with caplog.at_level(logging.DEBUG):
        assert not jobs.perform(job, now=NOW)
    assert "job=failing" in caplog.text
    assert "fault=ValueError" in caplog.text
    assert "quoi faire" not in caplog.text
    assert not jobs.perform(job, now=NOW + MINUTE)
    assert Lease.objects.get(name="failing").expires_at == NOW + 5 * MINUTE


@pytest.mark.django_db
def test_metrics_show_each_jobs_last_success_and_failures_since(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    never, (works, _) = no_text_of("non"), counting(every_s=600)
    monkeypatch.setattr(jobs, "JOBS", (works, never))
    monkeypatch.setattr(jobs, "WEB_JOBS", ())
    assert jobs.records() == {"counting": jobs.Record(None, 0), "failing": jobs.Record(None, 0)}
    jobs.perform(works, now=NOW)
    for minutes in (0, 5, 10):
        jobs.perform(works, now=NOW + minutes * MINUTE)
        jobs.perform(never, now=NOW + minutes * MINUTE)
    jobs.perform(never, now=NOW + 11 * MINUTE)
    assert jobs.records() == {
        "counting": jobs.Record(NOW + 10 * MINUTE, 0),
        "failing": jobs.Record(None, 3),
    }
    jobs.perform(Job("failing", list, every_s=None), now=NOW + 15 * MINUTE)
    assert jobs.records()["failing"] == jobs.Record(NOW + 15 * MINUTE, 0)


def test_an_unreachable_database_does_not_end_the_scheduler(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object) -> bool:
        raise DatabaseError("postgresql://miti:hushed@db")

    monkeypatch.setattr(jobs, "_claim", away)
    job, done = counting()
    assert not jobs.perform(job, now=NOW)
    assert done == []
    assert "DatabaseError" in caplog.text
    assert "hushed" not in caplog.text


@pytest.mark.django_db
def test_jobs_that_never_run_are_noticed() -> None:
    names = [job.name for job in JOBS]
    assert jobs.overdue(now=NOW) == names
    for name in names:
        Lease.objects.create(name=name, holder="", expires_at=NOW)
    assert jobs.overdue(now=NOW + 5 * MINUTE) == []
    assert jobs.overdue(now=NOW + 16 * MINUTE) == names


# --- over a broker --------------------------------------------------------------------------------------------

OURS = {name: task for name, task in celery.app.tasks.items() if name.startswith("miti.")}


def test_celery_has_the_jobs_of_the_table_and_no_others() -> None:
    celery.app.loader.import_default_modules()
    assert set(OURS) == {f"miti.{job.name}" for job in JOBS}
    entries = celery.app.conf.beat_schedule
    assert {entry["task"] for entry in entries.values()} == set(OURS)
    assert {name: entry["schedule"] for name, entry in entries.items()} == {
        job.name: job.look_s for job in JOBS
    }


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_message_can_carry_nothing_but_the_name_of_its_job(name: str) -> None:
    task = OURS[name]
    assert list(inspect.signature(task.run).parameters) == []
    assert task.ignore_result
    assert not task.acks_late
    with pytest.raises(TypeError):
        task.apply_async(args=["je ne sais plus quoi faire"])


def test_celery_takes_json_only_keeps_no_results_and_obeys_nobody_else() -> None:
    conf = celery.app.conf
    assert conf.accept_content == ["json"]
    assert conf.task_serializer == "json"
    assert conf.result_backend is None
    assert conf.worker_enable_remote_control is False
    assert conf.beat_scheduler == "miti.celery:InMemoryScheduler"


def test_the_lease_outlives_the_longest_that_a_worker_lets_a_job_run() -> None:
    assert {task.time_limit for task in OURS.values()} == {jobs.AT_MOST_S}


@pytest.mark.parametrize(
    ("ours", "celerys"),
    [
        ("unix:///run/redis/socket", "redis+socket:///run/redis/socket"),
        ("redis://:word@redis:6379/0", "redis://:word@redis:6379/0"),
        ("rediss://redis:6379/0", "rediss://redis:6379/0"),
    ],
)
def test_celery_understands_the_addresses_that_miti_does(ours: str, celerys: str) -> None:
    assert celery.broker(ours) == celerys


@pytest.mark.parametrize("which", ["worker", "beat"])
def test_without_a_broker_there_is_nothing_for_them_to_do(which: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "miti", which],
        cwd=ROOT,
        env=Server(tmp_path, REDIS_URL="").environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 1
    assert "REDIS_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_broker_the_one_web_process_does_them(server: Server) -> None:
    def done() -> set[str]:
        return {row["name"] for row in read(server, "SELECT name FROM chat_lease WHERE holder = ''")}

    eventually(lambda: done() == {job.name for job in (*JOBS, *jobs.WEB_JOBS)})


def test_a_liveness_file_is_fresh_until_its_process_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert not liveness.is_alive("worker")
    liveness.touch("worker")
    assert liveness.is_alive("worker")
    assert not liveness.is_alive("beat")
    monkeypatch.setattr(liveness, "STILL_S", 0)
    assert not liveness.is_alive("worker")
