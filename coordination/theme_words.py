"""Why a theme or a sub-theme is not deleted, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from chat.theme_use import Use


def in_use_sentence(uses: Iterable[Use]) -> str:
    """What uses it, and what to do instead."""
    words = {
        Use.FIGURES: _("past figures"),
        Use.CONVERSATIONS: _("conversations of now"),
        Use.COUNSELLORS: _("counsellors"),
        Use.SITES: _("sites"),
        Use.BOOKINGS: _("classes"),
        Use.REPLIES: _("canned replies"),
        Use.RULES: _("rules, past ones too"),
        Use.SUBTHEMES: _("sub-themes"),
    }
    return _("It was not deleted, since it is used by: %(uses)s. You can archive it instead.") % {
        "uses": ", ".join(words[use] for use in uses)
    }
