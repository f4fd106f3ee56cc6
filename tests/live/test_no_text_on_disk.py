"""Canaries: phrases, an address, a browser's name and a referring page that must be in no file afterwards."""

import base64
import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
from websockets.asyncio.client import connect

from tests.server import Server
from tests.socket_clients import SocketClient, counsellor, new_token

ADDRESS = "127.0.0.77"
"""Any address of 127/8 is this machine: the server sees it as the visitor's."""


def canary(name: str) -> str:
    return f"canari-{name}-éñ漢-{secrets.token_hex(6)}"


def encodings(text: str) -> Iterator[tuple[str, bytes]]:
    """Each way in which a text may lie in a file."""
    yield "utf-8", text.encode()
    yield "utf-16-le", text.encode("utf-16-le")
    yield "utf-16-be", text.encode("utf-16-be")
    yield "json escapes", json.dumps(text)[1:-1].encode()
    yield "python repr of bytes", repr(text.encode())[2:-1].encode()
    yield "url", quote(text).encode()
    yield "url lower", quote(text).lower().encode()
    yield "hex", text.encode().hex().encode()
    for offset in range(3):
        raw = base64.b64encode(b"\0" * offset + text.encode()).rstrip(b"=")
        # The letters at both ends depend on the neighbours.
        inside = raw[4 if offset else 0 : -4]
        yield f"base64 at {offset}", inside
        yield f"base64url at {offset}", inside.replace(b"+", b"-").replace(b"/", b"_")


def found_in(folder: Path, canaries: dict[str, str]) -> list[tuple[str, str, str]]:
    """(file, canary, encoding) of everything that was found."""
    there = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # a journal, gone meanwhile
            continue
        for name, text in canaries.items():
            for encoding, looked_for in encodings(text):
                if looked_for in content:
                    there.append((str(path.relative_to(folder)), name, encoding))
    return there


def test_the_search_finds_every_encoding(tmp_path: Path) -> None:
    text = canary("ici")
    for number, (encoding, content) in enumerate(encodings(text)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "file").write_bytes(b"before" + content + b"after")
        assert encoding in {one for _, _, one in found_in(folder, {"ici": text})}
    padded = tmp_path / "padded"
    padded.mkdir()
    for offset in range(3):
        (padded / str(offset)).write_bytes(base64.b64encode(b"." * offset + text.encode() + b"and more"))
    assert len({path for path, _, _ in found_in(padded, {"ici": text})}) == 3


async def open_marked(server: Server, marks: dict[str, str]) -> SocketClient:
    socket = await connect(
        f"{server.sockets}/visitor/",
        origin=server.url,  # type: ignore[arg-type]
        user_agent_header=quote(marks["user agent"]),
        additional_headers={
            "Referer": f"https://page.example/{quote(marks['referer'])}",
            "X-Forwarded-For": "203.0.113.77",
            "Forwarded": "for=203.0.113.77",
        },
        local_addr=(ADDRESS, 0),
    )
    return SocketClient(socket)


async def test_after_the_end_nothing_of_a_conversation_is_in_any_file(
    start_server: Callable[..., Server],
) -> None:
    server = start_server(MITI_LOG_LEVEL="DEBUG", MITI_DEBUG="1")
    said = {
        name: canary(name) for name in ("visitor", "counsellor", "note", "transfer", "too early", "field")
    }
    said |= {name: canary(name) for name in ("no json", "kind", "too long", "too late", "code", "waiting")}
    marks = {name: canary(name) for name in ("user agent", "referer")}
    token = new_token()
    transport = httpx.AsyncHTTPTransport(local_address=ADDRESS)
    headers = {
        "User-Agent": quote(marks["user agent"]),
        "Referer": f"https://page.example/{quote(marks['referer'])}",
        "X-Forwarded-For": "203.0.113.77",
    }
    async with httpx.AsyncClient(transport=transport, base_url=server.url, headers=headers) as browser:
        for path in (
            "/widget/demo/",
            "/widget/demo/status",
            "/widget.js",
            "/widget/nulle-part/",
            "/nulle-part",
        ):
            await browser.get(path)
    first, second = await counsellor(server), await counsellor(server, "conseiller.cefo")
    await second.send("availability", state="away", capacity=2)
    await second.expect("availability", state="away")
    someone = await open_marked(server, marks)
    await someone.send("hello", site="demo", lang="fr", token=token)
    await someone.send("say", client_id="a0", body=said["too early"])
    await someone.expect("error", code="nobody_yet")
    for wrong in (
        said["no json"],
        json.dumps({"type": said["kind"]}),
        json.dumps({"type": "say", "client_id": "x", "body": "x", said["field"]: said["field"]}),
        json.dumps({"type": "ask", "theme": said["code"], "language": "fr"}),
        json.dumps({"type": "say", "client_id": "x", "body": said["too long"] + "x" * 8_000}),
    ):
        await someone.socket.send(wrong)
        await someone.expect("error")
    await someone.send("ask", theme="orientation", language="fr")
    conversation = (await someone.expect("waiting"))["conversation"]
    await someone.send("say", client_id="a1", body=said["waiting"])
    await someone.expect("error", code="nobody_yet")
    await first.expect("offer")
    await first.send("accept", conversation=conversation)
    await first.expect("opened")
    await someone.send("say", client_id="a2", body=said["visitor"])
    await first.expect("message", body=said["visitor"])
    await first.send("say", conversation=conversation, client_id="b1", body=said["counsellor"])
    await someone.expect("message", body=said["counsellor"])
    await first.send("note", conversation=conversation, client_id="b2", body=said["note"])
    await first.expect("note")
    await second.send("availability", state="available", capacity=2)
    await first.send("transfer", conversation=conversation, to={"theme": "emploi"}, note=said["transfer"])
    await second.expect("offer")
    # Nor while it is open: the words are in memory only.
    assert found_in(server.folder, said) == []
    await second.send("accept", conversation=conversation)
    opened = await second.expect("opened")
    assert [one["body"] for one in opened["notes"]] == [said["note"], said["transfer"]]
    await second.send("close", conversation=conversation, classification={"theme": "emploi"})
    await someone.expect("closed")
    await someone.send("say", client_id="a3", body=said["too late"])
    await someone.expect("error", code="conversation_closed")
    assert found_in(server.folder, said | marks) == []
    assert addresses_in(server.folder) == []
    # As little after a crash, with the write-ahead log as it is then, and after an orderly stop.
    server.kill()
    assert found_in(server.folder, said | marks) == []
    server.start()
    assert server.stop() == 0
    assert found_in(server.folder, said | marks | {"token": token, "conversation": str(conversation)}) == []
    assert addresses_in(server.folder) == []
    assert server.log.stat().st_size > 1_000, "there was a log to look through"


def addresses_in(folder: Path) -> list[str]:
    return [
        f"{path.relative_to(folder)}: {address}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for address in (ADDRESS, "203.0.113.77")
        if address.encode() in path.read_bytes()
    ]
