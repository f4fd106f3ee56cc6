"""Django's admin, for accounts only. Nothing that anybody said is anywhere in it, and no live conversation."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chat import publish
from partners import audit
from partners.models import Network, Partner, Staff

# Not used here, or secrets that only their owner may see.
for unwanted in (Group, EmailAddress, Authenticator):
    admin.site.unregister(unwanted)
admin.site.register(Network)
admin.site.register(Partner)


@admin.register(Staff)
class StaffAdmin(UserAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = ("username", "first_name", "role", "partner", "is_active")
    list_filter = ("role", "partner", "is_active")
    search_fields = ("username", "first_name", "email")
    ordering = ("username",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "email", "role", "partner")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
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

    def save_model(self, request: HttpRequest, obj: Staff, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        actor = request.user if isinstance(request.user, Staff) else None
        audit.record(
            actor=actor, action="account.changed" if change else "account.created", subject=obj.username
        )
        publish.rights_changed(obj)
