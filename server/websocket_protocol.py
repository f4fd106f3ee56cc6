"""The server's WebSocket protocol: uvicorn's, bounded, with our own close code at shutdown, and a fast path for the most common frames.

uvicorn's own path costs a generator, a queue that stops the reading, a task, a coroutine and three layers of calls for each frame: as
much as everything else that relaying a message takes. docs/speed.md has the figures. What is bounded, and why: docs/security.md.
"""

from typing import Any

from websockets.protocol import OPEN
from websockets.speedups import apply_mask

from chat.socket import IMMEDIATE_SEND, STOPPING
from server.bounded_frames import BoundedFramesProtocol
from server.inflow import APPLICATION, PIECE_BYTES

WHOLE_TEXT, MASKED = 0x81, 0x80
SHORT, MEDIUM = 126, 127
MAX_UNREAD = 8
"""While so many frames wait for the application, no more is read from the socket."""


class Protocol(BoundedFramesProtocol):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Missing bytes of the frame that is being read; 0: the next byte begins a frame; None: no longer followed.
        self._bytes_missing: int | None = 0

    async def run_asgi(self) -> None:
        # Offered as an ASGI extension: on servers without it, the application sends by ASGI.
        self.scope["extensions"][IMMEDIATE_SEND] = {"write": self.write}
        await super().run_asgi()

    def write(self, text: bytes) -> bool:
        """Send it now. False: the reader is slow or the connection is ending; the caller must then send by ASGI, which waits."""
        if not self.writable.is_set() or self.conn.state is not OPEN or self.conn.extensions:
            return False
        try:
            self.transport.write(_head(len(text)) + text)
        except RuntimeError:
            # The connection has just broken, and the protocol does not know it yet.
            return False
        return True

    def data_received(self, data: bytes) -> None:
        at_once = self._bytes_missing == 0 and self.conn.state is OPEN and self.inflow.idle
        if not (texts := self._whole_texts(data) if at_once else None):
            if self.handshake_initiated and self._bytes_missing is not None:
                self._bytes_missing = (
                    _bytes_missing(data, self._bytes_missing) if self.handshake_complete else None
                )
            super().data_received(data)
            return
        for text in texts:
            self.queue.put_nowait({"type": "websocket.receive", "text": text})
        if self.queue.qsize() >= MAX_UNREAD:
            self.inflow.stop(APPLICATION)

    def _whole_texts(self, data: bytes) -> list[str] | None:
        """The texts, if these bytes are nothing but texts in one frame each, as a browser sends them (RFC 6455, 5.2).

        Several only in a small piece: those of a large one are read while the application keeps up.
        """
        if self.close_sent or self.conn.extensions:
            return None
        texts, at, most = [], 0, self.config.ws_max_size
        while len(data) - at >= 6 and data[at] == WHOLE_TEXT:
            size, start = data[at + 1] - MASKED, at + 6
            if size == SHORT:
                size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 8
            elif size == MEDIUM:
                return None
            at = start + size
            if size < 0 or len(data) < at or size > most:
                return None
            try:
                texts.append(apply_mask(data[start:at], data[start - 4 : start]).decode())
            except UnicodeDecodeError:
                return None
            if at == len(data):
                return texts
            if len(data) > PIECE_BYTES:
                return None
        return None

    def shutdown(self) -> None:
        # uvicorn closes websockets (with 1012) before it tells the application that it stops: our code must be sent here.
        if self.close_sent or not self.handshake_complete:
            super().shutdown()
            return
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": STOPPING})
        self.conn.send_close(STOPPING)
        self.transport.write(b"".join(self.conn.data_to_send()))


def _bytes_missing(data: bytes, at: int) -> int | None:
    """How many bytes of the last frame in `data` are missing; a frame begins at the index `at`.

    None for what is too rare to be followed: a message in several frames, a header in two pieces. uvicorn's own path then reads this
    connection for good.
    """
    while at < len(data):
        head = data[at : at + 14]
        if len(head) < 6 or not head[0] & 0x80 or not head[1] & MASKED:
            return None
        size, start = head[1] - MASKED, 6
        if size >= SHORT:
            start = 8 if size == SHORT else 14
            if len(head) < start:
                return None
            size = int.from_bytes(head[2 : start - 4], "big")
        at += start + size
    return at - len(data)


def _head(size: int) -> bytes:
    """The header of a server's frame that holds one whole text: RFC 6455, 5.2."""
    if size < SHORT:
        return bytes((WHOLE_TEXT, size))
    if size < 1 << 16:
        return bytes((WHOLE_TEXT, SHORT)) + size.to_bytes(2, "big")
    return bytes((WHOLE_TEXT, MEDIUM)) + size.to_bytes(8, "big")
