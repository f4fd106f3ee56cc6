"""Alerts: each begins once and ends once, whatever flickers; and coordinators are written to within a minute."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat import runtime
from chat.models import Lease
from coordination.board import alerting, answers
from coordination.board.alerts import (
    BLIND_S,
    BOUNDS,
    NOTHING,
    OPENING_WINDOW_S,
    AlertBounds,
    AlertKind,
    AlertState,
    Turn,
    look,
)
from coordination.board.situation import Situation
from coordination.models import AlertWatch
from operations import jobs
from partners import clock, letter_choices
from partners.letter_kinds import LetterKind
from partners.models import AuditEntry
from tests.coordination.board_world import OPEN, SignedIn, ask, come, empty_stores, parts
from tests.coordination.conftest import World, make_plan

OPENS = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
STEP = timedelta(seconds=30)
(WATCHING,) = jobs.WEB_JOBS

Looks = list[tuple[float, bool]]
looks: st.SearchStrategy[Looks] = st.lists(
    st.tuples(st.integers(-50, int(2 * BLIND_S)), st.booleans()), max_size=40
)
steady = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
bounds = st.builds(AlertBounds, after_s=st.integers(0, 700), calm_s=st.integers(0, 300))


def run(steps: Looks, of: AlertBounds) -> tuple[AlertState, list[tuple[float, Turn]]]:
    """Looks after so many seconds each, and what was told when."""
    at, watch, told = 0.0, NOTHING, []
    for after_s, holds in steps:
        at += after_s
        watch, turn = look(watch, holds=holds, at=at, bounds=of)
        if turn is not None:
            told.append((at, turn))
    return watch, told


# --- the state machine ----------------------------------------------------------------------------------------------


@steady
@given(looks, bounds)
def test_what_has_begun_ends_before_it_begins_again(steps: Looks, of: AlertBounds) -> None:
    _watch, told = run(steps, of)
    turns = [turn for _at, turn in told]
    assert turns == [(Turn.BEGAN, Turn.ENDED)[index % 2] for index in range(len(turns))]


@steady
@given(looks, bounds)
def test_every_alert_is_over_once_the_trouble_has_been_over_for_long_enough(
    steps: Looks, of: AlertBounds
) -> None:
    calm = [(30.0, False)] * (int(of.calm_s // 30) + 4)
    watch, told = run([*steps, *calm], of)
    assert watch == NOTHING
    assert not told or told[-1][1] is Turn.ENDED


@steady
@given(looks, bounds)
def test_nothing_begins_before_it_has_held_for_its_time_without_a_break(
    steps: Looks, of: AlertBounds
) -> None:
    at, held_since, seen, watch = 0.0, None, None, NOTHING
    for after_s, holds in steps:
        at = max(at + after_s, at) if watch.seen is None else max(at + after_s, watch.seen)
        if not holds or (seen is not None and at - seen > BLIND_S):
            held_since = None
        if holds and held_since is None:
            held_since = at
        seen = at
        watch, turn = look(watch, holds=holds, at=at, bounds=of)
        if turn is Turn.BEGAN:
            assert held_since is not None
            assert at - held_since >= of.after_s


@steady
@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_a_flicker_shorter_than_the_calm_is_one_alert(flicker: list[bool]) -> None:
    of = AlertBounds(after_s=0.0, calm_s=1e6)
    _watch, told = run([(0.0, True), *((60.0, holds) for holds in flicker)], of)
    assert [turn for _at, turn in told] == [Turn.BEGAN]


def test_a_team_that_closes_ends_its_alert_at_once() -> None:
    of = BOUNDS[AlertKind.EMPTY]
    watch, _told = run([(30.0, True)] * 30, of)
    assert watch.is_on
    assert look(watch, holds=True, at=1e4, bounds=of, moot=True) == (NOTHING, Turn.ENDED)


def test_an_opening_is_told_of_once_at_most() -> None:
    """Its alert may begin only in the first minutes, and lasts for at least as long."""
    assert BOUNDS[AlertKind.OPENING].calm_s >= OPENING_WINDOW_S


# --- the job --------------------------------------------------------------------------------------------------------


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(runtime, "current", empty_stores())
    yield
    answers.forget()


@pytest.fixture
def day(world: World, stores: None, monkeypatch: pytest.MonkeyPatch) -> World:
    make_plan(1)
    # Only Namur: what is told of the other team is told in the same way.
    world.pool_bruxelles.active = False
    world.pool_bruxelles.save()
    return world


def pass_time(monkeypatch: pytest.MonkeyPatch, since: datetime, until: datetime) -> None:
    """Every web process looks every half minute, as the scheduler lets it."""
    now = since
    while now <= until:
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        for _process in range(2):
            jobs.perform(WATCHING, now=now)
        now += STEP


def told() -> list[tuple[str, str]]:
    return [(letter.to[0], str(letter.subject)) for letter in mail.outbox]


def acts() -> list[tuple[str, str]]:
    entries = AuditEntry.objects.filter(action__in=["alert.began", "alert.ended"]).order_by("at", "pk")
    return [(entry.action, entry.detail["kind"]) for entry in entries]


def test_two_people_are_told_within_a_minute_when_an_opening_begins_without_anybody(
    day: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    pass_time(monkeypatch, OPENS - 2 * STEP, OPENS - STEP)
    assert told() == []
    pass_time(monkeypatch, OPENS, OPENS + 2 * STEP)
    assert sorted(to for to, _subject in told()) == ["nora@example.be", "paule@example.be"]
    assert AuditEntry.objects.get(action="alert.told").detail == {
        "kind": ["opening_unattended"],
        "people": 2,
    }
    assert all("Équipe Namur est ouverte et il n’y a personne" in subject for _to, subject in told())
    letter = mail.outbox[0]
    assert isinstance(letter, EmailMultiAlternatives)
    assert "à 9:00" in letter.body
    assert "/coordination/board/" in letter.body
    ((content, kind),) = letter.alternatives
    html = str(content)
    assert (kind, '<html lang="fr">' in html, "Sami" in f"{html}{letter.body}") == ("text/html", True, False)


def test_several_teams_that_open_without_anybody_are_one_letter(
    day: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    day.pool_bruxelles.active = True
    day.pool_bruxelles.save()
    pass_time(monkeypatch, OPENS, OPENS)
    of_nora, of_paule = sorted(mail.outbox, key=lambda letter: letter.to)
    assert "Équipe Bruxelles" not in str(of_nora.body)
    assert of_paule.subject == "[Miti] 2 alertes"
    assert {"Équipe Bruxelles", "Équipe Namur"} <= set(re.findall(r"Équipe \w+", str(of_paule.body)))


def test_nobody_is_told_twice_of_one_opening_and_all_are_told_when_it_is_over(
    day: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    pass_time(monkeypatch, OPENS, OPENS + timedelta(minutes=30))
    assert len(told()) == 2
    now = OPENS + timedelta(minutes=31)
    for minute in range(4):
        come(day.counsellor, when=now + timedelta(minutes=minute))
        pass_time(monkeypatch, now + timedelta(minutes=minute), now + timedelta(minutes=minute, seconds=30))
    assert len(told()) == 4
    assert acts() == [("alert.began", "opening_unattended"), ("alert.ended", "opening_unattended")]
    assert not AlertWatch.objects.filter(kind="opening_unattended").exists()


def test_a_team_that_loses_its_last_person_is_told_of_after_ten_minutes(
    day: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minute in range(5):
        come(day.counsellor, when=OPENS + timedelta(minutes=minute))
        pass_time(
            monkeypatch, OPENS + timedelta(minutes=minute), OPENS + timedelta(minutes=minute, seconds=30)
        )
    pass_time(monkeypatch, OPENS + timedelta(minutes=5), OPENS + timedelta(minutes=14))
    assert told() == []
    pass_time(monkeypatch, OPENS + timedelta(minutes=14), OPENS + timedelta(minutes=16))
    assert acts() == [("alert.began", "team_empty")]
    # It closes at noon; ten minutes before, nobody can ask any more.
    pass_time(monkeypatch, OPENS + timedelta(minutes=165), OPENS + timedelta(minutes=175))
    assert acts()[-1] == ("alert.ended", "team_empty")
    assert len(told()) == 4


def test_whoever_waits_for_long_is_told_of_without_a_word_about_them(
    day: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minute in range(8):
        come(day.counsellor, when=OPEN + timedelta(minutes=minute), active=2)
        if not minute:
            row = ask(day, theme="emploi", language="nl", since=OPEN)
        pass_time(monkeypatch, OPEN + timedelta(minutes=minute), OPEN + timedelta(minutes=minute, seconds=30))
    assert acts() == [("alert.began", "long_wait")]
    assert "plus de 5 minutes" in mail.outbox[0].body
    assert not any(word in mail.outbox[0].body.lower() for word in ("emploi", "néerlandais", "nederlands"))
    row.delete()
    for minute in range(8, 12):
        come(day.counsellor, when=OPEN + timedelta(minutes=minute))
        pass_time(monkeypatch, OPEN + timedelta(minutes=minute), OPEN + timedelta(minutes=minute, seconds=30))
    assert acts()[-1] == ("alert.ended", "long_wait")


def test_who_switched_alerts_off_gets_none(day: World, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_choices.choose(person=day.platform, language="nl", wanted=[])
    letter_choices.choose(person=day.coordinator, language="nl", wanted=[LetterKind.ALERT])
    pass_time(monkeypatch, OPENS, OPENS)
    ((to, subject),) = told()
    assert (to, "is open en er is niemand" in subject) == ("nora@example.be", True)


def test_a_team_that_is_deleted_leaves_no_alert_behind(day: World, monkeypatch: pytest.MonkeyPatch) -> None:
    pass_time(monkeypatch, OPENS, OPENS)
    day.pool_namur.delete()
    pass_time(monkeypatch, OPENS + STEP, OPENS + STEP)
    assert not AlertWatch.objects.exists()


def test_an_alert_stands_on_the_board_of_those_whom_it_concerns(
    day: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    pass_time(monkeypatch, OPENS, OPENS + 2 * STEP)
    monkeypatch.setattr(clock, "now", lambda: OPENS + 2 * STEP)
    for name in ("coordinator", "platform"):
        assert "l’ouverture a commencé et il n’y a personne" in parts(signed_in(name))["alerts"]
    day.coordinator.partner = day.bruxelles
    day.coordinator.save()
    assert parts(signed_in("coordinator"))["alerts"] == ""


def test_of_two_looks_at_the_same_rows_one_tells(day: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second has read the watch before the first has written it."""
    step = alerting._step
    again: list[Turn | None] = []

    def both(one: alerting.AlertCondition, row: AlertWatch | None, now_is: Situation) -> Turn | None:
        first = step(one, row, now_is)
        again.append(step(one, row, now_is))
        return first

    monkeypatch.setattr(alerting, "_step", both)
    pass_time(monkeypatch, OPENS, OPENS + timedelta(minutes=5))
    assert acts() == [("alert.began", "opening_unattended")]
    assert not any(again)


def test_alerts_are_looked_for_by_web_processes_and_by_one_at_a_time(
    day: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert WATCHING not in jobs.JOBS
    assert jobs.perform(WATCHING, now=OPENS)
    assert not jobs.perform(WATCHING, now=OPENS)
    lease = Lease.objects.get(name=WATCHING.name)
    assert timedelta(0) < lease.expires_at - OPENS <= timedelta(seconds=30)
