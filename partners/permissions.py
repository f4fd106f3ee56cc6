"""Who may do what: the only table of rights, and the only functions that check it."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeGuard

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from partners import second_factor, unsaved
from partners.models import Role, Staff

P = ParamSpec("P")


class Action(StrEnum):
    COUNSEL = "counsel"
    COORDINATE = "coordinate"
    """See the coordination pages, edit what belongs to one's own partner."""
    COORDINATE_ALL = "coordinate_all"
    """Edit what belongs to any partner, and what belongs to all: rules, sites, notices, themes."""
    READ_FIGURES = "read_figures"
    READ_ALL_FIGURES = "read_all_figures"
    ADMINISTER = "administer"


GRANTS: dict[Role, frozenset[Action]] = {
    Role.COUNSELLOR: frozenset({Action.COUNSEL}),
    Role.COORDINATOR: frozenset({Action.COORDINATE, Action.READ_FIGURES}),
    Role.PLATFORM: frozenset(
        {Action.COORDINATE, Action.COORDINATE_ALL, Action.READ_FIGURES, Action.READ_ALL_FIGURES}
    ),
    Role.ANALYST: frozenset({Action.READ_FIGURES, Action.READ_ALL_FIGURES}),
    Role.ADMIN: frozenset({Action.ADMINISTER}),
}


def may(person: Staff | AnonymousUser, action: Action) -> TypeGuard[Staff]:
    """Whether this person may do this now. An account that was disabled, or lacks its second factor, may do nothing."""
    if not isinstance(person, Staff) or not person.is_active or second_factor.is_missing(person):
        return False
    return action in GRANTS[Role(person.role)]


def may_edit_for(person: Staff, partner_id: int | None) -> bool:
    """Whether this person may change what belongs to that partner (None: what belongs to all)."""
    if may(person, Action.COORDINATE_ALL):
        return True
    return may(person, Action.COORDINATE) and partner_id is not None and partner_id == person.partner_id


def requires(
    action: Action,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Let only those who may use the view; others are asked to sign in, or refused (403) if they have signed in."""
    return _requires(lambda person: may(person, action))


def requires_staff(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let only staff use the view, whatever their role."""
    return _requires(lambda person: any(may(person, action) for action in Action))(view)


def _requires(
    allowed: Callable[[Staff | AnonymousUser], bool],
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                sign_in = redirect_to_login(_way_back(request))
                return unsaved.keep(sign_in, request, back=sign_in.url)
            if not allowed(request.user):
                raise PermissionDenied
            _show_unsaved(request)
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "no-store")
            if request.method == "GET":
                unsaved.forget(response, request)
            return response

        guarded.keeps_typed = True  # type: ignore[attr-defined]
        return guarded

    return decorate


def _way_back(request: HttpRequest) -> str:
    """Where to go after signing in: a form is not sent again, so go to the page that shows the form."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    return unsaved.page_of_form(request) or "/"


def _show_unsaved(request: HttpRequest) -> None:
    """Fill the page's form with what was typed and could not be taken: its view binds `request.POST`, and saves nothing by GET."""
    found = unsaved.kept(request) if request.method == "GET" else None
    if found is None:
        return
    messages.warning(
        request,
        _(
            "Nothing was saved: your session had ended, or the form was out of date. What you typed is in the form again."
        )
        if found.to == request.path
        else _(
            "Nothing was done: your session had ended, or the page was out of date. Look at it, then do it once more."
        ),
    )
    if found.to == request.path:
        request.POST = found.typed  # type: ignore[assignment]


def signed_in(request: HttpRequest) -> Staff:
    """The member of staff behind a request that `requires` let through."""
    person: Any = request.user
    assert isinstance(person, Staff)
    return person
