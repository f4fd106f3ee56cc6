"""The two ends of a conversation, speaking the protocol over real sockets."""

import asyncio
import json
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from chat.frames.base import PROTOCOL
from tests.frame_schemas import fault
from tests.sealed_end import end_at
from tests.server import Server

PATIENCE_S = 60.0
"""For what never comes: a test that passes does not wait so long, however busy the machine."""
PATIENT: dict[str, Any] = {"max_size": None, "open_timeout": PATIENCE_S, "ping_interval": None}
"""For `connect`: whether the other side is still there is asked by the server's pings alone."""
Frame = dict[str, Any]


class SocketClient:
    """One socket. What comes is kept until it is asked for, and must fit its schema; pings are answered."""

    seals: ClassVar[bool] = True
    """Texts are sealed and opened, and keys granted, as the pages do it."""
    protocol: ClassVar[int | None] = PROTOCOL
    """What is said in `hello` where nothing is sealed; None: nothing, as pages of 0.1.0 do."""
    opened: ClassVar[list["SocketClient"]] = []
    """Those that nobody has closed yet."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        SocketClient.opened.append(self)
        self.frames: list[Frame] = []
        self.all: list[Frame] = []
        """Every frame, as `frames`, whether it was taken out or not."""
        assert socket.request is not None
        self.end = end_at(socket.request.path)
        self.raw: list[str] = []
        self.fault: str | None = None
        """The first frame that the schema refuses."""
        self._news = asyncio.Event()
        self._reader = asyncio.create_task(self._read())
        self.answers_pings = True

    async def _read(self) -> None:
        try:
            async for text in self.socket:
                frame = json.loads(text)
                assert self.socket.request is not None
                self.fault = self.fault or fault(self.socket.request.path, frame)
                if frame["type"] == "ping":
                    if self.answers_pings:
                        await self.socket.send('{"type":"pong"}')
                    continue
                self.raw.append(str(text))
                if self.seals:
                    for answer in self.end.received(frame):
                        await self.socket.send(json.dumps(answer))
                if not self.seals or frame["type"] not in {"grant", "grant_wanted"}:
                    self.frames.append(frame)
                    self.all.append(frame)
                self._news.set()
        except ConnectionClosed:
            pass
        finally:
            self._news.set()

    async def send(self, kind: str, /, **fields: Any) -> None:
        frame: Frame = {"type": kind, **fields}
        if self.seals:
            frame = await self._sealed(frame)
        elif kind == "hello" and self.protocol is not None:
            frame = {"protocol": self.protocol} | frame
        # As a browser writes it: UTF-8, not escaped.
        await self.socket.send(json.dumps(frame, ensure_ascii=False))

    async def _sealed(self, frame: Frame) -> Frame:
        async def ready() -> Frame:
            while (sealed := self.end.sealed(frame)) is None and not self._reader.done():
                self._news.clear()
                await self._news.wait()
            return sealed or frame

        return await asyncio.wait_for(ready(), PATIENCE_S)

    async def expect(self, kind: str, where: Callable[[Frame], bool] | None = None, **fields: Any) -> Frame:
        """The first frame of this type with these fields, which is then taken out; in time, or the test fails."""
        return await self.expect_any(kind, where=where, **fields)

    async def expect_any(
        self, *kinds: str, where: Callable[[Frame], bool] | None = None, **fields: Any
    ) -> Frame:
        """The same for the first frame of any of these types."""

        def fits(frame: Frame) -> bool:
            return (
                frame["type"] in kinds
                and all(frame.get(name) == value for name, value in fields.items())
                and (where is None or where(frame))
            )

        async def found() -> Frame:
            while True:
                assert self.fault is None, self.fault
                for frame in self.frames:
                    if fits(frame):
                        self.frames.remove(frame)
                        return frame
                self._news.clear()
                if self._reader.done():
                    raise AssertionError(f"closed ({self.socket.close_code}); there were {self.frames}")
                await self._news.wait()

        try:
            return await asyncio.wait_for(found(), PATIENCE_S)
        except TimeoutError:
            raise AssertionError(f"no {kinds} {fields} in time; there were {self.frames}") from None

    async def closed(self) -> int | None:
        """Wait until the server has closed it; with which code."""
        done, _ = await asyncio.wait([self._reader], timeout=PATIENCE_S)
        assert done, f"it was not closed in time; there were {self.frames}"
        return self.socket.close_code

    def count(self, kind: str) -> int:
        return sum(frame["type"] == kind for frame in self.frames)

    async def quiet(self, kind: str, for_s: float = 0.5) -> None:
        """Nothing of this type comes."""
        await asyncio.sleep(for_s)
        assert self.count(kind) == 0, self.frames

    async def leave(self) -> None:
        """Go without a word, as a closed tab does."""
        if self in SocketClient.opened:
            SocketClient.opened.remove(self)
        await self.socket.close()
        await self._reader
        assert self.fault is None, self.fault

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()


async def everybody_leaves() -> None:
    """Whatever a test left open: visitors end their conversations, then consoles go away."""
    left = list(SocketClient.opened)
    # Forgotten first: a fault of one test must not reach the next.
    SocketClient.opened.clear()
    for end in left:
        with suppress(ConnectionClosed):
            await end.send("leave")
    for end in left:
        await end.leave()


def new_token() -> str:
    return secrets.token_urlsafe(32)


async def open_visitor(server: Server, **headers: str) -> SocketClient:
    origin = headers.pop("origin", server.url)
    return SocketClient(
        await connect(
            f"{server.sockets}/visitor/",
            origin=origin,  # type: ignore[arg-type]
            additional_headers=headers,
            **PATIENT,
        )
    )


async def visitor(
    server: Server, token: str | None = None, *, site: str = "demo", lang: str = "fr", **back: int
) -> SocketClient:
    """A visitor who has said hello and been welcomed."""
    end = await open_visitor(server)
    await end.send("hello", site=site, lang=lang, token=token or new_token(), **back)
    await end.expect("welcome")
    return end


async def asking(
    server: Server,
    token: str | None = None,
    *,
    theme: str = "orientation",
    language: str = "fr",
    **hello: Any,
) -> SocketClient:
    """A visitor who waits."""
    end = await visitor(server, token, **hello)
    await end.send("ask", theme=theme, language=language)
    return end


_signed_in: dict[tuple[Path, str], dict[str, str]] = {}


def session_of(server: Server, account: str) -> dict[str, str]:
    """The cookies of a session that this run has signed in: checking a password takes a second of CPU."""
    key = (server.folder, account)
    if key not in _signed_in:
        _signed_in[key] = sign_in(server, account)
    return _signed_in[key]


async def sign_out(server: Server, cookies: dict[str, str]) -> None:
    async with httpx.AsyncClient(base_url=server.url, cookies=cookies) as browser:
        page = await browser.get("/accounts/logout/")
        token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        answer = await browser.post(
            "/accounts/logout/",
            data={"csrfmiddlewaretoken": token, "sure": "1"},
            headers={"Origin": server.url},
        )
        assert answer.status_code == 302


def sign_in(server: Server, account: str, password: str = "miti-demo") -> dict[str, str]:
    """The session's cookies, through the real form."""
    # Checking a password takes a second of CPU, of which a busy machine has little.
    with httpx.Client(base_url=server.url, follow_redirects=False, timeout=PATIENCE_S) as browser:
        page = browser.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token is not None
        answer = browser.post(
            "/accounts/login/",
            data={"login": account, "password": password, "csrfmiddlewaretoken": token[1]},
            headers={"Origin": server.url},
        )
        assert answer.status_code == httpx.codes.FOUND, answer.text
        return dict(browser.cookies)


