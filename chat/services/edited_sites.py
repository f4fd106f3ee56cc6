"""What visitors are shown as people edit it: the sites and their themes, the numbers to call, the notices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chat.models import Contact, Notice
from chat.shared_reading import SharedReading
from partners.prepared_query import PreparedQuery
from routing_rules.models import Site, Theme
from routing_rules.sites import themes_offered


@dataclass(frozen=True, slots=True)
class EditedSites:
    sites: Mapping[str, Site]
    """The active ones, by key, with their themes."""
    themes: Sequence[Theme]
    """Those in use."""
    contacts: Sequence[Contact]
    notices: Sequence[Notice]

    def themes_of(self, site: Site) -> list[Theme]:
        """Those that visitors may choose there."""
        return themes_offered(site, in_use=self.themes)


_rows = [
    PreparedQuery(lambda: Site.objects.filter(active=True).order_by("pk").values_list()),
    PreparedQuery(lambda: Site.themes.through.objects.order_by("pk").values_list("site_id", "theme_id")),
    PreparedQuery(lambda: Theme.objects.order_by("pk").values_list()),
    PreparedQuery(lambda: Contact.objects.order_by("pk").values_list()),
    PreparedQuery(lambda: Notice.objects.order_by("pk").values_list()),
]
_known: tuple[list[list[tuple[Any, ...]]], EditedSites] | None = None
"""The rows that were read last, and what was made of them."""


def _read(_: datetime) -> EditedSites:
    """Made again when a row differs: few seconds bring a change."""
    global _known
    rows, known = [each.rows() for each in _rows], _known
    if known is None or known[0] != rows:
        sites = Site.objects.filter(active=True).prefetch_related("themes")
        made = EditedSites(
            sites={site.key: site for site in sites},
            themes=list(Theme.objects.filter(active=True)),
            contacts=list(Contact.objects.all()),
            notices=list(Notice.objects.all()),
        )
        known = _known = rows, made
    return known[1]


_shared = SharedReading(_read)


def edited_sites(now: datetime) -> EditedSites:
    """As they are now, read a moment ago at most. In a thread."""
    return _shared.at(now)
