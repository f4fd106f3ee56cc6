"""Headers that every answer carries, and how long a request waits for the database."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import has_vary_header
from django.utils.decorators import sync_and_async_middleware

from operations import metrics
from partners.database_time_limits import PROBE_S, STATEMENT_S, database_time_limits

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"

PROBES = ("/health/ready", "/operator/")
"""They are asked when something is wrong, and have to say so soon."""


def dress(response: HttpResponseBase) -> HttpResponseBase:
    """The response with the headers that Django and django-csp do not set."""
    response.headers.setdefault("Permissions-Policy", PERMISSIONS)
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if has_vary_header(response, "Cookie"):
        # The page was made for one person: the next person at this computer must not find it in a cache.
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _counted(response: HttpResponseBase) -> HttpResponseBase:
    metrics.answered(response.status_code)
    return dress(response)


@sync_and_async_middleware
def security_headers(
    get_response: Callable[[HttpRequest], HttpResponseBase]
    | Callable[[HttpRequest], Awaitable[HttpResponseBase]],
) -> Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]:
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            return _counted(await get_response(request))

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        assert isinstance(response, HttpResponseBase)
        return _counted(response)

    return answer


def _time_limits(request: HttpRequest) -> AbstractContextManager[None]:
    return database_time_limits(
        statement_s=STATEMENT_S, together_s=PROBE_S if request.path_info.startswith(PROBES) else None
    )


@sync_and_async_middleware
def limit_database_time(
    get_response: Callable[[HttpRequest], HttpResponseBase]
    | Callable[[HttpRequest], Awaitable[HttpResponseBase]],
) -> Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]:
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            with _time_limits(request):
                response = await get_response(request)
            assert isinstance(response, HttpResponseBase)
            return response

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        with _time_limits(request):
            response = get_response(request)
        assert isinstance(response, HttpResponseBase)
        return response

    return answer
