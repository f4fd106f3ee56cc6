"""The page of the visitor's chat. It is the same for all who open it on one site in one language, so it is rendered once for them."""

import hashlib
from base64 import b64encode
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from routing_rules.languages import LANGUAGES
from routing_rules.models import Site

PACKED: Final = {
    "style": "widget/packed/chat.css",
    "script": "widget/packed/chat.js",
    "proof": "widget/packed/proof.js",
    "checks": "widget/packed/writing_checks.js",
    "sealing": "widget/packed/sealing.js",
}
SOURCES: Final = {
    "style": "widget/packed.css",
    "script": "widget/app.js",
    "proof": "widget/proof.js",
    "checks": "widget/writing_checks.js",
    "sealing": "widget/sealing.js",
}
MOST_KEPT = 512
"""Theme and campaign come from the address, which anybody can write: so many pages are kept, of some 1.5 KB each."""


def response(site: Site, *, language: str, theme: str, campaign: str, quick_exit: str) -> HttpResponse:
    """The chat, for the pages of this site's domains only. `miti/visitor_pages.py` tells by it what a release serves."""
    page = _rendered(site.key, site.audience, language, theme, campaign, quick_exit)
    answer = HttpResponse(page)
    # django-csp reads this attribute; its decorators accept only a policy that is fixed in the code.
    answer._csp_update = {  # type: ignore[attr-defined]
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["miti"],
    }
    answer._csp_replace = {"frame-ancestors": site.domains or ["'none'"]}  # type: ignore[attr-defined]
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    return answer


def style() -> str:
    """The name of the style sheet that is in use."""
    return (SOURCES if settings.DEBUG else PACKED)["style"]


def _served(name: str) -> Path:
    """While Miti is worked on, files are served as they are written; else under names with their digests."""
    if not hasattr(staticfiles_storage, "stored_name"):
        found = finders.find(name)
        assert isinstance(found, str)
        return Path(found)
    return Path(staticfiles_storage.path(staticfiles_storage.stored_name(name)))


@lru_cache(maxsize=len(PACKED) + len(SOURCES))
def _integrity(name: str) -> str:
    """Of the file as it is served: a browser takes no other for it."""
    return "sha384-" + b64encode(hashlib.sha384(_served(name).read_bytes()).digest()).decode()


@lru_cache(maxsize=MOST_KEPT)
def _rendered(key: str, audience: str, language: str, theme: str, campaign: str, quick_exit: str) -> bytes:
    """All that the page depends on is an argument, or stays the same while the process runs. It must not depend on who is signed in in
    this browser: it is rendered without the request."""
    files = SOURCES if settings.DEBUG else PACKED
    with translation.override(language):
        page = render_to_string(
            "widget/frame.html",
            {
                "site": {"key": key, "audience": audience},
                "lang": language,
                "dir": "rtl" if translation.get_language_bidi() else "ltr",
                "languages": list(LANGUAGES),
                "theme": theme,
                "campaign": campaign,
                "quick_exit": quick_exit,
                **files,
                "integrity": {name: _integrity(file) for name, file in files.items()},
            },
        )
    return page.encode()
