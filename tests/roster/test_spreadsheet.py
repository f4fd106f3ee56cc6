"""The roster as a file: out, changed in a spreadsheet, and in again, after it was said what it would do."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from partners.models import AuditEntry
from roster import signing_up
from roster.models import Absence, Assignment, RosterNotice, Shift
from routing_rules.models import Counsellor, Pool
from tests.coordination.conftest import World
from tests.roster.conftest import MONDAY, NOW, make_counsellor, make_shift, put_on

DAY = timedelta(days=1)
FILE = "/coordination/roster/import/"
HEAD = "team;date;hours;needed;languages;themes;people\n"


@pytest.fixture
def nora(world: World, at: Callable[[datetime], None]) -> Client:
    at(NOW)
    browser = world.client(world.coordinator)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def show(browser: Client, text: str, status: int = 200) -> str:
    """What the page says that this file would do."""
    answer = browser.post(FILE, {"text": text})
    assert answer.status_code == status
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def press(browser: Client, text: str, status: int = 302) -> str:
    """The file is shown, and the button pressed."""
    shown = browser.post(FILE, {"text": text}).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', shown)
    assert seen, shown
    answer = browser.post(FILE, {"text": text, "seen": seen[1]})
    assert answer.status_code == status
    return str(seen[1])


def on(shift: Shift) -> set[str]:
    return set(Assignment.objects.filter(shift=shift).values_list("counsellor__staff__username", flat=True))


def test_what_comes_out_goes_in_again_and_changes_nothing(
    world: World, sami: Counsellor, nora: Client
) -> None:
    put_on(make_shift(world.pool_namur, needed=2, languages=["fr", "nl"], themes=["formation"]), sami)
    make_shift(world.pool_bruxelles)
    answer = nora.get("/coordination/roster/roster.csv?week=2026-06-15")
    text = answer.content.decode("utf-8-sig")
    assert text.splitlines() == [
        HEAD.strip(),
        "cdm-namur;2026-06-15;9:00-12:00;2;fr nl;formation;sami@example.be",
    ]
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    file = SimpleUploadedFile("roster.csv", answer.content)
    assert "changes nothing" in nora.post(FILE, {"file": file}).content.decode()


def test_people_without_an_address_go_out_and_in_by_their_account(
    world: World, sami: Counsellor, nora: Client
) -> None:
    type(world.counsellor).objects.filter(pk=world.counsellor.pk).update(email="")
    put_on(make_shift(world.pool_namur), sami)
    text = nora.get("/coordination/roster/roster.csv?week=2026-06-15").content.decode("utf-8-sig")
    assert text.splitlines()[1].endswith(";sami")
    assert "changes nothing" in show(nora, text)
    assert "nobody’s e-mail address or account" in show(nora, text.replace(";sami", ";samira"), 422)


def test_a_file_plans_shifts_and_people_once_it_was_shown_and_can_be_undone(
    world: World, sami: Counsellor, nora: Client
) -> None:
    make_counsellor("lea", world.pool_namur)
    there = make_shift(world.pool_namur)
    put_on(there, sami)
    text = (
        HEAD + "cdm-namur;2026-06-15;9:00-12:00;2;;;lea@example.be\n"
        "Équipe Namur;16/06/2026;9h-12h;1;nl;;sami@example.be\n"
    )
    page = show(nora, text)
    assert "Write 2 shifts, put 2 people on, take 1 person off" in page
    assert "new, 1 needed" in page
    assert not Shift.objects.filter(date=MONDAY + DAY).exists(), "nothing is written by looking"
    press(nora, text)
    new = Shift.objects.get(date=MONDAY + DAY)
    assert (on(there), on(new), new.languages) == ({"lea"}, {"sami"}, ["nl"])
    there.refresh_from_db()
    assert there.needed == 2
    told = sorted(RosterNotice.objects.values_list("person__username", "kind"))
    assert told == [("lea", "assigned"), ("sami", "assigned"), ("sami", "removed")]
    entry = AuditEntry.objects.get(action="roster.imported")
    assert entry.detail == {"shifts": 2, "people": 3}
    undo = re.search(r'name="act" value="([^"]+)"', nora.get("/coordination/roster/").content.decode())
    assert undo
    assert nora.post("/coordination/undo", {"act": undo[1]}).status_code == 302
    assert not Shift.objects.filter(date=MONDAY + DAY).exists()
    assert (on(there), RosterNotice.objects.count()) == ({"sami"}, 0)


def test_what_is_wrong_is_said_by_line_all_at_once_and_nothing_is_written(
    world: World, sami: Counsellor, nora: Client
) -> None:
    text = (
        HEAD + "cdm-bruxelles;2026-06-15;9:00-12:00;1;;;\n"
        "cdm-namur;15 juin;9:00-12:00;1;;;\n"
        "cdm-namur;2026-06-15;9:00;0;xx;rien;lea@example.be\n"
        "cdm-namur;2026-06-16;9:00-12:00;1;;;\n"
        "cdm-namur;2026-06-16;9:00-12:00;2;;;\n"
        "cdm-namur;2026-06-17;9:00-22:00;1;;;\n"
    )
    page = show(nora, text, status=422)
    for words in (
        "Line 2: team: “cdm-bruxelles” is not one of yours",
        "Line 3: date: “15 juin” is no day, write it like 24/12/2026",
        "Line 4: hours: “9:00” is not one stretch of time, write it like 9:00-12:00; needed: a number from 1 to 60; "
        "languages: “xx” is not known; themes: “rien” is not known; people: “lea@example.be” is nobody’s",
        "Line 6: the same shift as in line 5",
        "Line 7: hours: a shift lasts twelve hours at most",
    ):
        assert words in page
    assert "cdm-bruxelles;2026-06-15" in page, "what was typed is kept"
    assert not Shift.objects.exists()


def test_a_person_who_cannot_be_there_is_said_with_the_reason(
    world: World, sami: Counsellor, nora: Client
) -> None:
    evening = Pool.objects.create(slug="cdm-namur-soir", name="Namur le soir", partner=world.namur)
    make_counsellor("lea", evening)
    text = (
        HEAD + "cdm-namur;2026-06-15;9:00-12:00;2;;;sami@example.be lea@example.be\n"
        "cdm-namur;2026-06-15;11:00-13:00;1;;;sami@example.be\n"
    )
    page = show(nora, text, status=422)
    assert "Line 2: Lea: not of this team" in page
    assert "Line 3: Sami: on another shift at that time" in page
    assert "Write" not in page
    assert not Shift.objects.exists()


def test_a_file_tells_nothing_of_the_people_of_other_partners(
    world: World, sami: Counsellor, nora: Client
) -> None:
    """Neither their names, nor that they have an account, nor when they are on a shift or away."""
    zoe = make_counsellor("zoe", world.pool_bruxelles)
    put_on(make_shift(world.pool_bruxelles), zoe)
    Absence.objects.create(counsellor=zoe, first_day=MONDAY + DAY, last_day=MONDAY + DAY)
    line = "cdm-namur;2026-06-1{day};9:00-12:00;2;;;{who}\n"
    for day in (5, 6, 7):
        for known, unknown in (("zoe@example.be", "zue@example.be"), ("zoe", "zue")):
            of_another = show(nora, HEAD + line.format(day=day, who=known), 422)
            of_nobody = show(nora, HEAD + line.format(day=day, who=unknown), 422)
            assert of_another.replace(known, unknown) == of_nobody
            assert "Zoe" not in of_another


def test_people_change_places_in_one_file(world: World, sami: Counsellor, nora: Client) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    early, late = make_shift(world.pool_namur), make_shift(world.pool_namur, start=600, end=720)
    put_on(early, sami)
    put_on(late, lea)
    press(
        nora,
        HEAD + "cdm-namur;2026-06-15;9:00-12:00;1;;;lea@example.be\n"
        "cdm-namur;2026-06-15;10:00-12:00;1;;;sami@example.be\n",
    )
    assert (on(early), on(late)) == ({"lea"}, {"sami"})


def test_without_a_column_of_people_nobody_is_touched(world: World, sami: Counsellor, nora: Client) -> None:
    shift = make_shift(world.pool_namur)
    put_on(shift, sami)
    press(nora, "team,date,hours,needed\ncdm-namur,2026-06-15,9:00-12:00,3\n")
    shift.refresh_from_db()
    assert (on(shift), shift.needed) == ({"sami"}, 3)


def test_who_signs_up_while_the_file_is_looked_at_is_not_taken_off_unseen(
    world: World, sami: Counsellor, nora: Client
) -> None:
    shift = make_shift(world.pool_namur)
    text = HEAD + "cdm-namur;2026-06-15;9:00-12:00;2;;;\n"
    shown = nora.post(FILE, {"text": text}).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', shown)
    assert seen
    signing_up.take(counsellor=sami, shift_id=shift.pk, now=NOW)
    answer = nora.post(FILE, {"text": text, "seen": seen[1]})
    assert answer.status_code == 409
    page = unescape(answer.content.decode())
    assert "The roster has changed since you looked" in page
    assert "take 1 person off" in page
    shift.refresh_from_db()
    assert (on(shift), shift.needed) == ({"sami"}, 1)


def test_shifts_that_are_over_are_left_alone(world: World, sami: Counsellor, nora: Client) -> None:
    past = make_shift(world.pool_namur, MONDAY - 7 * DAY)
    put_on(past, sami)
    page = show(nora, HEAD + "cdm-namur;2026-06-08;9:00-12:00;5;;;\n")
    assert "1 line is of a shift that is over" in page
    assert "changes nothing" in page
    assert on(past) == {"sami"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nom;jour\nx;y\n", "The first line must name the columns. Missing: team, date, hours, needed."),
        (" ", "Choose a file, or put its text below."),
        (HEAD + "cdm-namur;2026-06-15;9:00-12:00;1;;;\n" * 5_001, "5000 lines at most in one file"),
        (HEAD + "x" * 800_000, "This file is too large"),
        (HEAD + "cdm-namur;2096-06-15;9:00-12:00;1;;;\n", "very far away"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_a_sentence(
    world: World, nora: Client, text: str, says: str
) -> None:
    assert says in show(nora, text, status=422)


def test_a_cell_that_a_spreadsheet_would_compute_goes_out_and_in_as_text(
    world: World, sami: Counsellor, nora: Client
) -> None:
    sami.staff.email = "=cmd|calc@example.be"
    sami.staff.save()
    put_on(make_shift(world.pool_namur), sami)
    text = nora.get("/coordination/roster/roster.csv?week=2026-06-15").content.decode("utf-8-sig")
    assert ";'=cmd|calc@example.be" in text
    assert "changes nothing" in show(nora, text)


def a_year(world: World, shifts: int) -> list[Shift]:
    """So many shifts, ten a day."""
    return Shift.objects.bulk_create(
        Shift(
            pool=world.pool_namur,
            date=MONDAY + (number // 10) * DAY,
            start_minute=480 + 60 * (number % 10),
            end_minute=540 + 60 * (number % 10),
        )
        for number in range(shifts)
    )


def test_a_long_file_as_it_was_given_out_can_be_brought_in(
    world: World, sami: Counsellor, nora: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_year(world, 560)
    answer = nora.get("/coordination/roster/roster.csv?week=2026-06-15&weeks=8")
    text = answer.content.decode("utf-8-sig")
    assert len(text.splitlines()) == 561
    assert "changes nothing" in show(nora, text)
    # As after the loss of all: it comes back.
    Shift.objects.all().delete()
    press(nora, text)
    assert Shift.objects.count() == 560
    monkeypatch.setattr("coordination.views.roster_file.MOST_LINES", 559)
    refused = nora.get("/coordination/roster/roster.csv?week=2026-06-15&weeks=8", follow=True)
    assert "more than one file takes" in unescape(refused.content.decode())


def test_what_a_file_changes_is_bounded_and_said(
    world: World, nora: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coordination.views.roster_file.MOST_CHANGES", 1)
    text = HEAD + "".join(f"cdm-namur;2026-06-{day};9:00-12:00;1;;;\n" for day in (15, 16))
    page = show(nora, text, status=422)
    assert "Shifts that this file changes: 2. One file can change 1 at most" in page
    assert "Write" not in page
    make_shift(world.pool_namur)
    assert "Write 1 shift" in show(nora, text)
