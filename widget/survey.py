"""The survey after the end: a visitor may answer it once, for a while, and only with answers that are on the lists."""

from datetime import datetime

from django.conf import settings

from chat import database, runtime
from chat.frames.base import ErrorCode, Refused
from chat.frames.visitor import client_frames, server_frames
from chat.volatile import Tombstone
from indicators import codes, pending


def is_open(tombstone: Tombstone, *, at: float) -> bool:
    """Whether it may still be answered: once, and perhaps not for as long as the tombstone lasts. `at`: seconds since 1970 UTC."""
    return tombstone.survey and at - tombstone.closed_at <= settings.ENV.survey_s


async def answer(given: client_frames.Survey, *, token_hash: str, now: datetime) -> server_frames.Closed:
    """Add the answers to the pending row of the conversation that has ended.

    Raises `Refused`: `not_allowed`, or `bad_frame` for an answer that is on no list; the visitor may then answer again.
    """
    tombstone = await runtime.volatile().tombstone(token_hash, now=now.timestamp())
    if tombstone is None or not tombstone.survey:
        raise Refused(ErrorCode.NOT_ALLOWED, "There is no survey to answer now")
    if not is_open(tombstone, at=now.timestamp()):
        raise Refused(ErrorCode.NOT_ALLOWED, "The survey is over")
    _check(given)
    row = await runtime.volatile().take_survey(token_hash, now=now.timestamp())
    if row is None:
        raise Refused(ErrorCode.NOT_ALLOWED, "The survey was answered already")
    await database.run(
        pending.survey,
        row_id=row,
        rating=given.rating,
        helped=given.helped,
        status=given.status,
        age_band=given.age_band,
        gender=given.gender,
    )
    return server_frames.Closed(tombstone.reason, tombstone.outcome, survey=False)


def _check(given: client_frames.Survey) -> None:
    for field, allowed in codes.SURVEY.items():
        answered = getattr(given, field)
        if answered and answered not in allowed:
            raise Refused(ErrorCode.BAD_FRAME, f"This answer is not on the list of `{field}`")
