"""The first frame for a visitor: whether the site is open, its themes and languages, the numbers to call.

It is the same for everybody on a site, and costs some twenty queries: all who say hello within a second share it, unless a wake-up
announced a change meanwhile. The door is checked anew when somebody asks.
"""

import asyncio
import time
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.utils import translation

from chat import database, runtime
from chat.frames.base import Choice, moment, write
from chat.frames.visitor import server_frames
from chat.limits import limits
from chat.models import Contact, Notice, NoticeKind
from chat.services import door_status
from indicators import codes, labels
from partners.wording import in_language
from routing_rules.languages import LANGUAGES
from routing_rules.models import Site
from routing_rules.sites import themes_offered
from widget import button

FRESH_S = 1.0


class Greeting(NamedTuple):
    site: Site
    welcome: server_frames.Welcome
    written: bytes
    """The encoded welcome, for visitors without a challenge."""


class _Asked(NamedTuple):
    at: float
    changes: int
    answer: asyncio.Task[Greeting | None]


_asked: dict[tuple[str, str], _Asked] = {}


async def welcome_for(key: str, language: str, *, now: datetime) -> Greeting | None:
    """None: there is no such site."""
    if language not in LANGUAGES:
        # A client may send any language, and Django keeps the texts of each language that it ever used.
        language = settings.LANGUAGE_CODE
    at, changes, loop = time.monotonic(), runtime.hub().changes, asyncio.get_running_loop()
    known = _asked.get((key, language))
    if (
        known is None
        or known.at < at - FRESH_S
        or known.changes != changes
        or known.answer.get_loop() is not loop
    ):
        for old in [each for each, asked in _asked.items() if asked.at < at - FRESH_S]:
            del _asked[old]
        known = _asked[key, language] = _Asked(at, changes, loop.create_task(_find(key, language, now)))
    try:
        # A visitor who disconnects must not cancel the answer that others wait for.
        return await asyncio.shield(known.answer)
    except Exception:
        if _asked.get((key, language)) is known:
            del _asked[key, language]
        raise


async def _find(key: str, language: str, now: datetime) -> Greeting | None:
    found = await database.run(site, key)
    if found is None:
        return None
    door, opening = await door_status.status(site=found, now=now)
    welcome = await database.run(_welcome, found, language, door.state.value, opening, now)
    return Greeting(found, welcome, write(welcome))


def site(key: str) -> Site | None:
    return Site.objects.select_related("partner__network").filter(key=key, active=True).first()


def _welcome(
    site: Site, language: str, state: str, opening: datetime | None, now: datetime
) -> server_frames.Welcome:
    return server_frames.Welcome(
        state=state,
        label=button.label(state=state, opening=opening, language=language, now=now),
        next_opening=moment(opening) if opening else None,
        opening=button.opening_in_words(opening, language=language, now=now) if opening else None,
        fresh_s=button.holds_for_s(opening, now=now) if opening else None,
        themes=themes(site, language),
        languages=[Choice(code, LANGUAGES[code]) for code in site.languages if code in LANGUAGES],
        contacts=contacts(language),
        notices=server_frames.Notices(
            opening=_notice(NoticeKind.OPENING, language), closed=_notice(NoticeKind.CLOSED, language)
        ),
        limits=limits(),
        codes=_survey(language),
    )


def _survey(language: str) -> dict[str, list[Choice]]:
    with translation.override(language):
        return {
            field: [Choice(code, labels.of(field, code)) for code in allowed]
            for field, allowed in codes.SURVEY.items()
        }


def themes(site: Site, language: str) -> list[Choice]:
    """The themes that this site offers, named in this language."""
    return [Choice(theme.code, theme.label(language)) for theme in themes_offered(site)]


def contacts(language: str) -> list[server_frames.ShownContact]:
    return [server_frames.ShownContact(one.label(language), one.number) for one in Contact.objects.all()]


def _notice(kind: NoticeKind, language: str) -> str:
    worded = {one.language: one.html for one in Notice.objects.filter(kind=kind)}
    return in_language(worded, language)
