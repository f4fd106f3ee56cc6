"""The limits that both sides of a socket must agree on. Each `welcome` holds them, so that no script has a number of its own."""

from django.conf import settings

from chat.frames.base import Limits
from indicators.codes import RATINGS
from partners.codes import LONGEST_CODE

TYPING_EVERY_S = 3.0
TYPING_SHOWN_S = 7.0
ACTIVE_PER_ABSENCE = 4
"""How many times a used console sends `active` within the time after which an inactive counsellor counts as absent."""


def limits() -> Limits:
    """The limits from the settings; the same for visitors and counsellors."""
    env = settings.ENV
    return Limits(
        body=env.body_chars,
        frame=env.frame_bytes,
        code=LONGEST_CODE,
        rating_max=RATINGS[-1],
        ping_s=env.ping_s,
        silence_s=env.silence_s,
        active_every_s=env.probably_absent_s / ACTIVE_PER_ABSENCE,
        absent_after_s=env.probably_absent_s,
        typing_every_s=TYPING_EVERY_S,
        typing_shown_s=TYPING_SHOWN_S,
        timebox_min=env.timebox_min,
    )
