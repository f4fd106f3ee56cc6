"""The database holds of a session what opens nothing."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

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
