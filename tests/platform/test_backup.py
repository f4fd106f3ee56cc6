"""A backup holds all that is to be kept and nothing of what is going on; restoring is all or nothing, also on another database."""

import gzip
import json
import os
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from chat.models import CannedReply, Conversation, Duty, Lease, Notice, Offer, Party
from coordination.models import AlertLetter, AlertNotice, AlertWatch, Prediction, TeamCall, WhatIfRun
from indicators.models import (
    ApiToken,
    Capacity,
    Counter,
    DailySums,
    Discrepancy,
    DutyPeriod,
    FiguresLetter,
    FiguresRelease,
    MetricRow,
    OnDuty,
    PendingRow,
    SkilledOnDuty,
)
from operations import backup
from operations.backup import database
from operations.backup.tables import KEPT, LIVE, model, values
from operations.data_dictionary import tables as declared_tables
from operations.data_dictionary.check import columns
from operations.data_dictionary.words import Kept
from operations.models import KeptBackup, RunningProcess
from partners.models import AuditEntry, LetterChoices, LetterSubscription, Staff
from roster.models import Absence, CalendarFeed, RosterLetter, RosterNotice, Shift, ShiftLink
from routing_rules.models import Counsellor, DatedException, Pool, SchoolBooking, Site, Theme
from tests.postgres import Postgres
from tests.server import ROOT

MARK = "enligne9931"
NOW = datetime(2026, 11, 20, 9, 30, 12, 345_678, tzinfo=UTC)
PATIENCE_S = 10
State = dict[str, list[dict[str, Any]]]


def state(labels: tuple[str, ...] = KEPT) -> State:
    return {label: [values(one) for one in model(label)._base_manager.order_by("pk")] for label in labels}


@pytest.fixture
def something_of_everything(demo_data: None) -> None:
    """A row in every table that is kept, with what is hard to write down."""
    staff, pool, theme, site = (
        Staff.objects.all()[0],
        Pool.objects.all()[0],
        Theme.objects.all()[0],
        Site.objects.all()[0],
    )
    entry = AuditEntry.objects.create(
        actor=staff, action="plan.published", detail={"n": 1.5, "é": ["漢", None, True]}
    )
    AuditEntry.objects.filter(pk=entry.pk).update(at=NOW)
    EmailAddress.objects.create(user=staff, email="claire@example.org", verified=True, primary=True)
    Authenticator.objects.create(user=staff, type="totp", data={"secret": "locked"}, created_at=NOW)
    LogEntry.objects.create(user=staff, content_type=ContentType.objects.get_for_model(Staff), object_id="1",
                            object_repr="Claire", action_flag=ADDITION, action_time=NOW)  # fmt: skip
    group = Group.objects.create(name="unused")
    group.permissions.add(Permission.objects.all()[0])
    staff.groups.add(group)
    staff.user_permissions.add(Permission.objects.all()[1])
    DatedException.objects.create(pool=pool, date=date(2026, 12, 25), kind="closed", reason="Noël « férié »")
    booking = SchoolBooking.objects.create(
        code="ECOLE1", school="L'école", starts_at=NOW, ends_at=NOW + timedelta(1)
    )
    booking.themes.add(theme)
    site.themes.add(theme)
    CannedReply.objects.create(shortcut="b", title="Bonjour", body="<p>Bonjour ✓\nà vous</p>", language="fr")
    Notice.objects.create(kind="opening", language="fr", html="<p>Bienvenue</p>")
    MetricRow.objects.create(day=date(2026, 11, 20), slot=19, plan_number=1, outcome="served", wait_s=None)
    Counter.objects.create(day=date(2026, 11, 20), slot=19, kind="opened", n=3)
    Capacity.objects.create(day=date(2026, 11, 20), slot=19, pool="accueil", minutes_open=0.1 + 0.2)
    OnDuty.objects.create(day=date(2026, 11, 20), pool="accueil", people=3)
    SkilledOnDuty.objects.create(day=date(2026, 11, 20), pool="accueil", skill="language", code="nl")
    DutyPeriod.objects.create(day=NOW.date(), quarter=3, pool="cefo", minutes=12.5, answered=2)
    Prediction.objects.create(
        plan_number=3, rules=[{"é": 1}], made_on=NOW.date(), before=0.5, take_up=0.6, low=0.55, high=0.65
    )
    person = Counsellor.objects.all()[0]
    Absence.objects.create(counsellor=person, first_day=date(2026, 12, 24), last_day=date(2026, 12, 31))
    letter = RosterLetter.objects.create(
        person=person.staff, kind="shift_lacks", day=NOW.date(), until=NOW, sent=True
    )
    shift = Shift.objects.create(pool=pool, date=NOW.date(), start_minute=0, end_minute=60, languages=["nl"])
    ShiftLink.objects.create(letter=letter, shift=shift, colleague=person, used_at=NOW)
    CalendarFeed.objects.create(counsellor=person, secret_hash="1" * 64, made_at=NOW)
    RosterNotice.objects.create(person=person.staff, kind="moved", pool=pool, date=date(2026, 12, 23), start_minute=540,
                                end_minute=720, was={"date": "2026-12-22"}, created_at=NOW)  # fmt: skip
    ApiToken.objects.create(owner=staff, name="script", token_hash="0" * 64, made_on=NOW.date(), expires_on=NOW.date())  # fmt: skip
    FiguresRelease.objects.create(
        number=1,
        first=date(2026, 10, 1),
        last=date(2026, 10, 31),
        made_on=NOW.date(),
        content={"é": [1, None]},
    )
    LetterChoices.objects.create(person=staff, language="nl", off=["help"])
    LetterSubscription.objects.create(person=staff, kind="figures_month")
    FiguresLetter.objects.create(person=staff, kind="figures_month", first=NOW.date(), until=NOW)
    assert [label for label, rows in state().items() if not rows] == [], (
        "the round trip must meet every table"
    )


