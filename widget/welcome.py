"""The first frame for a visitor: whether the site is open, its themes and languages, the numbers to call.

It is the same for everybody on a site. It is made from the reading that all share (`chat.services.site_status`), at most once a second for
each site and language; the door is checked anew when somebody asks.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.utils import translation

from chat.frames.base import Choice, moment, write
from chat.frames.visitor import server_frames
from chat.limits import limits
from chat.models import Contact, NoticeKind
from chat.notice_blocks import notice_blocks
from chat.services import site_status
from chat.services.site_status import SiteStatus, Standing
from indicators import codes, labels
from partners import clock
from partners.wording import in_language
from routing_rules.languages import LANGUAGES, may_speak
from routing_rules.models import Site, Theme
from widget import button


class Greeting(NamedTuple):
    site: Site
    welcome: server_frames.Welcome
    written: bytes
    """The encoded welcome, for visitors without a challenge."""

    def with_storage_key(self, key: str) -> bytes:
        """The encoded welcome for one visitor: only its last field is their own."""
        return self.written.removesuffix(b'"}') + key.encode() + b'"}'


async def welcome_for(key: str, language: str) -> Greeting | None:
    """None: there is no such site."""
    standing = await site_status.standing()
    status = standing.of(key)
    if status is None:
        return None
    if not may_speak(language, status.site.languages):
        # A client may send any language, and Django keeps the texts of each language that it ever used.
        language = settings.LANGUAGE_CODE
    # Seconds are told, rounded up: they stay the same for the whole of a second.
    second = int(clock.seconds())
    made = "welcome", key, language, second
    found: Greeting | None = standing.made.get(made)
    if found is None:
        welcome = _welcome(standing, status, language)
        found = standing.made[made] = Greeting(status.site, welcome, write(welcome))
    return found


def _welcome(standing: Standing, status: SiteStatus, language: str) -> server_frames.Welcome:
    now, opening = clock.now(), status.opening
    before, closed = (_notice(standing, kind, language) for kind in (NoticeKind.OPENING, NoticeKind.CLOSED))
    return server_frames.Welcome(
        state=status.door.state.value,
        label=button.label(state=status.door.state.value, opening=opening, language=language, now=now),
        next_opening=moment(opening) if opening else None,
        opening=button.opening_in_words(opening, language=language, now=now) if opening else None,
        fresh_s=button.holds_for_s(opening, now=now) if opening else None,
        themes=themes(status.themes, language),
        languages=languages(status.site),
        contacts=contacts(standing.contacts, language),
        notices=server_frames.Notices(opening=before, closed=closed),
        notice_blocks=server_frames.NoticeBlocks(opening=notice_blocks(before), closed=notice_blocks(closed)),
        limits=limits(),
        codes=_survey(language),
    )


@lru_cache(maxsize=len(LANGUAGES))
def _survey(language: str) -> dict[str, list[Choice]]:
    with translation.override(language):
        return {
            field: [Choice(code, labels.of(field, code)) for code in allowed]
            for field, allowed in codes.SURVEY.items()
        }


def themes(offered: Iterable[Theme], language: str) -> list[Choice]:
    """The themes that a site offers, named in this language."""
    return [Choice(theme.code, theme.label(language)) for theme in offered]


def language_of(site: Site, wanted: str) -> str:
    """The wanted language, else the site's first: the same for everybody on that page."""
    code = wanted[:2].lower()
    return code if may_speak(code, site.languages) else (site.languages or [settings.LANGUAGE_CODE])[0]


def languages(site: Site) -> list[Choice]:
    return [Choice(code, LANGUAGES[code]) for code in site.languages if code in LANGUAGES]


def contacts(written: Collection[Contact], language: str) -> list[server_frames.ShownContact]:
    """The numbers for those who read this language; all of them where none is."""
    meant = [one for one in written if one.is_for(language)]
    return [server_frames.ShownContact(one.label(language), one.number) for one in meant or written]


def _notice(standing: Standing, kind: NoticeKind, language: str) -> str:
    worded = {
        one.language: one.html for one in standing.notices if one.kind == kind and one.is_shown(standing.now)
    }
    return in_language(worded, language)
