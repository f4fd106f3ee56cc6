"""Whether figures are those of a demo (`demo.figures`), and how files and programs are told."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

NOTE: Final = "note"
"""The last column, in which each line says it: a line that is copied elsewhere takes it along. It is in no file of a real installation."""


def are_invented() -> bool:
    return bool(settings.ENV.demo)


def marked(
    records: Sequence[Mapping[str, str | int | float | None]],
) -> list[dict[str, str | int | float | None]]:
    """The records of a file as they leave the house."""
    if not are_invented():
        return [dict(record) for record in records]
    note = _("This is a demo: its figures of the past are invented.")
    return [{**record, NOTE: note} for record in records]
