"""What waits for a slow reader is bounded, in frames and in size; a reader who keeps up loses nothing."""

import asyncio
from typing import Any

from chat.frames.visitor.client_frames import Frame
from chat.send_queue import BACKLOG_BYTES
from chat.socket import OVERFLOW, Socket


class Line(Socket[Frame]):
    """A connection whose other side reads only when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = asyncio.Event()
        self.sent: list[dict[str, Any]] = []
        self._send_queue.send = self._pass_on

    async def _pass_on(self, event: dict[str, Any]) -> None:
        await self.reads.wait()
        self.sent.append(event)

    async def settle(self) -> None:
        for _ in range(1_000):
            await asyncio.sleep(0)

    def texts(self) -> list[str]:
        return [event["text"] for event in self.sent if event["type"] == "websocket.send"]


async def test_pushed_frames_are_sent_in_order() -> None:
    line = Line()
    line.reads.set()
    for n in range(300):
        line.push(b"%d" % n)
        await asyncio.sleep(0)
    await line.settle()
    assert line.texts() == [str(n) for n in range(300)]
    assert not line.closing


async def test_too_many_unread_frames_close_the_socket() -> None:
    line = Line()
    line.push(b"first")
    await line.settle()
    for n in range(2_000):
        line.push(b"%d" % n)
    assert line.closing
    line.reads.set()
    await line.settle()
    # What had left already arrives; then the reason, and nothing after it.
    assert line.texts() == ["first"]
    assert line.sent[-1] == {"type": "websocket.close", "code": OVERFLOW}


async def test_a_few_large_unread_frames_close_the_socket() -> None:
    line = Line()
    line.push(b"first")
    await line.settle()
    page = b"x" * (BACKLOG_BYTES // 2)
    for _ in range(3):
        line.push(page)
    assert line.closing
    line.reads.set()
    await line.settle()
    assert line.sent[-1]["code"] == OVERFLOW


async def test_a_single_frame_may_exceed_the_limit() -> None:
    line = Line()
    line.push(b"first")
    await line.settle()
    line.push(b"x" * (BACKLOG_BYTES + 1))
    assert not line.closing
    line.reads.set()
    await line.settle()
    assert len(line.texts()) == 2


async def test_a_reader_who_catches_up_may_fall_behind_again() -> None:
    line = Line()
    page = b"x" * (BACKLOG_BYTES // 2)
    for _ in range(10):
        line.reads.clear()
        line.push(page)
        line.push(page)
        line.reads.set()
        await line.settle()
    assert not line.closing
    assert len(line.texts()) == 20


async def test_nothing_is_pushed_after_the_close() -> None:
    line = Line()
    line.reads.set()
    line.push(b"last")
    line.close(4000)
    line.push(b"never")
    line.close(4050)
    await line.settle()
    assert line.texts() == ["last"]
    assert line.sent[-1] == {"type": "websocket.close", "code": 4000}


async def test_a_frame_sent_at_once_never_overtakes_a_waiting_frame() -> None:
    line = Line()
    at_once: list[str] = []
    free = iter([True, False, True, True])

    def write(text: bytes) -> bool:
        if not next(free):
            return False
        at_once.append(text.decode())
        return True

    line._send_now = write
    line.push(b"1")
    line.push(b"2")  # the server cannot: it waits
    line.push(b"3")  # and whatever comes after it waits behind it
    assert at_once == ["1"]
    line.reads.set()
    await line.settle()
    assert line.texts() == ["2", "3"]
    line.push(b"4")
    assert at_once == ["1", "4"]
