"""The demo's password is known to everybody: without the demo it opens nothing, and the start says so."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from demo import accounts
from miti import launcher
from partners.demo_password import DEMO_PASSWORD
from partners.models import AuditEntry, Role, Staff
from tests.live.database_file import read
from tests.platform.test_signing_in import submit
from tests.server import ROOT, Server


@pytest.fixture(autouse=True)
def without_demo(settings: Any) -> None:
    cache.clear()
    settings.DEMO_PASSWORD_OPENS = False
    settings.ENV = settings.ENV.model_copy(update={"demo": False})


@pytest.fixture
def over(prepared: Path, tmp_path: Path) -> Server:
    """A server with the demo's data, to be started without the demo."""
    return Server(tmp_path / "over", prepared=prepared, MITI_DEMO="0")


def ended(server: Server, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "miti", command],
        cwd=ROOT,
        env=server.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def test_it_signs_nobody_in(demo_data: None) -> None:
    # Whoever has it, under whichever name.
    Staff.objects.create_user("renamed", password=DEMO_PASSWORD, role=Role.ADMIN)
    for name in ("admin", "accueil", "renamed"):
        browser = Client()
        page = submit(browser, name, DEMO_PASSWORD).content.decode()
        assert "_auth_user_id" not in browser.session
        assert 'role="alert"' in page


ACTIVE = "SELECT count(*) AS n FROM partners_staff WHERE is_active AND username IN ('admin', 'accueil')"


def test_serving_is_refused_in_a_sentence_until_prepare_has_disabled_them(over: Server) -> None:
    done = ended(over, "serve")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for told in ("admin", "accueil", "disable_demo_accounts", "MITI_DEMO=1"):
        assert told in done.stderr
    done = ended(over, "prepare")
    assert done.returncode == 0, done.stderr
    for told in ("disabled now: ", "accueil", "admin"):
        assert told in done.stdout
    assert read(over, ACTIVE)[0]["n"] == 0


def test_disabling_them_is_the_way_out(over: Server) -> None:
    assert ended(over, "disable_demo_accounts").returncode == 0
    assert read(over, ACTIVE)[0]["n"] == 0


def test_prepare_says_nothing_where_nobody_was_disabled(
    demo_data: None, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts.disable()
    launcher.disable_known_passwords()
    assert capsys.readouterr().out == ""


def test_a_demo_account_with_a_password_of_its_own_is_nobodys_business(demo_data: None) -> None:
    for person in Staff.objects.filter(username__in=accounts.NAMES).exclude(username="admin"):
        person.set_unusable_password()
        person.save()
    admin = Staff.objects.get(username="admin")
    with pytest.raises(SystemExit, match="admin"):
        launcher.refuse_known_passwords()
    admin.set_password("a password of its own")
    admin.save()
    launcher.refuse_known_passwords()
    call_command("disable_demo_accounts")
    admin.refresh_from_db()
    assert admin.is_active
    assert not AuditEntry.objects.filter(action="person.deactivated").exists()


def test_disabling_ends_sessions_and_is_in_the_log(demo_data: None) -> None:
    browser = Client()
    admin = Staff.objects.get(username="admin")
    browser.force_login(admin)
    call_command("disable_demo_accounts")
    assert browser.get("/admin/").status_code == 302
    entry = AuditEntry.objects.get(subject=f"person {admin.pk}")
    assert (entry.actor, entry.action) == (None, "person.deactivated")
