"""What a visitor is told first: is it open, in which themes and languages, which numbers to call."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from chat import database
from chat.frames import from_visitor as said
from chat.frames import to_visitor as told
from chat.frames.base import Choice, ErrorCode, Refused, moment
from chat.models import Contact, Notice, NoticeKind
from chat.services import asking
from indicators import codes, labels
from routing_rules.languages import LANGUAGES
from routing_rules.models import Site, Theme


def site(key: str) -> Site | None:
    return Site.objects.select_related("partner__network").filter(key=key, active=True).first()


async def welcome(
    *, site: Site, language: str, challenge: dict[str, Any] | None, now: datetime
) -> told.Welcome:
    door, opening = await asking.status(site=site, now=now)
    welcome = await database.run(_welcome, site, language, door.state.value, opening)
    welcome.challenge = challenge
    return welcome


def _welcome(site: Site, language: str, state: str, opening: datetime | None) -> told.Welcome:
    return told.Welcome(
        state=state,
        next_opening=moment(opening) if opening else None,
        themes=themes(site, language),
        languages=[Choice(code, LANGUAGES[code]) for code in site.languages if code in LANGUAGES],
        contacts=contacts(language),
        notices=told.Notices(
            opening=_notice(NoticeKind.OPENING, language), closed=_notice(NoticeKind.CLOSED, language)
        ),
        limits={"body": settings.ENV.body_chars, "frame": settings.ENV.frame_bytes},
        codes=_survey(language),
    )


def _survey(language: str) -> dict[str, list[Choice]]:
    with translation.override(language):
        return {
            field: [Choice(code, labels.of(field, code)) for code in allowed]
            for field, allowed in codes.SURVEY.items()
        }


def themes(site: Site, language: str) -> list[Choice]:
    """What this site offers; everything, unless it chose."""
    chosen = site.themes.filter(active=True)
    offered = chosen if chosen.exists() else Theme.objects.filter(active=True)
    return [Choice(theme.code, theme.label(language)) for theme in offered]


def contacts(language: str) -> list[told.Contact]:
    return [told.Contact(one.label(language), one.number) for one in Contact.objects.all()]


def _notice(kind: NoticeKind, language: str) -> str:
    worded = {one.language: one.html for one in Notice.objects.filter(kind=kind)}
    return worded.get(language) or worded.get("fr", "")


def check_survey(frame: said.Survey) -> None:
    """Raises `Refused` for an answer that is not on its list: the ticket is kept for another try."""
    for field, allowed in codes.SURVEY.items():
        answer = getattr(frame, field)
        if answer and answer not in allowed:
            raise Refused(ErrorCode.BAD_FRAME, f"This answer is not on the list of `{field}`")
