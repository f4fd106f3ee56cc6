"""Hundreds of people: found by name, team, theme, language and state, page by page, several at once, as a file in and out."""

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from partners.models import AuditEntry, Role, Staff
from partners.name_search import keys_of
from routing_rules.models import Counsellor, Theme
from tests.access.html_forms import forms_of
from tests.coordination.conftest import World, make_person, words_of
from tests.roster.conftest import make_shift

SignedIn = Callable[[str], Client]
PEOPLE = "/coordination/people/"
IMPORT = f"{PEOPLE}import/"


def confirmed(client: Client, answer: Any) -> Any:
    """The page that says whom a file invites, with its button pressed."""
    form = next(one for one in forms_of(answer.content.decode(), IMPORT) if "seen" in one.names)
    return client.post(IMPORT, dict(form.fields), follow=True)


@pytest.fixture
def many(world: World) -> list[Staff]:
    """A hundred and twenty namesakes, every tenth of whom speaks Dutch."""
    people = [make_person(f"camille{number}", Role.COUNSELLOR, world.namur) for number in range(120)]
    for number, person in enumerate(people):
        skills = Counsellor.objects.create(
            staff=person, languages=["fr", "nl"] if number % 10 == 0 else ["fr"]
        )
        skills.pools.add(world.pool_namur)
        skills.themes.add(Theme.objects.get(code="emploi"))
    return people


def listed(client: Client, **asked: Any) -> str:
    return words_of(client.get(PEOPLE, asked))


def test_people_come_page_by_page_with_their_addresses(
    world: World, signed_in: SignedIn, many: list[Staff]
) -> None:
    client = signed_in("coordinator")
    pages = [listed(client, page=number) for number in (1, 2, 3)]
    assert "121 personnes" in pages[0]
    assert [one.count('name="person"') for one in pages] == [50, 50, 21]
    assert "camille17@example.be" in "".join(pages)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "camille7"}, 11),
        ({"q": "CAMILLE77@EXAMPLE"}, 1),
        ({"language": "nl"}, 12),
        ({"theme": "formation"}, 1),
        ({"pool": "cdm-namur"}, 121),
        ({"pool": "cdm-bruxelles"}, 0),
        ({"state": "deactivated"}, 1),
        ({"language": "nl", "q": "camille1"}, 3),
    ],
)
def test_people_are_found_by_what_they_are_and_can(
    world: World, signed_in: SignedIn, many: list[Staff], asked: dict[str, str], found: int
) -> None:
    Staff.objects.filter(pk=many[5].pk).update(is_active=False)
    page = listed(signed_in("coordinator"), **asked)
    assert (f"{found} personnes" if found > 1 else f"{found} personne") in page


def test_several_are_put_into_a_team_at_once_and_it_is_undone_at_once(
    world: World, signed_in: SignedIn, many: list[Staff]
) -> None:
    client = signed_in("platform")
    keys = [one.pk for one in many[:30]]
    sent = {"person": keys, "act": "join", "pool": "cdm-bruxelles"}
    assert client.post(f"{PEOPLE}several", sent).status_code == 302
    assert world.pool_bruxelles.counsellors.count() == 30
    client.post(f"{PEOPLE}several", {"person": keys[:3], "act": "deactivate"})
    assert Staff.objects.filter(is_active=False).count() == 3
    act = client.session["undo"][0]["id"]
    client.post("/coordination/undo", {"act": act})
    assert not Staff.objects.filter(is_active=False).exists()
    assert world.pool_bruxelles.counsellors.count() == 30


