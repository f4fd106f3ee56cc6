"""Requests that no page of ours takes are refused in one place, before anything reads them."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from miti import views

METHODS = ("GET", "HEAD", "POST")
API = "/api/v1/"
"""It refuses by itself, in JSON; nothing of its addresses is looked up before it is known to be a choice."""


def _refusal(request: HttpRequest) -> HttpResponse | None:
    if any("\0" in value for value in request.COOKIES.values()):
        return views.bad_request(request)
    if request.path_info.startswith(API):
        return None
    if request.method not in METHODS:
        return HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(METHODS)})
    return views.bad_request(request) if _has_nul(request) or _has_too_many(request) else None


def _has_nul(request: HttpRequest) -> bool:
    """A character that PostgreSQL cannot look up; forms refuse it in what is typed."""
    return "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")


def _has_too_many(request: HttpRequest) -> bool:
    """More parameters than Django reads: it would refuse them, too, but with an error in the log for each such address."""
    query: str = request.META.get("QUERY_STRING", "")
    return query.count("&") >= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


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
