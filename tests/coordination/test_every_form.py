"""Every form of the coordinators' pages: none overwrites in silence, and what it takes away can be had back or is asked first.

What is not listed here fails the first test: whoever adds a form decides what protects it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Final

import pytest
from django.test import Client
from django.utils import timezone

from chat.models import CannedReply, Contact, Notice
from indicators.models import ApiToken
from partners.models import Role
from roster.models import Shift
from routing_rules.models import DatedException, PlanState, PlanVersion, SchoolBooking, SubTheme, Theme
from tests.access.html_forms import Form, forms_of
from tests.access.routes import ROUTES
from tests.coordination.conftest import World, make_person, make_plan, make_timetable
from tests.coordination.test_undoing import acts as acts

SignedIn = Callable[[str], Client]

REVISED: Final = "carries what its author saw: the second writer gets 409"
UNDONE: Final = "is undone for ten minutes"
ASKED: Final = "is asked first, with what follows"
BOTH: Final = "is asked first, and undone for ten minutes"
ADDS: Final = "adds, and takes nothing away; sent twice, it adds once"
BACK: Final = "another button of the pages takes it back"

FORMS: dict[str, str] = {
    "board/act": UNDONE,
    "roster/plan/": UNDONE,
    "roster/import/": UNDONE,
    "roster/shifts/<int:pk>/": REVISED,
    "roster/shifts/<int:pk>/delete": UNDONE,
    "roster/shifts/<int:pk>/assign": UNDONE,
    "roster/shifts/<int:pk>/call-out": ADDS,
    "roster/shifts/<int:pk>/remove": UNDONE,
    "roster/shifts/<int:pk>/move": UNDONE,
    "roster/team/<str:slug>/new/": ADDS,
    "week/<str:slug>/": REVISED,
    "week/<str:slug>/coming/<int:pk>/delete": UNDONE,
    "exceptions/": UNDONE,
    "exceptions/delete": UNDONE,
    "holidays/": UNDONE,
    "coverage/hole/": ADDS,
    "what-if/": ADDS,
    "what-if/<uuid:run>/cancel": BACK,
    "people/several": UNDONE,
    "people/import/": ASKED,
    "people/invite/": ADDS,
    "people/<int:pk>/": REVISED,
    "people/<int:pk>/role": REVISED,
    "people/<int:pk>/second-factor/reset": ASKED,
    "people/<int:pk>/letter": ADDS,
    "people/<int:pk>/deactivate": UNDONE,
    "people/<int:pk>/reactivate": UNDONE,
    "teams/new/": ADDS,
    "teams/<str:slug>/": REVISED,
    "teams/<str:slug>/delete": UNDONE,
    "sites/new/": ADDS,
    "sites/<str:key>/": REVISED,
    "sites/<str:key>/delete": BOTH,
    "classes/new/": ADDS,
    "classes/<int:pk>/": REVISED,
    "classes/<int:pk>/delete": UNDONE,
    "replies/new/": ADDS,
    "replies/<int:pk>/": REVISED,
    "replies/<int:pk>/delete": UNDONE,
    "notices/<str:kind>/<str:language>/": REVISED,
    "numbers/new/": ADDS,
    "numbers/<int:pk>/": REVISED,
    "numbers/<int:pk>/delete": BOTH,
    "exchange/": UNDONE,
    "undo": BACK,
    "themes/new/": ADDS,
    "themes/<str:code>/": REVISED,
    "themes/<str:code>/delete": UNDONE,
    "themes/<str:code>/subthemes/new/": ADDS,
    "themes/<str:code>/subthemes/<str:subtheme>/": REVISED,
    "themes/<str:code>/subthemes/<str:subtheme>/delete": UNDONE,
    "rules/plan/<int:number>/roll-back": BACK,
    "rules/plan/<int:number>/unschedule": BACK,
    "rules/draft/begin": BACK,
    "rules/draft/discard": BOTH,
    "rules/draft/base": REVISED,
    "rules/draft/publish": BACK,
    "rules/draft/new/": REVISED,
    "rules/draft/<int:pk>/": REVISED,
    "rules/draft/<int:pk>/move": BACK,
    "rules/draft/<int:pk>/delete": BOTH,
}


def test_every_form_is_listed_with_what_protects_it() -> None:
    taking = {
        route.removeprefix("coordination/")
        for route, methods in ROUTES.items()
        if route.startswith("coordination/") and "POST" in methods
    }
    assert taking == set(FORMS)


def test_what_is_undone_is_undone_in_a_test(acts: dict[str, object]) -> None:
    elsewhere = {
        "board/act",
        # In tests/roster.
        *(route for route in FORMS if route.startswith("roster/")),
        "exchange/",
        "people/several",
        "people/<int:pk>/reactivate",
        "rules/draft/<int:pk>/delete",
    }
    undone = {route for route, protects in FORMS.items() if protects in {UNDONE, BOTH}}
    assert undone - elsewhere - {route_of(address) for address in acts} == set()


@dataclass
class Shown:
    """A form on a page, with whether it stands folded, behind a question."""

    page: str
    route: str
    form: Form
    folded: bool


class _Folded(HTMLParser):
    """Which of a page's forms stand in `details`."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.found = 0, list[bool]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open += tag == "details"
        if tag == "form":
            self.found.append(self.open > 0)

    def handle_endtag(self, tag: str) -> None:
        self.open -= tag == "details"


