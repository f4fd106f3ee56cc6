"""Where a theme or a sub-theme is used: what is used is archived, what nothing uses can be deleted. It looks into every room."""

from collections.abc import Mapping
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from chat.models import Conversation
from indicators import figures
from partners import audit
from partners.models import Staff
from routing_rules.loading import as_plan
from routing_rules.models import PlanVersion, SubTheme, Theme
from wakeups import publish


class Use(StrEnum):
    """What uses it."""

    FIGURES = "figures"
    CONVERSATIONS = "conversations"
    COUNSELLORS = "counsellors"
    SITES = "sites"
    BOOKINGS = "bookings"
    REPLIES = "replies"
    RULES = "rules"
    SUBTHEMES = "subthemes"


class InUseError(Exception):
    """Something uses it: it was not deleted."""

    def __init__(self, uses: tuple[Use, ...]) -> None:
        self.uses = uses
        super().__init__(", ".join(uses))


def uses_of_theme(theme: Theme) -> tuple[Use, ...]:
    """Past plans and past figures too: they are read with today's names."""
    conversations = Conversation.objects.filter(
        Q(theme_asked=theme.code) | Q(theme=theme.code) | Q(classification__theme=theme.code)
    )
    return _which(
        {
            Use.FIGURES: figures.theme_is_counted(theme.code),
            Use.CONVERSATIONS: conversations.exists(),
            Use.COUNSELLORS: theme.counsellors.exists(),
            Use.SITES: theme.sites.exists(),
            Use.BOOKINGS: theme.bookings.exists(),
            Use.REPLIES: theme.replies.exists(),
            Use.RULES: _some_rule_names(theme.code),
            Use.SUBTHEMES: theme.subthemes.exists(),
        }
    )


def uses_of_subtheme(subtheme: SubTheme) -> tuple[Use, ...]:
    """Only those who close choose one."""
    closing = Conversation.objects.filter(classification__subtheme=subtheme.code)
    return _which(
        {
            Use.FIGURES: figures.subtheme_is_counted(subtheme.code),
            Use.CONVERSATIONS: closing.exists(),
        }
    )


@transaction.atomic
def delete_theme(*, actor: Staff, theme: Theme) -> None:
    """Take away what nothing uses.

    Raises:
        InUseError: nothing was deleted.
    """
    # Whoever gives it to a counsellor, a site or a reply at the same moment waits, and finds it gone.
    theme = Theme.objects.select_for_update().get(pk=theme.pk)
    if uses := uses_of_theme(theme):
        raise InUseError(uses)
    theme.delete()
    audit.record(actor=actor, action="theme.deleted", subject=f"theme {theme.code}")
    publish.routing_changed()


@transaction.atomic
def delete_subtheme(*, actor: Staff, subtheme: SubTheme) -> None:
    """Take away what nothing uses.

    Raises:
        InUseError: nothing was deleted.
    """
    if uses := uses_of_subtheme(subtheme):
        raise InUseError(uses)
    subtheme.delete()
    audit.record(actor=actor, action="subtheme.deleted", subject=f"subtheme {subtheme.code}")
    publish.routing_changed()


def _some_rule_names(code: str) -> bool:
    plans = PlanVersion.objects.prefetch_related("rules")
    return any(code in rule.themes for version in plans for rule in as_plan(version))


def _which(found: Mapping[Use, bool]) -> tuple[Use, ...]:
    return tuple(use for use, used in found.items() if used)
