"""What the tests of the reports by e-mail share: three Novembers and Octobers of requests, readers, and what reached them."""

from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from indicators.codes import CounterKind, Outcome
from indicators.letters import sending
from indicators.rows import record
from partners import letter_choices
from partners.letter_kinds import LetterKind
from partners.models import Staff
from tests.indicators.conftest import Ended

MONTH, QUARTER = LetterKind.FIGURES_MONTH, LetterKind.FIGURES_QUARTER
SECOND = date(2026, 12, 2)
"""The first day on which November has all of its rows."""
NOW = datetime(2026, 12, 2, 9, tzinfo=UTC)
JANUARY = datetime(2027, 1, 2, 9, tzinfo=UTC)


def set_day(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr("indicators.current_day.today", lambda: day)


def subscribe(person: Staff, *kinds: LetterKind, language: str = "en") -> Staff:
    person.email = f"{person.username}@example.be"
    person.save()
    letter_choices.choose(person=person, language=language, wanted=kinds, among=sending.KINDS)
    return person


def send(now: datetime = NOW) -> list[EmailMultiAlternatives]:
    """Do the job once; what left."""
    mail.outbox.clear()
    sent = sending.send_due(now=now)
    assert sent == len(mail.outbox)
    return list(mail.outbox)  # type: ignore[arg-type]


def html_of(letter: EmailMultiAlternatives) -> str:
    ((content, kind),) = letter.alternatives
    assert kind == "text/html"
    return str(content)


def three_periods(ended: Ended, lost: Ended, *, times: int = 1) -> None:
    """November 2026: 40 requests, 30 taken up; October 2026: 50 and 35; November 2025: 60 and 48, by another plan and older rules.

    So many times: of fewer than sixty requests a partner's coordinator sees no rate.
    """
    for asked_at, served, all_of_them, plan in (
        (datetime(2026, 11, 17, 8, 10, tzinfo=UTC), 30, 40, 2),
        (datetime(2026, 10, 13, 8, 10, tzinfo=UTC), 35, 50, 2),
        (datetime(2025, 11, 18, 8, 10, tzinfo=UTC), 48, 60, 1),
    ):
        for number in list(range(served)) * times:
            theme = "emploi" if number % 3 else "formation"
            record.request(
                ended=ended(
                    asked_at=asked_at,
                    wait_s=20 + number,
                    theme_asked=theme,
                    theme_end=theme,
                    plan_number=plan,
                )
            )
        for number in range((all_of_them - served) * times):
            outcome = Outcome.ABANDONED if number % 2 else Outcome.UNSERVED
            record.request(ended=lost(outcome, asked_at=asked_at, wait_s=300, plan_number=plan))
        for _number in range(5):
            record.count(kind=CounterKind.ASKED_CLOSED, now=asked_at, site="miti", language="fr")
