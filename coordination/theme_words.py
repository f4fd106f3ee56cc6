"""Why a theme or a sub-theme is not deleted, in words."""

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.theme_use import Use, Uses

COUNTED: Final[dict[Use, Callable[[int], str]]] = {
    Use.FIGURES: lambda _n: _("past figures"),
    Use.CONVERSATIONS: lambda _n: _("conversations of now"),
    Use.COUNSELLORS: lambda n: ngettext("%(n)s counsellor", "%(n)s counsellors", n),
    Use.SITES: lambda n: ngettext("%(n)s site", "%(n)s sites", n),
    Use.BOOKINGS: lambda n: ngettext("%(n)s class", "%(n)s classes", n),
    Use.REPLIES: lambda n: ngettext("%(n)s canned reply", "%(n)s canned replies", n),
    Use.RULES: lambda n: ngettext("%(n)s rule, past ones too", "%(n)s rules, past ones too", n),
    Use.SHIFTS: lambda n: ngettext("%(n)s shift", "%(n)s shifts", n),
    Use.SUBTHEMES: lambda n: ngettext("%(n)s sub-theme", "%(n)s sub-themes", n),
}


def _listed(uses: Uses) -> str:
    return ", ".join(COUNTED[use](n) % {"n": n} for use, n in uses.items())


def in_use_sentence(uses: Uses) -> str:
    """Why it was not deleted, and what to do instead."""
    return _("It was not deleted, since it is used by: %(uses)s. You can archive it instead.") % {
        "uses": _listed(uses)
    }


def uses_sentence(uses: Uses) -> str:
    """Why it cannot be deleted; empty where it can."""
    if not uses:
        return ""
    return _("It cannot be deleted, since it is used by: %(uses)s. Archive it instead.") % {
        "uses": _listed(uses)
    }
