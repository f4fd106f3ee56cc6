"""The accessibility statement that public bodies publish (law of 19 July 2018; model of Implementing Decision (EU) 2018/1523)."""

from datetime import date
from typing import Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

PREPARED_ON: Final = date(2026, 11, 29)
"""When what the page says was last held against the pages themselves; whoever changes what it lists changes this too."""


class Ombudsman(NamedTuple):
    """Who decides when the operator's answer does not satisfy, and under which law."""

    law: str | Promise
    name: str | Promise
    address: str | Promise
    phone: str
    email: str
    website: str


OMBUDSMEN: Final = {
    "federal": Ombudsman(
        _("the law of 19 July 2018 on the accessibility of the websites and mobile applications of public bodies"),
        _("the federal Ombudsman"),
        _("Rue de Louvain 48 bte 6, 1000 Brussels"),
        "0800 999 61",
        "contact@mediateurfederal.be",
        "https://www.mediateurfederal.be",
    ),
    "wallonia": Ombudsman(
        _("the Walloon decree of 2 May 2019 and that of the French Community of 3 May 2019 on the accessibility of websites"),
        _("the Ombudsman of Wallonia and of the Wallonia-Brussels Federation"),
        _("Rue Lucien Namêche 54, 5000 Namur"),
        "0800 19 199",
        "courrier@le-mediateur.be",
        "https://www.le-mediateur.be",
    ),
    "flanders": Ombudsman(
        _("the Flemish governance decree of 7 December 2018"),
        _("the Flemish Ombudsman service"),
        _("Leuvenseweg 86, 1000 Brussels"),
        "1700",
        "info@vlaamseombudsdienst.be",
        "https://www.vlaamseombudsdienst.be",
    ),
}  # fmt: skip


@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    """In the language of `?lang=` where it is one of ours: the widget names its visitor's, and there is no cookie."""
    asked = request.GET.get("lang", "")
    known = dict(settings.LANGUAGES)
    with translation.override(asked if asked in known else translation.get_language()):
        office = OMBUDSMEN.get(settings.ENV.ombudsman)
        told = {
            "operator": settings.ENV.operator,
            "contact": settings.ENV.accessibility_contact,
            "complaints": settings.ENV.complaints_contact,
            "law": (office or OMBUDSMEN["federal"]).law,
            "office": office,
            "other_office": settings.ENV.ombudsman,
            "prepared_on": PREPARED_ON,
            "languages": known.items(),
            "bare": True,
        }
        return render(request, "miti/accessibility.html", told)
