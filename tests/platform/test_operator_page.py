"""The operator's page: for administrators only, each line good or with what is wrong; and a test letter.

It answers while a store is away, full or read-only: then it is needed most.
"""

import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from chat import addresses
from chat.models import Lease
from miti import operator_lines
from miti.redis_cache import JsonRedisCache
from operations import backup, health, jobs, processes
from operations.models import KeptBackup, RunningProcess
from partners import clock, letters
from partners.models import Role, Staff
from tests.server import ROOT
from tests.valkey import Valkey

BrowserOf = Callable[[Role | None], Client]
pytestmark = pytest.mark.usefixtures("running", "own_settings")


@pytest.fixture
def own_settings(settings: Any) -> None:
    """What a test sets in them is forgotten."""
    settings.ENV = django_settings.ENV.model_copy()


@pytest.fixture
def administrator(browser_of: BrowserOf) -> Client:
    browser = browser_of(Role.ADMIN)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def page_of(browser: Client) -> str:
    answer = browser.get("/operator/")
    assert answer.status_code == 200
    return answer.content.decode()


def all_jobs_done() -> None:
    soon = timezone.now() + timedelta(hours=1)
    for job in jobs.JOBS:
        Lease.objects.update_or_create(name=job.name, defaults={"expires_at": soon, "failed": 0})


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.COORDINATOR, Role.PLATFORM, Role.ANALYST])
def test_it_is_for_administrators_only(browser_of: BrowserOf, role: Role) -> None:
    assert browser_of(role).get("/operator/").status_code == 403
    assert browser_of(role).post("/operator/letter").status_code == 403


def test_what_is_wrong_stands_there_with_where_to_read_on(administrator: Client) -> None:
    page = page_of(administrator)
    assert f"Miti {django_settings.VERSION}" in page
    assert "printed into the log (MITI_EMAIL_URL)" in page
    assert "links in letters lead to this machine" in page
    assert "Nobody does these: count_pending_rows, publish_due_plans" in page
    assert "docs/install.md#periodic-jobs" in page
    assert "schedule deploy/backup" in page


def test_every_line_names_a_place_in_the_docs(administrator: Client) -> None:
    for line in operator_lines.lines():
        page, _, anchor = line.docs.partition("#")
        headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
        assert not anchor or anchor in {anchor_of(heading) for heading in headings}, line.docs


