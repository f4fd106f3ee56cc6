"""Before every staff page: whoever needs a second factor and has none is led to its set-up page, and a session that is used goes on.

Without a second factor `partners.permissions.may` refuses everything in any case, sockets and tokens included; this leads to the page.
"""

from collections.abc import Awaitable, Callable

from allauth.mfa.adapter import get_adapter
from asgiref.sync import iscoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.decorators import sync_and_async_middleware

from accounts import unreadable_factors
from partners import second_factor, sessions
from partners.models import Staff

STAFF_PAGES = ("/accounts/", "/admin/", "/console/", "/coordination/", "/indicators/", "/operator/")
"""Visitors' pages are not included: they do not read the session."""
FACTORS_PAGES = "/accounts/2fa/"
SETTING_UP = frozenset(
    {
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_reauthenticate",
        "account_login",
        "sign_out",
    }
)
"""Whoever is to set a second factor up may open these."""
ASKED_BY_PAGES = frozenset({"coordination:unattended", "coordination:board-now"})
"""Open pages ask for these by themselves, whether somebody is there or not. What a wall asks for is not among them: it
shows no name, and nobody is there to sign in again; it ends with the day's session."""


def _before(request: HttpRequest) -> HttpResponseBase | None:
    """The answer instead of the page's own, if there is one."""
    try:
        asked = resolve(request.path_info)
    except Resolver404:
        return None
    person = request.user
    if not isinstance(person, Staff):
        return None
    if asked.view_name not in ASKED_BY_PAGES:
        sessions.renew(request.session)
    if request.path_info.startswith(FACTORS_PAGES):
        unreadable_factors.forget(person, get_adapter().decrypt)
    if asked.url_name in SETTING_UP or not second_factor.is_missing(person):
        return None
    return redirect("mfa_activate_totp")


@sync_and_async_middleware
def prepare(
    get_response: Callable[[HttpRequest], HttpResponseBase]
    | Callable[[HttpRequest], Awaitable[HttpResponseBase]],
) -> Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]:
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            instead = await sync_to_async(_before)(request) if _is_staff_page(request) else None
            return instead or await get_response(request)

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = (_before(request) if _is_staff_page(request) else None) or get_response(request)
        assert isinstance(response, HttpResponseBase)
        return response

    return answer


def _is_staff_page(request: HttpRequest) -> bool:
    return request.path_info.startswith(STAFF_PAGES)
