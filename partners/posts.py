"""Addresses that accept POST only."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def only_posts(view: View[P]) -> View[P]:
    """Answer other methods with a page that says in words (405) that there is nothing to see: people arrive by a link."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST":
            return view(request, *args, **kwargs)
        told = {
            "title": _("This address is not a page"),
            "detail": _(
                "It only takes what a form sends. Nothing was changed. "
                "Go back to the form, or start from the front page."
            ),
            "bare": not request.user.is_authenticated,
        }
        answer = render(request, "miti/trouble.html", told, status=HTTPStatus.METHOD_NOT_ALLOWED)
        answer.headers["Allow"] = "POST"
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return guarded
