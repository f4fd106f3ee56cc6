"""What there is to fuzz, found by looking at every page: its forms, and the names that it reads."""

from dataclasses import dataclass

import pytest
from django.urls import resolve

from partners.models import Role
from tests.access.conftest import BrowserOf
from tests.access.html_forms import Form, forms_of
from tests.access.routes import ROUTES, STRANGER, address
from tests.access.sending import Person, names_read
from tests.access.things import Places

ROLES = (Role.PLATFORM, Role.COUNSELLOR, Role.ADMIN, Role.ANALYST, Role.COORDINATOR, STRANGER)
"""Who looks, in this order: each page is looked at by the first who may."""
ASYNC = ("widget/",)
"""Run on the real server: see `test_visitors_pages`."""


@dataclass(frozen=True)
class Target:
    """A form or an address without one, and who may use it."""

    person: Person
    route: str
    form: Form


def people(browser_of: BrowserOf) -> dict[Role | None, Person]:
    """One person of each role."""
    return {role: Person(browser_of(role)) for role in ROLES}


def targets(
    everybody: dict[Role | None, Person], places: Places, monkeypatch: pytest.MonkeyPatch
) -> list[Target]:
    """Every form, and every address and method that no page has a form for with the names that it reads."""
    found: dict[tuple[str, str, tuple[str, ...]], Target] = {}
    read: dict[tuple[str, str], Form] = {}
    for role, person in everybody.items():
        for route, methods in ROUTES.items():
            if route.startswith(ASYNC):
                continue
            path = address(route, places.of(route))
            for method in ("GET", "POST"):
                if role not in methods.get(method, ()) or (method, route) in read:
                    continue
                with names_read(monkeypatch) as names:
                    answer = person.send(method, path, query="theme=x" if method == "GET" else "")
                form = Form(
                    action=path, method=method, multipart=False, offered={name: [] for name in sorted(names)}
                )
                read[method, route] = form
                found[method, route, ()] = Target(person, route, form)
                if method == "GET" and "html" in answer.get("Content-Type", ""):
                    # "theme" is what makes the try-it page play; its form is on the page before that.
                    page = person.send(method, path) if "theme" in names else answer
                    for one in forms_of(page.content.decode(), path):
                        at = resolve(one.action.split("?")[0]).route
                        found.setdefault((one.method, at, tuple(one.names)), Target(person, at, one))
    return [target for target in found.values() if target.form.names]
