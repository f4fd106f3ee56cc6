"""Every page, file and address of figures takes the parameters that it knows, each once, and refuses all others in words."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from indicators.api import tokens
from indicators.models import ApiToken, FiguresRelease
from indicators.periods import month_of
from indicators.releases import freezing
from partners import letter_choices
from partners.letter_kinds import LetterKind
from partners.models import AuditEntry, Staff
from tests.access.routes import ROUTES, routes
from tests.indicators.conftest import IN_DECEMBER

pytestmark = pytest.mark.django_db
DAYS = {"from": "2026-11-01", "to": "2026-11-30"}
BY_CODE = {"theme": "", "language": "", "network": "", "site": "", "audience": "", "campaign": ""}
FIGURES = {"period": "last-month", **DAYS, "by": "month", "within": "60", **BY_CODE}
SIDES = {**DAYS, **BY_CODE, "other-from": "2026-10-01", "other-to": "2026-10-31"}
RELEASED = {"by": "theme"}
TOKEN = "00000000-0000-0000-0000-000000000000"

TAKES: dict[str, dict[str, str]] = {
    "indicators/": FIGURES,
    "indicators/export.csv": FIGURES,
    "indicators/export.xlsx": FIGURES,
    "indicators/all/": FIGURES,
    "indicators/trend/": {name: "" for name in BY_CODE if name != "campaign"},
    "indicators/compare/": {**SIDES, **{f"other-{name}": "" for name in BY_CODE}},
    "indicators/heat/": {**DAYS, "theme": "", "language": ""},
    "indicators/profiles/": {"quarter": "2026-Q3", "about": "status"},
    "indicators/profiles.csv": {"quarter": "2026-Q3"},
    "indicators/definitions/": {},
    "indicators/releases/": {},
    "indicators/releases/<int:number>/": RELEASED,
    "indicators/releases/<int:number>/file.<str:extension>": RELEASED,
    "indicators/releases/<int:number>/beside/<int:other>/": RELEASED,
    "indicators/reports/": {},
    "indicators/reports/stop/": {},
    "indicators/tokens/": {},
    "indicators/tokens/<uuid:token>/revoke": {},
    "api/v1/openapi.json": {},
    "api/v1/indicators/definitions": {},
    "api/v1/indicators/figures": FIGURES,
    "api/v1/indicators/figures.csv": FIGURES,
    "api/v1/indicators/figures.xlsx": FIGURES,
    "api/v1/indicators/profiles": {"quarter": "2026-Q3"},
}
"""What each takes, with values that an analyst may ask for together."""
OF_OWN_TEAMS = {
    "indicators/trend/": {},
    "indicators/heat/": {"from": "2026-07-01", "to": "2026-09-30", "team": ""},
}
"""What a partner's coordinator may choose less of, or otherwise."""


class Reader:
    """Somebody who has signed in, and has a token, too."""

    def __init__(self, client: Client, who: Staff) -> None:
        self.client, self.who = client, who
        client.force_login(who)
        self.token = tokens.make(owner=who, name="x", today=IN_DECEMBER)

    def ask(self, route: str, query: str) -> Any:
        path = route.replace("<int:number>", "1").replace("<int:other>", "1")
        path = path.replace("<str:extension>", "csv").replace("<uuid:token>", TOKEN)
        headers = {"Accept-Language": "en"}
        if route.startswith("api/"):
            headers["Authorization"] = f"Bearer {self.token}"
        method = "GET" if "GET" in ROUTES[route] else "POST"
        return self.client.generic(method, f"/{path}?{query}", headers=headers)


def words(answer: Any) -> str:
    """What people read of it."""
    if answer.headers["Content-Type"].startswith("application/json"):
        return " ".join(sentence for sentences in answer.json()["errors"].values() for sentence in sentences)
    return str(answer.content.decode())


@pytest.fixture
def reader(analyst: Staff, client: Client, settings: Any) -> Reader:
    settings.ENV = settings.ENV.model_copy(update={"exports_per_account": 1_000})
    freezing.freeze(actor=analyst, period=month_of(date(2026, 11, 1)), reason="", today=IN_DECEMBER)
    return Reader(client, analyst)


def test_every_page_file_and_address_of_figures_is_on_the_list() -> None:
    nothing_there = {"api/v1/"}
    there = {route for route in routes() if route.startswith(("indicators/", "api/"))}
    assert there - nothing_there == set(TAKES)