def test_everybody_who_is_found_is_changed_at_once_on_all_pages(
    world: World, signed_in: SignedIn, many: list[Staff]
) -> None:
    client = signed_in("platform")
    page = listed(client, language="fr", pool="cdm-namur")
    assert "Toutes les personnes trouvées, sur les autres pages aussi : 121 personnes" in page
    assert "Toutes les personnes trouvées" not in listed(client, language="nl"), "they fit on a page"
    sent = {"act": "join", "pool": "cdm-bruxelles", "list-language": "nl", "person": [many[1].pk]}
    # Not as many as the button named: somebody changed the people meanwhile.
    client.post(f"{PEOPLE}several", sent | {"everybody": "11"})
    assert world.pool_bruxelles.counsellors.count() == 0
    client.post(f"{PEOPLE}several", sent | {"everybody": "12"})
    assert {one.languages[-1] for one in world.pool_bruxelles.counsellors.all()} == {"nl"}
    assert world.pool_bruxelles.counsellors.count() == 12
    client.post("/coordination/undo", {"act": client.session["undo"][0]["id"]})
    assert world.pool_bruxelles.counsellors.count() == 0


def test_everybody_is_nobody_of_other_partners(world: World, signed_in: SignedIn) -> None:
    other = make_person("bruno", Role.COUNSELLOR, world.bruxelles)
    client = signed_in("coordinator")
    client.post(f"{PEOPLE}several", {"act": "deactivate", "everybody": "1"})
    assert Staff.objects.get(pk=other.pk).is_active
    assert not Staff.objects.get(pk=world.counsellor.pk).is_active


@pytest.mark.parametrize(
    "sent", [{}, {"act": "join"}, {"act": "join", "pool": "cdm-bruxelles"}, {"act": "explode"}]
)
def test_several_of_others_or_into_others_teams_are_left_alone(
    world: World, signed_in: SignedIn, sent: dict[str, str]
) -> None:
    other = make_person("bruno", Role.COUNSELLOR, world.bruxelles)
    Counsellor.objects.create(staff=other)
    client = signed_in("coordinator")
    client.post(f"{PEOPLE}several", {"person": [world.counsellor.pk, other.pk], **sent})
    client.post(f"{PEOPLE}several", {"person": [other.pk, world.platform.pk], "act": "deactivate"})
    assert world.pool_bruxelles.counsellors.count() == 0
    assert not Staff.objects.filter(is_active=False).exists()


