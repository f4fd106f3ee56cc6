"""Themes that shifts need. A shift keeps their codes, which the database does not check."""

from collections.abc import Collection

from roster.models import Shift
from routing_rules.models import Theme


class ThemeGoneError(Exception):
    """A theme was deleted that is needed."""


def shifts_that_need(code: str) -> int:
    """How many shifts need somebody who handles this theme; those of the last weeks count, as they are still shown."""
    return sum(code in themes for themes in Shift.objects.exclude(themes=[]).values_list("themes", flat=True))


def keep(codes: Collection[str]) -> None:
    """Keep these themes from being deleted until the transaction ends.

    Raises:
        ThemeGoneError: one of them is deleted already.
    """
    there = (
        Theme.objects.select_for_update().filter(code__in=codes).order_by("pk").values_list("code", flat=True)
    )
    if set(codes) - set(there):
        raise ThemeGoneError
