"""Who took requests up, how soon each network first answered, and what another network took up of each partner's sites."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from indicators.codes import Outcome
from indicators.models import OnDuty
from indicators.rows import record
from partners.models import Network, Partner, Staff
from routing_rules.models import Site
from tests.indicators.conftest import NINE_IN_BRUSSELS, Ended
from tests.indicators.test_figures_page import NOVEMBER, Tables

pytestmark = pytest.mark.django_db
Read = Callable[..., dict[str, dict[str, list[str]]]]
NOT_TOLD = ["—", "—", "—"]


@pytest.fixture
def read(client: Client, analyst: Staff) -> Read:
    """The tables of the overview, by their ids."""
    client.force_login(analyst)

    def tables(**choice: str) -> dict[str, dict[str, list[str]]]:
        page = client.get("/indicators/", {**NOVEMBER, **choice}, headers={"Accept-Language": "en"})
        assert page.status_code == 200
        return Tables(page.content.decode()).cells

    return tables


@pytest.fixture
def sites(namur: Partner) -> None:
    """Two sites of Namur, one of the school, one of nobody."""
    network = Network.objects.create(code="CEFO", name="Carrefours")
    school = Partner.objects.create(slug="school-of-the-tests", name="The school", network=network)
    for key, partner in (("miti", namur), ("library", namur), ("ecole", school), ("open", None)):
        Site.objects.update_or_create(key=key, defaults={"name": key, "partner": partner})


@pytest.fixture
def november(sites: None, ended: Ended, lost: Ended) -> None:
    """From Namur's two sites five, of which the other network took two up; from the school's two, of which Namur took one; one lost."""
    elsewhere = {"network_served": "CEFO", "pool_served": "cefo"}
    for first_answer_s, different in (
        (5.0, {}),
        (10.0, {}),
        (60.0, {"site": "library"}),
        (20.0, elsewhere),
        (30.0, {"site": "library", **elsewhere}),
        (15.0, {"site": "ecole", "site_network": "CEFO"}),
        (40.0, {"site": "ecole", "site_network": "CEFO", **elsewhere}),
        (5.0, {"site": "open", "site_network": ""}),
    ):
        record.request(ended=ended(first_answer_s=first_answer_s, **different))
    record.request(ended=lost(Outcome.ABANDONED, wait_s=40))


def three_on_duty(*pools: str) -> None:
    for pool in pools:
        OnDuty.objects.update_or_create(day=NINE_IN_BRUSSELS.date(), pool=pool, defaults={"people": 3})


@pytest.mark.usefixtures("november")
def test_each_network_with_how_soon_it_first_answered(read: Read) -> None:
    three_on_duty("cdm-namur", "cefo")
    networks = read()["networks"]
    assert networks["CDM"][1:] == ["5", "62.5", "1", "19.0", "10.0", "60"]
    assert networks["CEFO"][1:] == ["3", "37.5", "2", "30.0", "30.0", "40"]


@pytest.mark.usefixtures("november")
def test_of_each_partners_sites_what_another_network_took_up(read: Read) -> None:
    partners = read()["partners"]
    assert partners["namur-of-the-tests"] == ["Namur", "5", "2", "40.0", "11.8 to 76.9"]
    assert partners["school-of-the-tests"][1:4] == ["2", "1", "50.0"]
    assert partners["none"][:4] == ["None", "1", "0", "—"]


@pytest.mark.usefixtures("november")
def test_by_partner_page_and_file_have_the_same_figures(read: Read, client: Client) -> None:
    choice = {**NOVEMBER, "by": "partner"}
    line = read(by="partner")["breakdown"]["namur-of-the-tests"]
    assert line[:3] == ["Namur", "6", "5"]
    page = client.get("/indicators/all/", choice, headers={"Accept-Language": "en"}).content.decode()
    everything = Tables(page).abreast("all")
    heads = everything[""]
    shown = everything["platform namur-of-the-tests"]
    assert shown[heads.index("Out of network v3")] == "40.0%"
    assert shown[heads.index("First answer v2, median (s)")] == "20.0"
    text = client.get("/indicators/export.csv", choice).content.decode("utf-8-sig")
    assert "partner;namur-of-the-tests;Namur" in text


@pytest.mark.usefixtures("november")
@pytest.mark.parametrize(
    "choice",
    [
        {"theme": "emploi"},
        {"language": "fr"},
        {"network": "CDM"},
        {"audience": "public"},
    ],
    ids=str,
)
def test_how_soon_is_not_told_with_a_filter(read: Read, choice: dict[str, str]) -> None:
    three_on_duty("cdm-namur", "cefo")
    networks = read(**choice)["networks"]
    assert networks["CDM"][1] == ("3" if "network" in choice else "5")
    assert networks["CDM"][3:] == networks["CEFO"][3:] == ["—", *NOT_TOLD]
    assert "partners" in read(**choice)


@pytest.mark.usefixtures("november")
@pytest.mark.parametrize(
    "choice", [{"by": "day"}, {"by": "theme"}, {"by": "month", "theme": "emploi"}], ids=str
)
def test_of_days_it_is_not_told_which_network_took_up(read: Read, choice: dict[str, str]) -> None:
    three_on_duty("cdm-namur", "cefo")
    tables = read(**{"from": "2026-11-16", "to": "2026-11-18", **choice})
    assert not {"networks", "partners"} & set(tables)


@pytest.mark.usefixtures("november")
def test_a_network_of_few_people_hides_the_next_smallest_too(read: Read, ended: Ended) -> None:
    """What all networks did less those that are shown would else be the work of one person."""
    for _ in range(9):
        record.request(ended=ended(network_served="MIRE", pool_served="mire"))
    three_on_duty("cdm-namur", "mire")
    networks = read()["networks"]
    assert networks["CEFO"][4:] == NOT_TOLD, "two people at most"
    assert networks["CDM"][4:] == NOT_TOLD, "the smallest of the others"
    assert networks["MIRE"][4:] == ["15.0", "15.0", "15"]


@pytest.mark.usefixtures("november")
def test_three_people_must_have_been_there_in_each_month(read: Read, ended: Ended) -> None:
    for month in (9, 10):
        for pool, network in (("cdm-namur", "CDM"), ("cefo", "CEFO"), ("mire", "MIRE")):
            for _ in range(4):
                at = NINE_IN_BRUSSELS.replace(month=month)
                record.request(ended=ended(asked_at=at, network_served=network, pool_served=pool))
            if (month, pool) != (10, "mire"):
                OnDuty.objects.create(day=date(2026, month, 17), pool=pool, people=3)
    three_on_duty("cdm-namur", "cefo", "mire")
    quarter = read(**{"from": "2026-09-01"})["networks"]
    assert quarter["MIRE"][4:] == NOT_TOLD
    assert {key for key in ("CDM", "CEFO") if quarter[key][4:] == NOT_TOLD} == {"CDM"}
    assert read(**{"from": "2026-09-01", "to": "2026-09-30"})["networks"]["MIRE"][4:] != NOT_TOLD


@pytest.mark.usefixtures("november")
def test_a_coordinator_sees_neither_table(client: Client, coordinator: Staff) -> None:
    client.force_login(coordinator)
    page = client.get("/indicators/", NOVEMBER).content.decode()
    assert not {"networks", "partners"} & set(Tables(page).cells)
