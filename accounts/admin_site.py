"""The admin site: open to administrators by role, with the same sign-in page as for all staff."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from indicators.rows import reconciliation
from partners.permissions import Action, may


class AccountsSite(admin.AdminSite):
    site_header = site_title = "Miti"

    def has_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Action.ADMINISTER)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        for line in reconciliation.lines():
            messages.warning(request, line)
        return super().index(request, extra_context)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Redirect to our page: Django's form would bypass the rate limits, the second factor and the audit log."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    # The same for these: Django's pages would bypass what we do at signing out and after a change of password.

    def logout(  # type: ignore[override]  # Django has a page of its own there
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_logout", preserve_request=True)

    def password_change(  # type: ignore[override]  # Django has a page of its own there
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")