def test_the_file_holds_what_is_looked_for_and_nobody_elses_people(
    world: World, signed_in: SignedIn, many: list[Staff]
) -> None:
    make_person("bruno", Role.COUNSELLOR, world.bruxelles)
    Staff.objects.filter(pk=many[0].pk).update(first_name="=1+1")
    text = signed_in("coordinator").get(f"{PEOPLE}people.csv", {"language": "nl"}).content.decode()
    rows = list(csv.DictReader(StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert len(rows) == 12
    assert {(row["teams"], row["themes"], row["languages"]) for row in rows} == {
        ("cdm-namur", "emploi", "fr nl")
    }
    assert "'=1+1" in {row["first_name"] for row in rows}


LINES = "first_name;email;teams;themes;languages;at_once\n"


def press(client: Client, text: str) -> str:
    """The file is shown, and the button pressed that invites its people."""
    seen = re.search(
        r'name="seen" value="(\w+)"', client.post(f"{PEOPLE}import/", {"text": text}).content.decode()
    )
    assert seen
    return words_of(client.post(f"{PEOPLE}import/", {"text": text, "seen": seen[1]}, follow=True))


@pytest.mark.usefixtures("running")
def test_the_people_of_a_file_are_invited_and_who_is_there_is_left(world: World, signed_in: SignedIn) -> None:
    text = (
        LINES
        + "Zoé;zoe@exemple.be;cdm-namur;emploi formation;fr nl;3\nAli;ali@exemple.be;;;;\nSami;sami@example.be;;;;\n"
    )
    client = signed_in("coordinator")
    shown = client.post(IMPORT, {"text": text})
    page = words_of(shown)
    assert "Inviter 2 personnes et envoyer 2 lettres" in page
    assert "zoe@exemple.be" in page
    assert "1 personne du fichier a déjà un compte" in page
    assert not Staff.objects.filter(email="zoe@exemple.be").exists()
    assert not mail.outbox
    page = words_of(confirmed(client, shown))
    assert "2 personnes ont été invitées" in page
    # The button that sends letters again counts those who wait for one.
    assert page.count(" data-waits ") == 2
    assert page.count('name="person"') > 2
    zoe = Counsellor.objects.get(staff__email="zoe@exemple.be")
    assert (zoe.staff.partner, zoe.languages, zoe.capacity) == (world.namur, ["fr", "nl"], 3)
    assert [theme.code for theme in zoe.themes.all()] == ["formation", "emploi"]
    assert len(mail.outbox) == 2
    assert "invité·e" in listed(signed_in("coordinator"), state="invited")


@pytest.mark.usefixtures("running")
def test_nobody_is_written_to_but_those_whom_the_button_counted(world: World, signed_in: SignedIn) -> None:
    client = signed_in("coordinator")
    text = f"{LINES}Zoé;zoe@exemple.be;;;;\nAli;ali@exemple.be;;;;\n"
    shown = client.post(IMPORT, {"text": text})
    # Meanwhile one of them has got an account.
    make_person("ali", Role.COUNSELLOR, world.bruxelles)
    Staff.objects.filter(username="ali").update(email="ali@exemple.be")
    answer = confirmed(client, shown)
    assert answer.status_code == 409
    page = words_of(answer)
    assert "personne n’a été invité" in page
    assert "Inviter 1 personne et envoyer la lettre" in page
    assert not mail.outbox
    assert not Staff.objects.filter(email="zoe@exemple.be").exists()
    done = confirmed(client, answer)
    assert "1 personne a été invitée" in words_of(done)
    assert [letter.to for letter in mail.outbox] == [["zoe@exemple.be"]]
    # Pressed twice: they have an account by now.
    assert confirmed(client, answer).status_code == 409
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Choisissez un fichier"),
        ("nom,adresse\nA,a@b.be\n", "La première ligne"),
        (LINES + "A;pas une adresse;;;;\n", "Ligne 2 : « pas une adresse » n’est pas une adresse"),
        (LINES + "A;a@exemple.be;;;;\nA;a@exemple.be;;;;\n", "Ligne 3 : a@exemple.be figure deux fois"),
        (LINES + "A;a@exemple.be;cdm-bruxelles;;;\n", "« cdm-bruxelles » n’est pas connu"),
        (LINES + "A;a@exemple.be;;;;99\n", "de 1 à 6"),
        (LINES + ";a@exemple.be;;;;\n", "le prénom manque"),
        ("first_name;email;email\nA;a@exemple.be;b@exemple.be\n", "deux fois dans la première ligne"),
    ],
)
def test_a_file_with_a_mistake_invites_nobody_and_says_the_line(
    world: World, signed_in: SignedIn, text: str, says: str
) -> None:
    before = Staff.objects.count()
    answer = signed_in("coordinator").post(f"{PEOPLE}import/", {"text": text})
    assert answer.status_code == 422
    assert says in words_of(answer)
    assert Staff.objects.count() == before
    assert not mail.outbox


@pytest.mark.usefixtures("running")
def test_an_unchanged_export_invites_nobody_and_gives_nobody_their_access_back(
    world: World, signed_in: SignedIn, many: list[Staff]
) -> None:
    Staff.objects.filter(pk=many[0].pk).update(is_active=False)
    make_person("gaston", Role.COORDINATOR, world.namur)
    Staff.objects.filter(username="gaston").update(is_active=False)
    client = signed_in("platform")
    text = client.get(f"{PEOPLE}people.csv").content.decode()
    # Somebody without an address, whom the file names by their account.
    make_person("anne", Role.COUNSELLOR, world.namur)
    make_person("luc", Role.COUNSELLOR, world.namur)
    Staff.objects.filter(username__in=["anne", "luc"]).update(email="")
    text = client.get(f"{PEOPLE}people.csv").content.decode()
    answer = client.post(f"{PEOPLE}import/", {"text": text})
    assert answer.status_code == 200
    page = words_of(answer)
    assert "Ce fichier n’invite personne" in page
    assert "restent comme elles sont" in page
    assert 'name="seen"' not in page
    assert not Staff.objects.get(pk=many[0].pk).is_active
    assert not mail.outbox
    # Nor does a file that names a disabled coordinator as somebody new.
    shown = client.post(f"{PEOPLE}import/", {"text": LINES + "G;gaston@example.be;;;;\n"})
    assert "Ce fichier n’invite personne" in words_of(shown)
    assert not Staff.objects.get(username="gaston").is_active


