"""Every page of Miti with who may open it: the one list that the access tests go by."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from partners.models import Role

STRANGER = None
EVERYBODY: frozenset[Role | None] = frozenset({STRANGER, *Role})
STAFF: frozenset[Role | None] = frozenset(Role)
COUNSELLORS: frozenset[Role | None] = frozenset({Role.COUNSELLOR})
COORDINATORS: frozenset[Role | None] = frozenset({Role.COORDINATOR, Role.PLATFORM})
PLATFORM: frozenset[Role | None] = frozenset({Role.PLATFORM})
READERS: frozenset[Role | None] = frozenset({Role.COORDINATOR, Role.PLATFORM, Role.ANALYST})
ADMINISTRATORS: frozenset[Role | None] = frozenset({Role.ADMIN})
TOKEN_HOLDERS: frozenset[Role | None] = frozenset()
"""Nobody by signing in: these take a personal token, which is tested where tokens are."""

WHO: dict[str, frozenset[Role | None]] = {
    "": EVERYBODY,
    "demo/": EVERYBODY,
    "widget.js": EVERYBODY,
    "widget/<slug:key>/": EVERYBODY,
    "widget/<slug:key>/status": EVERYBODY,
    "language/": EVERYBODY,
    "health/live": EVERYBODY,
    "health/ready": EVERYBODY,
    "metrics": TOKEN_HOLDERS,
    "api/v1/openapi.json": EVERYBODY,
    "console/": COUNSELLORS,
    "coordination/": COORDINATORS,
    "coordination/week/<slug:slug>/": COORDINATORS,
    "coordination/week/<slug:slug>/coming/<int:pk>/delete": COORDINATORS,
    "coordination/unattended/": COORDINATORS,
    "coordination/exceptions/": COORDINATORS,
    "coordination/exceptions/delete": COORDINATORS,
    "coordination/holidays/": COORDINATORS,
    "coordination/rules/": COORDINATORS,
    "coordination/rules/plan/<int:number>/": COORDINATORS,
    "coordination/rules/draft/": COORDINATORS,
    "coordination/try/": COORDINATORS,
    "coordination/coverage/": COORDINATORS,
    "coordination/people/": COORDINATORS,
    "coordination/people/invite/": COORDINATORS,
    "coordination/people/<int:pk>/": COORDINATORS,
    "coordination/people/<int:pk>/role": PLATFORM,
    "coordination/people/<int:pk>/second-factor/reset": PLATFORM,
    "coordination/people/<int:pk>/deactivate": COORDINATORS,
    "coordination/people/<int:pk>/reactivate": COORDINATORS,
    "coordination/teams/": COORDINATORS,
    "coordination/teams/new/": COORDINATORS,
    "coordination/teams/<slug:slug>/": COORDINATORS,
    "coordination/teams/<slug:slug>/delete": COORDINATORS,
    "coordination/sites/": COORDINATORS,
    "coordination/sites/<slug:key>/": COORDINATORS,
    "coordination/classes/": COORDINATORS,
    "coordination/classes/new/": COORDINATORS,
    "coordination/classes/<int:pk>/": COORDINATORS,
    "coordination/classes/<int:pk>/delete": COORDINATORS,
    "coordination/replies/": COORDINATORS,
    "coordination/replies/new/": COORDINATORS,
    "coordination/replies/<int:pk>/": COORDINATORS,
    "coordination/replies/<int:pk>/delete": COORDINATORS,
    "coordination/notices/": COORDINATORS,
    "coordination/exchange/": COORDINATORS,
    "coordination/exchange/miti.yaml": COORDINATORS,
    "coordination/exchange/miti.json": COORDINATORS,
    "coordination/log/": COORDINATORS,
    "coordination/themes/": COORDINATORS,
    "coordination/themes/new/": PLATFORM,
    "coordination/themes/<slug:code>/": PLATFORM,
    "coordination/themes/<slug:code>/delete": PLATFORM,
    "coordination/themes/<slug:code>/subthemes/new/": PLATFORM,
    "coordination/themes/<slug:code>/subthemes/<slug:subtheme>/": PLATFORM,
    "coordination/themes/<slug:code>/subthemes/<slug:subtheme>/delete": PLATFORM,
    "coordination/rules/plan/<int:number>/roll-back": PLATFORM,
    "coordination/rules/plan/<int:number>/unschedule": PLATFORM,
    "coordination/rules/draft/begin": PLATFORM,
    "coordination/rules/draft/discard": PLATFORM,
    "coordination/rules/draft/base": PLATFORM,
    "coordination/rules/draft/publish": PLATFORM,
    "coordination/rules/draft/new/": PLATFORM,
    "coordination/rules/draft/<int:pk>/": PLATFORM,
    "coordination/rules/draft/<int:pk>/move": PLATFORM,
    "coordination/rules/draft/<int:pk>/delete": PLATFORM,
    "coordination/sites/new/": PLATFORM,
    "coordination/notices/<slug:kind>/<slug:language>/": PLATFORM,
    "coordination/numbers/new/": PLATFORM,
    "coordination/numbers/<int:pk>/": PLATFORM,
    "coordination/numbers/<int:pk>/delete": PLATFORM,
    "indicators/": READERS,
    "indicators/export.csv": READERS,
    "indicators/export.xlsx": READERS,
    "indicators/profiles/": READERS,
    "indicators/profiles.csv": READERS,
    "indicators/definitions/": READERS,
    "indicators/tokens/": READERS,
    "indicators/tokens/<uuid:token>/revoke": READERS,
    "api/v1/": EVERYBODY,  # a name for addresses; nothing is there
    "api/v1/indicators/definitions": TOKEN_HOLDERS,
    "api/v1/indicators/figures": TOKEN_HOLDERS,
    "api/v1/indicators/figures.csv": TOKEN_HOLDERS,
    "api/v1/indicators/figures.xlsx": TOKEN_HOLDERS,
    "api/v1/indicators/profiles": TOKEN_HOLDERS,
}

OTHERS = ("accounts/", "admin/")
"""The sign-in pages and the accounts' pages: each has tests of its own."""


def routes() -> Iterator[str]:
    """Every route there is, as it is written in the urls modules."""
    yield from _walk(get_resolver(), "")


def _walk(resolver: URLResolver, before: str) -> Iterator[str]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route
        else:
            yield from _walk(one, route)


def address(route: str, given: dict[str, Any]) -> str:
    """The route with something real in its places, from the demo's data."""
    path = route
    for place, value in given.items():
        path = path.replace(place, str(value))
    assert "<" not in path, f"nothing to put into {path}"
    return f"/{path}"
