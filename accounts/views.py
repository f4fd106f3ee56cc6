"""The page of one's own account, and signing out."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import LogoutView
from allauth.core import ratelimit
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from accounts import access_changes, oidc
from chat.services import parties
from partners.models import Staff
from partners.permissions import signed_in
from partners.posts import only_posts
from routing_rules.models import Site


@require_safe
@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    sites = Site.objects.filter(active=True).order_by("key")
    return render(request, "accounts/account.html", {"sites": sites})


@never_cache
def institution_sign_in(request: HttpRequest) -> HttpResponse:
    """To the institution's page; allauth's own view would answer 500 while that cannot be reached."""
    too_many: HttpResponse | None = ratelimit.consume_or_429(
        request, action="institution_sign_in", limit_get=True
    )
    if too_many:
        return too_many
    try:
        answer: HttpResponse = openid_connect.login(request, provider_id=oidc.PROVIDER_ID)
    except (RequestException, KeyError):
        return oidc.failed(request)
    return answer


class SignOut(LogoutView):  # type: ignore[misc]  # allauth has no types
    """Asks first where people are being talked with: `sure` has read it."""

    template_name = "accounts/sign_out.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "sure" not in request.POST and self._conversations():
            asked: HttpResponse = self.get(request, *args, **kwargs)
            return asked
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().get_context_data(conversations=self._conversations(), **kwargs)
        return shown

    def _conversations(self) -> int:
        person = self.request.user
        return parties.owned_by(person) if isinstance(person, Staff) else 0


@only_posts
@login_required
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    access_changes.sign_out_everywhere(signed_in(request))
    get_adapter(request).logout(request)
    messages.success(request, _("You are signed out everywhere, and your tokens for scripts are revoked."))
    return redirect("account_login")
