"""The queue of frames for a slow reader is bounded in number and in size; a reader who keeps up loses nothing."""

import asyncio
from typing import Any

from chat.frames.visitor.client_frames import Frame
from chat.send_queue import BACKLOG_BYTES
from chat.socket import OVERFLOW, Socket


class SlowSocket(Socket[Frame]):
    """A connection whose other side reads only when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = asyncio.Event()
        self.sent: list[dict[str, Any]] = []
        self._send_queue.send = self._send

    async def _send(self, event: dict[str, Any]) -> None:
        await self.reads.wait()
        self.sent.append(event)

    async def settle(self) -> None:
        for _ in range(1_000):
            await asyncio.sleep(0)

    def texts(self) -> list[str]:
        return [event["text"] for event in self.sent if event["type"] == "websocket.send"]


async def test_pushed_frames_are_sent_in_order() -> None:
    socket = SlowSocket()
    socket.reads.set()
    for n in range(300):
        socket.push(b"%d" % n)
        await asyncio.sleep(0)
    await socket.settle()
    assert socket.texts() == [str(n) for n in range(300)]
    assert not socket.closing


async def test_too_many_unread_frames_close_the_socket() -> None:
    socket = SlowSocket()
    socket.push(b"first")
    await socket.settle()
    for n in range(2_000):
        socket.push(b"%d" % n)
    assert socket.closing
    socket.reads.set()
    await socket.settle()
    # What had left already arrives; then the reason, and nothing after it.
    assert socket.texts() == ["first"]
    assert socket.sent[-1] == {"type": "websocket.close", "code": OVERFLOW}


async def test_a_few_large_unread_frames_close_the_socket() -> None:
    socket = SlowSocket()
    socket.push(b"first")
    await socket.settle()
    page = b"x" * (BACKLOG_BYTES // 2)
    for _ in range(3):
        socket.push(page)
    assert socket.closing
    socket.reads.set()
    await socket.settle()
    assert socket.sent[-1]["code"] == OVERFLOW


async def test_a_single_frame_may_exceed_the_limit() -> None:
    socket = SlowSocket()
    socket.push(b"first")
    await socket.settle()
    socket.push(b"x" * (BACKLOG_BYTES + 1))
    assert not socket.closing
    socket.reads.set()
    await socket.settle()
    assert len(socket.texts()) == 2


async def test_a_reader_who_catches_up_may_fall_behind_again() -> None:
    socket = SlowSocket()
    page = b"x" * (BACKLOG_BYTES // 2)
    for _ in range(10):
        socket.reads.clear()
        socket.push(page)
        socket.push(page)
        socket.reads.set()
        await socket.settle()
    assert not socket.closing
    assert len(socket.texts()) == 20


async def test_nothing_is_pushed_after_the_close() -> None:
    socket = SlowSocket()
    socket.reads.set()
    socket.push(b"last")
    socket.close(4000)
    socket.push(b"never")
    socket.close(4050)
    await socket.settle()
    assert socket.texts() == ["last"]
    assert socket.sent[-1] == {"type": "websocket.close", "code": 4000}


async def test_a_frame_sent_at_once_never_overtakes_a_waiting_frame() -> None:
    socket = SlowSocket()
    at_once: list[str] = []
    free = iter([True, False, True, True])

    def write(text: bytes) -> bool:
        if not next(free):
            return False
        at_once.append(text.decode())
        return True

    socket._send_now = write
    socket.push(b"1")
    socket.push(b"2")  # the server cannot: it waits
    socket.push(b"3")  # and whatever comes after it waits behind it
    assert at_once == ["1"]
    socket.reads.set()
    await socket.settle()
    assert socket.texts() == ["2", "3"]
    socket.push(b"4")
    assert at_once == ["1", "4"]