async def open_console(
    server: Server,
    account: str = "conseillere.cdm",
    origin: str | None = None,
    cookies: dict[str, str] | None = None,
) -> SocketClient:
    known = await asyncio.to_thread(session_of, server, account) if cookies is None else cookies
    header = "; ".join(f"{name}={value}" for name, value in known.items())
    return SocketClient(
        await connect(
            f"{server.sockets}/counsellor/",
            origin=origin or server.url,  # type: ignore[arg-type]
            additional_headers={"Cookie": header},
            **PATIENT,
        )
    )


async def counsellor(server: Server, account: str = "conseillere.cdm", *, capacity: int = 2) -> SocketClient:
    """A counsellor who is available."""
    end = await open_console(server, account)
    await end.send("hello")
    welcome = await end.expect("welcome")
    # Who was available when they left is so again at once: what rings by then stands in the welcome, and no frame tells it again.
    end.frames += [{"type": "offer", **offer} for offer in welcome["offers"]]
    await end.send("availability", state="available", capacity=capacity)
    await end.expect("availability", state="available")
    return end


async def joined(
    server: Server, console: SocketClient, token: str | None = None, **asked: Any
) -> tuple[SocketClient, str]:
    """A visitor in conversation with this counsellor; and the conversation."""
    end = await asking(server, token, **asked)
    waiting = await end.expect("waiting")
    conversation = str(waiting["conversation"])
    await console.expect("offer", conversation=conversation)
    await console.send("accept", conversation=conversation)
    await console.expect("opened", conversation=conversation)
    await end.expect("joined")
    return end, conversation