def route_of(address: str) -> str:
    path = address.removeprefix("/coordination/").split("?")[0]
    for route in sorted(FORMS, key=lambda each: each.count("<")):
        if re.fullmatch(re.sub(r"<int:\w+>", r"\\d+", re.sub(r"<str:\w+>", "[^/]+", route)), path):
            return route
    return path


@pytest.fixture
def pages(world: World) -> list[str]:
    """A page of each kind, with something on it."""
    today = timezone.localdate()
    begins = timezone.now() + timedelta(days=1)
    booking = SchoolBooking.objects.create(
        code="ABCD", school="X", starts_at=begins, ends_at=begins + timedelta(hours=1), places=1
    )
    reply = CannedReply.objects.create(language="fr", shortcut="bonjour", title="Bonjour", body="Bonjour")
    contact = Contact.objects.create(number="107", labels={"fr": "Écoute"})
    Theme.objects.create(code="rien", labels={"fr": "Rien"})
    SubTheme.objects.create(theme=Theme.objects.get(code="emploi"), code="cv", labels={"fr": "CV"})
    make_timetable(world.pool_namur, today + timedelta(days=30), [(0, 540, 720)])
    DatedException.objects.create(pool=world.pool_namur, date=today, kind="closed")
    Notice.objects.create(kind="opening", language="fr", html="<p>Bonjour</p>")
    make_plan(1, PlanState.RETIRED)
    make_plan(2)
    draft = make_plan(3, PlanState.DRAFT)
    scheduled = make_plan(4, PlanState.SCHEDULED)
    PlanVersion.objects.filter(pk=scheduled.pk).update(publish_at=begins)
    make_person("lea", Role.COUNSELLOR, world.namur)
    gone = make_person("guy", Role.COORDINATOR, world.namur)
    gone.is_active = False
    gone.save()
    rule = draft.rules.get()
    shift = Shift.objects.create(
        pool=world.pool_namur, date=today + timedelta(days=7), start_minute=540, end_minute=720
    )
    return [
        "/coordination/",
        f"/coordination/roster/plan/?week={today - timedelta(days=today.weekday() - 7)}",
        "/coordination/roster/import/",
        "/coordination/roster/team/cdm-namur/new/",
        f"/coordination/roster/shifts/{shift.pk}/",
        "/coordination/week/cdm-namur/",
        "/coordination/exceptions/",
        f"/coordination/holidays/?pool=cdm-namur&calendar=public&year={today.year + 1}",
        "/coordination/rules/",
        "/coordination/rules/plan/1/",
        "/coordination/rules/draft/",
        "/coordination/rules/draft/new/",
        f"/coordination/rules/draft/{rule.pk}/",
        f"/coordination/rules/draft/{rule.pk}/delete",
        "/coordination/people/",
        "/coordination/what-if/",
        "/coordination/people/import/",
        "/coordination/people/invite/",
        f"/coordination/people/{world.counsellor.pk}/",
        f"/coordination/people/{gone.pk}/",
        "/coordination/teams/new/",
        "/coordination/teams/cdm-namur/",
        "/coordination/teams/cdm-bruxelles/",
        "/coordination/sites/new/",
        "/coordination/sites/miti/",
        "/coordination/classes/new/",
        f"/coordination/classes/{booking.pk}/",
        "/coordination/replies/new/",
        f"/coordination/replies/{reply.pk}/",
        "/coordination/notices/opening/fr/",
        "/coordination/numbers/new/",
        f"/coordination/numbers/{contact.pk}/",
        "/coordination/exchange/",
        "/coordination/themes/new/",
        "/coordination/themes/emploi/",
        "/coordination/themes/rien/",
        "/coordination/themes/emploi/subthemes/new/",
        "/coordination/themes/emploi/subthemes/cv/",
    ]