@pytest.mark.usefixtures("running")
def test_a_file_is_not_written_as_something_else_than_was_seen_nor_twice(
    world: World, signed_in: SignedIn
) -> None:
    client, text = signed_in("coordinator"), LINES + "Zoé;zoe@exemple.be;;;;\nAli;ali@exemple.be;;;;\n"
    seen = re.search(
        r'name="seen" value="(\w+)"', client.post(f"{PEOPLE}import/", {"text": text}).content.decode()
    )
    assert seen
    make_person("ali", Role.COUNSELLOR, world.bruxelles)
    Staff.objects.filter(username="ali").update(email="ali@exemple.be")
    late = client.post(f"{PEOPLE}import/", {"text": text, "seen": seen[1]})
    assert late.status_code == 409
    page = words_of(late)
    assert "personne n’a été invité" in page
    assert "Inviter 1 personne et envoyer la lettre" in page
    assert not mail.outbox
    press(client, text)
    assert len(mail.outbox) == 1
    again = client.post(f"{PEOPLE}import/", {"text": text, "seen": seen[1]})
    assert (again.status_code, len(mail.outbox)) == (409, 1)


@pytest.fixture
def no_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_letter: Any) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("coordination.invitation.send_mail", refuse)


def invitation(world: World, **typed: Any) -> dict[str, Any]:
    return {
        "email": "lea@exemple.be",
        "first_name": "Léa",
        "partner": world.namur.pk,
        "role": "counsellor",
        **typed,
    }


