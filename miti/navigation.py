"""The links in the header of staff pages for this person."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from partners.models import Staff
from partners.permissions import Action, may

PLACES = [
    (Action.COUNSEL, "counsellor_console:console", _("Console")),
    (Action.COUNSEL, "roster:mine", _("Shifts")),
    (Action.COORDINATE, "coordination:home", _("Coordination")),
    (Action.READ_FIGURES, "indicators:dashboard", _("Indicators")),
    (Action.ADMINISTER, "admin:index", _("Accounts")),
    (Action.ADMINISTER, "operator", _("Operation")),
]


def navigation(request: HttpRequest) -> dict[str, Any]:
    person = getattr(request, "user", None)
    if not isinstance(person, Staff):
        return {"places": []}
    return {"places": [(page, label) for action, page, label in PLACES if may(person, action)]}
