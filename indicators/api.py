"""The figures for scripts, with the same choices, reports and rights as the pages."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from ninja import Field, NinjaAPI, Query, Router, Schema
from ninja.security import HttpBearer

from indicators import current_day, protected, tokens
from indicators.choice import FiguresForm, ProfileForm, choice_of
from indicators.definitions import DEFINITIONS
from indicators.disclosure import PERSONAL
from indicators.export import CSV, as_csv, table
from indicators.export_share import seconds_to_wait
from indicators.glossary import GLOSSARY
from indicators.profiles import records
from indicators.report import for_person
from indicators.workbook import XLSX, as_xlsx
from partners import audit
from partners.models import Staff
from partners.permissions import Action, may


class PersonalToken(HttpBearer):
    """`Authorization: Bearer miti_…`, made on the page of the figures."""

    def authenticate(self, request: HttpRequest, token: str) -> Staff | None:
        person = tokens.owner_of(token, today=current_day.today())
        return person if person is not None and may(person, Action.READ_FIGURES) else None


class ChoiceIn(Schema):
    """The choices of the page; the default is the last thirty days by theme."""

    period: str = ""
    first: str = Field("", alias="from")
    to: str = ""
    by: str = ""
    theme: str = ""
    language: str = ""
    network: str = ""
    site: str = ""
    audience: str = ""
    campaign: str = ""
    within: str = ""


class DefinitionOut(Schema):
    code: str
    version: int
    name: str
    meaning: str
    formula: str


class TroubleOut(Schema):
    """What is wrong: a list of sentences for each field."""

    errors: dict[str, list[str]]


class TooManyOut(Schema):
    """Too many answers this minute; `Retry-After` says when the next one may be asked for."""

    detail: str


class RecordsOut(Schema):
    """One record a line; a column's name carries the version of its definition."""

    records: list[dict[str, str | int | float | None]]


class TooManyError(Exception):
    """Too many files at once; the seconds to wait."""

    def __init__(self, wait_s: int) -> None:
        self.wait_s = wait_s


class BadChoiceError(Exception):
    """The choice is not valid; the errors of its form."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        self.errors = errors


api = NinjaAPI(
    title="Miti",
    version="1",
    description=__doc__ or "",
    docs_url=None,
    urls_namespace="api-v1",
    auth=PersonalToken(),
)
router = Router(tags=["indicators"])
router.add_decorator(cache_control(no_store=True), mode="view")


@api.exception_handler(BadChoiceError)
def _bad_choice(request: HttpRequest, error: Any) -> HttpResponse:
    return api.create_response(request, {"errors": error.errors}, status=400)


@api.exception_handler(TooManyError)
def _too_many(request: HttpRequest, error: Any) -> HttpResponse:
    answer = api.create_response(request, {"detail": "Too many files at once"}, status=429)
    answer["Retry-After"] = str(error.wait_s)
    return answer


def _a_file(kind: str) -> dict[str, Any]:
    """The OpenAPI description of an answer that is a file."""
    return {"responses": {200: {"description": "OK", "content": {kind: {"schema": {"type": "string"}}}}}}


@router.get("/definitions", response=list[DefinitionOut])
def definitions(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "version": definition.version,
            "name": str(GLOSSARY[code].name),
            "meaning": str(GLOSSARY[code].meaning),
            "formula": str(GLOSSARY[code].formula),
        }
        for code, definition in DEFINITIONS.items()
    ]


@router.get("/figures", response={200: RecordsOut, 400: TroubleOut, 429: TooManyOut})
def figures(request: HttpRequest, choice: Query[ChoiceIn]) -> dict[str, Any]:
    return {"records": _records(request, "json")}


@router.get("/figures.csv", response={400: TroubleOut, 429: TooManyOut}, openapi_extra=_a_file("text/csv"))
def figures_csv(request: HttpRequest, choice: Query[ChoiceIn]) -> HttpResponse:
    return HttpResponse(as_csv(_records(request, "csv")), content_type=CSV)


@router.get("/figures.xlsx", response={400: TroubleOut, 429: TooManyOut}, openapi_extra=_a_file(XLSX))
def figures_xlsx(request: HttpRequest, choice: Query[ChoiceIn]) -> HttpResponse:
    return HttpResponse(as_xlsx(_records(request, "xlsx")), content_type=XLSX)


@router.get("/profiles", response={200: RecordsOut, 400: TroubleOut, 429: TooManyOut})
def profiles(request: HttpRequest, quarter: str = "") -> dict[str, Any]:
    """The protected tables of one closed quarter."""
    today = current_day.today()
    chosen = ProfileForm(request.GET, today=today)
    if not chosen.is_valid():
        raise BadChoiceError(_errors(chosen))
    _count(_person(request))
    code = chosen.cleaned_data["quarter"]
    audit.record(
        actor=_person(request),
        action="figures.exported",
        subject="api profiles json",
        detail={"quarter": code},
    )
    return {
        "records": [
            record
            for about in PERSONAL
            for record in records(code, about, protected.tables(personal=about, quarter=code, today=today))
        ]
    }


api.add_router("/indicators", router)


def _records(request: HttpRequest, kind: str) -> list[dict[str, Any]]:
    # The form reads the address itself: it refuses a parameter that `ChoiceIn` does not name.
    choice = choice_of(_person(request), request.GET)
    if not choice.is_valid():
        raise BadChoiceError(_errors(choice))
    person = _person(request)
    _count(person)
    found = table(*for_person(person, choice.query(), choice.target))
    audit.record(
        actor=person,
        action="figures.exported",
        subject=f"api {kind}",
        detail={"choice": choice.query_string},
    )
    return found


def _count(person: Staff) -> None:
    """Raise `TooManyError` where this account had too many answers this minute."""
    if wait_s := seconds_to_wait(person, now=timezone.now().timestamp()):
        raise TooManyError(wait_s)


def _errors(form: FiguresForm | ProfileForm) -> dict[str, list[str]]:
    return {
        "parameters" if field == NON_FIELD_ERRORS else field: [str(sentence) for sentence in sentences]
        for field, sentences in form.errors.items()
    }


def _person(request: HttpRequest) -> Staff:
    person = getattr(request, "auth", None)
    assert isinstance(person, Staff)
    return person
