"""The operator's page: for administrators only, each line good or with what is wrong; and a test letter."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from chat.models import Lease
from operations import jobs
from partners.models import Role, Staff

BrowserOf = Callable[[Role | None], Client]
pytestmark = pytest.mark.usefixtures("running")


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
    assert "docs/watching.md#figures" in page


def test_a_line_is_good_once_its_fault_is_gone(administrator: Client) -> None:
    before = page_of(administrator).count("All is well")
    all_jobs_done()
    assert page_of(administrator).count("All is well") == before + 1
    Lease.objects.filter(name="purge").update(failed=3)
    assert "These fail: purge" in page_of(administrator)


def test_a_test_letter_goes_to_the_administrators_own_address(administrator: Client, settings: Any) -> None:
    assert "no e-mail address" in administrator.post("/operator/letter", follow=True).content.decode()
    Staff.objects.filter(role=Role.ADMIN).update(email="ada@centre.example")
    assert "has left" in administrator.post("/operator/letter", follow=True).content.decode()
    (letter,) = mail.outbox
    assert letter.to == ["ada@centre.example"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert "could not be sent" in administrator.post("/operator/letter", follow=True).content.decode()