@pytest.mark.usefixtures("no_mail_server")
def test_without_a_mail_server_somebody_is_invited_and_the_letter_is_sent_later(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("coordinator")
    answer = client.post(f"{PEOPLE}invite/", invitation(world), follow=True)
    assert "la lettre n’a pas pu être envoyée" in words_of(answer)
    assert "1 personne" in listed(client, state="unsent")
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr("coordination.invitation.send_mail", lambda **letter: sent.append(letter))
    # Inviting once more sends it, and so does the button.
    again = client.post(f"{PEOPLE}invite/", invitation(world))
    lea = Staff.objects.get(email="lea@exemple.be")
    assert again["Location"] == f"{PEOPLE}{lea.pk}/"
    # A second press sends no second letter.
    client.post(f"{PEOPLE}{lea.pk}/letter")
    assert len(sent) == 1
    AuditEntry.objects.update(at=timezone.now() - timedelta(minutes=2))
    client.post(f"{PEOPLE}{lea.pk}/letter")
    assert [one["recipient_list"] for one in sent] == [["lea@exemple.be"]] * 2
    assert "0 personne" in listed(client, state="unsent")
    assert "1 personne" in listed(client, state="invited")


@pytest.mark.usefixtures("running")
def test_who_left_one_partner_is_invited_by_another_and_brings_nothing_along(
    world: World, signed_in: SignedIn
) -> None:
    client = signed_in("platform")
    client.post(f"{PEOPLE}{world.counsellor.pk}/deactivate")
    world.counsellor.set_password("l’ancien mot de passe")
    world.counsellor.is_active = False
    world.counsellor.save()
    sent = invitation(world, email="sami@example.be", partner=world.bruxelles.pk)
    answer = client.post(f"{PEOPLE}invite/", sent, follow=True)
    assert answer.status_code == 200
    moved = Staff.objects.get(pk=world.counsellor.pk)
    assert (moved.is_active, moved.partner, moved.has_usable_password()) == (True, world.bruxelles, False)
    assert list(moved.counsellor.pools.all()) == []
    assert AuditEntry.objects.get(action="person.invited").detail["came_from"] == "cdm-namur"
    assert mail.outbox[-1].to == ["sami@example.be"]


def test_somebody_active_elsewhere_is_not_taken_over_and_the_way_on_is_named(
    world: World, signed_in: SignedIn
) -> None:
    other = make_person("bruno", Role.COUNSELLOR, world.bruxelles)
    answer = signed_in("coordinator").post(f"{PEOPLE}invite/", invitation(world, email=other.email))
    assert answer.status_code == 422
    assert "il passera chez vous" in words_of(answer)
    disabled = make_person("adeline", Role.ADMIN)
    Staff.objects.filter(pk=disabled.pk).update(is_active=False)
    signed_in("coordinator").post(f"{PEOPLE}invite/", invitation(world, email=disabled.email))
    assert not Staff.objects.get(pk=disabled.pk).is_active


def test_a_file_of_everybody_as_it_was_given_out_invites_nobody(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, many: list[Staff]
) -> None:
    monkeypatch.setattr("coordination.forms.people_file.MOST_INVITED", 2)
    client = signed_in("coordinator")
    text = client.get(f"{PEOPLE}people.csv").content.decode("utf-8-sig")
    assert len(text.splitlines()) > 120
    answer = client.post(f"{PEOPLE}import/", {"text": text})
    assert answer.status_code == 200
    assert "Ce fichier n’invite personne" in words_of(answer)
    new = "first_name;email\n" + "".join(f"Neuf;neuf{number}@example.be\n" for number in range(3))
    refused = client.post(f"{PEOPLE}import/", {"text": new})
    assert "invite 2 personnes au plus" in words_of(refused)
    assert not Staff.objects.filter(first_name="Neuf").exists()


@pytest.mark.parametrize("typed", ["Élise", "élise", "elise", "ELISE", "lise", "de elise", "aurele", "L'Écl"])
def test_names_are_found_whatever_capitals_and_accents_are_typed(
    world: World, signed_in: SignedIn, typed: str
) -> None:
    elise = make_person("el", Role.COUNSELLOR, world.namur)
    Staff.objects.filter(pk=elise.pk).update(first_name="Élise-Aurèle de l’Éclat")
    other = make_person("other", Role.COUNSELLOR, world.namur)
    for one in (elise, other):
        Counsellor.objects.create(staff=one).pools.add(world.pool_namur)
    client = signed_in("coordinator")
    assert "1 personne" in listed(client, q=typed)
    shift = make_shift(world.pool_namur, timezone.localdate() + timedelta(days=7))
    page = words_of(client.get(f"/coordination/roster/shifts/{shift.pk}/", {"q": typed}))
    assert "Élise" in page
    assert str(other) not in page
    acts = ("reply.created", "reply.deleted")
    for who, act in zip((elise, other), acts, strict=True):
        AuditEntry.objects.create(actor=who, action=act, subject="reply x")
    rows = client.get("/coordination/log/log.csv", {"who": typed}).content.decode().splitlines()
    assert len(rows) == 2
    assert "Élise" in rows[1]


def test_a_search_among_three_thousand_asks_the_database_once(
    world: World, django_assert_num_queries: Callable[[int], Any]
) -> None:
    Staff.objects.bulk_create(
        Staff(username=f"u{number}", first_name=f"Zoé {number}", email=f"u{number}@example.be")
        for number in range(3_000)
    )
    with django_assert_num_queries(1):
        assert len(keys_of("zoe 299@", Staff.objects.all())) == len(("299", "1299", "2299"))