@pytest.mark.parametrize("route", TAKES)
def test_a_name_that_it_does_not_know_is_refused(reader: Reader, route: str) -> None:
    before = AuditEntry.objects.count()
    others = {"x", "Theme", "by ", "by", "from", "theme", "other-x", "other-from", "quarter", "about", "team"}
    for name in sorted(others - set(TAKES[route])):
        answer = reader.ask(route, urlencode({**TAKES[route], name: "2026-11-01"}))
        assert answer.status_code == 400, name
        assert f"There is no parameter “{name}”." in words(answer), name
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("route", [route for route, names in TAKES.items() if names])
def test_a_name_that_it_knows_is_taken_once_and_not_twice(reader: Reader, route: str) -> None:
    whole = urlencode(TAKES[route])
    assert reader.ask(route, whole).status_code == 200
    before = AuditEntry.objects.count()
    for name, value in TAKES[route].items():
        answer = reader.ask(route, f"{whole}&{urlencode({name: value})}")
        assert answer.status_code == 400, name
        assert f"The parameter “{name}” is there twice." in words(answer), name
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("route", OF_OWN_TEAMS)
def test_a_coordinator_is_refused_what_only_others_may_choose(
    client: Client, coordinator: Staff, route: str
) -> None:
    mine = Reader(client, coordinator)
    whole = urlencode(OF_OWN_TEAMS[route])
    assert mine.ask(route, whole).status_code == 200
    for name in {*FIGURES, "x"} - set(OF_OWN_TEAMS[route]):
        answer = mine.ask(route, f"{whole}&{name}=formation")
        assert answer.status_code == 400
        assert f"There is no parameter “{name}”." in words(answer)


def test_a_page_keeps_what_was_chosen(reader: Reader) -> None:
    kept = "from=2026-10-05&to=2026-10-07&by=day&within=30"
    html = reader.ask("indicators/", f"{kept}&x=1").content.decode()
    for value in ("2026-10-05", "2026-10-07"):
        assert f'value="{value}"' in html
    for value in ("day", "30"):
        assert f'<option value="{value}" selected' in html
    html = reader.ask("indicators/compare/", "from=2026-10-01&other-x=1&other-to=2026-09-30").content.decode()
    for value in ("2026-10-01", "2026-09-30"):
        assert f'value="{value}"' in html


def test_a_page_without_a_form_leads_to_what_was_chosen(reader: Reader) -> None:
    release = "indicators/releases/<int:number>/"
    html = reader.ask(release, "x=1&by=theme").content.decode()
    assert 'href="/indicators/releases/1/?by=theme">The page without it' in html
    html = reader.ask(release, "by=site&by=theme").content.decode()
    assert 'href="/indicators/releases/1/">The page without it' in html


def test_the_name_in_the_refusal_is_text(reader: Reader) -> None:
    for route in ("indicators/", "indicators/definitions/"):
        html = reader.ask(route, urlencode({"<script>alert(1)</script>": ""})).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


def test_what_is_refused_does_nothing(reader: Reader) -> None:
    letter_choices.choose(
        person=reader.who, language="en", wanted=[LetterKind.FIGURES_MONTH], among=[LetterKind.FIGURES_MONTH]
    )
    mine = ApiToken.objects.get()
    for path, typed in (
        ("/indicators/tokens/?x=1", {"name": "monthly"}),
        (f"/indicators/tokens/{mine.pk}/revoke?x=1", {}),
        ("/indicators/releases/?x=1", {"period": "2026-10"}),
        ("/indicators/reports/?x=1", {"language": "fr"}),
        ("/indicators/reports/stop/?x=1", {}),
    ):
        assert reader.client.post(path, typed).status_code == 400, path
    assert ApiToken.objects.get() == mine
    assert FiguresRelease.objects.count() == 1
    assert list(letter_choices.wanted_by(reader.who)) == [LetterKind.FIGURES_MONTH]


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_it_is_said_in_the_readers_language(reader: Reader, language: str) -> None:
    said = {"fr": "Il n’y a pas de paramètre", "nl": "Er is geen parameter"}[language]
    for path in (
        "/indicators/",
        "/indicators/definitions/",
        "/indicators/releases/1/file.csv",
        "/api/v1/openapi.json",
    ):
        answer = reader.client.get(path, {"x": "1"}, headers={"Accept-Language": language})
        assert said in words(answer), path


def test_who_may_not_read_it_is_not_told_its_parameters(client: Client) -> None:
    for route in TAKES:
        if route.startswith("indicators/") and "<" not in route and "GET" in ROUTES[route]:
            assert client.get(f"/{route}?x=1").status_code == 302, route
