"""Redirects members of staff who need a second factor and have none to its set-up page, from every staff page.

`partners.permissions.may` refuses them everything in any case, sockets and tokens included; this leads them to the page.
"""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.decorators import sync_and_async_middleware

from partners import second_factor
from partners.models import Staff

STAFF_PAGES = ("/accounts/", "/admin/", "/console/", "/coordination/", "/indicators/")
"""Visitors' pages are not included: they do not read the session."""
SETTING_UP = frozenset(
    {"mfa_activate_totp", "mfa_reauthenticate", "account_reauthenticate", "account_login", "account_logout"}
)


def _detour(request: HttpRequest) -> HttpResponseBase | None:
    try:
        asked = resolve(request.path_info).url_name
    except Resolver404:
        return None
    person = request.user
    if asked in SETTING_UP or not isinstance(person, Staff) or not second_factor.is_missing(person):
        return None
    return redirect("mfa_activate_totp")


@sync_and_async_middleware
def send_to_set_up(
    get_response: Callable[[HttpRequest], HttpResponseBase]
    | Callable[[HttpRequest], Awaitable[HttpResponseBase]],
) -> Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]:
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            detour = await sync_to_async(_detour)(request) if _is_staff_page(request) else None
            return detour or await get_response(request)

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = (_detour(request) if _is_staff_page(request) else None) or get_response(request)
        assert isinstance(response, HttpResponseBase)
        return response

    return answer


def _is_staff_page(request: HttpRequest) -> bool:
    return request.path_info.startswith(STAFF_PAGES)
