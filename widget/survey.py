"""What a visitor may tell at the end: once, for a while, and only what is on the lists."""

from datetime import datetime

from django.conf import settings

from chat import database, runtime
from chat.frames import from_visitor as said
from chat.frames import to_visitor as told
from chat.frames.base import ErrorCode, Refused
from chat.volatile import Tombstone
from indicators import codes, record


def is_open(stone: Tombstone, *, at: float) -> bool:
    """Whether it may still be given: once, and not always for as long as the end is told. `at`: since 1970 UTC."""
    return stone.survey and at - stone.closed_at <= settings.ENV.survey_s


async def answer(given: said.Survey, *, token_hash: str, now: datetime) -> told.Closed:
    """Add it to the figures of the conversation that has ended.

    Raises `Refused`: `not_allowed`, or `bad_frame` for an answer that is on no list: it may be given again.
    """
    stone = await runtime.volatile().tombstone(token_hash, now=now.timestamp())
    if stone is None or not stone.survey:
        raise Refused(ErrorCode.NOT_ALLOWED, "There is no survey to answer now")
    if not is_open(stone, at=now.timestamp()):
        raise Refused(ErrorCode.NOT_ALLOWED, "The survey is over")
    _check(given)
    row = await runtime.volatile().take_survey(token_hash, now=now.timestamp())
    if row is None:
        raise Refused(ErrorCode.NOT_ALLOWED, "The survey was answered already")
    await database.run(
        record.survey,
        row_id=row,
        rating=given.rating,
        helped=given.helped,
        status=given.status,
        age_band=given.age_band,
        gender=given.gender,
    )
    return told.Closed(stone.reason, stone.outcome, survey=False)


def _check(given: said.Survey) -> None:
    for field, allowed in codes.SURVEY.items():
        answered = getattr(given, field)
        if answered and answered not in allowed:
            raise Refused(ErrorCode.BAD_FRAME, f"This answer is not on the list of `{field}`")
