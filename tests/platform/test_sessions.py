"""The database holds of a session what opens nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from counsellor_console import session
from partners import sessions
from partners.models import Role, Staff
from partners.sessions import SessionStore


@pytest.fixture
def claire(db: None) -> Staff:
    return Staff.objects.create_user("claire", role=Role.COORDINATOR)


@pytest.fixture
def browser(claire: Staff) -> Client:
    client = Client()
    client.force_login(claire)
    return client


def key_of(browser: Client) -> str:
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def everything() -> str:
    """Every value of every table."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [str(row) for row in cursor.fetchall()]
    return "\n".join(rows)


def test_nothing_in_the_database_opens_a_session(browser: Client) -> None:
    assert browser.get("/coordination/").status_code == 200
    assert key_of(browser) not in everything()
    for (kept,) in Session.objects.values_list("session_key"):
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = kept
        assert thief.get("/coordination/").status_code == 302


def test_what_a_session_holds_cannot_be_read_in_the_database(browser: Client) -> None:
    store = SessionStore(key_of(browser))
    store["being set up"] = "a canary secret"
    store.save()
    row = Session.objects.get()
    from_django: Any = row.get_decoded()
    assert from_django == {}
    assert sessions.contents(row)["being set up"] == "a canary secret"


def test_another_secret_key_opens_no_session(browser: Client, settings: Any) -> None:
    settings.SECRET_KEY = "another key of this installation, as after a leak"
    assert browser.get("/coordination/").status_code == 302


def test_a_damaged_session_is_as_none(browser: Client) -> None:
    Session.objects.update(session_data="not what was written")
    assert browser.get("/coordination/").status_code == 302


def test_signing_out_deletes_the_session(browser: Client) -> None:
    browser.post("/accounts/logout/")
    assert not Session.objects.filter(pk=sessions.digest_of(key_of(browser))).exists()


def test_a_key_that_somebody_chose_is_not_taken_over(db: None, claire: Staff) -> None:
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    browser.force_login(claire)
    assert key_of(browser) != "a" * 32


async def test_who_does_not_wait_in_a_thread_gets_the_same(transactional_db: None) -> None:
    store = SessionStore()
    await store.aset("said", "once")
    await store.asave()
    key = str(store.session_key)
    assert await store.aexists(key)
    assert await SessionStore(key).aget("said") == "once"
    await store.adelete()
    assert await SessionStore(key).aget("said") is None


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """How much time has passed; the test adds to it."""
    passed = [timedelta()]
    began = timezone.now()
    monkeypatch.setattr("partners.clock.now", lambda: began + passed[0])
    return passed


def advance(clock: list[timedelta], **time: float) -> None:
    clock[0] += timedelta(**time)


def opens(browser: Client, path: str = "/coordination/") -> bool:
    return browser.get(path).status_code == 200


def test_a_session_that_nobody_uses_ends(clock: list[timedelta], browser: Client) -> None:
    advance(clock, minutes=59)
    assert opens(browser)
    advance(clock, minutes=59)
    assert opens(browser)
    advance(clock, minutes=61)
    assert not opens(browser)
    # Nor does it come to life again.
    advance(clock, minutes=-20)
    assert not opens(browser)


@pytest.mark.parametrize("wrong_by_s", [3_600, 86_400, -86_400])
def test_a_host_whose_clock_is_set_signs_nobody_out(
    monkeypatch: pytest.MonkeyPatch, browser: Client, wrong_by_s: int
) -> None:
    # Whoever is signed out loses their conversations at once: every process must know the same time.
    wrong = timezone.now() + timedelta(seconds=wrong_by_s)
    monkeypatch.setattr(timezone, "now", lambda: wrong)
    monkeypatch.setattr("time.time", wrong.timestamp)
    ends_at = Session.objects.get().expire_date
    assert opens(browser)
    assert Session.objects.get().expire_date == ends_at
    other = Client()
    other.force_login(Staff.objects.get())
    made = Session.objects.get(pk=sessions.digest_of(key_of(other)))
    assert abs(made.expire_date - ends_at) < timedelta(minutes=5)


def test_a_page_that_asks_by_itself_is_no_use(clock: list[timedelta], browser: Client) -> None:
    for _ in range(6):
        advance(clock, minutes=10)
        browser.get("/coordination/unattended/")
    advance(clock, minutes=1)
    assert not opens(browser)


def test_a_session_in_use_ends_some_hours_after_signing_in(clock: list[timedelta], browser: Client) -> None:
    for _ in range(23):
        advance(clock, minutes=30)
        assert opens(browser)
    # Not even what is written into it makes it longer.
    store = SessionStore(key_of(browser))
    store["written"] = "late"
    store.save()
    advance(clock, minutes=29)
    assert opens(browser)
    advance(clock, minutes=2)
    assert not opens(browser)


def test_an_open_console_is_use(clock: list[timedelta], claire: Staff) -> None:
    Staff.objects.update(role=Role.COUNSELLOR)
    browser = Client()
    browser.force_login(Staff.objects.get())
    digest = sessions.digest_of(key_of(browser))
    for _ in range(20):
        advance(clock, minutes=10)
        assert session._find_valid([(claire.pk, digest)]) == {(claire.pk, digest)}
    advance(clock, minutes=61)
    assert session._find_valid([(claire.pk, digest)]) == set()


def test_a_used_session_is_written_only_now_and_then(clock: list[timedelta], browser: Client) -> None:
    before = Session.objects.get().expire_date
    advance(clock, minutes=5)
    opens(browser)
    assert Session.objects.get().expire_date == before
    advance(clock, minutes=2)
    opens(browser)
    assert Session.objects.get().expire_date == before + timedelta(minutes=7)


def test_signing_in_begins_a_new_time(clock: list[timedelta], browser: Client, claire: Staff) -> None:
    advance(clock, minutes=50)
    for _ in range(14):
        browser.force_login(claire)
        advance(clock, minutes=55)
    assert opens(browser)


def test_the_cookie_ends_with_the_browser(browser: Client) -> None:
    assert not browser.cookies[settings.SESSION_COOKIE_NAME]["max-age"]
