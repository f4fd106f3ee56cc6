from django.apps import AppConfig


class MitiConfig(AppConfig):
    name = "miti"

    def ready(self) -> None:
        # Registers the system check.
        from miti.dictionary import check  # noqa: F401  # imported for its effect
