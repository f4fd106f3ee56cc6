"""Two conversations full of canaries, with every fault on the way: what both hunts play before they search."""

import json
import secrets
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import httpx
from websockets.asyncio.client import connect

from tests.leaks.hunt import Hunt
from tests.server import Server
from tests.socket_clients import PATIENT, SocketClient, counsellor, new_token, open_console

METRICS_TOKEN = "m" * 32
SETTINGS = {
    "MITI_LOG_LEVEL": "DEBUG",
    "MITI_LOG_FORMAT": "json",
    "MITI_DEBUG": "1",
    "MITI_TRUSTED_PROXIES": "1",
    "MITI_METRICS_TOKEN": METRICS_TOKEN,
    "MITI_COUNT_LATER": "1",
    # While a search goes on, nobody in the test's process answers pings.
    "MITI_SILENCE_S": "600",
    # What a process no longer needs is overwritten in its memory: docs/operating.md.
    "PYTHONMALLOC": "malloc",
    "MALLOC_PERTURB_": "165",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0",
}
FAILING = ["tests.leaks.failing_server"]
"""What is said there fails in the way that its first word asks for."""


class MarkedVisitor:
    """A browser whose address, name, referring page, token and words are all looked for."""

    def __init__(self, hunt: Hunt, name: str) -> None:
        self.hunt, self.name = hunt, name
        self.words = Hunt()
        """What is said, and the token: never in memory either, once it is over."""
        self.token = self.words.add(f"the token of {name}", new_token())
        groups = ":".join(f"{secrets.randbelow(0xE000) + 0x1000:x}" for _ in range(6))
        self.address = hunt.add(f"the address of {name}", f"2001:db8:{groups}")
        # Recognised by its network.
        hunt.add(f"the network of {name}", ":".join(self.address.split(":")[:4]))
        self.headers = {
            "User-Agent": quote(hunt.canary("agent")),
            "Referer": f"https://page.example/{quote(hunt.canary('referer'))}",
            "X-Forwarded-For": self.address,
            "Forwarded": f'for="[{self.address}]"',
            "X-Real-IP": self.address,
        }

    def text(self, what: str) -> str:
        return self.words.canary(f"{what} {self.name}")

    def in_bytes(self, where: str, content: bytes) -> list[str]:
        return self.hunt.in_bytes(where, content) + self.words.in_bytes(where, content)

    def in_folder(self, folder: Path) -> list[str]:
        return self.hunt.in_folder(folder) + self.words.in_folder(folder)

    async def looks_around(self, server: Server) -> None:
        async with httpx.AsyncClient(base_url=server.url, headers=self.headers, timeout=60) as browser:
            marked = quote(self.text("query"))
            for path in ("/widget/demo/", "/widget/demo/status", "/widget.js", "/widget/nulle-part/"):
                await browser.get(path)
            await browser.get(f"/widget/demo/status?mot={marked}")
            await browser.get(f"/{marked}?mot={marked}")
            await browser.get("/", headers={"Host": marked})
            await browser.get("/metrics", headers={"Authorization": f"Bearer {self.token}"})
            page = await browser.get("/accounts/login/")
            form = {"login": self.text("login"), "password": self.text("password")}
            form["csrfmiddlewaretoken"] = page.text.partition('csrfmiddlewaretoken" value="')[2].partition(
                '"'
            )[0]
            await browser.post("/accounts/login/", data=form, headers={"Origin": server.url})

    async def connects(self, server: Server) -> SocketClient:
        about = {name: value for name, value in self.headers.items() if name != "User-Agent"}
        socket = await connect(
            f"{server.sockets}/visitor/",
            origin=server.url,  # type: ignore[arg-type]
            user_agent_header=self.headers["User-Agent"],
            additional_headers=about,
            **PATIENT,
        )
        return SocketClient(socket)

    async def asks(self, server: Server) -> tuple[SocketClient, str]:
        end = await self.connects(server)
        await end.send("hello", site="demo", lang="fr", token=self.token)
        await end.expect("welcome")
        await end.send("ask", theme="orientation", language="fr")
        return end, str((await end.expect("waiting"))["conversation"])

    async def sends_nonsense(self, end: SocketClient) -> None:
        for wrong in (
            self.text("no json"),
            json.dumps({"type": self.text("type")}),
            json.dumps(
                {"type": "say", "client_id": "x", "body": "x", self.text("field"): self.text("value")}
            ),
            json.dumps({"type": "ask", "theme": self.text("code"), "language": "fr"}),
            json.dumps({"type": "say", "client_id": "x", "body": self.text("too long") + "x" * 8_000}),
            json.dumps({"type": "say", "client_id": self.text("client"), "body": self.text("client")}),
        ):
            await end.socket.send(wrong)
            await end.expect("error")


async def say(speaker: SocketClient, hearer: SocketClient, name: str, body: str, **about: str) -> None:
    await speaker.send("say", client_id=name, body=body, **about)
    await hearer.expect("message", body=body)


async def talks(
    servers: Sequence[Server], who: MarkedVisitor, *, transfer: bool
) -> tuple[list[SocketClient], str]:
    """Until just before the end; the console that may close it comes first."""
    first = await counsellor(servers[-1])
    second = await open_console(servers[0], "conseiller.cefo")
    await second.send("hello")
    await second.expect("welcome")
    await who.looks_around(servers[0])
    end, conversation = await who.asks(servers[0])
    await who.sends_nonsense(end)
    await end.send("say", client_id="early", body=who.text("early"))
    await end.expect("error", code="nobody_yet")
    await first.expect("offer", conversation=conversation)
    await first.send("accept", conversation=conversation)
    await first.expect("opened")
    await end.expect("joined")
    await say(end, first, "a1", who.text("visitor"))
    await say(first, end, "b1", who.text("counsellor"), conversation=conversation)
    await first.send("note", conversation=conversation, client_id="b2", body=who.text("note"))
    await first.expect("note")
    for fault in ("task", "thread", "library", "database"):
        body = f"{fault} {who.text('fault')}"
        await first.send("say", conversation=conversation, client_id=fault, body=body)
        await first.expect("error" if fault == "database" else "message", client_id=fault)
    if transfer:
        await second.send("availability", state="available", capacity=2)
        await second.expect("availability", state="available")
        await first.send(
            "transfer", conversation=conversation, to={"theme": "emploi"}, note=who.text("transfer")
        )
        await second.expect("offer", conversation=conversation)
        await second.send("accept", conversation=conversation)
        await second.expect("opened")
        await end.expect("joined")
        first, second = second, first
    return [first, second, end], conversation


async def ends(ends: list[SocketClient], conversation: str, who: MarkedVisitor, server: Server) -> None:
    console, _, end = ends
    await console.send("close", conversation=conversation, classification={"theme": "emploi"})
    await end.expect("closed")
    await end.send("say", client_id="late", body=who.text("late"))
    await end.expect("error", code="conversation_closed")
    await end.send("survey", rating=4, helped="yes")
    await end.expect("closed", survey=False)
    # A fault that costs the connection, in another conversation.
    for one in ends:
        await one.leave()


def conversation_forms(hunt: Hunt, conversation: str) -> None:
    hunt.add("the conversation", conversation)
    hunt.add("the conversation without dashes", UUID(conversation).hex)


async def metrics(server: Server) -> bytes:
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        answer = await client.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    assert answer.status_code == httpx.codes.OK
    return answer.content
