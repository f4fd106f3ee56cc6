"""An institution's OpenID Connect provider: a real one, in a process of its own."""

import json
import subprocess
import sys
import time
from types import TracebackType
from typing import Any, Self

import httpx

from tests.server import free_port

START_S = 120


class Provider:
    """It knows these people, by their claims."""

    def __init__(self, *people: dict[str, Any]) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self._people = people
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        known = [part for person in self._people for part in ("--user-claims", json.dumps(person))]
        command = [sys.executable, "-m", "oidc_provider_mock", "-p", self.url.rpartition(":")[2], *known]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + START_S
        while True:
            assert self._process.poll() is None, "the provider did not start"
            assert time.monotonic() < deadline, "the provider was not ready in time"
            try:
                if httpx.get(f"{self.url}/.well-known/openid-configuration").status_code == httpx.codes.OK:
                    return self
            except httpx.TransportError:
                time.sleep(0.1)

    def sign_in(self, address: str, subject: str) -> str:
        """What the browser does at the provider: the address that it is sent back to."""
        answer = httpx.post(address, data={"sub": subject})
        assert answer.status_code == httpx.codes.FOUND, answer.text
        return answer.headers["Location"]

    def refuse(self, address: str) -> str:
        """Somebody changes their mind there."""
        answer = httpx.post(address, data={"action": "deny"})
        assert answer.status_code == httpx.codes.FOUND, answer.text
        return answer.headers["Location"]

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
