"""Each report is sent once to each who asked, in the first days, and again only where the mail server did not take it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from indicators.letters import sending
from indicators.models import FiguresLetter
from miti import operator_lines
from operations import jobs, retention
from partners import clock
from partners.models import AuditEntry, Role, Staff
from tests.indicators.report_letters import (
    JANUARY,
    MONTH,
    NOW,
    QUARTER,
    SECOND,
    send,
    set_day,
    subscribe,
)
from tests.roster.test_letters import Refusing, mail_server

__all__ = ["mail_server"]

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def second(monkeypatch: pytest.MonkeyPatch) -> None:
    set_day(monkeypatch, SECOND)


def to(letters: list[Any]) -> list[str]:
    return sorted(one.to[0].partition("@")[0] for one in letters)


def letters_line() -> operator_lines.Line:
    """Of the operator's page, where any letter that the mail server did not take is told."""
    with override("en"):
        return next(line for line in operator_lines.lines() if line.name == "Letters")


def test_each_who_asked_gets_one_however_often_the_job_runs(analyst: Staff, coordinator: Staff) -> None:
    for one in (analyst, coordinator):
        subscribe(one, MONTH)
    assert to(send()) == ["some-analyst", "some-coordinator"]
    for minutes in (10, 20, 60 * 24):
        assert send(NOW + minutes * MINUTE) == []
    entries = AuditEntry.objects.filter(action="figures.mailed").order_by("subject")
    assert {one.subject for one in entries} == {f"person {one.pk}" for one in (analyst, coordinator)}
    assert [(one.actor, one.detail) for one in entries] == [
        (None, {"letter": "figures_month", "from": "2026-11-01", "to": "2026-11-30"})
    ] * 2


def test_the_periodic_job_sends_them(analyst: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe(analyst, MONTH)
    (job,) = [one for one in jobs.JOBS if one.name == "send_figures_letters"]
    assert job.writes_letters, "no socket waits for a mail server"
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert jobs.perform(job, now=NOW)
    assert FiguresLetter.objects.get().sent


def test_months_and_quarters_are_letters_of_their_own(
    analyst: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(analyst, MONTH, QUARTER)
    (november,) = send()
    assert "November 2026" in november.subject
    set_day(monkeypatch, JANUARY.date())
    subjects = [one.subject for one in send(JANUARY)]
    assert subjects == ["[Miti] Figures: December 2026", "[Miti] Figures: Quarter 4 of 2026"] or subjects == [
        "[Miti] Figures: Quarter 4 of 2026",
        "[Miti] Figures: December 2026",
    ]
    assert send(JANUARY + DAY) == []


def test_who_asks_for_quarters_alone_gets_none_after_a_month(analyst: Staff) -> None:
    subscribe(analyst, QUARTER)
    assert send() == []


def test_who_asks_in_the_first_days_gets_it_and_who_asks_later_waits_for_the_next(
    analyst: Staff, person: Callable[..., Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_day(monkeypatch, date(2026, 12, 10))
    subscribe(analyst, MONTH)
    assert to(send()) == ["some-analyst"]
    set_day(monkeypatch, date(2026, 12, 11))
    subscribe(person(Role.PLATFORM), MONTH)
    assert send() == []


def test_while_the_mail_server_is_away_it_waits_and_the_operators_page_says_so(
    analyst: Staff, mail_server: type[Refusing], settings: Any
) -> None:
    subscribe(analyst, MONTH)
    settings.ENV = settings.ENV.model_copy(update={"email_url": "smtp://mail.example.be"})
    mail_server.away = True
    assert send() == []
    assert "The last letter could not be sent" in letters_line().wrong
    mail_server.away = False
    assert to(send(NOW + MINUTE)) == ["some-analyst"]
    assert letters_line().wrong == ""
    assert send(NOW + DAY) == []


def test_a_refused_address_keeps_nobody_up_and_is_tried_again(
    analyst: Staff, coordinator: Staff, mail_server: type[Refusing], client: Client
) -> None:
    for one in (analyst, coordinator):
        subscribe(one, MONTH)
    mail_server.refused = analyst.email
    assert to(send()) == ["some-coordinator"]
    waiting = FiguresLetter.objects.get(done_at=None)
    assert (waiting.person, waiting.tries) == (analyst, 1)
    client.force_login(analyst)
    page = client.get("/indicators/reports/", headers={"Accept-Language": "en"}).content.decode()
    assert "Waits: the mail server did not take it yet." in page
    assert send(NOW + 5 * MINUTE) == [], "not at once"
    mail_server.refused = ""
    assert to(send(NOW + 30 * MINUTE)) == ["some-analyst"]


def test_it_is_tried_until_the_next_one_and_the_purge_forgets_it(
    analyst: Staff, mail_server: type[Refusing]
) -> None:
    subscribe(analyst, MONTH)
    mail_server.refused = analyst.email
    assert send() == []
    mail_server.refused = ""
    late = FiguresLetter.objects.get().until
    assert late.date() == date(2026, 12, 27)
    assert send(late) == []
    assert not FiguresLetter.objects.get().sent
    retention.purge(now=late + DAY)
    assert FiguresLetter.objects.exists()
    retention.purge(now=late + DAY + MINUTE)
    assert not FiguresLetter.objects.exists()


def test_a_letter_that_is_sent_again_has_the_same_message_id(analyst: Staff) -> None:
    subscribe(analyst, MONTH)
    (first,) = send()
    # As if the process had died before it could note that the letter left.
    FiguresLetter.objects.update(done_at=None, sent=False)
    (second,) = send(NOW + 20 * MINUTE)
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert str(analyst.pk) not in first.extra_headers["Message-ID"].partition("@")[0].split("-")


def test_two_that_write_the_same_letters_down_write_them_once(
    analyst: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both looked before either wrote."""
    subscribe(analyst, MONTH)
    monkeypatch.setattr(sending, "_without_letter", lambda kind, period: [analyst])
    for _process in range(2):
        sending.write_due(today=SECOND)
    assert FiguresLetter.objects.count() == 1
