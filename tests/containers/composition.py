"""The services of docker-compose.yml as containers of podman: with their users, read-only roots, limits, secrets, networks and checks."""

import json
import os
import secrets
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.containers.base import limits, podman
from tests.docker_compose import Tree, read
from tests.server import ROOT, START_S, free_port


class Composition:
    """To `tests.socket_clients` it is a server."""

    def __init__(self, folder: Path, images: dict[str, str]) -> None:
        self.folder = folder
        self.images = images
        self.name = f"miti{secrets.token_hex(3)}"
        self.ports = {"8443": free_port(), "8080": free_port()}
        self.tree: Tree = read({"MITI_DEMO": "1", "MITI_DEMO_PUBLIC": "1"})
        self.secrets = folder / "secrets"
        self.make_missing_secrets()
        self.authority = folder / "root.crt"

    @property
    def url(self) -> str:
        return f"https://localhost:{self.ports['8443']}"

    @property
    def sockets(self) -> str:
        return f"wss://localhost:{self.ports['8443']}/ws"

    # --- from the file to podman ------------------------------------------------------------------------------

    def make_networks(self) -> None:
        for name, told in self.tree["networks"].items():
            internal = ["--internal"] if told.get("internal") else []
            ipv6 = ["--ipv6"] if told.get("enable_ipv6") else []
            podman("network", "create", *internal, *ipv6, self._named(name))

    def arguments(self, name: str) -> list[str]:
        told = self.tree["services"][name]
        most = told["deploy"]["resources"]["limits"]
        flags = [
            "--name", self._named(name), "--user", told["user"], "--read-only", "--read-only-tmpfs=false", "--init",
            "--memory", most["memory"], "--memory-swap", str(told["memswap_limit"]), "--cpus", most["cpus"],
            "--pids-limit", str(most["pids"]), *limits(int(told["ulimits"]["nofile"])), "--ulimit", "core=0:0",
            "--log-driver", "k8s-file", *_each("--cap-drop", told["cap_drop"]),
            *_each("--security-opt", [one.split(":")[0] for one in told["security_opt"]]),
            *_each("--tmpfs", told["tmpfs"]), *_each("--group-add", told.get("group_add", [])),
        ]  # fmt: skip
        for network in told["networks"]:
            flags += ["--network", f"{self._named(network)}:alias={name}"]
        for secret in told.get("secrets", []):
            flags += ["-v", f"{self.secrets / secret}:/run/secrets/{secret}:ro"]
        for volume in told.get("volumes", []):
            source, _, rest = volume.partition(":")
            here = str(ROOT / source) if source.startswith("./") else self._named(source)
            flags += ["-v", f"{here}:{rest}"]
        for variable, value in told.get("environment", {}).items():
            flags += ["-e", f"{variable}={self._here(variable, str(value))}"]
        for port in told.get("ports", []):
            inside = port.rpartition(":")[2]
            flags += ["-p", f"127.0.0.1:{self.ports[inside]}:{inside}"]
        if "shm_size" in told:
            flags += ["--shm-size", told["shm_size"]]
        return [*flags, self.images["miti" if name not in self.images else name], *map(str, told["command"])]

    def _here(self, variable: str, value: str) -> str:
        # Browsers name the port, which is another here.
        return self.url if variable == "MITI_PUBLIC_URL" else value

    def _named(self, name: str) -> str:
        return f"{self.name}-{name}"

    # --- life -------------------------------------------------------------------------------------------------

    def run(self, name: str) -> None:
        """A service that ends by itself."""
        podman("run", *self.arguments(name))

    def start(self, *names: str) -> None:
        for name in names:
            podman("run", "-d", *self.arguments(name))

    def renew(self, *names: str) -> None:
        """As `up -d --force-recreate` does it."""
        remove = ["rm", "-f", "--ignore", "-t", "2", *(self._named(name) for name in names)]
        # One that ends by itself in that moment cannot be killed, and podman then leaves it: it is gone at the second look.
        podman(*remove, check=False)
        podman(*remove)
        self.start(*names)
        self.wait_for(*names)

    def make_missing_secrets(self) -> None:
        subprocess.run([ROOT / "tools" / "secrets", self.secrets], check=True, capture_output=True)

    def is_healthy(self, name: str) -> bool:
        """As an engine asks: by the command of the health check, in the container."""
        kind, *command = self.tree["services"][name]["healthcheck"]["test"]
        asked = ["sh", "-c", *command] if kind == "CMD-SHELL" else command
        return podman("exec", self._named(name), *asked, check=False).returncode == 0

    def wait_for(self, *names: str) -> None:
        deadline = time.monotonic() + START_S
        for name in names:
            while not self.is_healthy(name):
                assert time.monotonic() < deadline, f"{name} is not healthy:\n{self.log(name)}"
                time.sleep(0.2)

    def execute(self, name: str, *command: str, given: bytes | None = None, check: bool = True) -> bytes:
        flags = ["-i"] if given is not None else []
        return podman("exec", *flags, self._named(name), *command, given=given, check=check).stdout

    def inspect(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(podman("inspect", self._named(name)).stdout)[0]
        return found

    def log(self, name: str) -> str:
        done = podman("logs", self._named(name), check=False)
        return (done.stdout + done.stderr).decode()

    def trust(self) -> None:
        """Both clients of the tests look there for whom to trust."""
        self.authority.write_bytes(self.execute("caddy", "cat", "/data/caddy/pki/authorities/local/root.crt"))
        os.environ["SSL_CERT_FILE"] = str(self.authority)

    def end(self) -> None:
        with suppress(AssertionError):
            names = [self._named(name) for name in self.tree["services"]]
            podman("rm", "-f", "-t", "5", "-i", *names)
            podman("volume", "rm", "-f", *(self._named(name) for name in self.tree["volumes"]))
            podman("network", "rm", "-f", *(self._named(name) for name in self.tree["networks"]))


def _each(flag: str, values: list[str]) -> list[str]:
    return [part for value in values for part in (flag, str(value))]