@pytest.fixture
def something_going_on(something_of_everything: None) -> None:
    """A row in every live table, each with the mark."""
    person = Counsellor.objects.all()[0]
    talk = Conversation.objects.create(
        token_hash=MARK, site=Site.objects.all()[0], theme=MARK[:11], theme_asked=MARK, language="fr", asked_at=NOW,
        queued_at=NOW, plan_number=1, campaign=MARK, audience="public",
    )  # fmt: skip
    Party.objects.create(conversation=talk, counsellor=person, role="owner", number=1, joined_at=NOW)
    Offer.objects.create(conversation=talk, counsellor=person, state="ringing", expires_at=NOW)
    Duty.objects.get_or_create(counsellor=person, defaults={"state": "away", "capacity": 2})
    Lease.objects.create(name=MARK, holder=MARK, expires_at=NOW)
    Session.objects.create(session_key=MARK, session_data=MARK, expire_date=NOW)
    PendingRow.objects.create(ready_at=NOW, sealed=MARK.encode())
    AlertWatch.objects.create(kind=MARK[:30], team=MARK[:50])
    AlertNotice.objects.create(person=person.staff, kind=MARK[:30], team=MARK[:50], began_at=NOW)
    AlertLetter.objects.create(person=person.staff, kind=MARK[:20], until=NOW)
    TeamCall.objects.create(kind="help", pool=Pool.objects.all()[0], at=NOW)
    DailySums.objects.create(day=NOW.date(), part=MARK[:30], packed=MARK.encode())
    WhatIfRun.objects.create(owner=person.staff, question={"plan": MARK}, asked_at=NOW, seen_at=NOW)
    Discrepancy.objects.create(day=NOW.date(), check_name=MARK[:30], expected=1, found=0)
    EmailConfirmation.objects.create(email_address=EmailAddress.objects.all()[0], key=MARK)
    SocialApp.objects.create(provider=MARK, name=MARK, client_id=MARK)
    account = SocialAccount.objects.create(user=person.staff, provider=MARK, uid=MARK)
    SocialToken.objects.create(account=account, token=MARK)
    RunningProcess.objects.create(name=MARK[:16], kind="web", version=MARK, seen_at=NOW)
    KeptBackup.objects.create(readable=True, ended_at=NOW, size=1, place=MARK)
    assert [label for label, rows in state(LIVE).items() if not rows] == []


def saved(folder: Path, name: str = "miti.backup", **options: Any) -> Path:
    path = folder / name
    backup.save(path, tell=lambda _: None, **{"force": False, **options})
    return path


def restore(path: Path, *, force: bool = True) -> None:
    backup.restore(path, force=force, tell=lambda _: None)


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def content(path: Path) -> list[Any]:
    """Everything but when and by which program it was made."""
    return lines(path)[1:]


def rewritten(path: Path, told: list[Any]) -> Path:
    changed = path.with_name("changed.backup")
    changed.write_bytes(gzip.compress(b"".join(json.dumps(one).encode() + b"\n" for one in told)))
    return changed


# --- which tables ---------------------------------------------------------------------------------------------


def test_every_table_is_on_one_of_the_two_lists() -> None:
    assert set(KEPT) & set(LIVE) == set()
    assert set(KEPT) | set(LIVE) == set(columns()), "say in operations/backup/tables.py whether it is kept"
    assert len(KEPT) + len(LIVE) == len(columns())


def test_tables_declared_as_passing_are_in_no_backup() -> None:
    passing = {
        table.model
        for table in declared_tables()
        if table.kept in {Kept.CONVERSATION, Kept.SECONDS, Kept.SESSION}
    }
    assert passing
    assert passing <= set(LIVE)


