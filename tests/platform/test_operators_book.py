"""The operator's book: one chain of pages, and every command on it is run by a test or says that none does."""

import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tests.live.test_first_day import ANSWERS
from tests.platform.book_pages import BESIDES, BOOK, DOCS, Command, commands
from tests.server import ROOT, Server

HERE = "here"
"""Run by this file, as it stands but for paths and names."""
COMPOSITION = "tests/containers/conftest.py::composition"
SECRETS = "tests/containers/test_changed_secrets.py::test_a_changed_secret_arrives"
STREAMS = "tests/platform/test_backup_streams.py::test_a_backup_streams_out_and_into_another_database"
STOPPING = "tests/platform/test_starting_and_stopping.py::test_a_termination_signal_ends_it_without_a_fault"
UPGRADE = "tests/live/test_rolling_upgrade.py::test_every_page_finds_its_files_while_one_process_after_the_other_is_renewed"
CHAOS = "tests/chaos/test_nothing_is_lost.py::test_nothing_is_lost_doubled_or_stuck_while_parts_fail"
FLOOD = "tests/flood/test_flood.py::test_nothing_is_lost_beside_each_flood_and_one_address_keeps_nobody_out"
FIRST_DAY = "tests/browser/test_first_day.py::test_a_first_conversation_after_the_questions"
SCHEDULED = "tests/platform/test_backup_streams.py::test_the_scheduled_backup_is_opened_and_noted"
SYSTEMD = "tests/deploy/test_systemd_units.py::test_a_typed_command_has_the_units_settings_and_secrets"
PASSWORD = (
    "echo \"ALTER ROLE miti PASSWORD '$(sudo cat secrets/database_password)'\" | "
    "docker compose exec -T postgres psql -U miti miti"
)
RUN_BY = {
    "make run": HERE,
    "make reset": HERE,
    "python -m miti setup": "tests/server.py::prepare",
    "python -m miti build": "tests/containers/base.py::build_all",
    "python -m miti prepare": HERE,
    "python -m miti begin": HERE,
    "python -m miti disable_demo_accounts": "tests/platform/test_demo_password.py::test_disabling_them_is_the_way_out",
    "python -m miti backup /safe/miti.backup": HERE,
    "python -m miti verify_backup /safe/miti.backup": HERE,
    "python -m miti restore /safe/miti.backup": HERE,
    "python -m miti run": "tests/server.py::Server",
    "python -m miti serve": FIRST_DAY,
    "python -m miti worker": "tests/live/test_docker_compose.py::test_the_worker_runs_the_jobs_that_beat_sends",
    "python -m miti beat": "tests/live/test_docker_compose.py::test_the_worker_runs_the_jobs_that_beat_sends",
    "python -m operations.liveness web": "tests/containers/test_composition.py::test_every_service_is_healthy",
    "caddy run --config caddy/Caddyfile": "tests/live/test_wire_through_caddy.py::test_large_headers_are_refused",
    'curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8000/metrics': (
        "tests/live/test_metrics.py::test_every_figure_is_on_the_operators_page_and_no_other"
    ),
    "sudo tools/secrets": (
        "tests/platform/test_docker_compose.py::test_the_secrets_are_made_once_and_readable_by_the_containers_only"
    ),
    "cd /srv/miti && deploy/backup /safe/miti 14": SCHEDULED,
    "umask 077": HERE,
    "install -d -m 700 /safe/miti": HERE,
    "sudo deploy/systemd/miti prepare": SYSTEMD,
    "sudo deploy/systemd/miti begin": SYSTEMD,
    "sudo deploy/systemd/miti backup /var/backups/miti/miti.backup": SYSTEMD,
    "make chaos": CHAOS,
    "make chaos SEED=7 SECONDS=30": CHAOS,
    "make chaos ONLY=Redis": CHAOS,
    "make chaos SHORT=1": CHAOS,
    "make chaos JSON=figures.json": CHAOS,
    "make flood": FLOOD,
    "make flood SHORT=1": FLOOD,
    'make flood ONLY="asks many"': FLOOD,
    "make flood JSON=figures.json": FLOOD,
    # By podman, or as processes.
    "docker compose build": COMPOSITION,
    "docker compose up": COMPOSITION,
    "docker compose up -d --wait": COMPOSITION,
    "docker compose up -d --wait --no-deps postgres": COMPOSITION,
    "docker compose run --rm migrate": COMPOSITION,
    "docker compose exec web-1 python -m operations.liveness web; echo $?": (
        "tests/containers/test_composition.py::test_every_service_is_healthy"
    ),
    "docker compose exec caddy caddy reload --config /etc/caddy/Caddyfile --address unix//tmp/caddy-admin.sock": (
        "tests/live/test_docker_compose.py::test_a_conversation_survives_a_caddy_reload_and_new_web_processes"
    ),
    "docker compose up -d --no-deps --wait web-1": UPGRADE,
    "docker compose up -d --no-deps --wait web-2": UPGRADE,
    "docker compose up -d --no-deps --wait worker beat": SECRETS,
    "docker compose stop web-1 web-2 worker beat": STOPPING,
    "docker compose exec -T web-1 python -m miti backup - >/safe/miti.backup": (
        "tests/containers/test_composition.py::test_a_backup_comes_out_of_a_running_container"
    ),
    "docker compose run --rm -T migrate python -m miti backup - >/safe/before.backup": STREAMS,
    "docker compose run --rm -T migrate python -m miti backup - >/safe/moving.backup": STREAMS,
    "docker compose run --rm -T migrate python -m miti verify_backup - </safe/before.backup": SCHEDULED,
    "docker compose run --rm -T migrate python -m miti restore - </safe/miti.backup": STREAMS,
    "docker compose run --rm -T migrate python -m miti restore - </safe/before.backup": STREAMS,
    "docker compose run --rm -T migrate python -m miti restore - </safe/moving.backup": STREAMS,
    PASSWORD: SECRETS,
}
RESET_FACTOR = "python -m miti shell -c"
ALL = [one for name in (*BOOK, *BESIDES) for one in commands(name)]


