"""Sites: the places that embed the widget. Only this module writes them."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.text import slugify

from partners import audit
from partners.codes import RESERVED
from partners.models import Staff
from routing_rules.models import Site, Theme
from routing_rules.shared_hosts import SHARED_HOSTS
from wakeups import publish

_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
LOOPBACK = {"localhost", "127.0.0.1"}
MOST_CAMPAIGNS = 50
"""Of one site."""


class SiteInUseError(Exception):
    """Conversations that began there are still open: it is not deleted."""


class NotADomainError(ValueError):
    """This is not an origin that may frame the widget."""


def domain_of(text: str) -> str:
    """The origin as browsers write it: "https://www.example.be", "https://*.example.be"; any port of this machine. Accented letters
    become punycode.

    Raises:
        NotADomainError: it has a path, no scheme, or plain http off this machine; or it means everybody's sites ("https://*.be").
    """
    text = _in_ascii(text.strip().lower().rstrip("/"))
    if text.endswith(":*") and urlsplit(text[:-2]).hostname in LOOPBACK:
        return f"{domain_of(text[:-2])}:*"
    try:
        whole = urlsplit(text)
        port = f":{whole.port}" if whole.port else ""
        # Browsers leave it out.
        text = text.removesuffix(":443") if whole.scheme == "https" else text
        port = "" if port == ":443" and whole.scheme == "https" else port
    except ValueError:
        raise NotADomainError(text) from None
    host = whole.hostname or ""
    if f"{whole.scheme}://{host}{port}" != text or not _HOST.fullmatch(host):
        raise NotADomainError(text)
    if host.startswith("*.") and (host.count(".") < 2 or host[2:] in SHARED_HOSTS):
        raise NotADomainError(text)
    if whole.scheme != "https" and not (whole.scheme == "http" and host in LOOPBACK):
        raise NotADomainError(text)
    return text


def _in_ascii(text: str) -> str:
    scheme, mark, host = text.partition("://")
    if not mark or host.isascii():
        return text
    wildcard = "*." if host.startswith("*.") else ""
    try:
        return f"{scheme}://{wildcard}{'.'.join(map(_label_in_ascii, host.removeprefix('*.').split('.')))}"
    except UnicodeError:
        raise NotADomainError(text) from None


def _label_in_ascii(label: str) -> str:
    # Python would write them as "ss" and "σ", which is another host for browsers.
    if set("ßς") & set(label):
        return f"xn--{label.encode('punycode').decode()}"
    return label.encode("idna").decode()


def readable(domain: str) -> str:
    """The same with the letters that people write: "https://www.été.be"."""
    try:
        return re.sub(r"\bxn--([a-z0-9-]+)", lambda found: found[1].encode().decode("punycode"), domain)
    except (ValueError, OverflowError):
        return domain


def shows_widget(site: Site, page: str) -> bool:
    """May the page at this address show the widget of this site? As browsers read `frame-ancestors`."""
    whole = urlsplit(_in_ascii(page.strip().lower()))
    origin = f"{whole.scheme}://{whole.netloc}"
    for domain in site.domains:
        scheme, _mark, host = domain.partition("://")
        if domain == origin or (host.endswith(":*") and origin.rsplit(":", 1)[0] == domain[:-2]):
            return True
        if host.startswith("*.") and whole.scheme == scheme and whole.netloc.endswith(host[1:]):
            return True
    return False


def free_key(name: str, *, besides: Callable[[str], bool]) -> str:
    """A key made from a site's name that no site has, and of which `besides` does not say that it is taken, too."""
    base = slugify(name)[:40].strip("-") or "site"
    keys = [base, *(f"{base}-{number}" for number in range(2, 1000))]
    taken = set(Site.objects.filter(key__startswith=base).values_list("key", flat=True)) | RESERVED
    return next(key for key in keys if key not in taken and not besides(key))


def themes_offered(site: Site, *, in_use: Sequence[Theme] | None = None) -> list[Theme]:
    """The themes that visitors may choose on this site: those in use that it chose, or all in use if it chose none.

    `in_use`: all themes in use, for callers that have read them already.
    """
    chosen = list(site.themes.all())
    if chosen:
        return [theme for theme in chosen if theme.active]
    return list(Theme.objects.filter(active=True) if in_use is None else in_use)


def campaign_of(site: Site, given: str) -> str:
    """What a visit counts under: the campaign that the page gives, if a coordinator declared it for the site; else the site's own, or none.

    Anybody can give any name: names that nobody declared could push out real ones, or mark one visitor's row.
    """
    return given if given in site.campaigns else site.campaign


@transaction.atomic
def save(*, actor: Staff, site: Site, themes: Iterable[Theme], **values: Any) -> Site:
    """Write a new or an existing site, with what it offers and to whom."""
    new = site.pk is None
    was = {} if new else _told(site)
    for name, value in values.items():
        setattr(site, name, value)
    site.save()
    site.themes.set(themes)
    audit.record(
        actor=actor,
        action="site.created" if new else "site.changed",
        subject=f"site {site.key}",
        detail=_told(site) | ({} if new else {"was": was}),
    )
    publish.routing_changed()
    return site


def _told(site: Site) -> dict[str, Any]:
    """What the log tells of a site."""
    return {
        "name": site.name,
        "institution": site.partner.slug if site.partner else None,
        "domains": site.domains,
        "themes": sorted(site.themes.values_list("code", flat=True)),
        "campaign": site.campaign,
        "campaigns": site.campaigns,
        "languages": site.languages,
        "audience": site.audience,
        "test": site.test,
        "active": site.active,
    }


@transaction.atomic
def delete(*, actor: Staff, site: Site) -> None:
    """Delete a site: its pages show no chat from now on. Figures keep what was counted, under its key.

    Raises:
        SiteInUseError: nothing was changed.
    """
    audit.record(actor=actor, action="site.deleted", subject=f"site {site.key}", detail=_told(site))
    try:
        site.delete()
    except ProtectedError:
        raise SiteInUseError from None
    publish.routing_changed()
