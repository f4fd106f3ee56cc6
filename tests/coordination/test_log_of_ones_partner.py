"""A partner's log holds what concerns the partner, whoever did it; people of elsewhere have no name in it."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from partners import audit
from partners.models import Role, Staff
from routing_rules.models import Pool, SchoolBooking, Site
from tests.coordination.conftest import World, make_person, words_of
from tests.coordination.test_classes import next_monday
from tests.roster.conftest import make_shift

SignedIn = Callable[[str], Client]
LOG = "/coordination/log/"
ELSEWHERE = "Bruno"


def rows(client: Client, **asked: str) -> str:
    """The lines of the page; the lines of the file say the same."""
    answer = client.get(LOG, asked)
    page = words_of(answer).partition("<tbody>")[2].partition("</tbody>")[0]
    lines = client.get(f"{LOG}log.csv", asked).content.decode().splitlines()[1:]
    assert page.count("<tr>") == len(lines)
    return page


@pytest.fixture
def bruno(world: World) -> Staff:
    return make_person(ELSEWHERE.lower(), Role.COORDINATOR, world.bruxelles)


def test_what_the_platform_did_to_things_of_the_partner_is_there(world: World, signed_in: SignedIn) -> None:
    begins = next_monday()
    SchoolBooking.objects.create(
        code="ABCD",
        school="X",
        partner=world.namur,
        starts_at=begins,
        ends_at=begins.replace(hour=10),
        places=1,
    )
    Site.objects.create(key="namur", name="namur.be", partner=world.namur)
    shift = make_shift(world.pool_namur, date(2030, 1, 7))
    for action, subject, detail in (
        ("timetable.set", "pool cdm-namur", {"valid_from": "2026-01-05"}),
        ("person.deactivated", f"person {world.counsellor.pk}", {}),
        ("site.changed", "site namur", {}),
        ("booking.changed", "booking ABCD", {}),
        ("shift.changed", f"shift {shift.pk}", {"pool": "cdm-namur"}),
        ("shift.deleted", "shift 999999", {"pool": "cdm-namur"}),
        ("reply.deleted", "reply bonjour", {"institution": "cdm-namur"}),
        ("pool.changed", "pool parti", {"institution": None, "was": {"institution": "cdm-namur"}}),
        ("exception.added", "all pools", {"date": "2030-12-24"}),
        ("institution.changed", f"institution {world.namur.pk}", {}),
    ):
        before = rows(signed_in("coordinator")).count("<tr>")
        audit.record(actor=world.platform, action=action, subject=subject, detail=detail)
        page = rows(signed_in("coordinator"))
        assert page.count("<tr>") == before + 1, action
        assert "la plateforme" in page, action
        assert "Paule" not in page, action
    assert "Paule" in rows(signed_in("platform"))


def test_what_concerns_another_partner_alone_is_not_there(
    world: World, signed_in: SignedIn, bruno: Staff
) -> None:
    Site.objects.create(key="brux", name="brux.be", partner=world.bruxelles)
    for actor in (world.platform, bruno, None):
        for action, subject, detail in (
            ("timetable.set", "pool cdm-bruxelles", {"valid_from": "2026-01-05"}),
            ("person.deactivated", f"person {bruno.pk}", {}),
            ("site.changed", "site brux", {"institution": "cdm-bruxelles"}),
            ("shift.changed", "shift 999999", {"pool": "cdm-bruxelles"}),
            ("plan.published", "plan 2", {}),
            ("alert.began", "pool cdm-bruxelles", {"kind": "opening"}),
            ("roster.imported", "", {"shifts": 3}),
        ):
            audit.record(actor=actor, action=action, subject=subject, detail=detail)
    assert rows(signed_in("coordinator")) == ""
    assert rows(signed_in("platform")).count("<tr>") == 21


def test_jobs_are_told_as_the_platforms_own_work(world: World, signed_in: SignedIn) -> None:
    audit.record(actor=None, action="alert.began", subject="pool cdm-namur", detail={"kind": "opening"})
    audit.record(actor=None, action="alert.told", subject="pool cdm-namur", detail={"people": 2})
    audit.record(actor=None, action="letters.sent", detail={"letter": "digest", "people": 12})
    page = rows(signed_in("coordinator"))
    assert page.count("<tr>") == 3
    assert page.count("Miti, de soi-même") == 3


def test_a_person_of_elsewhere_has_no_name_and_is_not_found_by_it(
    world: World, signed_in: SignedIn, bruno: Staff
) -> None:
    audit.record(actor=bruno, action="timetable.set", subject="pool cdm-namur", detail={})
    audit.record(actor=world.platform, action="timetable.set", subject="pool cdm-namur", detail={})
    audit.record(actor=world.coordinator, action="timetable.set", subject="pool cdm-namur", detail={})
    nora = signed_in("coordinator")
    page = rows(nora)
    assert "une autre institution" in page
    assert ELSEWHERE not in page
    assert "Paule" not in page
    assert rows(nora, who=ELSEWHERE) == ""
    assert rows(nora, who="Paule") == ""
    assert rows(nora, who="Nora").count("<tr>") == 1
    for text in (ELSEWHERE, "Paule"):
        assert text not in nora.get(f"{LOG}log.csv").content.decode()


def test_the_filters_look_through_the_same_entries(world: World, signed_in: SignedIn) -> None:
    audit.record(actor=world.platform, action="timetable.set", subject="pool cdm-namur")
    audit.record(actor=world.platform, action="person.deactivated", subject=f"person {world.counsellor.pk}")
    nora = signed_in("coordinator")
    assert rows(nora, act="timetable.set").count("<tr>") == 1
    assert rows(nora, to="person").count("<tr>") == 1
    assert rows(nora, to="site") == ""


def test_a_deleted_team_keeps_its_past_until_its_code_is_anothers(world: World, signed_in: SignedIn) -> None:
    team = Pool.objects.create(slug="soir", name="Soir", partner=world.namur)
    audit.record(actor=world.platform, action="timetable.set", subject="pool soir")
    paule, nora = signed_in("platform"), signed_in("coordinator")
    assert rows(nora).count("<tr>") == 1
    assert paule.post(f"/coordination/teams/{team.slug}/delete").status_code == 302
    assert rows(nora).count("<tr>") == 2
    Pool.objects.create(slug="soir", name="Soir", partner=world.bruxelles)
    audit.record(actor=world.platform, action="timetable.set", subject="pool soir")
    # That it was deleted stays told.
    assert rows(nora).count("<tr>") == 1
