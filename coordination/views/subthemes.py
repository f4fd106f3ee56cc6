"""Sub-themes, for the platform's coordinators."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from chat import theme_use
from coordination import undo
from coordination.deleting import is_asked_again
from coordination.forms.themes import SubThemeForm, as_typed
from coordination.ownership import must_edit
from coordination.tabs import page
from coordination.theme_words import in_use_sentence, uses_sentence
from coordination.turns import in_turn
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from routing_rules import themes as services
from routing_rules.models import SubTheme, Theme


@requires(Action.COORDINATE)
@in_turn
def new_subtheme(request: HttpRequest, code: str) -> HttpResponse:
    must_edit(request, None)
    theme = get_object_or_404(Theme, code=code)
    form = SubThemeForm(request.POST or None, initial={"position": theme.subthemes.count() + 1})
    if request.method == "POST" and form.is_valid():
        return _save(request, SubTheme(theme=theme, code=form.cleaned_data["code"]), form)
    return page(request, "subtheme.html", {"form": form, "theme": theme}, tab="pools")


@requires(Action.COORDINATE)
@in_turn
def subtheme(request: HttpRequest, code: str, subtheme: str) -> HttpResponse:
    must_edit(request, None)
    one = _one(code, subtheme)
    form = _form(request, one, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _save(request, one, form)
    return _subtheme_page(request, one, form)


def _form(request: HttpRequest, one: SubTheme, data: QueryDict | None = None) -> SubThemeForm:
    return SubThemeForm(
        data, known=one, initial=as_typed(one), subject=f"subtheme {one.code}", reader=signed_in(request)
    )


def _subtheme_page(
    request: HttpRequest, one: SubTheme, form: SubThemeForm, status: int | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "theme": one.theme,
        "subtheme": one,
        "used": uses_sentence(theme_use.uses_of_subtheme(one)),
    }
    return page(request, "subtheme.html", context, tab="pools", status=status)


@only_posts
@requires(Action.COORDINATE)
@in_turn
def delete_subtheme(request: HttpRequest, code: str, subtheme: str) -> HttpResponse:
    must_edit(request, None)
    one = _one(code, subtheme)
    form = _form(request, one)
    if is_asked_again(request, form):
        return _subtheme_page(request, one, form, HTTPStatus.CONFLICT)
    try:
        watched = SubTheme.objects.filter(pk=one.pk)
        with undo.offered(request, "subtheme.deleted", _("The sub-theme was deleted."), watched):
            theme_use.delete_subtheme(actor=signed_in(request), subtheme=one)
    except theme_use.InUseError as error:
        messages.error(request, in_use_sentence(error.uses))
        return redirect("coordination:subtheme", code=code, subtheme=subtheme)
    messages.success(request, _("The sub-theme was deleted."))
    return redirect("coordination:theme", code=code)


def _one(code: str, subtheme: str) -> SubTheme:
    return get_object_or_404(SubTheme.objects.select_related("theme"), theme__code=code, code=subtheme)


def _save(request: HttpRequest, one: SubTheme, form: SubThemeForm) -> HttpResponse:
    done = _("The sub-theme %(theme)s was changed.") % {"theme": one}
    with undo.offered(request, "subtheme.changed", done, SubTheme.objects.filter(pk=one.pk)):
        services.save_subtheme(
            actor=signed_in(request),
            subtheme=one,
            labels=form.labels(),
            position=form.cleaned_data["position"],
            active=form.cleaned_data["active"],
        )
    messages.success(request, _("The sub-theme is saved."))
    return redirect("coordination:subtheme", code=one.theme.code, subtheme=one.code)
