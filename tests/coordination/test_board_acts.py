"""What a coordinator does from the board in one press: nudge, call for help, open longer, close early."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.test import Client

from chat import runtime
from coordination.board import answers, hours, planned
from coordination.board.planned import PlannedTeam
from coordination.models import TeamCall
from partners import clock, letter_choices
from partners.models import AuditEntry, Staff
from routing_rules.loading import schedules
from routing_rules.models import Counsellor, DatedException, PlanVersion, Pool
from routing_rules.schedule import closes_at, next_opening, open_at
from routing_rules.weekly import ExceptionKind
from tests.coordination.board_world import (
    ACT,
    CLOSES,
    NOW,
    OPEN,
    At,
    SignedIn,
    ask,
    come,
    empty_stores,
    member,
)
from tests.coordination.conftest import World, make_plan, step
from wakeups import publish
from wakeups.publish import Wakeup

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def nobody_there_yet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(runtime, "current", empty_stores())
    answers.forget()
    yield
    answers.forget()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    def set_now(when: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: when)
        monkeypatch.setattr(clock, "now", lambda: when)

    return set_now


@pytest.fixture(autouse=True)
def it_is_open(at: At, world: World) -> None:
    make_plan(1)
    at(OPEN)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Wakeup]:
    """The wake-ups."""
    found: list[Wakeup] = []

    async def note(*wakeups: Wakeup) -> None:
        found.extend(wakeups)

    monkeypatch.setattr(publish, "send", note)
    return found


def press(browser: Client, act: str) -> str:
    """Press a button; what the page says then."""
    page = browser.post(ACT, {"act": act}, follow=True)
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def closing(slug: str = "cdm-namur") -> datetime | None:
    return closes_at(schedules(OPEN)[slug], OPEN)


def logged() -> list[tuple[str, str, dict[str, Any]]]:
    entries = AuditEntry.objects.filter(action__startswith="board.").order_by("at")
    return [(entry.action, entry.subject, entry.detail) for entry in entries]


LONGER = f"longer cdm-namur {int(CLOSES.timestamp())}"
EARLY = f"early cdm-namur {int(CLOSES.timestamp())}"


# --- open longer ----------------------------------------------------------------------------------------------------


def test_one_press_keeps_a_team_open_for_half_an_hour_and_another_takes_it_back(
    world: World, signed_in: SignedIn
) -> None:
    browser = signed_in("coordinator")
    assert "reste ouverte jusqu’à 12:30" in press(browser, LONGER)
    assert closing() == CLOSES + 30 * MINUTE
    assert closing("cdm-bruxelles") == CLOSES
    ((act, subject, _detail),) = logged()
    assert (act, subject) == ("board.opened_longer", "pool cdm-namur")
    kept = browser.session["undo"][0]["id"]
    browser.post("/coordination/undo", {"act": kept})
    assert closing() == CLOSES
    assert not DatedException.objects.exists()


def test_a_second_press_of_what_was_shown_before_adds_nothing(world: World, signed_in: SignedIn) -> None:
    press(signed_in("coordinator"), LONGER)
    assert "ces heures ont changé entre-temps" in press(signed_in("platform"), LONGER)
    assert closing() == CLOSES + 30 * MINUTE


def test_it_can_be_opened_longer_twice(world: World, signed_in: SignedIn) -> None:
    browser = signed_in("coordinator")
    press(browser, LONGER)
    press(browser, f"longer cdm-namur {int((CLOSES + 30 * MINUTE).timestamp())}")
    assert closing() == CLOSES + 60 * MINUTE


def test_an_exception_that_is_stronger_is_named_and_nothing_is_written(
    world: World, signed_in: SignedIn
) -> None:
    DatedException.objects.create(
        pool=world.pool_namur, date=OPEN.date(), kind="closed", start_minute=720, end_minute=780
    )
    assert "une autre exception de ce jour l’emporte" in press(signed_in("coordinator"), LONGER)
    assert DatedException.objects.count() == 1


# --- close early ----------------------------------------------------------------------------------------------------


def test_closing_early_stops_new_requests_at_once_and_is_undone_by_one_press(
    world: World, signed_in: SignedIn
) -> None:
    come(world.counsellor)
    browser = signed_in("coordinator")
    told = press(browser, EARLY)
    assert "ne prend plus de nouvelle demande et ferme à 10:40" in told
    assert closing() == OPEN + 10 * MINUTE
    # The last intake is ten minutes before the closing: now.
    answers.forget()
    board = browser.get(NOW).json()["parts"]["own"]
    assert "jusqu’à 10:40" in board
    # It can be undone; another half hour would only be refused.
    assert "Ouvrir 30 min de plus" not in board
    browser.post("/coordination/undo", {"act": browser.session["undo"][0]["id"]})
    assert closing() == CLOSES
    answers.forget()
    assert "Ouvrir 30 min de plus" in browser.get(NOW).json()["parts"]["own"]
    assert [act for act, *_rest in logged()] == ["board.closed_early"]


def test_those_who_wait_for_this_team_alone_are_told_and_keep_their_place(
    world: World, signed_in: SignedIn, sent: list[Wakeup]
) -> None:
    alone = ask(world, theme="emploi")
    assert "2 personnes" not in press(signed_in("coordinator"), EARLY)
    # Bruxelles is open and may still take them.
    assert [one for one in sent if one.name == "closing"] == []
    press(signed_in("platform"), EARLY.replace("namur", "bruxelles"))
    (told,) = [one for one in sent if one.name == "closing"]
    assert told == Wakeup(str(alone.pk), "closing", {"in_s": 600, "reason": "closing_time"})
    alone.refresh_from_db()
    assert alone.state == "waiting"


def test_who_was_told_learns_that_it_stays_open_after_all(
    world: World, signed_in: SignedIn, sent: list[Wakeup]
) -> None:
    waiting = ask(world)
    world.pool_bruxelles.active = False
    world.pool_bruxelles.save()
    browser = signed_in("coordinator")
    press(browser, EARLY)
    browser.post("/coordination/undo", {"act": browser.session["undo"][0]["id"]})
    told = [one for one in sent if one.name == "closing"]
    assert [one.data["in_s"] for one in told] == [600, 0]
    assert {one.topic for one in told} == {str(waiting.pk)}


@pytest.fixture
def day_and_night(world: World) -> None:
    """Namur never closes."""
    table = world.pool_namur.timetables.get()
    table.intervals.all().delete()
    for day in range(7):
        table.intervals.create(weekday=day, start_minute=0, end_minute=1440)


NEVER = "early cdm-namur never"
MIDNIGHT = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


@pytest.mark.usefixtures("day_and_night")
def test_a_team_that_never_closes_is_closed_until_midnight(world: World, signed_in: SignedIn) -> None:
    browser = signed_in("coordinator")
    told = browser.get(NOW).json()["parts"]["own"]
    assert f'value="{NEVER}"' in told
    assert "Fermer jusqu’à minuit" in told
    assert "Ouvrir 30 min de plus" not in told
    said = press(browser, NEVER)
    assert "ferme à 10:40" in said
    assert "reste fermée jusqu’à minuit (mardi 0:00)" in said
    schedule = schedules(OPEN)["cdm-namur"]
    assert closing() == OPEN + 10 * MINUTE
    assert next_opening(schedule, OPEN + 11 * MINUTE) == MIDNIGHT
    browser.post("/coordination/undo", {"act": browser.session["undo"][0]["id"]})
    assert closing() is None
    assert open_at(schedules(OPEN)["cdm-namur"], OPEN + 11 * MINUTE)


@pytest.mark.usefixtures("day_and_night")
def test_those_who_wait_for_a_team_that_never_closes_are_told(
    world: World, signed_in: SignedIn, sent: list[Wakeup]
) -> None:
    waiting = ask(world)
    world.pool_bruxelles.active = False
    world.pool_bruxelles.save()
    assert "1 personne qui attend" in press(signed_in("coordinator"), NEVER)
    (told,) = [one for one in sent if one.name == "closing"]
    assert (told.topic, told.data["in_s"]) == (str(waiting.pk), 600)


@pytest.mark.usefixtures("day_and_night")
def test_minutes_before_midnight_it_is_not_closed_for_another_day(
    world: World, signed_in: SignedIn, at: At
) -> None:
    at(MIDNIGHT - 5 * MINUTE)
    assert "minuit, dans quelques minutes" in press(signed_in("coordinator"), NEVER)
    assert not DatedException.objects.exists()


@pytest.mark.usefixtures("day_and_night")
def test_a_team_that_closes_in_days_is_closed_until_midnight_too(world: World, signed_in: SignedIn) -> None:
    DatedException.objects.create(pool=world.pool_namur, date=OPEN.date() + timedelta(days=3), kind="closed")
    closes = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)
    assert closing() == closes
    assert "jusqu’à minuit" in signed_in("coordinator").get(NOW).json()["parts"]["own"]
    assert "ferme à 10:40" in press(signed_in("coordinator"), f"early cdm-namur {int(closes.timestamp())}")
    assert next_opening(schedules(OPEN)["cdm-namur"], OPEN + 11 * MINUTE) == MIDNIGHT


def test_the_button_of_a_team_that_never_closes_does_nothing_to_one_that_does(
    world: World, signed_in: SignedIn, at: At
) -> None:
    browser = signed_in("coordinator")
    assert "ces heures ont changé entre-temps" in press(browser, NEVER)
    assert "ces heures ont changé entre-temps" in press(browser, "longer cdm-namur never")
    at(CLOSES + MINUTE)
    assert "ces heures ont changé entre-temps" in press(signed_in("coordinator"), NEVER)
    assert not DatedException.objects.exists()


def test_an_early_closing_on_the_day_of_other_clocks_ends_when_the_team_closes() -> None:
    # On 25 October 2026 Brussels has an hour twice: from 1:40 to noon are eleven hours and twenty minutes.
    pool = Pool(slug="x", name="X")
    start = datetime(2026, 10, 24, 23, 40, tzinfo=UTC)
    noon = datetime(2026, 10, 25, 11, 0, tzinfo=UTC)
    wanted = hours._exception(pool, ExceptionKind.CLOSED, start, noon)
    assert (wanted.start, wanted.end) == (100, 720)
    twice = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    wanted = hours._exception(pool, ExceptionKind.OPEN, twice, twice + 30 * MINUTE)
    assert wanted.end > wanted.start


def test_a_team_that_closes_within_minutes_is_left_alone(world: World, signed_in: SignedIn, at: At) -> None:
    at(CLOSES - 5 * MINUTE)
    assert "ferme dans quelques minutes" in press(signed_in("coordinator"), EARLY)
    assert not DatedException.objects.exists()


@pytest.mark.parametrize(
    "act", ["early cdm-namur", "early cdm-namur x", "longer cdm-namur 99999999999999", "?", ""]
)
def test_what_no_button_sends_changes_nothing(world: World, signed_in: SignedIn, act: str) -> None:
    assert "Rien n’a été" in press(signed_in("coordinator"), act)
    assert not DatedException.objects.exists()


# --- help -----------------------------------------------------------------------------------------------------------


def test_help_is_asked_of_those_of_the_team_who_could_answer_and_have_no_console_open(
    world: World, signed_in: SignedIn
) -> None:
    come(world.counsellor)
    member("lotte", world.pool_namur)
    member("jef", world.pool_namur, theme="emploi")
    member("mia", world.pool_bruxelles)
    ask(world, theme="formation")
    assert "1 lettre est partie" in press(signed_in("coordinator"), "help cdm-namur")
    (letter,) = mail.outbox
    assert letter.to == ["lotte@example.be"]
    assert "demande de l’aide" in letter.subject
    assert not any(name in letter.body for name in ("Sami", "Jef", "Nora"))
    assert logged() == [("board.help_called", "pool cdm-namur", {"people": 1})]


def test_where_nobody_waits_the_whole_team_is_asked(world: World, signed_in: SignedIn) -> None:
    member("jef", world.pool_namur, theme="emploi")
    assert "2 lettres sont parties" in press(signed_in("coordinator"), "help cdm-namur")


def test_a_team_is_called_once_in_half_an_hour(world: World, signed_in: SignedIn, at: At) -> None:
    press(signed_in("coordinator"), "help cdm-namur")
    at(OPEN + 29 * MINUTE)
    assert "déjà été appelée à 10:30" in press(signed_in("platform"), "help cdm-namur")
    assert "aide demandée à 10:30" in signed_in("coordinator").get(NOW).json()["parts"]["own"]
    at(OPEN + 30 * MINUTE)
    assert "1 lettre est partie" in press(signed_in("platform"), "help cdm-namur")
    assert len(mail.outbox) == 2


def test_who_wants_no_calls_gets_none(world: World, signed_in: SignedIn) -> None:
    letter_choices.choose(person=world.counsellor, language="fr", wanted=[])
    assert "aucune des personnes qui ne sont pas là ne veut de telles lettres" in press(
        signed_in("coordinator"), "help cdm-namur"
    )
    assert (mail.outbox, TeamCall.objects.count(), logged()) == ([], 0, [])


def test_where_nobody_has_an_address_no_letter_is_offered_and_the_reason_is_said(
    world: World, signed_in: SignedIn
) -> None:
    browser = signed_in("coordinator")
    assert "Appeler à l’aide" in browser.get(NOW).json()["parts"]["own"]
    Staff.objects.filter(pk=world.counsellor.pk).update(email="")
    answers.forget()
    assert "Appeler à l’aide" not in browser.get(NOW).json()["parts"]["own"]
    assert "n’a d’adresse e-mail ici" in press(browser, "help cdm-namur")
    come(world.counsellor)
    assert "toutes les personnes qui pourraient venir sont là" in press(browser, "help cdm-namur")


def test_a_call_for_help_speaks_of_those_who_wait_only_where_somebody_does(
    world: World, signed_in: SignedIn, at: At
) -> None:
    press(signed_in("coordinator"), "help cdm-namur")
    ask(world)
    at(OPEN + 30 * MINUTE)
    press(signed_in("coordinator"), "help cdm-namur")
    quiet, asked = mail.outbox
    assert "trop peu de monde en ce moment" in quiet.body
    assert "posent une question" not in quiet.body
    assert "posent une question" in asked.body


def test_a_mail_server_that_is_away_is_told_and_blocks_no_second_try(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:

        def refuse(self: object, messages: object) -> int:
            raise ConnectionRefusedError

        away.setattr(locmem.EmailBackend, "send_messages", refuse)
        assert "n’a pas pu partir" in press(signed_in("coordinator"), "help cdm-namur")
    assert logged() == []
    assert "1 lettre est partie" in press(signed_in("coordinator"), "help cdm-namur")


# --- nudge ----------------------------------------------------------------------------------------------------------


def test_whoever_is_planned_and_not_there_gets_a_letter(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    come(member("lotte", world.pool_namur))
    people = tuple(Counsellor.objects.filter(pools=world.pool_namur).values_list("pk", flat=True))
    team = PlannedTeam(needed=2, people=people, until=CLOSES)
    monkeypatch.setattr(planned, "planned_at", lambda now: {world.pool_namur.pk: team})
    assert "1 lettre est partie" in press(signed_in("coordinator"), "nudge cdm-namur")
    (letter,) = mail.outbox
    assert letter.to == ["sami@example.be"]
    assert "prévu·e dans Équipe Namur jusqu’à 12:00" in letter.body
    assert "Lotte" not in letter.body


def test_without_a_roster_consoles_that_nobody_looks_at_ring(
    world: World, signed_in: SignedIn, sent: list[Wakeup], django_capture_on_commit_callbacks: Any
) -> None:
    come(world.counsellor, used_at=OPEN - 3 * MINUTE)
    come(member("lotte", world.pool_namur))
    with django_capture_on_commit_callbacks(execute=True):
        told = press(signed_in("coordinator"), "nudge cdm-namur")
    assert "1 console sonne" in told
    sami = Counsellor.objects.get(staff=world.counsellor)
    assert [one for one in sent if one.name == "nudged"] == [Wakeup(f"counsellor:{sami.pk}", "nudged")]
    assert mail.outbox == []


@pytest.fixture
def both_planned(world: World, monkeypatch: pytest.MonkeyPatch) -> Staff:
    """Sami and Lotte are planned in Namur, until it closes."""
    lotte = member("lotte", world.pool_namur)
    people = tuple(Counsellor.objects.filter(pools=world.pool_namur).values_list("pk", flat=True))
    team = PlannedTeam(needed=2, people=people, until=CLOSES)
    monkeypatch.setattr(planned, "planned_at", lambda now: {world.pool_namur.pk: team})
    return lotte


def shown(browser: Client) -> str:
    answers.forget()
    return " ".join(browser.get(NOW).json()["parts"]["own"].split())


def test_one_who_is_not_there_and_one_who_does_not_look_are_called_by_one_press(
    world: World,
    signed_in: SignedIn,
    sent: list[Wakeup],
    both_planned: Staff,
    django_capture_on_commit_callbacks: Any,
) -> None:
    come(both_planned, used_at=OPEN - 3 * MINUTE)
    browser = signed_in("coordinator")
    assert "Écrire à 1 personne prévue · Faire sonner 1 console" in shown(browser)
    with django_capture_on_commit_callbacks(execute=True):
        told = press(browser, "nudge cdm-namur")
    assert "1 lettre est partie. 1 console sonne" in told
    assert [letter.to for letter in mail.outbox] == [["sami@example.be"]]
    assert [one.name for one in sent].count("nudged") == 1
    assert logged() == [("board.nudged", "pool cdm-namur", {"people": 2})]


def test_a_planned_person_without_an_address_hides_nobody_else(
    world: World, signed_in: SignedIn, both_planned: Staff
) -> None:
    Staff.objects.filter(pk=world.counsellor.pk).update(email="")
    come(both_planned, used_at=OPEN - 3 * MINUTE)
    browser = signed_in("coordinator")
    told = shown(browser)
    assert "Faire sonner 1 console" in told
    assert "Écrire à" not in told
    assert "1 personne prévue ne reçoit pas de telle lettre" in told
    assert "1 console sonne" in press(browser, "nudge cdm-namur")
    assert mail.outbox == []


def test_a_planned_person_who_was_set_to_away_and_does_not_look_is_rung(
    world: World, signed_in: SignedIn, both_planned: Staff
) -> None:
    come(world.counsellor)
    come(both_planned, state="away", used_at=OPEN - 3 * MINUTE)
    browser = signed_in("coordinator")
    assert "Faire sonner 1 console" in shown(browser)
    # Who says that they are away and is there is left alone.
    come(both_planned, state="away")
    assert "Faire sonner" not in shown(browser)
    assert "toutes les personnes qui pourraient venir sont là" in press(browser, "nudge cdm-namur")


def test_with_the_mail_server_away_consoles_ring_all_the_same(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, both_planned: Staff
) -> None:
    come(both_planned, used_at=OPEN - 3 * MINUTE)

    def refuse(self: object, messages: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", refuse)
    told = press(signed_in("coordinator"), "nudge cdm-namur")
    assert "1 console sonne" in told
    assert "n’a pas pu partir" in told


def test_nobody_is_nudged_again_within_ten_minutes(world: World, signed_in: SignedIn, at: At) -> None:
    come(world.counsellor, used_at=OPEN - 3 * MINUTE)
    press(signed_in("coordinator"), "nudge cdm-namur")
    assert "déjà été appelée" in press(signed_in("coordinator"), "nudge cdm-namur")
    assert len(logged()) == 1


def test_whoever_is_planned_since_the_last_nudge_can_be_nudged(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, at: At
) -> None:
    browser = signed_in("coordinator")
    sami = Counsellor.objects.get(staff=world.counsellor)

    def planned_since(since: datetime) -> None:
        team = PlannedTeam(needed=1, people=(sami.pk,), until=CLOSES, since=since)
        monkeypatch.setattr(planned, "planned_at", lambda now: {world.pool_namur.pk: team})

    planned_since(OPEN - MINUTE)
    press(browser, "nudge cdm-namur")
    at(OPEN + MINUTE)
    assert "déjà été appelée" in press(browser, "nudge cdm-namur")
    planned_since(OPEN + MINUTE)
    answers.forget()
    assert "nudge cdm-namur" in browser.get(NOW).json()["parts"]["own"]
    assert "1 lettre est partie" in press(browser, "nudge cdm-namur")


# --- who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["nudge", "help", "longer", "early"])
def test_a_team_of_another_partner_is_not_touched(world: World, signed_in: SignedIn, act: str) -> None:
    member("mia", world.pool_bruxelles)
    value = f"{act} cdm-bruxelles {int(CLOSES.timestamp())}"
    assert signed_in("coordinator").post(ACT, {"act": value}).status_code == 403
    assert signed_in("counsellor").post(ACT, {"act": value}).status_code == 403
    assert (mail.outbox, DatedException.objects.count(), logged()) == ([], 0, [])


def test_a_team_that_does_not_exist_is_not_found(world: World, signed_in: SignedIn) -> None:
    assert signed_in("platform").post(ACT, {"act": "help nowhere"}).status_code == 404


def test_a_rule_that_sends_elsewhere_concerns_no_one_who_waits(
    world: World, signed_in: SignedIn, sent: list[Wakeup]
) -> None:
    PlanVersion.objects.all().delete()
    make_plan(2, steps=[step("cdm-bruxelles")])
    ask(world)
    press(signed_in("coordinator"), EARLY)
    assert [one for one in sent if one.name == "closing"] == []