def anchor_of(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_a_line_is_good_once_its_fault_is_gone(administrator: Client) -> None:
    before = page_of(administrator).count("All is well")
    all_jobs_done()
    assert page_of(administrator).count("All is well") == before + 1
    assert "Nobody does these" not in page_of(administrator)
    Lease.objects.filter(name="purge").update(failed=3)
    assert "These fail: purge" in page_of(administrator)


def test_a_test_letter_goes_to_the_administrators_own_address(administrator: Client, settings: Any) -> None:
    Staff.objects.filter(role=Role.ADMIN).update(email="")
    assert "no e-mail address" in administrator.post("/operator/letter", follow=True).content.decode()
    Staff.objects.filter(role=Role.ADMIN).update(email="ada@centre.example")
    assert "has left" in administrator.post("/operator/letter", follow=True).content.decode()
    (letter,) = mail.outbox
    assert letter.to == ["ada@centre.example"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert "could not be sent" in administrator.post("/operator/letter", follow=True).content.decode()
    settings.ENV = settings.ENV.model_copy(update={"email_url": "smtp://mail.centre.example"})
    assert "The last letter could not be sent (ConnectionRefusedError)" in page_of(administrator)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    administrator.post("/operator/letter")
    assert "The last letter" not in page_of(administrator)


# --- processes ------------------------------------------------------------------------------------------------


@pytest.fixture
def scaled(settings: Any, own_valkey: Valkey) -> Valkey:
    """As with REDIS_URL, for what the page asks."""
    settings.EMBEDDED = False
    settings.ENV = settings.ENV.model_copy(update={"redis_url": own_valkey.url})
    return own_valkey


def seen(kind: str, version: str = "", seconds_ago: int = 0) -> None:
    RunningProcess.objects.create(
        name=secrets.token_hex(8),
        kind=kind,
        version=version or django_settings.VERSION,
        seen_at=clock.now() - timedelta(seconds=seconds_ago),
    )


def test_a_missing_worker_and_beat_are_told(administrator: Client, scaled: Valkey) -> None:
    seen("web")
    seen("web")
    assert "None of these runs: worker, beat." in page_of(administrator)
    seen("worker", seconds_ago=200)
    seen("beat")
    page = page_of(administrator)
    assert "None of these runs: worker." in page
    seen("worker")
    page = page_of(administrator)
    assert "None of these runs" not in page
    assert "web 2, worker 1, beat 1" in page


def test_two_releases_at_once_are_told(administrator: Client, scaled: Valkey) -> None:
    for kind, version in [("web", "9.9.9"), ("web", ""), ("worker", ""), ("beat", "")]:
        seen(kind, version)
    assert f"They run different versions ({django_settings.VERSION}, 9.9.9)" in page_of(administrator)


def test_a_process_says_that_it_runs_until_it_leaves(administrator: Client) -> None:
    processes.note("web")
    processes.note("web")
    assert processes.running(now=clock.now()).kinds["web"] == 1
    # Whoever was killed is forgotten.
    seen("worker", seconds_ago=700)
    processes.note("web")
    assert set(RunningProcess.objects.values_list("kind", flat=True)) == {"web"}
    processes.leave()
    assert processes.running(now=clock.now()).versions == []


# --- backups --------------------------------------------------------------------------------------------------


def test_the_newest_backup_is_told_with_its_time_size_and_place(administrator: Client) -> None:
    now = clock.now()
    backup.note(place="/safe/miti-1.backup", size=4_300_000, readable=True, now=now)
    page = page_of(administrator)
    assert "/safe/miti-1.backup" in page
    assert "4.1\xa0MB" in page
    assert "schedule deploy/backup" not in page
    backup.note(place="/safe/miti-2.backup", size=0, readable=False, now=now + timedelta(seconds=1))
    assert "could not be opened" in page_of(administrator)
    backup.note(place="/safe/miti-3.backup", size=1, readable=True, now=now + timedelta(seconds=2))
    assert "could not be opened" not in page_of(administrator)
    backup.note(place="/safe/miti-3.backup", size=1, readable=True, now=now - timedelta(hours=27))
    KeptBackup.objects.filter(readable=False).delete()
    assert "older than a day" in page_of(administrator)


# --- it answers whatever happens ------------------------------------------------------------------------------


def test_it_answers_while_valkey_is_gone_full_or_read_only(
    administrator: Client, scaled: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = JsonRedisCache(scaled.url, {"KEY_FUNCTION": "miti.redis_cache.opaque_name"})
    for module in (health, letters):
        monkeypatch.setattr(module, "cache", shared)
    monkeypatch.setattr(django_settings.ENV, "email_url", "smtp://mail.centre.example")
    with scaled.client() as redis:
        redis.config_set("maxmemory", 1)
        assert "is full: give it more memory" in page_of(administrator)
        in_french = administrator.get("/operator/", HTTP_ACCEPT_LANGUAGE="fr").content.decode()
        assert "Il ne peut pas servir\xa0: plein\xa0: donnez-lui plus de mémoire" in in_french
        assert "give it more" not in in_french
        redis.config_set("maxmemory", 0)
        redis.replicaof("127.0.0.1", 1)
        assert "is read-only" in page_of(administrator)
        redis.replicaof("NO", "ONE")
        redis.config_set("maxmemory", int(redis.info("memory")["used_memory"] * 1.1))
        assert "four fifths of its memory" in page_of(administrator)
    scaled.kill()
    assert "cannot be reached" in page_of(administrator)


@pytest.mark.django_db(transaction=True)
def test_it_answers_while_the_database_takes_nothing(administrator: Client) -> None:
    if connection.vendor != "sqlite":
        return
    # The session is due to be renewed.
    Session.objects.update(expire_date=clock.now() + timedelta(minutes=5))
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        # The second is what a full disk does.
        for refusal, end in [
            ("query_only = ON", "query_only = OFF"),
            (f"max_page_count = {pages}", "max_page_count = 1073741823"),
        ]:
            cursor.execute(f"PRAGMA {refusal}")
            try:
                page = page_of(administrator)
                assert "It could not be looked at" not in page
                processes.note("web")
            finally:
                cursor.execute(f"PRAGMA {end}")
        cursor.execute("PRAGMA query_only = ON")
        try:
            assert not backup.note(place="/safe/miti.backup", size=1, readable=True, now=clock.now())
        finally:
            cursor.execute("PRAGMA query_only = OFF")


def test_it_answers_when_a_part_cannot_be_looked_at(
    administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("a word that nobody may see")

    def away(*_: object, **__: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(operator_lines, "most_connections", fails)
    monkeypatch.setattr(processes, "running", away)
    page = page_of(administrator)
    assert "It could not be looked at: RuntimeError." in page
    assert "The database does not say." in page
    assert "a word" not in page


def test_a_clock_that_is_off_is_told(administrator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    real = clock.now
    # Less than a session lasts.
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=30))
    assert re.search(r"clock is (1800|1799) seconds off", page_of(administrator))


def test_visitors_who_share_an_address_of_the_containers_are_told(
    administrator: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "_private_visitor_seen", False)
    monkeypatch.setattr(addresses, "_undeclared_proxy_seen", False)
    settings.ENV = settings.ENV.model_copy(
        update={"public_url": "https://miti.example", "trusted_proxies": 1}
    )
    settings.PUBLIC_ORIGIN, settings.BEHIND_TLS = "https://miti.example", True
    assert addresses.outermost(peer="172.18.0.3", forwarded="2001:db8:1::7") == "2001:db8:1::7"
    assert "private network" not in page_of(administrator)
    assert addresses.outermost(peer="172.18.0.3", forwarded="198.51.100.1, 172.18.0.1") == "172.18.0.1"
    assert "switch IPv6 on" in page_of(administrator)