# --- there and back -------------------------------------------------------------------------------------------


def test_no_open_conversation_is_in_the_file(something_going_on: None, tmp_path: Path) -> None:
    path = saved(tmp_path)
    assert MARK not in gzip.decompress(path.read_bytes()).decode()
    assert MARK.encode() not in path.read_bytes()
    assert {label for label, _ in content(path)[:-1]} == set(KEPT)


def test_a_restore_brings_back_everything_else(something_going_on: None, tmp_path: Path) -> None:
    before, path = state(), saved(tmp_path)
    AuditEntry.objects.all().delete()
    MetricRow.objects.update(outcome="abandoned")
    Theme.objects.create(code="later")
    restore(path)
    assert state() == before
    assert [label for label, rows in state(LIVE).items() if rows] == []


@pytest.mark.django_db(transaction=True)
def test_a_backup_shows_one_moment_and_blocks_no_writer(tmp_path: Path) -> None:
    def write() -> None:
        Theme.objects.create(code="meanwhile")
        connection.close()

    def somebody_writes(table: str) -> None:
        if table.endswith("contenttypes.ContentType"):
            thread = threading.Thread(target=write)
            thread.start()
            thread.join(PATIENCE_S)
            assert not thread.is_alive()

    path = tmp_path / "miti.backup"
    backup.save(path, force=False, tell=somebody_writes)
    assert Theme.objects.filter(code="meanwhile").exists()
    assert [row for label, row in content(path)[:-1] if label == "routing_rules.Theme"] == []
    assert lines(path)[0]["rows"]["routing_rules.Theme"] == 0


OTHER_DATABASE = """
import sys
import django
django.setup()
from django.core.management import call_command
from operations import backup
from partners.models import Network
from pathlib import Path
there, back, damaged = map(Path, sys.argv[1:])
call_command("migrate", verbosity=0)
call_command("restore", there)
for options in ([], ["--force"]):
    try:
        call_command("restore", damaged, *options)
    except Exception as refusal:
        print("REFUSED", refusal)
print("NEW", Network.objects.create(code="new", name="New").pk)
Network.objects.filter(code="new").delete()
call_command("backup", back)
"""


