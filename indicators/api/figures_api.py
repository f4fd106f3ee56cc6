"""The API by itself: it describes itself, and whatever it refuses, it refuses in JSON and with a code."""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from indicators.api.description import described
from indicators.api.schemas import NoSuchAddressOut, OnlyGetOut
from indicators.questions import address
from indicators.questions.choice_faults import ChoiceFault

View: TypeAlias = Callable[..., HttpResponseBase]
ROOT: Final = "api-root"
"""Ninja's name of the address under which all others are. Nothing is there."""
DESCRIPTION: Final = "openapi-json"


class FiguresAPI(NinjaAPI):
    """Describes itself with today's values, limits and meanings."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        found = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        found.update(described(found))
        return found

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        """Ninja's; what they would answer in HTML, or with whatever parameters, is refused here."""
        patterns, app, namespace = super().urls
        nothing = re_path("", self._only_get(self._nothing_there), name="nothing")
        return [*map(self._guarded, patterns), nothing], app, namespace

    def bad_choice(self, request: HttpRequest, errors: Mapping[str, list[address.Told]]) -> HttpResponse:
        """`errors`: of each parameter the sentences, each with its code."""
        told = {
            "errors": {name: [sentence for sentence, _code in found] for name, found in errors.items()},
            "codes": {name: [code for _sentence, code in found] for name, found in errors.items()},
        }
        return self.create_response(request, told, status=HTTPStatus.BAD_REQUEST)

    def too_many_parameters(self, request: HttpRequest) -> HttpResponse:
        """Django does not read so many."""
        most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        sentence = gettext("The address has more than %(most)s parameters.") % {"most": most}
        return self.bad_choice(request, {"parameters": [(sentence, ChoiceFault.TOO_MANY_PARAMETERS)]})

    def _guarded(self, pattern: URLResolver | URLPattern) -> URLPattern:
        assert isinstance(pattern, URLPattern)
        view: View = self._nothing_there if pattern.name == ROOT else pattern.callback
        if pattern.name == DESCRIPTION:
            view = self._takes_nothing(view)
        return URLPattern(pattern.pattern, self._only_get(view), pattern.default_args, pattern.name)

    def _nothing_there(self, request: HttpRequest) -> HttpResponse:
        answer = self.create_response(request, NoSuchAddressOut().dict(), status=HTTPStatus.NOT_FOUND)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _only_get(self, view: View) -> View:
        # No session is asked, so that there is nothing to forge; the refusal of a form that is out of date would be HTML.
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, **parts: Any) -> HttpResponseBase:
            if request.method == "GET":
                return view(request, **parts)
            answer = self.create_response(request, OnlyGetOut().dict(), status=HTTPStatus.METHOD_NOT_ALLOWED)
            answer.headers["Allow"] = "GET"
            answer.headers["Cache-Control"] = "no-store"
            return answer

        return guarded

    def _takes_nothing(self, view: View) -> View:
        def checked(request: HttpRequest, **parts: Any) -> HttpResponseBase:
            try:
                found = address.faults(request.GET, ())
            except TooManyFieldsSent:
                return self.too_many_parameters(request)
            return self.bad_choice(request, {"parameters": found}) if found else view(request, **parts)

        return checked
