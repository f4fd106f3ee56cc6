"""A coordinator and what belongs to another institution: each address is refused as the list says.

That a refusal changed nothing is seen to by whoever sends the request (`sending.Person`).
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from indicators.api import tokens
from indicators.models import ApiToken
from partners.models import Partner, Role, Staff
from routing_rules.models import DatedException, Pool
from tests.access import things
from tests.access.conftest import BrowserOf
from tests.access.routes import ROUTES, address
from tests.access.sending import URLENCODED, Person
from tests.access.things import Places
from tests.access.values import urlencoded

THEIRS = "cefo-mons"
READ_ONLY = {"GET": 200, "POST": 403}
REFUSED = {"GET": 403, "POST": 403}
BUTTON = {"POST": 403}
OF_ANOTHER_PARTNER: dict[str, dict[str, int]] = {
    "coordination/week/<str:slug>/": READ_ONLY,
    "coordination/week/<str:slug>/coming/<int:pk>/delete": BUTTON,
    "coordination/people/<int:pk>/": REFUSED,
    "coordination/people/<int:pk>/role": BUTTON,
    "coordination/people/<int:pk>/second-factor/reset": BUTTON,
    "coordination/people/<int:pk>/letter": BUTTON,
    "coordination/people/<int:pk>/deactivate": BUTTON,
    "coordination/people/<int:pk>/reactivate": BUTTON,
    "coordination/teams/<str:slug>/": READ_ONLY,
    "coordination/teams/<str:slug>/delete": BUTTON,
    "coordination/roster/shifts/<int:pk>/": REFUSED,
    "coordination/roster/shifts/<int:pk>/delete": BUTTON,
    "coordination/roster/shifts/<int:pk>/assign": BUTTON,
    "coordination/roster/shifts/<int:pk>/call-out": BUTTON,
    "coordination/roster/shifts/<int:pk>/remove": BUTTON,
    "coordination/roster/shifts/<int:pk>/move": BUTTON,
    "coordination/roster/team/<str:slug>/new/": REFUSED,
    "coordination/classes/<int:pk>/": REFUSED,
    "coordination/classes/<int:pk>/delete": BUTTON,
    "coordination/replies/<int:pk>/": REFUSED,
    "coordination/replies/<int:pk>/delete": BUTTON,
    "indicators/tokens/<uuid:token>/revoke": {"POST": 404},
}
"""What an address answers when the thing in it is another institution's."""
OF_ALL = {"coordination/rules/plan/<int:number>/", "coordination/sites/<str:key>/"}
"""These are about what belongs to all partners."""


def test_every_address_of_a_thing_that_coordinators_may_use_is_on_the_list() -> None:
    coordinators = {
        route
        for route, methods in ROUTES.items()
        if "<" in route
        and not route.startswith("widget/")
        and any(Role.COORDINATOR in who for who in methods.values())
        # A calendar's address is for whoever has it.
        if not route.startswith(("accounts/", "admin/", "roster/feed/"))
    }
    platform_only = {"coordination/people/<int:pk>/role", "coordination/people/<int:pk>/second-factor/reset"}
    assert coordinators | platform_only == set(OF_ANOTHER_PARTNER) | OF_ALL


@pytest.fixture
def theirs(demo_data: None) -> Places:
    return things.make(THEIRS)


@pytest.fixture
def coordinator(browser_of: BrowserOf) -> Person:
    return Person(browser_of(Role.COORDINATOR))


def test_what_belongs_to_another_institution_is_refused_and_stays(
    coordinator: Person, theirs: Places
) -> None:
    other = Staff.objects.get(username="indicateurs")
    tokens.make(owner=other, name="theirs", today=timezone.localdate())
    theirs.named["<uuid:token>"] = ApiToken.objects.get(owner=other).pk
    for route, answers in OF_ANOTHER_PARTNER.items():
        path = address(route, theirs.of(route))
        for method, status in answers.items():
            assert coordinator.send(method, path).status_code == status, (method, path)
            with_fields = coordinator.send(
                method, path, urlencoded([("name", "x"), ("valid_from", "2031-01-06")])
            )
            assert with_fields.status_code == status, (method, path)


def _pool() -> str:
    return Pool.objects.filter(partner__slug=THEIRS)[0].slug


def _partner() -> str:
    return str(Partner.objects.get(slug=THEIRS).pk)


NAMED_IN_A_FORM: dict[str, tuple[Callable[[], dict[str, Any]], int]] = {
    "people/invite/": (lambda: {"email": "x@example.be", "first_name": "X", "role": "counsellor", "partner": _partner()}, 422),
    "teams/new/": (lambda: {"name": "X", "slug": "x", "timezone": "Europe/Brussels", "partner": _partner()}, 422),
    "teams/cdm-bruxelles/": (lambda: {"name": "X", "timezone": "Europe/Brussels", "partner": _partner()}, 422),
    "classes/new/": (
        lambda: {"school": "X", "partner": _partner(), "starts_at": "2031-01-06T09:00", "ends_at": "2031-01-06T10:00", "places": "3"},
        422,
    ),
    "replies/new/": (lambda: {"title": "X", "shortcut": "x", "language": "fr", "body": "x", "partner": _partner()}, 422),
    "exceptions/": (lambda: {"pool": _pool(), "date": "2031-01-06", "kind": "closed"}, 422),
    "holidays/": (lambda: {"pool": _pool(), "calendar": "public", "year": "2031", "first": "2031-01-01"}, 422),
    "exceptions/delete": (lambda: {"pk": DatedException.objects.filter(pool__partner__slug=THEIRS)[0].pk}, 403),
    "exchange/": (
        lambda: {"text": f"miti: 1\ntimetables: [{{pool: {_pool()}, valid_from: 2031-01-06, hours: {{monday: '9-10'}}}}]"},
        422,
    ),
    "rules/draft/publish": (lambda: {"revision": "0", "when": "now"}, 403),
}  # fmt: skip
"""Forms of one's own in which another institution's thing is named, and what they answer."""


def test_a_form_takes_nothing_that_belongs_to_another_institution(
    coordinator: Person, theirs: Places, subtests: pytest.Subtests
) -> None:
    for path, (fields, status) in NAMED_IN_A_FORM.items():
        with subtests.test(path=path):
            body = urlencoded([(name, str(value)) for name, value in fields().items()])
            answer = coordinator.send("POST", f"/coordination/{path}", body, content_type=URLENCODED)
            assert answer.status_code == status


def test_a_coordinator_gives_nobody_a_team_of_another_institution(
    browser_of: BrowserOf, theirs: Places
) -> None:
    mine = get_user_model().objects.get(username="conseillere.cdm")
    sent = {"first_name": "Claire", "pools": [_pool()], "languages": ["fr"], "capacity": "2"}
    assert browser_of(Role.COORDINATOR).post(f"/coordination/people/{mine.pk}/", sent).status_code == 422
    assert not mine.counsellor.pools.filter(partner__slug=THEIRS).exists()
