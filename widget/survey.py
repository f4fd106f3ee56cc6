"""The survey after the end: for a while, a visitor may answer each question once, and only with answers that are on the lists."""

from datetime import datetime

from django.conf import settings

from chat import database, runtime
from chat.frames.base import ErrorCode, Refused
from chat.frames.visitor import client_frames, server_frames
from chat.volatile import Tombstone
from indicators import codes
from indicators.rows import pending


def is_open(tombstone: Tombstone, *, at: float) -> bool:
    """Whether it may still be answered: once, and perhaps not for as long as the tombstone lasts. `at`: seconds since 1970 UTC."""
    return tombstone.survey and at - tombstone.closed_at <= settings.ENV.survey_s


class Survey:
    """Belongs to one socket: whoever has answered something here may answer the rest here."""

    def __init__(self) -> None:
        self._begun: Tombstone | None = None

    async def answer(
        self, given: client_frames.Survey, *, token_hash: str, now: datetime
    ) -> server_frames.Closed:
        """Add the answers to the pending row of the conversation that has ended.

        Raises `Refused`: `not_allowed`, or `bad_frame` for an answer that is on no list; the visitor may then answer again.
        """
        tombstone = await runtime.volatile().tombstone(token_hash, now=now.timestamp())
        if tombstone and self._begun and tombstone.row == self._begun.row:
            tombstone = self._begun
        if tombstone is None or not tombstone.survey:
            raise Refused(ErrorCode.NOT_ALLOWED, "There is no survey to answer now")
        if not is_open(tombstone, at=now.timestamp()):
            raise Refused(ErrorCode.NOT_ALLOWED, "The survey is over")
        _check(given)
        begins = tombstone is not self._begun
        if begins and await runtime.volatile().take_survey(token_hash, now=now.timestamp()) is None:
            raise Refused(ErrorCode.NOT_ALLOWED, "The survey was answered already")
        self._begun = tombstone
        if not await _add(given, tombstone) and not begins:
            raise Refused(ErrorCode.NOT_ALLOWED, "This was answered already")
        return server_frames.Closed(tombstone.reason, tombstone.outcome, survey=False)


async def _add(given: client_frames.Survey, tombstone: Tombstone) -> bool:
    assert tombstone.row is not None
    return await database.run(
        pending.survey,
        row_id=tombstone.row,
        rating=given.rating,
        helped=given.helped,
        status=given.status,
        age_band=given.age_band,
        gender=given.gender,
    )


def _check(given: client_frames.Survey) -> None:
    for field, allowed in codes.SURVEY.items():
        answered = getattr(given, field)
        if answered and answered not in allowed:
            raise Refused(ErrorCode.BAD_FRAME, f"This answer is not on the list of `{field}`")
