"""Every page of Miti, each method that it takes and who may use it: the one list that the access tests and the fuzzing go by.

What is not listed is refused: another method by 405, a route that is not here by a failing test.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from django.urls import URLPattern, URLResolver, get_resolver

from partners.models import Role

Roles: TypeAlias = frozenset[Role | None]
Methods: TypeAlias = Mapping[str, Roles]

STRANGER = None
EVERYBODY: Roles = frozenset({STRANGER, *Role})
STAFF: Roles = frozenset(Role)
COUNSELLORS: Roles = frozenset({Role.COUNSELLOR})
COORDINATORS: Roles = frozenset({Role.COORDINATOR, Role.PLATFORM})
PLATFORM: Roles = frozenset({Role.PLATFORM})
READERS: Roles = frozenset({Role.COORDINATOR, Role.PLATFORM, Role.ANALYST})
ANALYSTS: Roles = frozenset({Role.PLATFORM, Role.ANALYST})
ADMINISTRATORS: Roles = frozenset({Role.ADMIN})
NOBODY: Roles = frozenset()
TOKEN_HOLDERS: Roles = NOBODY
"""Nobody by signing in: these take a token, which is tested where tokens are."""

KNOWN_METHODS = ("GET", "HEAD", "POST")
OTHER_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")


def read(who: Roles) -> Methods:
    """A page that shows something and takes nothing."""
    return {"GET": who, "HEAD": who}


def form(who: Roles, writes: Roles | None = None) -> Methods:
    """A page with a form; `writes` where fewer may send it than may look at it."""
    return {**read(who), "POST": who if writes is None else writes}


def post(who: Roles) -> Methods:
    """An address that takes what a button sends, and shows nothing."""
    return {"POST": who}


ROUTES: dict[str, Methods] = {
    "": read(EVERYBODY),
    "accessibility/": read(EVERYBODY),
    "demo/": read(EVERYBODY),
    "widget.js": read(EVERYBODY),
    "widget/<slug:key>/": read(EVERYBODY),
    "widget/<slug:key>/try/": read(STAFF),
    "widget/<slug:key>/status": read(EVERYBODY),
    "language/": post(EVERYBODY),
    ".well-known/security.txt": read(EVERYBODY),
    "security-policy.txt": read(EVERYBODY),
    "health/live": read(EVERYBODY),
    "health/ready": read(EVERYBODY),
    "metrics": read(TOKEN_HOLDERS),
    "api/v1/openapi.json": {"GET": EVERYBODY},
    "console/": read(COUNSELLORS),
    "console/notifications.js": read(COUNSELLORS),
    "roster/": read(COUNSELLORS),
    "roster/shifts/<int:pk>/take": post(COUNSELLORS),
    "roster/shifts/<int:pk>/give-back": post(COUNSELLORS),
    "roster/shifts/<int:pk>/replacement/": read(COUNSELLORS),
    "roster/shifts/<int:pk>/look": post(COUNSELLORS),
    "roster/shifts/<int:pk>/stop-looking": post(COUNSELLORS),
    "roster/shifts/<int:pk>/take-over": post(COUNSELLORS),
    "roster/notices/read": post(COUNSELLORS),
    "roster/calendar/": form(COUNSELLORS),
    "roster/calendar/end": post(COUNSELLORS),
    "roster/feed/<str:secret>.ics": read(EVERYBODY),
    "roster/link/<str:signed>/": form(COUNSELLORS),
    "roster/times/": form(COUNSELLORS),
    "roster/absences/<int:pk>/delete": post(COUNSELLORS),
    "coordination/": read(COORDINATORS),
    "coordination/roster/": read(COORDINATORS),
    "coordination/roster/roster.csv": read(COORDINATORS),
    "coordination/roster/import/": form(COORDINATORS),
    "coordination/roster/plan/": form(COORDINATORS),
    "coordination/roster/shifts/<int:pk>/": form(COORDINATORS),
    "coordination/roster/shifts/<int:pk>/delete": post(COORDINATORS),
    "coordination/roster/shifts/<int:pk>/assign": post(COORDINATORS),
    "coordination/roster/shifts/<int:pk>/call-out": post(COORDINATORS),
    "coordination/roster/shifts/<int:pk>/remove": post(COORDINATORS),
    "coordination/roster/shifts/<int:pk>/move": post(COORDINATORS),
    "coordination/roster/team/<str:slug>/new/": form(COORDINATORS),
    "coordination/week/<str:slug>/": form(COORDINATORS),
    "coordination/week/<str:slug>/coming/<int:pk>/delete": post(COORDINATORS),
    "coordination/unattended/": read(COORDINATORS),
    "coordination/board/": read(COORDINATORS),
    "coordination/board/now": read(COORDINATORS),
    "coordination/board/wall": read(COORDINATORS),
    "coordination/board/act": post(COORDINATORS),
    "coordination/exceptions/": form(COORDINATORS),
    "coordination/exceptions/delete": post(COORDINATORS),
    "coordination/holidays/": form(COORDINATORS),
    "coordination/rules/": read(COORDINATORS),
    "coordination/rules/plan/<int:number>/": read(COORDINATORS),
    "coordination/rules/draft/": read(COORDINATORS),
    "coordination/try/": read(COORDINATORS),
    "coordination/what-if/": form(PLATFORM),
    "coordination/what-if/<uuid:run>/": read(PLATFORM),
    "coordination/what-if/<uuid:run>/cancel": post(PLATFORM),
    "coordination/coverage/": read(COORDINATORS),
    "coordination/coverage/hole/": form(COORDINATORS),
    "coordination/people/": read(COORDINATORS),
    "coordination/people/people.csv": read(COORDINATORS),
    "coordination/people/several": post(COORDINATORS),
    "coordination/people/import/": form(COORDINATORS),
    "coordination/people/invite/": form(COORDINATORS),
    "coordination/people/<int:pk>/": form(COORDINATORS),
    "coordination/people/<int:pk>/role": post(PLATFORM),
    "coordination/people/<int:pk>/second-factor/reset": post(PLATFORM),
    "coordination/people/<int:pk>/letter": post(COORDINATORS),
    "coordination/people/<int:pk>/deactivate": post(COORDINATORS),
    "coordination/people/<int:pk>/reactivate": post(COORDINATORS),
    "coordination/teams/": read(COORDINATORS),
    "coordination/teams/new/": form(COORDINATORS),
    "coordination/teams/<str:slug>/": form(COORDINATORS),
    "coordination/teams/<str:slug>/delete": post(COORDINATORS),
    "coordination/sites/": read(COORDINATORS),
    "coordination/sites/<str:key>/": form(COORDINATORS, PLATFORM),
    "coordination/sites/<str:key>/delete": post(PLATFORM),
    "coordination/classes/": read(COORDINATORS),
    "coordination/classes/new/": form(COORDINATORS),
    "coordination/classes/<int:pk>/": form(COORDINATORS),
    "coordination/classes/<int:pk>/delete": post(COORDINATORS),
    "coordination/replies/": read(COORDINATORS),
    "coordination/replies/new/": form(COORDINATORS),
    "coordination/replies/<int:pk>/": form(COORDINATORS),
    "coordination/replies/<int:pk>/delete": post(COORDINATORS),
    "coordination/notices/": read(COORDINATORS),
    "coordination/exchange/": form(COORDINATORS),
    "coordination/exchange/miti.yaml": read(COORDINATORS),
    "coordination/exchange/miti.json": read(COORDINATORS),
    "coordination/undo": post(COORDINATORS),
    "coordination/log/": read(COORDINATORS),
    "coordination/log/log.csv": read(COORDINATORS),
    "coordination/themes/": read(COORDINATORS),
    "coordination/themes/new/": form(PLATFORM),
    "coordination/themes/<str:code>/": form(PLATFORM),
    "coordination/themes/<str:code>/delete": post(PLATFORM),
    "coordination/themes/<str:code>/subthemes/new/": form(PLATFORM),
    "coordination/themes/<str:code>/subthemes/<str:subtheme>/": form(PLATFORM),
    "coordination/themes/<str:code>/subthemes/<str:subtheme>/delete": post(PLATFORM),
    "coordination/rules/plan/<int:number>/roll-back": post(PLATFORM),
    "coordination/rules/plan/<int:number>/unschedule": post(PLATFORM),
    "coordination/rules/draft/begin": post(PLATFORM),
    "coordination/rules/draft/discard": post(PLATFORM),
    "coordination/rules/draft/base": post(PLATFORM),
    "coordination/rules/draft/publish": post(PLATFORM),
    "coordination/rules/draft/new/": form(PLATFORM),
    "coordination/rules/draft/<int:pk>/": form(PLATFORM),
    "coordination/rules/draft/<int:pk>/move": post(PLATFORM),
    "coordination/rules/draft/<int:pk>/delete": form(PLATFORM),
    "coordination/sites/new/": form(PLATFORM),
    "coordination/notices/<str:kind>/<str:language>/": form(PLATFORM),
    "coordination/numbers/new/": form(PLATFORM),
    "coordination/numbers/<int:pk>/": form(PLATFORM),
    "coordination/numbers/<int:pk>/delete": post(PLATFORM),
    "indicators/": read(READERS),
    "indicators/export.csv": read(READERS),
    "indicators/export.xlsx": read(READERS),
    "indicators/all/": read(READERS),
    "indicators/trend/": read(READERS),
    "indicators/compare/": read(ANALYSTS),
    "indicators/heat/": read(READERS),
    "indicators/profiles/": read(READERS),
    "indicators/profiles.csv": read(READERS),
    "indicators/definitions/": read(READERS),
    "indicators/releases/": form(ANALYSTS),
    "indicators/releases/<int:number>/": read(ANALYSTS),
    "indicators/releases/<int:number>/file.<str:extension>": read(ANALYSTS),
    "indicators/releases/<int:number>/beside/<int:other>/": read(ANALYSTS),
    "indicators/reports/": form(READERS),
    "indicators/reports/stop/": post(READERS),
    "indicators/tokens/": form(READERS),
    "indicators/tokens/<uuid:token>/revoke": post(READERS),
    "api/v1/": {
        "GET": EVERYBODY
    },  # nothing is there, nor at any other address under it; this is said in JSON
    "api/v1/indicators/definitions": {"GET": TOKEN_HOLDERS},
    "api/v1/indicators/figures": {"GET": TOKEN_HOLDERS},
    "api/v1/indicators/figures.csv": {"GET": TOKEN_HOLDERS},
    "api/v1/indicators/figures.xlsx": {"GET": TOKEN_HOLDERS},
    "api/v1/indicators/profiles": {"GET": TOKEN_HOLDERS},
    "accounts/login/": form(EVERYBODY),
    "accounts/logout/": form(EVERYBODY),
    "accounts/inactive/": read(EVERYBODY),
    "accounts/signup/": form(EVERYBODY),  # says that nobody signs up by themselves
    "accounts/reauthenticate/": form(STAFF),
    "accounts/email/": form(STAFF),
    "accounts/confirm-email/": read(EVERYBODY),
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": form(EVERYBODY),
    "accounts/password/change/": form(STAFF),
    "accounts/password/set/": form(STAFF),
    "accounts/password/reset/": form(EVERYBODY),
    "accounts/password/reset/done/": read(EVERYBODY),
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": form(EVERYBODY),
    "accounts/password/reset/key/done/": read(EVERYBODY),
    "accounts/login/code/confirm/": form(EVERYBODY),  # codes by e-mail are not used: sends to the sign-in
    "accounts/2fa/": read(STAFF),
    "accounts/2fa/authenticate/": form(EVERYBODY),
    "accounts/2fa/reauthenticate/": form(STAFF),
    "accounts/2fa/totp/activate/": form(STAFF),
    "accounts/2fa/totp/deactivate/": form(STAFF),
    "accounts/2fa/recovery-codes/": read(STAFF),
    "accounts/2fa/recovery-codes/generate/": form(STAFF),
    "accounts/2fa/recovery-codes/download/": form(STAFF),
    "accounts/2fa/webauthn/": read(STAFF),
    "accounts/2fa/webauthn/add/": form(STAFF),
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": form(STAFF),
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": form(STAFF),
    "accounts/2fa/webauthn/reauthenticate/": form(STAFF),
    "accounts/": read(STAFF),
    "accounts/everywhere/": post(STAFF),
    "accounts/letters/": form(STAFF),
    "accounts/letters/off/<str:signed>/": form(EVERYBODY),
    "accounts/oidc/institution/login/": form(EVERYBODY),
    "accounts/oidc/^(?P<provider_id>[^/]+)/login/": form(EVERYBODY),
    "accounts/oidc/^(?P<provider_id>[^/]+)/login/callback/": form(EVERYBODY),
    "accounts/3rdparty/login/cancelled/": read(EVERYBODY),
    "accounts/3rdparty/login/error/": read(EVERYBODY),
    "accounts/social/login/cancelled/": form(EVERYBODY),
    "accounts/social/login/error/": form(EVERYBODY),
    # Nobody makes an account with their institution's, nor links it.
    "^accounts/(?:social/.*|3rdparty/(?:signup/)?)$": form(EVERYBODY),
    "accounts/3rdparty/": form(EVERYBODY),
    "accounts/3rdparty/signup/": form(EVERYBODY),
    "accounts/social/connections/": form(EVERYBODY),
    "accounts/social/signup/": form(EVERYBODY),
    "operator/": read(ADMINISTRATORS),
    "operator/letter": post(ADMINISTRATORS),
    "admin/": form(ADMINISTRATORS),
    "admin/login/": form(NOBODY),  # the sign-in is elsewhere
    "admin/logout/": form(ADMINISTRATORS),
    "admin/password_change/": form(ADMINISTRATORS),
    "admin/password_change/done/": read(ADMINISTRATORS),
    "admin/autocomplete/": form(NOBODY),  # no field of ours asks it
    "admin/jsi18n/": read(ADMINISTRATORS),
    "admin/r/<path:content_type_id>/<path:object_id>/": form(ADMINISTRATORS),
    "admin/partners/network/": form(ADMINISTRATORS),
    "admin/partners/network/add/": form(ADMINISTRATORS),
    "admin/partners/network/<path:object_id>/history/": form(ADMINISTRATORS),
    "admin/partners/network/<path:object_id>/delete/": form(ADMINISTRATORS),
    "admin/partners/network/<path:object_id>/change/": form(ADMINISTRATORS),
    "admin/partners/network/<path:object_id>/": form(ADMINISTRATORS),
    "admin/partners/partner/": form(ADMINISTRATORS),
    "admin/partners/partner/add/": form(ADMINISTRATORS),
    "admin/partners/partner/<path:object_id>/history/": form(ADMINISTRATORS),
    "admin/partners/partner/<path:object_id>/delete/": form(ADMINISTRATORS),
    "admin/partners/partner/<path:object_id>/change/": form(ADMINISTRATORS),
    "admin/partners/partner/<path:object_id>/": form(ADMINISTRATORS),
    "admin/partners/staff/": form(ADMINISTRATORS),
    "admin/partners/staff/add/": form(ADMINISTRATORS),
    "admin/partners/staff/<path:object_id>/history/": form(ADMINISTRATORS),
    "admin/partners/staff/<path:object_id>/delete/": form(ADMINISTRATORS),
    "admin/partners/staff/<path:object_id>/change/": form(ADMINISTRATORS),
    "admin/partners/staff/<path:object_id>/": form(ADMINISTRATORS),
    "admin/partners/staff/<id>/password/": form(ADMINISTRATORS),
    "admin/^(?P<app_label>partners)/$": form(ADMINISTRATORS),
    "admin/(?P<url>.*)$": form(ADMINISTRATORS),
}


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


def may_open(route: str, role: Role | None) -> bool:
    """Whether this role may look at the page."""
    return role in ROUTES[route].get("GET", frozenset())


def address(route: str, given: Mapping[str, Any]) -> str:
    """The route with something real in its places, from the demo's data."""
    path = route.replace("^", "").replace("$", "")
    for place, value in given.items():
        path = path.replace(place, str(value))
    assert not re.search(r"[<(]", path), f"nothing to put into {path}"
    return f"/{path}"
