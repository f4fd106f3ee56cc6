from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"

    def ready(self) -> None:
        # Importing it registers the system check.
        from operations.data_dictionary import check  # noqa: F401  # imported for its effect
