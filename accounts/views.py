"""The page of one's own account."""

from allauth.account.adapter import get_adapter
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
    try:
        answer: HttpResponse = openid_connect.login(request, provider_id=oidc.PROVIDER_ID)
    except (RequestException, KeyError):
        return oidc.failed(request)
    return answer


@only_posts
@login_required
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    access_changes.sign_out_everywhere(signed_in(request))
    get_adapter(request).logout(request)
    messages.success(request, _("You are signed out everywhere, and your tokens for scripts are revoked."))
    return redirect("account_login")
