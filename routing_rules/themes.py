"""Themes and sub-themes: what requests are about, with a name in each language.

Only this module writes them; `chat.theme_use` deletes unused ones, because it sees everything that may use them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from partners import audit
from partners.codes import LONGEST_CODE, LONGEST_THEME_CODE, RESERVED, is_code
from partners.models import Staff
from partners.prepared_query import PreparedQuery
from routing_rules.models import SubTheme, Theme
from wakeups import publish


class BadThemeCodeError(ValueError):
    """This is not a code, or it is a reserved one."""


class CodeTakenError(Exception):
    """Another theme, or another sub-theme, has this code."""


def reception_theme() -> str | None:
    """The code of the theme of somebody who does not know what to ask; None where there is none."""
    return next((code for (code,) in _reception.rows()), None)


_reception = PreparedQuery(lambda: Theme.objects.filter(reception=True).values_list("code"))


def choosable(chosen: Iterable[str | None] = ()) -> list[Theme]:
    """The themes that can be chosen: those in use, and those that were chosen before they were archived."""
    kept = set(chosen)
    return [
        theme for theme in Theme.objects.prefetch_related("subthemes") if theme.active or theme.code in kept
    ]


@transaction.atomic
def save(
    *,
    actor: Staff,
    theme: Theme,
    labels: Mapping[str, str],
    position: int,
    active: bool,
    reception: bool = False,
) -> Theme:
    """Write a new or an existing theme. Only one theme is the reception's: marking this one unmarks the other.

    Raises:
        BadThemeCodeError, CodeTakenError: a new one's code cannot be; nothing was written.
    """
    new = theme.pk is None
    if new:
        _must_be_free(
            theme.code, longest=LONGEST_THEME_CODE, taken=Theme.objects.filter(code=theme.code).exists()
        )
    was = {} if new else {**_told(theme), "reception": theme.reception}
    if reception:
        Theme.objects.filter(reception=True).exclude(pk=theme.pk).update(reception=False)
    theme.labels, theme.position = _worded(labels), position
    theme.active, theme.reception = active, reception
    theme.save()
    audit.record(
        actor=actor,
        action="theme.created" if new else "theme.changed",
        subject=f"theme {theme.code}",
        detail={**_told(theme), "reception": reception} | ({} if new else {"was": was}),
    )
    publish.routing_changed()
    return theme


@transaction.atomic
def save_subtheme(
    *, actor: Staff, subtheme: SubTheme, labels: Mapping[str, str], position: int, active: bool
) -> SubTheme:
    """Write a new or an existing sub-theme.

    Raises:
        BadThemeCodeError, CodeTakenError: a new one's code cannot be; nothing was written.
    """
    new = subtheme.pk is None
    if new:
        _must_be_free(
            subtheme.code, longest=LONGEST_CODE, taken=SubTheme.objects.filter(code=subtheme.code).exists()
        )
    was = {} if new else _told(subtheme)
    subtheme.labels, subtheme.position, subtheme.active = _worded(labels), position, active
    subtheme.save()
    audit.record(
        actor=actor,
        action="subtheme.created" if new else "subtheme.changed",
        subject=f"subtheme {subtheme.code}",
        detail={"theme": subtheme.theme.code, **_told(subtheme)} | ({} if new else {"was": was}),
    )
    publish.routing_changed()
    return subtheme


def _told(one: Theme | SubTheme) -> dict[str, Any]:
    """What the log tells of a theme or a sub-theme."""
    return {"labels": one.labels, "active": one.active, "position": one.position}


def _must_be_free(code: str, *, longest: int, taken: bool) -> None:
    if not is_code(code) or len(code) > longest or code in RESERVED:
        raise BadThemeCodeError(code)
    if taken:
        raise CodeTakenError(code)


def _worded(labels: Mapping[str, str]) -> dict[str, str]:
    return {language: label.strip() for language, label in labels.items() if label.strip()}
