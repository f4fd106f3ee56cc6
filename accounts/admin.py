"""Django's admin, for accounts only. Nothing that anybody said is anywhere in it, and no live conversation."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chat import publish
from partners import audit, second_factor
from partners.models import Network, Partner, Staff
from partners.permissions import Action, may

# Not used here, or secrets that only their owner may see.
for unwanted in (Group, EmailAddress, Authenticator):
    admin.site.unregister(unwanted)


class ByRole:
    """The role decides, not Django's flags and permissions: whoever may administer may do all that is here."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Action.ADMINISTER)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Action.ADMINISTER)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


@admin.register(Network, Partner)
class InstitutionAdmin(ByRole, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    pass


@admin.register(Staff)
class StaffAdmin(ByRole, UserAdmin):  # type: ignore[type-arg]  # generic in the stubs only
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
            if isinstance(request.user, Staff) and second_factor.reset(actor=request.user, person=person):
                publish.rights_changed(person)
                self.message_user(
                    request, _("%(name)s sets it up anew at the next signing in.") % {"name": person}
                )

    # In place of Django's own log: it writes down names, which would outlive their accounts. What these return is used by nobody.

    def log_addition(self, request: HttpRequest, obj: Staff, message: Any) -> None:  # type: ignore[override]
        _note(request, "account.created", obj)

    def log_change(self, request: HttpRequest, obj: Staff, message: Any) -> None:  # type: ignore[override]
        matched = request.resolver_match
        a_password = matched is not None and matched.url_name == "auth_user_password_change"
        _note(request, "account.password_set" if a_password else "account.changed", obj)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Staff]) -> None:  # type: ignore[override]
        for person in queryset:
            _note(request, "account.deleted", person)


def _note(request: HttpRequest, action: str, person: Staff) -> None:
    """Who did what to which account; its sockets look whether they may stay."""
    actor = request.user if isinstance(request.user, Staff) else None
    audit.record(actor=actor, action=action, subject=f"person {person.pk}")
    publish.rights_changed(person)
