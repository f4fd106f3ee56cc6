from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class AccountsConfig(AppConfig):
    name = "accounts"
    default = True

    def ready(self) -> None:
        from accounts import access_changes

        access_changes.connect()


class AdminSiteConfig(admin_apps.AdminConfig):
    """Django's admin, with our rule of who may enter."""

    default_site = "accounts.admin_site.AccountsSite"
    default = False
