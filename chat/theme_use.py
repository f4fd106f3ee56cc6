"""Where a theme or a sub-theme is used: a used one is archived, an unused one can be deleted. It asks every package that stores one."""

from collections.abc import Mapping
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from chat.models import Conversation
from indicators.rows import counted_codes
from partners import audit
from partners.models import Staff
from roster import theme_needs
from routing_rules.loading import as_plan
from routing_rules.models import PlanVersion, SubTheme, Theme
from wakeups import publish


class Use(StrEnum):
    """What can use a theme or a sub-theme."""

    FIGURES = "figures"
    CONVERSATIONS = "conversations"
    COUNSELLORS = "counsellors"
    SITES = "sites"
    BOOKINGS = "bookings"
    REPLIES = "replies"
    RULES = "rules"
    SHIFTS = "shifts"
    SUBTHEMES = "subthemes"


Uses = Mapping[Use, int]
"""What uses it, and how many of them; of figures and conversations only that there are any."""


class InUseError(Exception):
    """Something uses it: it was not deleted."""

    def __init__(self, uses: "Uses") -> None:
        self.uses = uses
        super().__init__(", ".join(uses))


def uses_of_theme(theme: Theme) -> Uses:
    """Past plans and past figures count too: they are shown with today's names."""
    conversations = Conversation.objects.filter(
        Q(theme_asked=theme.code) | Q(theme=theme.code) | Q(classification__theme=theme.code)
    )
    return _which(
        {
            Use.FIGURES: counted_codes.theme_is_counted(theme.code),
            Use.CONVERSATIONS: conversations.exists(),
            Use.COUNSELLORS: theme.counsellors.count(),
            Use.SITES: theme.sites.count(),
            Use.BOOKINGS: theme.bookings.count(),
            Use.REPLIES: theme.replies.count(),
            Use.RULES: _rules_that_name(theme.code),
            Use.SHIFTS: theme_needs.shifts_that_need(theme.code),
            Use.SUBTHEMES: theme.subthemes.count(),
        }
    )


def uses_of_subtheme(subtheme: SubTheme) -> Uses:
    """A sub-theme is chosen only when a conversation is closed."""
    closing = Conversation.objects.filter(classification__subtheme=subtheme.code)
    return _which(
        {
            Use.FIGURES: counted_codes.subtheme_is_counted(subtheme.code),
            Use.CONVERSATIONS: closing.exists(),
        }
    )


@transaction.atomic
def delete_theme(*, actor: Staff, theme: Theme) -> None:
    """Delete a theme that nothing uses.

    Raises:
        InUseError: nothing was deleted.
    """
    # A transaction that adds it to a counsellor, a site or a reply at the same moment waits, and then finds no theme.
    theme = Theme.objects.select_for_update().get(pk=theme.pk)
    if uses := uses_of_theme(theme):
        raise InUseError(uses)
    theme.delete()
    audit.record(actor=actor, action="theme.deleted", subject=f"theme {theme.code}")
    publish.routing_changed()


@transaction.atomic
def delete_subtheme(*, actor: Staff, subtheme: SubTheme) -> None:
    """Delete a sub-theme that nothing uses.

    Raises:
        InUseError: nothing was deleted.
    """
    if uses := uses_of_subtheme(subtheme):
        raise InUseError(uses)
    subtheme.delete()
    audit.record(actor=actor, action="subtheme.deleted", subject=f"subtheme {subtheme.code}")
    publish.routing_changed()


def _rules_that_name(code: str) -> int:
    plans = PlanVersion.objects.prefetch_related("rules")
    return sum(code in rule.themes for version in plans for rule in as_plan(version))


def _which(found: Mapping[Use, int]) -> Uses:
    return {use: int(used) for use, used in found.items() if used}
