"""What a launcher or a partner's own page is told of a site: open, full or closed. The same for everybody, so it is made once a second."""

import hashlib
import json
import math
import re
from datetime import datetime
from typing import NamedTuple

from chat.frames.base import moment
from chat.services.site_status import SiteStatus, Standing
from partners import clock
from widget import button, launcher_schedule, welcome
from widget.launcher_schedule import WordedChange

FRESH_S, STALE_S = 1, 9
"""A cache may keep an answer for a second, and give it for nine more while it asks again; never beyond the next opening or closing."""


class StatusAnswer(NamedTuple):
    body: bytes
    etag: str
    cache_control: str


def answer(standing: Standing, status: SiteStatus, *, language: str) -> StatusAnswer:
    """The status of one site in this language, made once for all who ask within a second."""
    now = clock.now()
    # Seconds are told, rounded up: they stay the same for the whole of a second.
    made = "status", status.site.key, language, int(now.timestamp())
    found: StatusAnswer | None = standing.made.get(made)
    if found is None:
        found = standing.made[made] = _answer(standing, status, language, now)
    return found


def _answer(standing: Standing, status: SiteStatus, language: str, now: datetime) -> StatusAnswer:
    later = [each for each in launcher_schedule.coming(standing, status, language=language) if each.at > now]
    told = _told(standing, status, language, now)
    body = json.dumps(
        told
        | {
            "opens_in_s": math.ceil((status.opening - now).total_seconds()) if status.opening else None,
            "later": [
                {"in_s": math.ceil((each.at - now).total_seconds()), "state": each.state, "label": each.label}
                for each in later
            ],
        }
    )
    return StatusAnswer(body.encode(), _etag(told, later, now), _cache_control(later, now))


def _told(standing: Standing, status: SiteStatus, language: str, now: datetime) -> dict[str, object]:
    """All but what is told in seconds from now on."""
    state, opening = status.door.state.value, status.opening
    return {
        "state": state,
        "label": button.label(state=state, opening=opening, language=language, now=now),
        "next_opening": moment(opening) if opening else None,
        "label_open": button.label(state="open", opening=None, language=language, now=now),
        "away": button.word("away", language=language),
        "close": button.word("close", language=language),
        "languages": [{"code": one.code, "label": one.label} for one in welcome.languages(status.site)],
        "themes": [{"code": one.code, "label": one.label} for one in welcome.themes(status.themes, language)],
        "contacts": [
            {"label": one.label, "number": one.number, "href": "tel:" + re.sub(r"[^\d+]", "", one.number)}
            for one in welcome.contacts(standing.contacts, language)
        ],
    }


def _etag(told: dict[str, object], later: list[WordedChange], now: datetime) -> str:
    """Changes with what is told, and every few seconds where seconds are told: a browser goes on using the body that it has."""
    moments = [(each.at.timestamp(), each.state, each.label) for each in later]
    period = int(now.timestamp()) // (FRESH_S + STALE_S) if moments or told["next_opening"] else 0
    digest = hashlib.sha256(repr((told, moments, period)).encode()).hexdigest()
    return f'W/"{digest[:20]}"'


def _cache_control(later: list[WordedChange], now: datetime) -> str:
    left_s = math.floor((later[0].at - now).total_seconds()) if later else FRESH_S + STALE_S
    fresh = min(FRESH_S, left_s)
    stale = min(STALE_S, left_s - fresh)
    return f"public, max-age={fresh}" + (f", stale-while-revalidate={stale}" if stale else "")
