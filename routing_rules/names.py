"""Today's names of the codes that rules, requests and figures hold: the only module that looks them up.

Codes are stored and never change. Names do change, so they are looked up when they are shown, in the reader's language.
"""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Final

from babel import Locale
from django.utils.text import capfirst
from django.utils.translation import gettext

from partners.models import Network, Partner
from partners.name_search import in_order
from partners.wording import page_language
from routing_rules.audiences import AUDIENCES
from routing_rules.languages import LANGUAGES
from routing_rules.models import Pool, Site, SubTheme, Theme


def themes() -> dict[str, str]:
    """In their order, the archived ones too."""
    language = page_language()
    return {theme.code: theme.label(language) for theme in Theme.objects.all()}


def subthemes() -> dict[str, str]:
    """In the order of their themes and their own, the archived ones too."""
    language = page_language()
    return {one.code: one.label(language) for one in SubTheme.objects.all()}


def sites() -> dict[str, str]:
    return dict(in_order(Site.objects.values_list("key", "name"), itemgetter(1)))


def partners() -> dict[str, str]:
    return dict(in_order(Partner.objects.values_list("slug", "name"), itemgetter(1)))


def partners_of_sites() -> dict[str, str]:
    """The code of the partner of each site that has one."""
    return dict(Site.objects.filter(partner__isnull=False).values_list("key", "partner__slug"))


def pools() -> dict[str, str]:
    return dict(in_order(Pool.objects.values_list("slug", "name"), itemgetter(1)))


def networks() -> dict[str, str]:
    return dict(Network.objects.values_list("code", "name"))


def campaigns() -> dict[str, str]:
    """Those that some site declares; the code is the name."""
    declared: set[str] = set()
    for usual, others in Site.objects.values_list("campaign", "campaigns"):
        declared.update([usual, *others])
    return {code: code for code in sorted(declared - {""})}


def languages() -> dict[str, str]:
    """In the reader's language, as figures show them; `languages.LANGUAGES` has each in itself."""
    locale = Locale.parse(page_language(), sep="-")
    return {code: capfirst(locale.languages.get(code, name)) for code, name in LANGUAGES.items()}


def languages_in_a_sentence() -> dict[str, str]:
    """The same as they stand within a sentence: only some languages write them with a capital."""
    locale = Locale.parse(page_language(), sep="-")
    return {code: locale.languages.get(code, name) for code, name in LANGUAGES.items()}


def audience_names() -> dict[str, str]:
    """The audiences, in the reader's language."""
    words = {
        "public": gettext("General public"),
        "school": gettext("School"),
        "professional": gettext("Professional asking for somebody else"),
    }
    return {code: words[code] for code in AUDIENCES}


BY_DIMENSION: Final[Mapping[str, Callable[[], dict[str, str]]]] = {
    "theme": themes,
    "subtheme": subthemes,
    "site": sites,
    "pool": pools,
    "network": networks,
    "partner": partners,
    "language": languages,
    "campaign": campaigns,
    "audience": audience_names,
}
"""The function that names the codes, by what they stand for."""
