"""What a visitor was warned of and is still true: a counsellor's connection is lost, the conversation ends soon if nobody writes.

Warnings are hints that go to whoever listens at that moment. Who comes back to the page is told what still holds. Who was told of a loss is
told of the return by their own socket at the latest: a process that begins to lead the tick does not know what another has announced.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from chat import presence, runtime, volatile
from chat.frames.base import ServerFrame
from chat.frames.visitor import server_frames
from chat.hub import Notification
from chat.services import idle, tick_signs
from chat.services.visitor_view import VisitorView
from chat.states import Reason, State
from routing_rules.presence import LastSigns
from widget import presenter


class Warnings:
    """Belongs to one socket."""

    __slots__ = ("_lost",)

    def __init__(self) -> None:
        self._lost: set[int] = set()

    def note(self, notification: Notification) -> None:
        """The visitor is told of it just now."""
        if notification.name == "interrupted":
            self._lost.add(notification.data["counsellor"])
        elif notification.name == "back":
            self._lost.discard(notification.data["counsellor"])

    async def standing(self, view: VisitorView, *, now: datetime) -> list[ServerFrame]:
        """What holds as somebody comes back to the page. Raises `Unreachable`."""
        self._lost.clear()
        if view.state is not State.ACTIVE:
            return []
        signs = await _signs(view.parties)
        frames: list[ServerFrame] = []
        for counsellor in view.parties if _can_tell(signs, now) else ():
            if (grace_s := _grace_left_s(counsellor, signs, now)) is not None:
                self._lost.add(counsellor)
                frames.append(presenter.interrupted(view, counsellor, grace_s))
        if (in_s := await idle.warning(view.conversation, now=now)) is not None:
            frames.append(server_frames.Closing(in_s, Reason.IDLE))
        return frames

    async def over(self, view: VisitorView, *, now: datetime) -> list[ServerFrame]:
        """Who was lost and is there again. Raises `Unreachable`."""
        self._lost &= view.parties.keys()
        if not self._lost:
            return []
        signs = await _signs(self._lost)
        back = [one for one in sorted(self._lost) if _grace_left_s(one, signs, now) is None]
        self._lost.difference_update(back)
        return [presenter.back(view, counsellor) for counsellor in back]


async def _signs(counsellors: Iterable[int]) -> dict[str, LastSigns]:
    whom = [tick_signs.TICK, *(volatile.counsellor(who) for who in counsellors)]
    return await runtime.volatile().last_signs(whom)


def _can_tell(signs: Mapping[str, LastSigns], now: datetime) -> bool:
    return tick_signs.sees(tick_signs.lasts_s(signs.get(tick_signs.TICK), now=now))


def _grace_left_s(counsellor: int, signs: Mapping[str, LastSigns], now: datetime) -> int | None:
    limits = presence.counsellor_limits()
    return presence.grace_left_s(volatile.counsellor(counsellor), signs, now=now, limits=limits)
