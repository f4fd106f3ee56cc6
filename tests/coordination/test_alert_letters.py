"""Letters about alerts wait for the mail server, and say what is true when they leave."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from coordination.board import alert_letters, alert_notices, alerting
from coordination.board.alerts import AlertKind
from coordination.models import AlertLetter, AlertNotice
from operations import retention
from partners import letter_choices
from partners.letter_kinds import LetterKind
from partners.models import AuditEntry
from tests.coordination.board_world import come
from tests.coordination.conftest import World
from tests.coordination.test_board_alerts import OPENS, STEP, day, pass_time, stores
from tests.roster.test_letters import Refusing, mail_server

__all__ = ["day", "mail_server", "stores"]

MINUTE = timedelta(minutes=1)
Letters = Callable[[], list[tuple[str, str, str]]]


@pytest.fixture
def left(day: World) -> Letters:
    """To whom, the subject and the text of what left since it was asked last, in English."""
    for person in (day.coordinator, day.platform):
        letter_choices.choose(person=person, language="en", wanted=[LetterKind.ALERT])

    def read() -> list[tuple[str, str, str]]:
        found = sorted((one.to[0], str(one.subject), str(one.body)) for one in mail.outbox)
        mail.outbox.clear()
        return found

    return read


def attended(day: World, monkeypatch: pytest.MonkeyPatch, minute: int) -> None:
    """From this minute after the opening somebody is there; after two minutes the alert is over."""
    for each in range(minute, minute + 4):
        come(day.counsellor, when=OPENS + each * MINUTE)
        pass_time(monkeypatch, OPENS + each * MINUTE, OPENS + each * MINUTE + STEP)


def test_a_letter_that_the_mail_server_did_not_take_leaves_once_it_is_back(
    day: World, left: Letters, mail_server: type[Refusing], monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_server.away = True
    pass_time(monkeypatch, OPENS, OPENS + 3 * MINUTE)
    assert left() == []
    assert not AuditEntry.objects.filter(action="alert.told").exists()
    mail_server.away = False
    pass_time(monkeypatch, OPENS + 4 * MINUTE, OPENS + 6 * MINUTE)
    letters = left()
    assert [to for to, _subject, _body in letters] == ["nora@example.be", "paule@example.be"]
    for _to, subject, body in letters:
        assert "Équipe Namur is open and nobody is there" in subject
        assert "at 9:00 nobody was ready" in body, "it names the moment of the alert, not its own"
    assert AuditEntry.objects.get(action="alert.told").detail["people"] == 2


def test_of_an_alert_that_is_over_before_its_letter_leaves_one_letter_says_both(
    day: World, left: Letters, mail_server: type[Refusing], monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_server.away = True
    pass_time(monkeypatch, OPENS, OPENS + MINUTE)
    attended(day, monkeypatch, 2)
    mail_server.away = False
    pass_time(monkeypatch, OPENS + 6 * MINUTE, OPENS + 8 * MINUTE)
    letters = left()
    assert [to for to, _subject, _body in letters] == ["nora@example.be", "paule@example.be"]
    for _to, subject, body in letters:
        assert "Équipe Namur was open without anybody; it is over" in subject
        assert "at 9:00 nobody was ready" in body
        assert "At 9:04 the alert was over" in body
        assert "you can call for help" not in body
    assert not AlertNotice.objects.exists()


def test_whoever_was_told_that_it_began_is_told_that_it_is_over_though_the_server_was_away(
    day: World, left: Letters, mail_server: type[Refusing], monkeypatch: pytest.MonkeyPatch
) -> None:
    pass_time(monkeypatch, OPENS, OPENS + MINUTE)
    assert len(left()) == 2
    mail_server.away = True
    attended(day, monkeypatch, 2)
    assert left() == []
    mail_server.away = False
    pass_time(monkeypatch, OPENS + 6 * MINUTE, OPENS + 7 * MINUTE)
    letters = left()
    assert len(letters) == 2
    assert all("somebody is there, or it has closed" in subject for _to, subject, _body in letters)
    assert all("At 9:04 the alert was over" in body for _to, _subject, body in letters)


def test_what_ends_while_the_letter_is_on_its_way_is_told_by_the_next(
    day: World, left: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = alert_letters.letter_of

    def slow(rows: Any) -> Any:
        text = written(rows)
        alert_notices.end(AlertKind.OPENING, day.pool_namur.slug, at=OPENS + 2 * MINUTE)
        return text

    monkeypatch.setattr(alert_letters, "letter_of", slow)
    alerting.look_at_all(now=OPENS)
    assert alert_letters.send_due(now=OPENS) == 2
    (first,) = [to for to, subject, _body in left() if "nobody is there" in subject]
    assert alert_letters.send_due(now=OPENS + 3 * MINUTE) == 1
    ((to, subject, _body),) = left()
    assert (to, "somebody is there, or it has closed" in subject) == (first, True)
    assert alert_letters.send_due(now=OPENS + 4 * MINUTE) == 0


def test_an_address_that_is_refused_keeps_nobody_and_is_tried_again_soon(
    day: World, left: Letters, mail_server: type[Refusing], monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_server.refused = "nora@example.be"
    pass_time(monkeypatch, OPENS, OPENS)
    assert [to for to, _subject, _body in left()] == ["paule@example.be"]
    letter = AlertLetter.objects.get(person=day.coordinator)
    assert (letter.tries, letter.done_at) == (1, None)
    mail_server.refused = ""
    pass_time(monkeypatch, OPENS + STEP, OPENS + 2 * MINUTE)
    assert [to for to, _subject, _body in left()] == ["nora@example.be"]


def test_hours_after_the_end_nobody_is_written_to_any_more(
    day: World, left: Letters, mail_server: type[Refusing], monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_server.away = True
    pass_time(monkeypatch, OPENS, OPENS + MINUTE)
    attended(day, monkeypatch, 2)
    mail_server.away = False
    late = OPENS + 4 * MINUTE + alert_notices.OF_USE
    assert [alert_letters.send_due(now=late + each * MINUTE) for each in range(2)] == [0, 0]
    assert left() == []
    retention.purge(now=late + timedelta(days=2))
    assert not AlertNotice.objects.exists()
    assert not AlertLetter.objects.exists()


def test_an_alert_that_stays_on_is_told_of_however_late_the_server_comes_back(
    day: World, left: Letters, mail_server: type[Refusing], monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_server.away = True
    pass_time(monkeypatch, OPENS, OPENS)
    alert_letters.send_due(now=OPENS + alert_notices.OF_USE)
    mail_server.away = False
    assert alert_letters.send_due(now=OPENS + alert_notices.OF_USE + MINUTE) == 2
    assert alert_letters.send_due(now=OPENS + alert_notices.OF_USE + 2 * MINUTE) == 0


def test_who_wants_no_alerts_any_more_has_no_letter_kept_waiting(
    day: World, left: Letters, mail_server: type[Refusing], monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_server.away = True
    pass_time(monkeypatch, OPENS, OPENS)
    letter_choices.choose(person=day.coordinator, language="en", wanted=[])
    mail_server.away = False
    pass_time(monkeypatch, OPENS + MINUTE, OPENS + 3 * MINUTE)
    assert [to for to, _subject, _body in left()] == ["paule@example.be"]
    assert AlertLetter.objects.filter(person=day.coordinator).count() == 1
    assert AlertLetter.objects.filter(done_at=None).count() == 0
