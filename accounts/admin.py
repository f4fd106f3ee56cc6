"""Django's admin, for accounts only. It shows no conversation and nothing that anybody said."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import InstitutionForm
from coordination.posted import whole
from coordination.shift_words import say_what_places_mean
from indicators.api import tokens
from partners import accounts, institutions, second_factor
from partners.models import Network, Partner, Staff
from partners.permissions import Action, may, signed_in
from roster import places
from routing_rules import leaving, people

# Hidden: not used here, or secrets that only their owner may see.
for unwanted in (Group, EmailAddress, Authenticator, SocialApp, SocialAccount, SocialToken):
    admin.site.unregister(unwanted)


class ByRole:
    """The role decides, not Django's flags and permissions: an administrator may do everything here."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Action.ADMINISTER)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Action.ADMINISTER)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission

    # Django's own pages fail on these, which no link of theirs has.

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        return super().get_object(request, object_id, from_field or None)  # type: ignore[misc]  # of ModelAdmin

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase | None:
        if not all(map(whole, request.POST.getlist(helpers.ACTION_CHECKBOX_NAME))):
            raise BadRequest
        return super().response_action(request, queryset)  # type: ignore[misc,no-any-return]  # of ModelAdmin


class InstitutionAdmin(ByRole, admin.ModelAdmin):  # type: ignore[misc, type-arg]  # generic in the stubs only; `ByRole`
    form = InstitutionForm

    # The services write, and record in the audit log: see `StaffAdmin`.

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        institutions.save(actor=signed_in(request), institution=obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        institutions.delete(actor=signed_in(request), institution=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for one in queryset:
            institutions.delete(actor=signed_in(request), institution=one)


@admin.register(Network)
class NetworkAdmin(InstitutionAdmin):
    pass


@admin.register(Partner)
class PartnerAdmin(InstitutionAdmin):
    actions = ("take_out",)

    @admin.action(description=_("Take out of the platform, and hand over to it what they have"))
    def take_out(self, request: HttpRequest, queryset: QuerySet[Partner]) -> HttpResponseBase | None:
        """What follows is said first; the same form confirms it."""
        if "confirmed" not in request.POST:
            rows = [(partner, leaving.belongings(partner)) for partner in queryset]
            context = self.admin_site.each_context(request) | {
                "rows": rows,
                "name": helpers.ACTION_CHECKBOX_NAME,
            }
            return render(request, "accounts/take_out.html", context)
        for partner in queryset:
            accounts_of = list(partner.staff.values_list("pk", flat=True))
            try:
                with places.telling(accounts_of, now=timezone.now()) as told:
                    leaving.leave(actor=signed_in(request), partner=partner, heir=None)
            except people.YourselfError:
                self.message_user(
                    request, _("You belong to it yourself: another administrator does this."), messages.ERROR
                )
                continue
            self.message_user(request, _("%(name)s was taken out of the platform.") % {"name": partner})
            say_what_places_mean(request, told)
        return None


@admin.register(Staff)
class StaffAdmin(ByRole, UserAdmin):  # type: ignore[misc, type-arg]  # generic in the stubs only; `ByRole`
    list_display = ("username", "first_name", "role", "partner", "is_active")
    list_filter = ("role", "partner", "is_active")
    search_fields = ("username", "first_name", "email")
    ordering = ("username",)
    actions = ("reset_second_factor",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "email", "role", "partner")}),
        (_("Access"), {"fields": ("is_active",)}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username",
                    "first_name",
                    "role",
                    "partner",
                    "usable_password",
                    "password1",
                    "password2",
                )
            },
        ),
    )

    @admin.action(description=_("Reset the second factor"))
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[Staff]) -> None:
        for person in queryset:
            if second_factor.reset(actor=signed_in(request), person=person):
                self.message_user(
                    request, _("%(name)s sets it up anew at the next signing in.") % {"name": person}
                )

    # The services write, and record in the audit log. Django's own log would store names, which would outlive their accounts, so these
    # methods write nothing there. Nothing uses what they return.

    def save_model(self, request: HttpRequest, obj: Staff, form: Any, change: bool) -> None:
        with places.telling([obj.pk] if change else [], now=timezone.now()) as told:
            people.save_account(actor=signed_in(request), person=obj)
        say_what_places_mean(request, told)

    def delete_model(self, request: HttpRequest, obj: Staff) -> None:
        people.delete_account(actor=signed_in(request), person=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Staff]) -> None:
        for person in queryset:
            people.delete_account(actor=signed_in(request), person=person)

    def log_addition(self, request: HttpRequest, obj: Staff, message: Any) -> None:  # type: ignore[override]  # Django expects the entry back
        pass

    def log_change(self, request: HttpRequest, obj: Staff, message: Any) -> None:  # type: ignore[override]  # Django expects the entry back
        matched = request.resolver_match
        # The page that sets another person's password has no hook of its own after saving.
        if matched is not None and matched.url_name == "auth_user_password_change":
            accounts.password_set(actor=signed_in(request), person=obj)
            tokens.revoke_all(owner=obj)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Staff]) -> None:  # type: ignore[override]  # Django expects the entry back
        pass
