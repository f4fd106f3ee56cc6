"""Themes: what requests are about, and how it is called in each language. Only this module writes them."""

from collections.abc import Mapping

from django.db import transaction

from partners import audit
from partners.models import Staff
from routing_rules.models import Theme
from wakeups import publish


@transaction.atomic
def save(*, actor: Staff, theme: Theme, labels: Mapping[str, str], position: int, active: bool) -> Theme:
    """Write a new or a known theme. None is ever deleted: past figures know it by its code."""
    new = theme.pk is None
    theme.labels = {language: label for language, label in labels.items() if label}
    theme.position, theme.active = position, active
    theme.save()
    audit.record(
        actor=actor,
        action="theme.created" if new else "theme.changed",
        subject=f"theme {theme.code}",
        detail={"active": active, "position": position},
    )
    publish.routing_changed()
    return theme


def reception_theme() -> str | None:
    """The code of the theme of somebody who does not know what to ask."""
    return "accueil"
