"""A console is asked whether it may stay when something is done there or rights change, and not at every wake-up."""

import pytest

from chat.hub import Notification
from chat.services.counsellor_view import CounsellorView
from counsellor_console import session
from counsellor_console.consumer import CounsellorSocket
from wakeups.topics import EVERY_COUNSELLOR


class Door:
    """Lets everybody stay until it is shut."""

    def __init__(self) -> None:
        self.asked = 0
        self.open = True

    async def __call__(self, staff: int, session: str) -> bool:
        self.asked += 1
        return self.open


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    made = Door()
    monkeypatch.setattr(session, "may_stay", made)
    monkeypatch.setattr(session, "ASKED_EVERY_S", 3600.0)
    return made


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> CounsellorSocket:
    made = CounsellorSocket()
    made._view = CounsellorView("available", 2, 0, conversations={}, offers={})
    monkeypatch.setattr(made, "refresh_soon", lambda: None)
    return made


async def may_stay(console: CounsellorSocket) -> bool:
    return await console._stay.is_granted(1, "session")


async def test_wake_ups_within_seconds_ask_once(door: Door, console: CounsellorSocket) -> None:
    for _ in range(5):
        assert await may_stay(console)
    assert door.asked == 1


@pytest.mark.parametrize("name", ["rights", "routing"])
async def test_a_change_of_rights_is_asked_about_at_once(
    door: Door, console: CounsellorSocket, name: str
) -> None:
    assert await may_stay(console)
    door.open = False
    console.on_notification(Notification(EVERY_COUNSELLOR, name))
    assert not await may_stay(console)


async def test_a_refusal_is_not_forgotten(door: Door, console: CounsellorSocket) -> None:
    door.open = False
    for _ in range(3):
        assert not await may_stay(console)
    assert door.asked == 3


async def test_some_seconds_later_it_is_asked_again(
    door: Door, console: CounsellorSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "ASKED_EVERY_S", 0.0)
    for _ in range(3):
        assert await may_stay(console)
    assert door.asked == 3