def is_covered(command: Command) -> bool:
    return command.is_marked or command.text in RUN_BY or command.text.startswith(RESET_FACTOR)


def test_each_command_is_run_by_a_test_or_says_that_none_does() -> None:
    assert [f"{one.page}: {one.text}" for one in ALL if not is_covered(one)] == []


def test_a_new_command_would_be_noticed() -> None:
    assert not is_covered(Command("install", "docker compose down --volumes", ""))
    assert is_covered(Command("install", "docker compose down --volumes", "untried"))
    assert len(ALL) > 60


def test_no_command_is_said_to_be_run_that_stands_nowhere() -> None:
    assert set(RUN_BY) - {one.text for one in ALL} == set()


@pytest.mark.parametrize("where", sorted(set(RUN_BY.values()) - {HERE}))
def test_the_tests_that_run_them_exist(where: str) -> None:
    file, _, name = where.partition("::")
    assert re.search(rf"(def|class) {name}\b", (ROOT / file).read_text(encoding="utf-8"))


def test_each_page_leads_to_the_next() -> None:
    for page, following in pairwise(BOOK):
        foot = (DOCS / f"{page}.md").read_text(encoding="utf-8").rstrip().splitlines()[-1]
        assert foot.startswith("**Next:**"), page
        assert f"({following}.md)" in foot, page
    contents = (DOCS / "operators.md").read_text(encoding="utf-8")
    places = [contents.index(f"({page}.md") for page in BOOK[1:]]
    assert places == sorted(places)


def test_every_link_between_the_docs_leads_to_a_heading() -> None:
    broken = []
    for page in [*DOCS.glob("*.md"), *ROOT.glob("*.md")]:
        for target, anchor in re.findall(r"\]\(([\w./-]*\.md)?#([\w-]+)\)", page.read_text(encoding="utf-8")):
            other = (page.parent / target) if target else page
            if anchor not in anchors(other):
                broken.append(f"{page.name}: {target}#{anchor}")
    assert broken == []


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


# --- run as they stand ----------------------------------------------------------------------------------------


class Shell:
    """A shell of an operator, in the folder of the source, with an installation in `data`."""

    def __init__(self, folder: Path) -> None:
        self.safe = folder / "safe"
        self.safe.mkdir()
        # `python` is the one of the installation.
        (folder / "bin").mkdir()
        (folder / "bin" / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        (folder / "bin" / "python").chmod(0o700)
        self.path = f"{folder / 'bin'}:{os.environ['PATH']}"

    def run(self, command: str, data: Path, given: str = "") -> subprocess.CompletedProcess[str]:
        environment = Server(data, MITI_DEMO="0").environment() | {"PATH": self.path}
        line = command.replace("/safe/", f"{self.safe}/")
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=ROOT,
            env=environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
        return done


def test_the_commands_without_containers_run_in_the_books_order(prepared: Path, tmp_path: Path) -> None:
    shell, data, other = Shell(tmp_path), tmp_path / "data", tmp_path / "other"
    data.mkdir()
    (data / "static").symlink_to(prepared / "static")
    assert f"The database is SQLite, {data}" in shell.run("python -m miti prepare", data).stderr
    shutil.copytree(data, other, symlinks=True)
    begun = shell.run("python -m miti begin", data, "\n".join(ANSWERS.values()) + "\n")
    assert begun.stderr.startswith(f"The database is SQLite, {data}")
    assert begun.stdout.count("/accounts/password/reset/key/") == 3
    assert "rows are in" in shell.run("python -m miti backup /safe/miti.backup", data).stderr
    assert "can be restored: " in shell.run("python -m miti verify_backup /safe/miti.backup", data).stdout
    shell.run("install -d -m 700 /safe/miti", data)
    shell.run("umask 077; python -m miti backup - >/safe/miti/streamed.backup", data)
    kept = shell.safe / "miti"
    assert [one.stat().st_mode & 0o777 for one in (kept, kept / "streamed.backup")] == [0o700, 0o600]
    assert "restored: " in shell.run("python -m miti restore /safe/miti.backup", other).stdout
    (reset,) = [one.text for one in ALL if one.text.startswith(RESET_FACTOR)]
    shell.run(reset.replace("NAME", "ada@centre.example"), other)


def test_make_starts_and_forgets_a_demo() -> None:
    # Without the step that installs, which tests/platform/test_installing.py tries; what it starts, every server of the tests runs.
    for command, last in [("run", "python -m miti run"), ("reset", "rm -rf var")]:
        told = subprocess.run(
            ["make", "-n", "--no-print-directory", command],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout.rstrip().endswith(last)
