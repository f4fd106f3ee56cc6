"""What a visitor says, at a pace at which people write."""

import time
from typing import Any

from django.conf import settings

from chat import clock
from chat.frames.base import ErrorCode, Refused
from chat.frames.visitor import client_frames
from chat.rate_limits import TokenBucket
from chat.services import messages
from chat.services.visitor_view import VisitorView
from chat.socket import POLICY, Socket, round_up_to_tenths
from chat.transcript.interface import VISITOR, Appended, EntryKind, Unable

TOO_FAST_A_MINUTE = 20


class Saying:
    """Belongs to one socket, which is closed when it does not slow down."""

    __slots__ = ("_pace", "_socket", "_too_fast")

    def __init__(self, socket: Socket[Any]) -> None:
        self._socket = socket
        self._pace = TokenBucket(settings.ENV.visitor_messages, settings.ENV.visitor_messages_per_s)
        self._too_fast = TokenBucket(TOO_FAST_A_MINUTE, 60)

    async def append(self, frame: client_frames.Say, view: VisitorView) -> Appended | Unable:
        """Raises `Refused`."""
        now = time.monotonic()
        if wait := self._pace.take(now):
            if self._too_fast.take(now):
                self._socket.close(POLICY)
            raise Refused(
                ErrorCode.TOO_FAST,
                "Too many messages at once",
                client_id=frame.client_id,
                retry_after_s=round_up_to_tenths(wait),
            )
        return await messages.append(
            conversation=view.conversation,
            kind=EntryKind.MESSAGE,
            author=VISITOR,
            client_id=frame.client_id,
            envelope=frame.body,
            now=clock.now(),
        )
