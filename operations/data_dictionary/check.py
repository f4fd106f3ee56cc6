"""Compares the declarations with the models."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, register

from operations import data_dictionary
from operations.data_dictionary.words import Table

UNDECLARED, UNKNOWN = "miti.E001", "miti.E002"


@register("dictionary")
def every_column_is_declared(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    return list(differences(data_dictionary.tables(), columns()))


def columns() -> dict[str, list[str]]:
    """Every table of every installed application, by its model's label, with its columns."""
    return {
        model._meta.label: [str(field.column) for field in model._meta.local_concrete_fields]
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


def differences(declared: Iterable[Table], there: dict[str, list[str]]) -> Iterable[CheckMessage]:
    """One message for each column that exists but is not declared, or is declared but does not exist."""
    known = {table.model: set(table.columns) for table in declared}
    for model, names in there.items():
        for name in names:
            if name not in known.get(model, ()):
                yield Error(
                    f"the column {model}.{name} is not in the data dictionary",
                    hint="Say in miti/dictionary what it is for, on what basis, how long it is kept and who reads it.",
                    id=UNDECLARED,
                )
    for model, declared_names in known.items():
        for name in sorted(declared_names - set(there.get(model, ()))):
            yield Error(
                f"the data dictionary declares {model}.{name}, which does not exist",
                hint="Take it out of miti/dictionary.",
                id=UNKNOWN,
            )
