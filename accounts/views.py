"""The page of one's own account."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import access_changes
from partners.permissions import signed_in
from partners.posts import only_posts


@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/account.html")


@only_posts
@login_required
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    access_changes.sign_out_everywhere(signed_in(request))
    get_adapter(request).logout(request)
    messages.success(request, _("You are signed out everywhere, and your tokens for scripts are revoked."))
    return redirect("account_login")
