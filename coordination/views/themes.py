"""Themes, for the platform's coordinators; `subthemes` has the pages of sub-themes."""

from http import HTTPStatus

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chat import theme_use
from coordination import undo
from coordination.deleting import is_asked_again
from coordination.forms.themes import ThemeForm, as_typed
from coordination.ownership import may_edit, must_edit, why_not
from coordination.tabs import page
from coordination.theme_words import in_use_sentence, uses_sentence
from coordination.turns import in_turn
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from routing_rules import themes as services
from routing_rules.models import SubTheme, Theme


@require_safe
@requires(Action.COORDINATE)
def themes(request: HttpRequest) -> HttpResponse:
    rows = Theme.objects.prefetch_related("subthemes")
    context = {
        "rows": [(one, list(one.labels.items()), list(one.subthemes.all())) for one in rows],
        "may_edit": may_edit(request, None),
        "why_not": why_not(request, None),
    }
    return page(request, "themes.html", context, tab="pools")


@requires(Action.COORDINATE)
@in_turn
def new_theme(request: HttpRequest) -> HttpResponse:
    must_edit(request, None)
    form = ThemeForm(request.POST or None, initial={"position": Theme.objects.count() + 1})
    if request.method == "POST" and form.is_valid():
        return _save(request, Theme(code=form.cleaned_data["code"]), form)
    return page(request, "theme.html", {"form": form}, tab="pools")


@requires(Action.COORDINATE)
@in_turn
def theme(request: HttpRequest, code: str) -> HttpResponse:
    must_edit(request, None)
    one = get_object_or_404(Theme, code=code)
    form = _form(request, one, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _save(request, one, form)
    return _theme_page(request, one, form)


def _form(request: HttpRequest, one: Theme, data: QueryDict | None = None) -> ThemeForm:
    return ThemeForm(
        data, known=one, initial=as_typed(one), subject=f"theme {one.code}", reader=signed_in(request)
    )


def _theme_page(request: HttpRequest, one: Theme, form: ThemeForm, status: int | None = None) -> HttpResponse:
    context = {
        "form": form,
        "theme": one,
        "subthemes": [(each, list(each.labels.items())) for each in one.subthemes.all()],
        "used": uses_sentence(theme_use.uses_of_theme(one)),
    }
    return page(request, "theme.html", context, tab="pools", status=status)


@only_posts
@requires(Action.COORDINATE)
@in_turn
def delete_theme(request: HttpRequest, code: str) -> HttpResponse:
    must_edit(request, None)
    one = get_object_or_404(Theme, code=code)
    form = _form(request, one)
    if is_asked_again(request, form):
        return _theme_page(request, one, form, HTTPStatus.CONFLICT)
    try:
        watched = Theme.objects.filter(pk=one.pk), SubTheme.objects.filter(theme=one.pk)
        with undo.offered(request, "theme.deleted", _("The theme was deleted."), *watched):
            theme_use.delete_theme(actor=signed_in(request), theme=one)
    except theme_use.InUseError as error:
        messages.error(request, in_use_sentence(error.uses))
        return redirect("coordination:theme", code=code)
    messages.success(request, _("The theme was deleted."))
    return redirect("coordination:themes")


def _save(request: HttpRequest, one: Theme, form: ThemeForm) -> HttpResponse:
    # It may take the reception from another theme.
    was = Theme.objects.filter(Q(pk=one.pk) | Q(reception=True)) if one.pk else Theme.objects.none()
    with undo.offered(request, "theme.changed", _("The theme %(theme)s was changed.") % {"theme": one}, was):
        services.save(
            actor=signed_in(request),
            theme=one,
            labels=form.labels(),
            position=form.cleaned_data["position"],
            active=form.cleaned_data["active"],
            reception=form.cleaned_data["reception"],
        )
    messages.success(request, _("The theme is saved."))
    return redirect("coordination:theme", code=one.code)
