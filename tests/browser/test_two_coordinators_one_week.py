"""Two coordinators on one week, each in a browser: the second is told of the first, and nothing that either did or typed is lost."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from partners.time_zone import BRUSSELS
from tests.browser.conftest import Axe, OpenPage
from tests.live.database_file import change, read
from tests.server import Server

NOBODY = "DELETE FROM roster_assignment"
NOTHING = "DELETE FROM roster_shift"
ONE = """
INSERT INTO roster_shift (pool_id, date, start_minute, end_minute, needed, languages, themes, revision)
SELECT id, ?, 540, 720, 1, '[]', '[]', 1 FROM routing_rules_pool WHERE slug = 'cdm-bruxelles'
"""


def monday() -> date:
    today = datetime.now(BRUSSELS).date()
    return today + timedelta(days=7 - today.weekday())


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("two"), prepared=prepared) as running:
        yield running


@pytest.fixture
def both(server: Server, sign_in: OpenPage) -> tuple[Page, Page]:
    """Rachel and Simon, who look at the same shift, for one person; nobody is on it."""
    change(server, NOBODY)
    change(server, NOTHING)
    change(server, ONE, monday().isoformat())
    (row,) = read(server, "SELECT id FROM roster_shift")
    rachel, simon = (
        sign_in(name, f"/coordination/roster/shifts/{row['id']}/") for name in ("coordination", "plateforme")
    )
    return rachel, simon


def test_the_second_reads_who_saved_what_and_keeps_what_they_typed(
    both: tuple[Page, Page],
    looks: Callable[[Page], Iterator[str]],
    axe: Axe,
    picture: Callable[[Page, str], Path],
) -> None:
    rachel, simon = both
    rachel.get_by_label("Heures").fill("9:00-11:00")
    rachel.get_by_role("button", name="Enregistrer la permanence").click()
    expect(rachel.get_by_role("status").first).to_contain_text("9:00-11:00")

    simon.get_by_label("Heures").fill("8:30-12:00")
    simon.get_by_label("Personnes nécessaires").fill("3")
    simon.get_by_role("button", name="Enregistrer la permanence").click()
    told = simon.get_by_role("alert")
    expect(told).to_contain_text("Rachel a enregistré")
    expect(told).to_contain_text("9:00-11:00")
    expect(simon.get_by_label("Heures")).to_have_value("8:30-12:00")
    expect(simon.get_by_label("Personnes nécessaires")).to_have_value("3")
    for look in looks(simon):
        axe(simon)
        picture(simon, f"roster-overtaken-{look}")
    rachel.reload()
    expect(rachel.get_by_label("Heures")).to_have_value("9:00-11:00")

    simon.get_by_role("button", name="Enregistrer la permanence").click()
    expect(simon.get_by_role("status").first).to_contain_text("8:30-12:00")
    rachel.reload()
    expect(rachel.get_by_label("Heures")).to_have_value("8:30-12:00")


def test_of_two_who_fill_the_last_place_one_is_told(server: Server, both: tuple[Page, Page]) -> None:
    rachel, simon = both
    rachel.get_by_role("button", name="Y mettre Claire").click()
    expect(rachel.get_by_role("status").first).to_contain_text("Claire est sur la permanence")
    simon.get_by_role("button", name="Y mettre Hanne").click()
    expect(simon.get_by_role("status").first).to_contain_text("Hanne n’a pas été mis·e sur la permanence")
    expect(simon.get_by_role("region", name="Qui y est")).to_contain_text("Claire")
    assert len(read(server, "SELECT id FROM roster_assignment")) == 1


def test_a_shift_is_not_deleted_from_under_somebody_who_came_onto_it_meanwhile(
    server: Server, both: tuple[Page, Page]
) -> None:
    rachel, simon = both
    rachel.get_by_role("button", name="Y mettre Claire").click()
    expect(rachel.get_by_role("status").first).to_contain_text("Claire est sur la permanence")
    simon.get_by_role("button", name="Supprimer cette permanence").click()
    expect(simon.get_by_role("status").first).to_contain_text("Elle n’est pas supprimée")
    expect(
        simon.get_by_role("button", name="Supprimer cette permanence et prévenir 1 personne")
    ).to_be_visible()
    assert len(read(server, "SELECT id FROM roster_shift")) == 1


def test_what_is_undone_takes_nothing_from_the_other(server: Server, both: tuple[Page, Page]) -> None:
    rachel, simon = both
    simon.get_by_label("Personnes nécessaires").fill("2")
    simon.get_by_role("button", name="Enregistrer la permanence").click()
    expect(simon.get_by_role("status").first).to_contain_text("Enregistré")
    rachel.get_by_role("button", name="Y mettre Claire").click()
    expect(rachel.get_by_role("status").first).to_contain_text("Claire est sur la permanence")
    simon.get_by_role("button", name="Annuler cet acte").first.click()
    expect(simon.get_by_role("status").first).to_contain_text("rien n’a été annulé")
    assert len(read(server, "SELECT id FROM roster_assignment")) == 1
