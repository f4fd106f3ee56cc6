"""Connections below every protocol: bytes out, bytes in, and how much memory a process takes."""

import base64
import select
import socket
import ssl
from contextlib import suppress
from pathlib import Path

import httpx

PATIENCE_S = 60.0
"""For what never comes."""
TURNS = 20
"""So many requests a process answers while it has the time to read from a socket that it does not read."""


def memory_bytes(process: int) -> int:
    """What this process holds in memory now."""
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) * 1_024 for line in status.splitlines() if line.startswith("VmRSS"))


def connected(port: int, *, tls: bool = False) -> socket.socket:
    """A connection with the smallest window: what it does not read stays with the server."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    raw.settimeout(PATIENCE_S)
    raw.connect(("127.0.0.1", port))
    if not tls:
        return raw
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    return context.wrap_socket(raw, server_hostname="localhost")


def handshake(host: str, path: str = "/ws/visitor/", *, scheme: str = "http", extra: str = "") -> bytes:
    key = base64.b64encode(b"sixteen bytes ok").decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {scheme}://{host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{extra}\r\n"
    ).encode()


def open_socket(port: int, *, tls: bool = False, path: str = "/ws/visitor/") -> socket.socket:
    """An accepted websocket."""
    raw = connected(port, tls=tls)
    host = f"localhost:{port}" if tls else f"127.0.0.1:{port}"
    raw.sendall(handshake(host, path, scheme="https" if tls else "http"))
    head = read_head(raw)
    if b" 101 " not in head:
        raw.close()
        raise AssertionError(head)
    return raw


def read_head(raw: socket.socket) -> bytes:
    """Up to the end of the headers, and nothing after it."""
    head = b""
    while not head.endswith(b"\r\n\r\n") and (more := raw.recv(1)):
        head += more
    return head


def read_all(raw: socket.socket) -> bytes:
    """Until the server closes."""
    read = b""
    with suppress(ConnectionError):
        while more := raw.recv(65_536):
            read += more
    return read


def pour(raw: socket.socket, data: bytes, most: int, *, asking: str) -> int:
    """Send this over and over, up to so many bytes, until the server reads no more of it; how many it was.

    It reads no more when nothing could be sent while it answered many other requests.
    """
    sent, turns, at = 0, 0, 0
    raw.setblocking(False)
    with httpx.Client() as other, suppress(ConnectionError):
        while sent < most and turns < TURNS:
            try:
                gone = raw.send(data[at:])
            except (BlockingIOError, ssl.SSLWantWriteError):
                assert other.get(asking).status_code == httpx.codes.OK
                if not select.select([], [raw], [], 0)[1]:
                    turns += 1
                continue
            turns = 0
            sent += gone
            at = (at + gone) % len(data)
    raw.settimeout(PATIENCE_S)
    return sent
