"""Themes, for the platform's coordinators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from coordination.forms.themes import ThemeForm
from coordination.ownership import may_edit, must_edit, why_not
from coordination.tabs import page
from partners.permissions import Action, requires, signed_in
from routing_rules import themes as services
from routing_rules.models import Theme


@requires(Action.COORDINATE)
def themes(request: HttpRequest) -> HttpResponse:
    context = {
        "rows": [(one, list(one.labels.items())) for one in Theme.objects.all()],
        "may_edit": may_edit(request, None),
        "why_not": why_not(request, None),
    }
    return page(request, "themes.html", context, tab="pools")


@requires(Action.COORDINATE)
def new_theme(request: HttpRequest) -> HttpResponse:
    must_edit(request, None)
    form = ThemeForm(request.POST or None, initial={"position": Theme.objects.count() + 1})
    if request.method == "POST" and form.is_valid():
        return _save(request, Theme(code=form.cleaned_data["code"]), form)
    return page(request, "theme.html", {"form": form}, tab="pools")


@requires(Action.COORDINATE)
def theme(request: HttpRequest, code: str) -> HttpResponse:
    must_edit(request, None)
    one = get_object_or_404(Theme, code=code)
    initial = {
        "position": one.position,
        "active": one.active,
        **{f"label_{language}": label for language, label in one.labels.items()},
    }
    form = ThemeForm(request.POST or None, theme=one, initial=initial)
    if request.method == "POST" and form.is_valid():
        return _save(request, one, form)
    context = {"form": form, "theme": one}
    return page(request, "theme.html", context, tab="pools")


def _save(request: HttpRequest, one: Theme, form: ThemeForm) -> HttpResponse:
    services.save(
        actor=signed_in(request),
        theme=one,
        labels=form.labels(),
        position=form.cleaned_data["position"],
        active=form.cleaned_data["active"],
    )
    messages.success(request, _("The theme is saved."))
    return redirect("coordination:themes")
