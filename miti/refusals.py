"""Requests that no page of ours takes are refused in one place, before anything reads them."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from miti import views

METHODS = ("GET", "HEAD", "POST")


def _refusal(request: HttpRequest) -> HttpResponse | None:
    if request.method not in METHODS:
        return HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(METHODS)})
    return views.bad_request(request) if _has_nul(request) else None


def _has_nul(request: HttpRequest) -> bool:
    """A character that PostgreSQL cannot look up; forms refuse it in what is typed."""
    return (
        "\0" in request.path_info
        # The API answers for its own parameters, in JSON; none of them is looked up before it is known to be a choice.
        or ("%00" in request.META.get("QUERY_STRING", "") and not request.path_info.startswith("/api/"))
        or any("\0" in value for value in request.COOKIES.values())
    )


@sync_and_async_middleware
def refuse_unreadable(
    get_response: Callable[[HttpRequest], HttpResponseBase]
    | Callable[[HttpRequest], Awaitable[HttpResponseBase]],
) -> Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]:
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            return _refusal(request) or await get_response(request)

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = _refusal(request) or get_response(request)
        assert isinstance(response, HttpResponseBase)
        return response

    return answer
