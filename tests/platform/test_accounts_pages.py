"""The accounts' pages hold accounts and institutions, nothing of conversations; every change of an account is in the audit log."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from operations import retention
from partners.models import AuditEntry, Role, Staff

BrowserOf = Callable[[Role | None], Client]


def test_the_accounts_pages_hold_accounts_and_institutions_only() -> None:
    shown = {model._meta.label for model in admin.site._registry}
    assert shown == {"partners.Staff", "partners.Partner", "partners.Network"}


@pytest.mark.parametrize(
    "path",
    ["chat/conversation", "chat/cannedreply", "indicators/metricrow", "mfa/authenticator", "auth/group"],
)
def test_there_is_no_page_for_anything_else(browser_of: BrowserOf, path: str) -> None:
    assert browser_of(Role.ADMIN).get(f"/admin/{path}/").status_code == 404


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", ["Partenaires et comptes", "Réseaux", "Comptes"]), ("nl", ["Partners en accounts", "Netwerken"])],
)
def test_the_accounts_pages_speak_the_language_of_the_administrator(
    browser_of: BrowserOf, language: str, words: list[str]
) -> None:
    page = browser_of(Role.ADMIN).get("/admin/", headers={"Accept-Language": language}).content.decode()
    assert [word for word in words if word not in page] == []
    assert "Networks" not in page


def test_a_stranger_is_sent_to_the_one_sign_in_form(client: Client, db: None) -> None:
    asked = client.get("/admin/partners/staff/")
    assert asked["Location"].startswith("/admin/login/")
    assert client.get(asked["Location"])["Location"] == "/accounts/login/?next=/admin/partners/staff/"
    tried = client.post("/admin/login/", {"username": "admin", "password": "miti-demo"})
    assert tried["Location"].startswith("/accounts/login/")


def test_the_first_administrator_is_made_by_one_command(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "long-enough-for-anybody")
    call_command("createsuperuser", username="premiere", interactive=False, verbosity=0)
    first = Staff.objects.get(username="premiere")
    assert first.role == Role.ADMIN
    client.force_login(first)
    assert client.get("/admin/partners/staff/").status_code == 200


def test_no_administrator_is_made_who_could_not_sign_in(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DJANGO_SUPERUSER_PASSWORD", raising=False)
    with pytest.raises(CommandError, match="DJANGO_SUPERUSER_PASSWORD"):
        call_command("createsuperuser", username="ada", interactive=False, verbosity=0)
    assert not Staff.objects.exists()


def test_an_account_is_made_and_the_log_says_by_whom(browser_of: BrowserOf) -> None:
    browser = browser_of(Role.ADMIN)
    password = "long enough for anybody"
    made = browser.post(
        "/admin/partners/staff/add/",
        {
            "username": "nouvelle",
            "first_name": "Nour",
            "role": "counsellor",
            "partner": "",
            "usable_password": "true",
            "password1": password,
            "password2": password,
        },
    )
    assert made.status_code == 302
    person = Staff.objects.get(username="nouvelle")
    assert person.check_password(password)
    entry = AuditEntry.objects.get(action="account.created")
    assert (str(entry.actor), entry.subject) == ("Victor", f"person {person.pk}")
    assert entry.detail == {"role": "counsellor", "institution": None, "active": True}


def test_an_administrator_needs_the_role_and_no_flag(browser_of: BrowserOf) -> None:
    browser = browser_of(Role.ADMIN)
    Staff.objects.update(is_staff=False, is_superuser=False)
    for path in (
        "/admin/",
        "/admin/partners/staff/",
        "/admin/partners/staff/add/",
        "/admin/partners/partner/",
    ):
        assert browser.get(path).status_code == 200
    assert "conseillere.cdm" in browser.get("/admin/partners/staff/").content.decode()


def test_a_deleted_account_is_in_the_log(browser_of: BrowserOf) -> None:
    browser = browser_of(Role.ADMIN)
    gone = [Staff.objects.create(username=name) for name in ("first", "second", "third")]
    keys = [one.pk for one in gone]
    browser.post(f"/admin/partners/staff/{gone[0].pk}/delete/", {"post": "yes"})
    several = {"action": "delete_selected", "_selected_action": [one.pk for one in gone[1:]], "post": "yes"}
    browser.post("/admin/partners/staff/", several)
    assert not Staff.objects.filter(pk__in=keys).exists()
    entries = AuditEntry.objects.filter(action="account.deleted")
    assert {entry.subject for entry in entries} == {f"person {key}" for key in keys}
    assert {str(entry.actor) for entry in entries} == {"Victor"}


def test_a_password_that_an_administrator_sets_is_in_the_log(browser_of: BrowserOf) -> None:
    """Whoever sets it could sign in with it: the log must say so."""
    person = Staff.objects.get(username="conseillere.cdm")
    chosen = {
        name: "long enough for anybody" if "password" in name[:9] else "true"
        for name in ("password1", "password2", "usable_password", "set-password")
    }
    browser_of(Role.ADMIN).post(f"/admin/partners/staff/{person.pk}/password/", chosen)
    person.refresh_from_db()
    assert person.check_password("long enough for anybody")
    entry = AuditEntry.objects.get(action="account.password_set")
    assert (str(entry.actor), entry.subject) == ("Victor", f"person {person.pk}")


def test_nothing_names_somebody_whose_account_is_gone(browser_of: BrowserOf) -> None:
    browser = browser_of(Role.ADMIN)
    person = {"username": "zoe.renard@example.be", "first_name": "Zoé-Marie", "role": "counsellor"}
    secret = {"usable_password": "true", "password1": "a b c d e f g", "password2": "a b c d e f g"}
    browser.post("/admin/partners/staff/add/", person | secret)
    key = Staff.objects.get(username=person["username"]).pk
    browser.post(f"/admin/partners/staff/{key}/change/", person | {"email": person["username"]})
    assert AuditEntry.objects.filter(subject=f"person {key}").count() == 2
    retention.purge(now=timezone.now() + timedelta(days=31))
    assert Staff.objects.filter(pk=key).first() is None
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = str(cursor.fetchall())
            assert "zoe.renard" not in rows, table
            assert "Zoé-Marie" not in rows, table


def test_admin_sign_out_and_password_change_use_the_pages_of_all_staff(browser_of: BrowserOf) -> None:
    browser = browser_of(Role.ADMIN)
    assert browser.get("/admin/password_change/")["Location"] == "/accounts/password/change/"
    answer = browser.post("/admin/logout/")
    assert (answer.status_code, answer["Location"]) == (307, "/accounts/logout/")
    browser.post(answer["Location"])
    assert AuditEntry.objects.filter(action="signed_out").exists()


def test_a_weak_password_is_refused_in_words(browser_of: BrowserOf) -> None:
    answer = browser_of(Role.ADMIN).post(
        "/admin/partners/staff/add/",
        {
            "username": "nouvelle",
            "role": "counsellor",
            "usable_password": "true",
            "password1": "short",
            "password2": "short",
        },
    )
    assert answer.status_code == 200
    assert "12" in answer.content.decode()
    assert not Staff.objects.filter(username="nouvelle").exists()


def test_there_is_no_place_for_a_surname() -> None:
    assert "last_name" not in {field.name for field in Staff._meta.get_fields()}
