"""nginx and HAProxy with the samples of deploy/proxies, in which only ports and files are others."""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Self

import httpx

from tests.certificate import make_certificate
from tests.server import ROOT, STOP_S, free_port

SAMPLES = ROOT / "deploy" / "proxies"
START_S = 60.0
AT_HOME = "chat.example.org"
WEB = ("127.0.0.1:8001", "127.0.0.1:8002")


class SampleProxy:
    """Runs while entered. To `tests.socket_clients` it is a server."""

    sample: ClassVar[str]

    def __init__(self, folder: Path, *, port: int, web: Sequence[int]) -> None:
        self.folder = folder
        self.port = port
        self.plain_port = free_port()
        self.web = web
        self.certificate, self.key = make_certificate(folder)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def sockets(self) -> str:
        return f"wss://localhost:{self.port}/ws"

    def places(self) -> dict[str, str]:
        raise NotImplementedError

    def check(self) -> list[str]:
        """The command by which the program itself looks at its configuration."""
        raise NotImplementedError

    def command(self) -> list[str]:
        raise NotImplementedError

    def write(self) -> Path:
        lines = (SAMPLES / self.sample).read_text(encoding="utf-8").splitlines(keepends=True)
        # Not every machine has IPv6.
        told = "".join(line for line in lines if ":::" not in line and "[::]" not in line)
        upstream = {there: f"127.0.0.1:{here}" for there, here in zip(WEB, self.web, strict=True)}
        for there, here in (self.places() | upstream | {AT_HOME: "localhost"}).items():
            assert there in told, there
            told = told.replace(there, here)
        file = self.folder / self.sample
        file.write_text(told)
        return file

    def __enter__(self) -> Self:
        self.write()
        checked = subprocess.run(self.check(), capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        with (self.folder / "output").open("wb") as output:
            self._process = subprocess.Popen(self.command(), stdout=output, stderr=output)
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert self._process.poll() is None, self.written()
            assert time.monotonic() < deadline, self.written()
            time.sleep(0.1)
        return self

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/live", verify=False).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def written(self) -> str:
        """All that it wrote about what it did."""
        return "".join(one.read_text() for one in self.folder.glob("*") if one.name in {"output", "errors"})

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(STOP_S)


class Nginx(SampleProxy):
    sample = "nginx.conf"

    def places(self) -> dict[str, str]:
        return {
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "/etc/ssl/miti/fullchain.pem": str(self.certificate),
            "/etc/ssl/miti/privkey.pem": str(self.key),
            "/var/log/nginx/miti.log": str(self.folder / "errors"),
        }

    def _main(self) -> str:
        folder = self.folder / "main.conf"
        temporary = "".join(
            f"{what}_temp_path {self.folder};"
            for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        folder.write_text(
            f"daemon off; pid {self.folder}/pid; worker_processes 1; error_log {self.folder}/output; events {{}}\n"
            f"http {{ {temporary} include {self.folder / self.sample}; }}\n"
        )
        return str(folder)

    def check(self) -> list[str]:
        return [*self.command(), "-t"]

    def command(self) -> list[str]:
        return ["nginx", "-p", str(self.folder), "-c", self._main()]


class HAProxy(SampleProxy):
    sample = "haproxy.cfg"

    def places(self) -> dict[str, str]:
        both = self.folder / "both.pem"
        both.write_bytes(self.certificate.read_bytes() + self.key.read_bytes())
        return {
            "bind :80\n": f"bind 127.0.0.1:{self.plain_port}\n",
            "bind :443 ssl": f"bind 127.0.0.1:{self.port} ssl",
            "/etc/haproxy/miti.pem": str(both),
            "maxconn 20000": "maxconn 100",
        }

    def check(self) -> list[str]:
        return ["haproxy", "-c", "-f", str(self.folder / self.sample)]

    def command(self) -> list[str]:
        return ["haproxy", "-f", str(self.folder / self.sample)]
