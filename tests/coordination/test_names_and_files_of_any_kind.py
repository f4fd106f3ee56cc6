"""What people type or send by mistake, or on purpose: signs that nobody sees in names, files that are no tables, addresses that no column
holds. It is refused in words or read as meant; it never stops a page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from partners.models import Staff
from routing_rules.models import DatedException, SchoolBooking
from tests.access.html_forms import forms_of
from tests.coordination.conftest import World
from tests.coordination.test_classes import next_monday, session

SignedIn = Callable[[str], Client]
INVITE, IMPORT = "/coordination/people/invite/", "/coordination/people/import/"
SHIFTS = "/coordination/roster/import/"
UNSEEN = ["\u200b", "\u202e", "\u2800\u3164", "\u2066\u2069", "\x07"]
LONG_ADDRESS = f"{'a' * 60}@{'.'.join(['b' * 30] * 4)}.be"


def invited(world: World, **typed: str) -> dict[str, object]:
    return {
        "email": "zoe@example.be",
        "first_name": "Zoé",
        "partner": world.namur.pk,
        "role": "counsellor",
        **typed,
    }


def send(client: Client, text: str, *, to: str = IMPORT, as_file: bool = True) -> tuple[int, str]:
    """The file is sent, and where the page shows what it would do, that is pressed."""
    sent = {"file": SimpleUploadedFile("people.csv", text.encode())} if as_file else {"text": text}
    answer = client.post(to, sent)
    page = answer.content.decode()
    form = next((one for one in forms_of(page, to) if "seen" in one.names), None)
    if form is None:
        return answer.status_code, page
    return client.post(to, dict(form.fields)).status_code, page


@pytest.mark.parametrize("name", UNSEEN)
def test_a_name_that_nobody_sees_is_no_name(world: World, signed_in: SignedIn, name: str) -> None:
    client = signed_in("coordinator")
    assert client.post(INVITE, invited(world, first_name=name)).status_code == 422
    code, page = send(client, f"first_name,email\n{name},zoe@example.be\n")
    assert (code, "Ligne 2" in page) == (422, True)
    typed = {"first_name": name, "pools": [], "themes": [], "languages": ["fr"], "capacity": "2"}
    assert client.post(f"/coordination/people/{world.counsellor.pk}/", typed).status_code == 422
    assert (
        client.post("/coordination/classes/new/", session(world, next_monday(), school=name)).status_code
        == 422
    )
    assert not Staff.objects.filter(email="zoe@example.be").exists()
    assert not SchoolBooking.objects.exists()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("\u202eéoZ", "éoZ"),
        ("Zoé\nCc: x@y.be", "Zoé Cc: x@y.be"),
        ("  Zoé \t Ann ", "Zoé Ann"),
        ("\u2067Zoé\u2069", "Zoé"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("李", "李"),
        ("Zoé\u00a0!", "Zoé\u00a0!"),
    ],
)
def test_a_name_stands_on_one_line_and_turns_nothing_round(
    world: World, signed_in: SignedIn, typed: str, stored: str
) -> None:
    assert signed_in("coordinator").post(INVITE, invited(world, first_name=typed)).status_code == 302
    assert Staff.objects.get(email="zoe@example.be").first_name == stored


def test_the_reason_of_a_closure_turns_nothing_round(world: World, signed_in: SignedIn) -> None:
    day = timezone.localdate() + timedelta(days=3)
    typed = {"pool": "cdm-namur", "date": day.isoformat(), "kind": "closed", "reason": "\u202eéirgnoC"}
    assert signed_in("coordinator").post("/coordination/exceptions/", typed).status_code == 302
    assert DatedException.objects.get().reason == "éirgnoC"


@pytest.mark.parametrize("as_file", [True, False])
@pytest.mark.parametrize("text", [f"first_name,email\n{'x' * 140_000},z@example.be\n", "\x85", "a\u2028b"])
@pytest.mark.parametrize("to", [IMPORT, SHIFTS])
def test_a_file_that_is_no_table_is_refused_in_words(
    world: World, signed_in: SignedIn, to: str, text: str, as_file: bool
) -> None:
    code, page = send(signed_in("coordinator"), text, to=to, as_file=as_file)
    assert code == 422
    assert "Rien n’est encore enregistré" in page


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_lines_end_as_any_spreadsheet_ends_them(world: World, signed_in: SignedIn, end: str) -> None:
    text = end.join(["", "first_name,email", "Zoé,zoe@example.be", "Ann,ann@example.be", ""])
    assert send(signed_in("coordinator"), text)[0] == 302
    assert Staff.objects.filter(email__in=["zoe@example.be", "ann@example.be"]).count() == 2


def test_nothing_that_a_database_cannot_hold_gets_there(world: World, signed_in: SignedIn) -> None:
    client = signed_in("coordinator")
    assert send(client, "first_name,email\nZo\x00é,zoe@example.be\n")[0] == 302
    assert Staff.objects.get(email="zoe@example.be").first_name == "Zoé"
    assert client.post(INVITE, invited(world, email=LONG_ADDRESS)).status_code == 422
    code, page = send(client, f"first_name,email\nZoé,{LONG_ADDRESS}\n")
    assert (code, "n’est pas une adresse e-mail" in page) == (422, True)
    assert not Staff.objects.filter(email=LONG_ADDRESS).exists()
