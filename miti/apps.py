from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class MitiConfig(AppConfig):
    name = "miti"
    default = True

    def ready(self) -> None:
        # Registers the system check.
        from miti.dictionary import check  # noqa: F401  # imported for its effect


class AccountsConfig(admin_apps.AdminConfig):
    """Django's admin, with our rule of who may come in."""

    default_site = "miti.admin_site.AccountsSite"
    default = False
