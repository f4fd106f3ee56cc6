"""Refuse the parameters that an address does not take, where no form reads them."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from indicators.questions import address
from partners import unsaved

P = ParamSpec("P")
View: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponse]


def takes(*known: str) -> Callable[[View[P]], View[P]]:
    """A page that takes these parameters. Other ones, and one that is there twice, are refused with a page that says so (400)."""
    return _checked(known, _as_page)


def file_takes(*known: str) -> Callable[[View[P]], View[P]]:
    """The same for a file: the refusal is plain text."""
    return _checked(known, _as_text)


Refusal: TypeAlias = Callable[[HttpRequest, list[address.Told], Collection[str]], HttpResponse]


def _checked(known: Collection[str], refusal: Refusal) -> Callable[[View[P]], View[P]]:
    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if found := address.faults(request.GET, known):
                return refusal(request, found, known)
            return view(request, *args, **kwargs)

        return checked

    return decorate


def _as_page(request: HttpRequest, found: list[address.Told], known: Collection[str]) -> HttpResponse:
    right = urlencode(address.right(request.GET, known))
    context = {
        "sentences": [sentence for sentence, _fault in found],
        "without": f"{request.path}?{right}" if right else request.path,
        "texts": unsaved.words_of(request),
    }
    return render(request, "indicators/address_refused.html", context, status=400)


def _as_text(request: HttpRequest, found: list[address.Told], known: Collection[str]) -> HttpResponse:
    return HttpResponse(
        "".join(f"{sentence}\n" for sentence, _fault in found),
        status=400,
        content_type="text/plain; charset=utf-8",
    )