def test_what_was_saved_on_sqlite_is_the_same_on_postgresql_and_back(
    something_going_on: None, tmp_path: Path, postgres: Postgres
) -> None:
    there, back, damaged = saved(tmp_path), tmp_path / "back.backup", tmp_path / "damaged.backup"
    damaged.write_bytes(there.read_bytes()[:-200])
    done = subprocess.run(
        [sys.executable, "-c", OTHER_DATABASE, str(there), str(back), str(damaged)],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "miti.settings",
            "DATABASE_URL": postgres.database("other"),
            "MITI_DATA_DIR": str(tmp_path / "data"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    content_there, damage = (line for line in done.stdout.splitlines() if line.startswith("REFUSED"))
    assert "--force (with make: FORCE=1)" in content_there
    assert "damaged" in damage
    assert "NEW" in done.stdout
    assert content(back) == content(there)
    before = state()
    restore(back)
    assert state() == before


# --- the file -------------------------------------------------------------------------------------------------


def test_only_its_owner_can_read_it_and_nothing_else_is_left(demo_data: None, tmp_path: Path) -> None:
    path = saved(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_there_is_replaced_only_when_that_is_meant(demo_data: None, tmp_path: Path) -> None:
    path = tmp_path / "miti.backup"
    path.write_text("precious")
    with pytest.raises(CommandError, match=r"--force \(with make: FORCE=1\)"):
        call_command("backup", path)
    assert path.read_text() == "precious"
    call_command("backup", path, "--force")
    assert path.stat().st_mode & 0o777 == 0o600
    assert content(path)


def test_a_backup_that_fails_leaves_no_file(
    demo_data: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise DatabaseError("password of postgresql://miti:secret@db.internal is wrong")

    monkeypatch.setattr(database, "values", fail)
    with pytest.raises(CommandError) as refusal:
        call_command("backup", tmp_path / "miti.backup")
    assert "secret" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told_in_words(demo_data: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written: No such file"):
        call_command("backup", tmp_path / "nowhere" / "miti.backup")
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("restore", tmp_path / "nowhere" / "miti.backup")


# --- refusals -------------------------------------------------------------------------------------------------


def test_a_database_with_something_in_it_is_replaced_only_when_that_is_meant(
    demo_data: None, tmp_path: Path
) -> None:
    path, before = saved(tmp_path), state()
    Theme.objects.create(code="later")
    with pytest.raises(CommandError, match=r"--force \(with make: FORCE=1\)"):
        call_command("restore", path)
    assert Theme.objects.filter(code="later").exists()
    call_command("restore", path, "--force")
    assert state() == before


@pytest.mark.django_db
def test_a_database_in_which_processes_ran_and_nobody_is_needs_no_force(tmp_path: Path) -> None:
    path = saved(tmp_path)
    Lease.objects.create(name="purge", holder="", expires_at=NOW)
    RunningProcess.objects.create(name="0", kind="web", version="1", seen_at=NOW)
    KeptBackup.objects.create(readable=True, ended_at=NOW, size=1, place=str(path))
    restore(path, force=False)


@pytest.mark.django_db
def test_an_empty_database_needs_no_force(tmp_path: Path) -> None:
    path = saved(tmp_path)
    restore(path, force=False)


def test_nothing_is_restored_while_miti_is_running(demo_data: None, tmp_path: Path) -> None:
    path = saved(tmp_path)
    Lease.objects.create(
        name="tick", holder="a process", expires_at=datetime.now(UTC) + timedelta(seconds=60)
    )
    with pytest.raises(CommandError, match="stop all its processes"):
        call_command("restore", path, "--force")


def test_another_versions_backup_is_refused_with_what_differs(demo_data: None, tmp_path: Path) -> None:
    head, *rest = lines(saved(tmp_path))
    head["migrations"]["chat"].append("0099_later")
    head["version"] = "9.9.9"
    with pytest.raises(CommandError, match=r"9\.9\.9.*chat\.0099_later"):
        call_command("restore", rewritten(tmp_path / "miti.backup", [head, *rest]), "--force")


def test_a_database_that_is_not_up_to_date_is_refused(demo_data: None, tmp_path: Path) -> None:
    path = saved(tmp_path)
    MigrationRecorder.Migration.objects.filter(app="indicators").delete()
    for command in (["backup", str(tmp_path / "other")], ["restore", str(path), "--force"]):
        with pytest.raises(CommandError, match="miti setup"):
            call_command(*command)


def _without_the_end(told: list[Any]) -> list[Any]:
    return told[:-1]


def _without_a_row(told: list[Any]) -> list[Any]:
    return [*told[:40], *told[41:-1], {"rows": told[-1]["rows"] - 1}]


def _with_a_live_row(told: list[Any]) -> list[Any]:
    return [*told[:-1], ["chat.Lease", {"name": "x"}], {"rows": told[-1]["rows"] + 1}]


def _with_a_row_twice(told: list[Any]) -> list[Any]:
    return [told[0], told[1], *told[1:-1], {"rows": told[-1]["rows"] + 1}]


def _with_a_bad_value(told: list[Any]) -> list[Any]:
    return _changed(told, "partners.Network", id="no number")


def _with_a_loose_reference(told: list[Any]) -> list[Any]:
    return _changed(told, "partners.Partner", network_id=99_999)


def _changed(told: list[Any], label: str, **wrong: Any) -> list[Any]:
    head, *rows, end = told
    return [head, *([name, row | wrong] if name == label else [name, row] for name, row in rows), end]


def _of_somebody_else(told: list[Any]) -> list[Any]:
    return [{"miti": "something"}, *told[1:]]


@pytest.mark.parametrize(
    "change",
    [_without_the_end, _without_a_row, _with_a_live_row, _with_a_row_twice, _with_a_bad_value,
     _with_a_loose_reference, _of_somebody_else],
    ids=lambda change: change.__name__.strip("_"),
)  # fmt: skip
def test_a_file_that_is_not_whole_changes_nothing(demo_data: None, tmp_path: Path, change: Any) -> None:
    told = lines(saved(tmp_path))
    Theme.objects.create(code="later")
    before = state()
    with pytest.raises(backup.BackupRefused):
        restore(rewritten(tmp_path / "miti.backup", change(told)))
    assert state() == before


@pytest.mark.parametrize(
    "bytes_",
    [b"", b"not at all", gzip.compress(b"{}\n"), gzip.compress(b"[1]\n")],
    ids=["empty", "text", "an object", "a list"],
)
def test_what_is_no_backup_is_refused_in_words(demo_data: None, tmp_path: Path, bytes_: bytes) -> None:
    path = tmp_path / "miti.backup"
    path.write_bytes(bytes_)
    with pytest.raises(CommandError, match="damaged, or no backup of Miti"):
        call_command("restore", path, "--force")


def test_a_flipped_bit_is_noticed(demo_data: None, tmp_path: Path) -> None:
    path = saved(tmp_path)
    before, raw = state(), bytearray(path.read_bytes())
    raw[-6] ^= 1
    path.write_bytes(raw)
    with pytest.raises(backup.BackupRefused):
        restore(path)
    assert state() == before
