"""The figures for scripts, with the same choices, reports and rights as the pages."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from ninja import Query, Router
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from indicators import current_day
from indicators.api import tokens
from indicators.api.figures_api import FiguresAPI
from indicators.api.schemas import (
    ChoiceIn,
    DefinitionOut,
    FiguresOut,
    NoTokenOut,
    OnlyGetOut,
    ProfilesOut,
    QuarterIn,
    TooManyOut,
    TroubleOut,
)
from indicators.definitions import DEFINITIONS
from indicators.files.export import CSV, as_csv, table
from indicators.files.export_share import seconds_to_wait
from indicators.files.profiles import records
from indicators.files.workbook import XLSX, as_xlsx
from indicators.glossary import GLOSSARY
from indicators.invented import are_invented, marked
from indicators.protection.disclosure import PERSONAL
from indicators.questions import address
from indicators.questions.choice import QuarterForm, choice_of
from indicators.questions.choice_faults import fault_of
from indicators.tables import protected
from indicators.tables.report import for_person
from partners import audit
from partners.models import Staff
from partners.permissions import Action, may


class PersonalToken(HttpBearer):
    """`Authorization: Bearer miti_…`, made on the page of the figures."""

    def authenticate(self, request: HttpRequest, token: str) -> Staff | None:
        person = tokens.owner_of(token, today=current_day.today())
        return person if person is not None and may(person, Action.READ_FIGURES) else None


class TooManyError(Exception):
    """Too many files at once; the seconds to wait."""

    def __init__(self, wait_s: int) -> None:
        self.wait_s = wait_s


class BadChoiceError(Exception):
    """The choice is not valid: for each parameter the sentences, each with its code."""

    def __init__(self, errors: Mapping[str, list[address.Told]]) -> None:
        self.errors = errors


api = FiguresAPI(
    title="Miti",
    version="1",
    docs_url=None,
    urls_namespace="api-v1",
    auth=PersonalToken(),
)
router = Router(tags=["indicators"])
router.add_decorator(cache_control(no_store=True), mode="view")


@api.exception_handler(BadChoiceError)
def _bad_choice(request: HttpRequest, error: Any) -> HttpResponse:
    return api.bad_choice(request, error.errors)


@api.exception_handler(TooManyFieldsSent)
def _too_many_parameters(request: HttpRequest, error: Any) -> HttpResponse:
    return api.too_many_parameters(request)


@api.exception_handler(AuthenticationError)
def _no_token(request: HttpRequest, error: Any) -> HttpResponse:
    told = NoTokenOut(detail="A valid personal token is needed: Authorization: Bearer miti_…")
    return api.create_response(request, told.dict(), status=401)


@api.exception_handler(TooManyError)
def _too_many(request: HttpRequest, error: Any) -> HttpResponse:
    told = TooManyOut(detail="Too many answers in this minute")
    answer = api.create_response(request, told.dict(), status=429)
    answer["Retry-After"] = str(error.wait_s)
    return answer


def _a_file(kind: str) -> dict[str, Any]:
    """The OpenAPI description of an answer that is a file."""
    return {"responses": {200: {"description": "OK", "content": {kind: {"schema": {"type": "string"}}}}}}


REFUSALS: dict[Any, Any] = {400: TroubleOut, 401: NoTokenOut, 405: OnlyGetOut}
COUNTED: dict[Any, Any] = {**REFUSALS, 429: TooManyOut}


@router.get("/definitions", response={200: list[DefinitionOut], **REFUSALS})
def definitions(request: HttpRequest) -> list[dict[str, Any]]:
    """Every indicator, its version and its formula, in the language of `Accept-Language`."""
    if found := address.faults(request.GET, ()):
        raise BadChoiceError({"parameters": found})
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


@router.get("/figures", response={200: FiguresOut, **COUNTED}, exclude_unset=True)
def figures(request: HttpRequest, choice: Query[ChoiceIn]) -> dict[str, Any]:
    """The figures of a choice."""
    return _told(_records(request, "json"))


@router.get("/figures.csv", response=COUNTED, openapi_extra=_a_file("text/csv"))
def figures_csv(request: HttpRequest, choice: Query[ChoiceIn]) -> HttpResponse:
    """The same as CSV for programs: comma, decimal point, UTF-8."""
    return HttpResponse(as_csv(_records(request, "csv")), content_type=CSV)


@router.get("/figures.xlsx", response=COUNTED, openapi_extra=_a_file(XLSX))
def figures_xlsx(request: HttpRequest, choice: Query[ChoiceIn]) -> HttpResponse:
    """The same as a workbook for people."""
    return HttpResponse(as_xlsx(_records(request, "xlsx")), content_type=XLSX)


@router.get("/profiles", response={200: ProfilesOut, **COUNTED}, exclude_unset=True)
def profiles(request: HttpRequest, choice: Query[QuarterIn]) -> dict[str, Any]:
    """The protected tables of one closed quarter: what visitors told of themselves."""
    today = current_day.today()
    chosen = QuarterForm(request.GET, today=today)
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
    return _told(
        [
            record
            for about in PERSONAL
            for record in records(code, about, protected.tables(personal=about, quarter=code, today=today))
        ]
    )


api.add_router("/indicators", router)


def _told(found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"records": marked(found)} | ({"invented": True} if are_invented() else {})


def _records(request: HttpRequest, kind: str) -> list[dict[str, Any]]:
    # The form reads the address itself, and refuses a parameter that it does not know, or that is there twice.
    choice = choice_of(_person(request), request.GET, exact=True)
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


def _errors(form: address.AddressForm) -> dict[str, list[address.Told]]:
    return {
        "parameters" if field == NON_FIELD_ERRORS else field: [
            (str(sentence), fault_of(error.code)) for error in errors for sentence in error.messages
        ]
        for field, errors in form.errors.as_data().items()
    }


def _person(request: HttpRequest) -> Staff:
    person = getattr(request, "auth", None)
    assert isinstance(person, Staff)
    return person
