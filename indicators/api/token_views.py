"""The page of one's own tokens for the API."""

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from indicators.api import tokens
from indicators.models import ApiToken
from indicators.periods import arrival
from indicators.questions.takes import takes
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What is it for?"),
        max_length=ApiToken._meta.get_field("name").max_length,
        error_messages={
            "required": _("Give it a name, so that you know it again."),
            "max_length": _("Fifty letters at most."),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.READ_FIGURES)
@takes()
def page(request: HttpRequest) -> HttpResponse:
    """List one's tokens; POST makes one and shows it, this once."""
    owner = signed_in(request)
    today, _slot = arrival(timezone.now())
    form = TokenForm(request.POST or None, label_suffix="")
    context: dict[str, Any] = {"form": form, "today": today}
    if request.method == "POST" and form.is_valid():
        try:
            context["made"] = tokens.make(owner=owner, name=form.cleaned_data["name"], today=today)
            context["form"] = TokenForm(label_suffix="")
        except tokens.TooManyTokensError:
            form.add_error("name", _("You have ten tokens: revoke one first."))
    context["tokens"] = tokens.of(owner)
    return render(request, "indicators/tokens.html", context)


@only_posts
@requires(Action.READ_FIGURES)
@takes()
def revoke(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    if not tokens.revoke(owner=signed_in(request), token=token):
        raise Http404
    return redirect("indicators:tokens")
