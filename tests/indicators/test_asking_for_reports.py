"""Whoever may read figures asks for reports by e-mail on a page, in their language, and stops them by one press."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from indicators.letters import sending
from indicators.models import FiguresLetter
from indicators.periods import midnight
from partners import letter_choices
from partners.letter_kinds import ASKED_FOR, LetterKind, kinds_of
from partners.models import AuditEntry, LetterSubscription, Role, Staff
from tests.indicators.report_letters import MONTH, NOW, QUARTER, SECOND, send, set_day, subscribe

pytestmark = pytest.mark.django_db
PAGE, STOP = "/indicators/reports/", "/indicators/reports/stop/"


def asked(person: Staff) -> set[LetterKind]:
    return set(letter_choices.wanted_by(person)) & set(ASKED_FOR)


def of_somebody(client: Client, person: Staff) -> Client:
    client.force_login(person)
    return client


def test_nobody_gets_a_report_who_did_not_ask(analyst: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    analyst.email = "analyst@example.be"
    analyst.save()
    set_day(monkeypatch, SECOND)
    assert asked(analyst) == set()
    assert send() == []
    letter_choices.choose(person=analyst, language="en", wanted=[], among=sending.KINDS)
    assert send() == []


@pytest.mark.parametrize("kinds", [{MONTH}, {QUARTER}, {MONTH, QUARTER}, set()])
@pytest.mark.parametrize("role", [Role.ANALYST, Role.PLATFORM])
def test_one_asks_for_months_for_quarters_for_both_or_none(
    person: Callable[..., Staff], client: Client, role: Role, kinds: set[LetterKind]
) -> None:
    somebody = person(role)
    page = of_somebody(client, somebody)
    page.post(PAGE, {"wanted": [MONTH.value, QUARTER.value], "language": "fr"})
    answer = page.post(PAGE, {"wanted": [kind.value for kind in kinds], "language": "nl"}, follow=True)
    assert asked(somebody) == kinds
    assert letter_choices.choices_of(somebody).language == "nl"
    assert answer.content.decode().count("checked") == len(kinds)


def test_a_coordinator_may_ask_too_and_a_choice_is_in_the_log(coordinator: Staff, client: Client) -> None:
    of_somebody(client, coordinator).post(PAGE, {"wanted": [MONTH.value], "language": "fr"})
    assert asked(coordinator) == {MONTH}
    entry = AuditEntry.objects.get(action="letters.chosen")
    assert (entry.actor, entry.detail) == (coordinator, {"without": [], "asked_for": [MONTH.value]})


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.ADMIN])
def test_who_may_read_no_figures_cannot_ask(person: Callable[..., Staff], client: Client, role: Role) -> None:
    page = of_somebody(client, person(role))
    for answer in (
        page.get(PAGE),
        page.post(PAGE, {"wanted": [MONTH.value], "language": "fr"}),
        page.post(STOP),
    ):
        assert answer.status_code == 403
    assert not LetterSubscription.objects.exists()


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    assert client.post(STOP).status_code == 302


@pytest.mark.parametrize(
    "typed", [{"wanted": ["help"], "language": "fr"}, {"wanted": [MONTH.value], "language": "xx"}]
)
def test_what_is_not_on_the_page_is_refused_and_changes_nothing(
    analyst: Staff, client: Client, typed: dict[str, object]
) -> None:
    subscribe(analyst, QUARTER)
    assert of_somebody(client, analyst).post(PAGE, typed).status_code == 422
    assert asked(analyst) == {QUARTER}
    assert letter_choices.choices_of(analyst).language == "en"


@pytest.mark.parametrize(
    ("language", "title", "button"),
    [
        ("fr", "Rapports par e-mail", "Ne plus m’envoyer de rapports"),
        ("nl", "Rapporten per e-mail", "Stuur mij geen rapporten meer"),
        ("en", "Reports by e-mail", "Send me no more reports"),
    ],
)
def test_the_page_is_in_ones_language_and_offers_it_for_the_letters(
    analyst: Staff, client: Client, language: str, title: str, button: str
) -> None:
    page = of_somebody(client, analyst).get(PAGE, headers={"Accept-Language": language}).content.decode()
    assert f"<h2>{title}</h2>" in page
    assert f'<option value="{language}" selected>' in page
    assert button not in page, "there is nothing to stop"
    subscribe(analyst, MONTH, language=language)
    assert button in client.get(PAGE, headers={"Accept-Language": language}).content.decode()


def test_one_press_stops_both_and_keeps_the_language_and_all_other_letters(
    coordinator: Staff, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = [kind for kind in kinds_of(coordinator.role) if kind is not LetterKind.ALERT]
    letter_choices.choose(person=coordinator, language="nl", wanted=usual)
    assert asked(coordinator) == {MONTH, QUARTER}
    answer = of_somebody(client, coordinator).post(STOP, follow=True)
    assert "geen rapporten meer" in answer.content.decode() or "plus de rapports" in answer.content.decode()
    assert asked(coordinator) == set()
    row = letter_choices.choices_of(coordinator)
    assert (row.language, row.off) == ("nl", ["alert"])
    set_day(monkeypatch, SECOND)
    assert send() == []
    assert client.get(STOP).status_code == 405, "a program that opens links stops nothing"


def test_the_page_of_all_letters_has_them_too_and_says_the_same(analyst: Staff, client: Client) -> None:
    subscribe(analyst, MONTH)
    page = of_somebody(client, analyst)
    shown = page.get("/accounts/letters/").content.decode()
    assert shown.count("checked") == 1
    page.post("/accounts/letters/", {"wanted": [QUARTER.value], "language": "fr"})
    assert asked(analyst) == {QUARTER}


def test_choosing_reports_leaves_other_letters_as_they_were(coordinator: Staff, client: Client) -> None:
    letter_choices.choose(person=coordinator, language="fr", wanted=[LetterKind.ALERT])
    of_somebody(client, coordinator).post(PAGE, {"wanted": [MONTH.value], "language": "fr"})
    assert set(letter_choices.wanted_by(coordinator)) == {LetterKind.ALERT, MONTH}


def test_an_account_without_an_address_is_told(analyst: Staff, client: Client) -> None:
    page = of_somebody(client, analyst)
    warning = "Your account has no e-mail address"
    assert warning in page.get(PAGE, headers={"Accept-Language": "en"}).content.decode()
    subscribe(analyst, MONTH)
    assert warning not in page.get(PAGE, headers={"Accept-Language": "en"}).content.decode()


def test_the_page_says_what_became_of_the_last_ones_and_of_nobody_elses(
    analyst: Staff, coordinator: Staff, client: Client
) -> None:
    until = midnight(date(2026, 12, 28))
    for one, first in ((analyst, date(2026, 11, 1)), (coordinator, date(2026, 10, 1))):
        FiguresLetter.objects.create(
            person=one, kind=MONTH.value, first=first, until=until, done_at=NOW, sent=True
        )
    page = of_somebody(client, analyst).get(PAGE, headers={"Accept-Language": "en"}).content.decode()
    assert "November 2026" in page
    assert "Sent on 2 December 2026" in page
    assert "October 2026" not in page