def shown_on(client: Client, address: str) -> Iterator[Shown]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    html = answer.content.decode()
    folded = _Folded()
    folded.feed(html)
    for form, behind in zip(forms_of(html, address), folded.found, strict=True):
        if form.method == "POST" and form.action.startswith("/coordination/"):
            yield Shown(address, route_of(form.action), form, behind)


def test_what_cannot_be_had_back_is_asked_on_the_other_pages_of_staff_too(
    world: World, signed_in: SignedIn
) -> None:
    ApiToken.objects.create(
        owner=world.platform,
        name="X",
        token_hash="x",
        made_on=timezone.localdate(),
        expires_on=timezone.localdate() + timedelta(days=1),
    )
    client, asked = signed_in("platform"), set[str]()
    for address in ("/accounts/", "/indicators/tokens/"):
        html = client.get(address).content.decode()
        folded = _Folded()
        folded.feed(html)
        asked |= {
            form.action for form, behind in zip(forms_of(html, address), folded.found, strict=True) if behind
        }
    assert "/accounts/everywhere/" in asked
    assert f"/indicators/tokens/{ApiToken.objects.get().pk}/revoke" in asked


TEXTS: Final = ("day_0", "reason", "title", "first_name", "school", "label_fr", "html", "name", "text")


def test_a_session_that_ended_loses_no_word_in_any_form(
    world: World, signed_in: SignedIn, pages: list[str]
) -> None:
    client, checked = signed_in("platform"), 0
    for address in pages:
        for one in shown_on(client, address):
            field = next((name for name in TEXTS if name in one.form.names), None)
            if field is None or one.form.action != address.split("?")[0]:
                continue
            browser = Client()
            typed = "8:30-9:45" if field == "day_0" else "Mes mots à moi"
            browser.post(
                one.form.action,
                {name: value for name, value in one.form.fields if name != "preview"} | {field: typed},
                headers={"Referer": f"http://testserver{address}"},
            )
            browser.force_login(world.platform)
            page = browser.get(address).content.decode()
            assert typed in page, address
            assert "Rien n’a été enregistré" in unescape(page), address
            checked += 1
    assert checked > 20


NOT_SHOWN: Final = {
    "board/act",  # where something can be done
    "roster/shifts/<int:pk>/remove",  # of somebody who is on it
    "roster/shifts/<int:pk>/move",
    "coverage/hole/",  # where nobody could take a theme
    "what-if/<uuid:run>/cancel",  # while it is computed
    "rules/draft/begin",  # without a draft
    "people/<int:pk>/letter",  # of somebody who has not come yet
    "people/<int:pk>/second-factor/reset",
    "undo",
}


def test_forms_carry_what_their_author_saw_and_ask_before_what_cannot_be_undone(
    world: World, signed_in: SignedIn, pages: list[str]
) -> None:
    client = signed_in("platform")
    found = [one for address in pages for one in shown_on(client, address)]
    for one in found:
        protects = FORMS[one.route]
        if protects is REVISED:
            assert "revision" in one.form.names, one.route
        if protects in {ASKED, BOTH}:
            # Folded, or on a page of its own.
            assert one.folded or one.page == one.form.action, one.route
        if one.route.endswith("delete") and one.route != "exceptions/delete":
            # What somebody changed meanwhile is asked again. An exception is never changed: it is deleted, and another one added.
            assert "revision" in one.form.names, one.route
    assert set(FORMS) - {one.route for one in found} == NOT_SHOWN
