"""The processes of docker-compose.yml, started by its commands with its settings, and what people do over them.

Only host names, ports and folders are others than in the file. What an engine adds (users, read-only folders, limits) is not here.
"""

import asyncio
import os
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from django.test import override_settings
from redis import Redis
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from chat.addresses import digest
from operations.data_dictionary.memory import KEYS
from operations.jobs import JOBS
from tests.chaos.verdict import ENDED
from tests.docker_compose import Service, Tree, read
from tests.live.database_file import eventually
from tests.live.test_two_processes import talk
from tests.postgres import Postgres
from tests.server import ROOT, STOP_S, free_port
from tests.socket_clients import SocketClient, counsellor, joined, new_token, open_console, visitor
from tests.valkey import installed as valkey_server
from tests.valkey import undeclared

START_S = 240.0
COME_BACK = 4000
# The first of them waits for a PostgreSQL, its migrations and every process of the platform.
pytestmark = pytest.mark.timeout(900)


@dataclass
class Running:
    service: Service
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(STOP_S)


class Platform:
    """All of them, each in a folder of its own. To `tests.socket_clients` it is a server."""

    def __init__(self, folder: Path, database: str, static: Path) -> None:
        self.folder = folder
        self.ports = {name: free_port() for name in ("web-1", "web-2", "https", "http", "probe", "redis")}
        self.tree = read({"MITI_DEMO": "1"})
        self.running: dict[str, Running] = {}
        self.code: dict[str, Path] = {}
        """Of services that run other code than this."""
        # What the image has, and nothing else.
        (folder / "var").mkdir()
        (folder / "var" / "static").symlink_to(static)
        # A unix socket's path is short by law of the kernel.
        self.admin = Path(tempfile.mkdtemp(prefix="cy-")) / "admin"
        self._make_secrets(database)

    def _make_secrets(self, database: str) -> None:
        self.secrets = self.folder / "secrets"
        subprocess.run([ROOT / "tools" / "secrets", self.secrets], check=True, capture_output=True)
        redis = self.secrets / "redis_url"
        for one in self.secrets.iterdir():
            one.chmod(0o600)
        redis.write_text(redis.read_text().replace("@redis:6379", f"@127.0.0.1:{self.ports['redis']}"))
        (self.secrets / "database_url").write_text(database)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.ports['https']}"

    @property
    def sockets(self) -> str:
        return f"wss://localhost:{self.ports['https']}/ws"

    @property
    def authority(self) -> Path:
        return self.folder / "data" / "caddy" / "pki" / "authorities" / "local" / "root.crt"

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text().strip()

    def redis(self) -> Redis:
        return Redis(port=self.ports["redis"], password=self.secret("redis_password"))

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.secret("database_url")) as connection:
            return connection.execute(statement.encode()).fetchall()

    # --- processes --------------------------------------------------------------------------------------------

    def service(self, name: str) -> Service:
        told: Tree = self.tree["services"][name]
        places = {"/run/secrets": str(self.secrets), "0.0.0.0": "127.0.0.1"}
        if name in {"web-1", "web-2"}:
            places |= {"8000": str(self.ports[name]), "https://localhost": self.url}
        if name == "caddy":
            places |= {f"{web}:8000": f"127.0.0.1:{self.ports[web]}" for web in ("web-1", "web-2")}
            places |= {"/etc/caddy": str(ROOT / "caddy"), "8081": str(self.ports["probe"])}
        if name == "redis":
            places |= {"6379": str(self.ports["redis"])}
        return Service(name, told, places)

    def environment(self, service: Service) -> dict[str, str]:
        """The service's, and what the images, the engine and the container's own folders give it."""
        temporary = self.folder / f"tmp-{service.name}"
        temporary.mkdir(exist_ok=True)
        programs = [str(Path(sys.executable).parent), str(valkey_server().parent), os.environ["PATH"]]
        return {
            "PATH": os.pathsep.join(programs),
            "TMPDIR": str(temporary),
            "MITI_DATA_DIR": str(self.data_dir(service.name)),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "ADMIN_SOCKET": str(self.admin),
            "HTTPS_PORT": str(self.ports["https"]),
            "HTTP_PORT": str(self.ports["http"]),
            "PROBE_PORT": str(self.ports["probe"]),
            **service.environment,
        }

    def data_dir(self, name: str) -> Path:
        """What the image has."""
        return self.folder / "var"

    def start(self, name: str) -> Running:
        service = self.service(name)
        log = self.folder / f"{name}.log"
        with log.open("ab") as written:
            process = subprocess.Popen(
                service.command,
                cwd=self.code.get(name, ROOT),
                env=self.environment(service),
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
            )
        self.running[name] = Running(service, process, log)
        return self.running[name]

    def healthy(self, name: str) -> bool:
        """As the engine asks; Redis and Caddy by hand, because their tools are in their images only."""
        match name:
            case "redis":
                with self.redis() as client, suppress(OSError):
                    return bool(client.ping())
                return False
            case "caddy":
                address = self.service("caddy").health[-1]
                with suppress(httpx.TransportError):
                    return httpx.get(address).status_code == httpx.codes.OK
                return False
        service = self.service(name)
        asked = subprocess.run(service.health, cwd=ROOT, env=self.environment(service), check=False)
        return asked.returncode == 0

    def wait_for(self, *names: str) -> None:
        deadline = time.monotonic() + START_S
        for name in names:
            one = self.running[name]
            while not self.healthy(name):
                assert one.process.poll() is None, f"{name} ended:\n{one.log.read_text()}"
                assert time.monotonic() < deadline, f"{name} is not healthy:\n{one.log.read_text()}"
                time.sleep(0.1)

    def logs(self) -> str:
        return "".join(one.log.read_text() for one in self.running.values())

    def all_stop_when_told_and_leave_nothing_behind(self) -> None:
        """At the end of every test: what is wrong fails the last of them."""
        for names in (("web-1", "web-2", "beat", "worker", "caddy"), ("redis",)):
            for name in names:
                self.running[name].process.send_signal(signal.SIGTERM)
            for name in names:
                status = self.running[name].process.wait(STOP_S)
                assert status in {0, -signal.SIGTERM}, f"{name}: {self.running[name].log.read_text()}"
        assert "Traceback" not in self.logs()
        # Neither keys nor a schedule nor anything else was written down.
        assert {one.name for one in (self.folder / "var").iterdir()} <= {"static", "releases"}
        left = {one.name for folder in self.folder.glob("tmp-*") for one in folder.iterdir()}
        assert left == {"miti-beat", "miti-worker", "miti-web"}

    def end(self) -> None:
        for one in self.running.values():
            if one.process.poll() is None:
                one.process.kill()
                one.process.wait()


@pytest.fixture(scope="module")
def platform(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """In the order in which the composition starts them."""
    with ExitStack() as stack:
        flags = read()["services"]["postgres"]["command"][1:]
        postgres = stack.enter_context(Postgres(flags))
        here = Platform(tmp_path_factory.mktemp("platform"), postgres.database("miti"), prepared / "static")
        stack.callback(here.end)
        here.start("redis")
        here.wait_for("redis")
        migrate = here.start("migrate")
        assert migrate.process.wait(START_S) == 0, migrate.log.read_text()
        for name in ("worker", "beat", "web-1", "web-2", "caddy"):
            here.start(name)
        here.wait_for("web-1", "web-2", "caddy")
        eventually(here.authority.exists)
        trusted = stack.enter_context(pytest.MonkeyPatch.context())
        # Both clients of the tests look here for whom to trust, as a browser would be told to.
        trusted.setenv("SSL_CERT_FILE", str(here.authority))
        yield here
        here.all_stop_when_told_and_leave_nothing_behind()


def direct(platform: Platform, web: str) -> str:
    return f"http://127.0.0.1:{platform.ports[web]}"


async def once_told(end: SocketClient, again: Callable[[], Any]) -> tuple[SocketClient, bool]:
    """The same end, if a process still answers it; or the one that came back after it was told to."""
    try:
        await (await end.socket.ping())
    except ConnectionClosed:
        assert end.socket.close_code == COME_BACK
        return await again(), True
    return end, False


# --- the journeys ---------------------------------------------------------------------------------------------


async def test_a_conversation_survives_a_caddy_reload_and_new_web_processes(
    platform: Platform,
) -> None:
    rows = platform.query(ENDED)[0][0]
    token = new_token()
    console = await counsellor(platform)  # type: ignore[arg-type]
    someone, conversation = await joined(platform, console, token)  # type: ignore[arg-type]
    await talk(someone, console, conversation, first=1)

    caddy = platform.running["caddy"].service
    config = caddy.command[caddy.command.index("--config") + 1]
    reload = ["caddy", "reload", "--force", "--config", config, "--address", f"unix/{platform.admin}"]
    await asyncio.to_thread(
        subprocess.run, reload, env=platform.environment(caddy), check=True, capture_output=True
    )
    await talk(someone, console, conversation, first=3)

    said, moved = 4, 0
    for name in ("web-1", "web-2"):
        status = await asyncio.to_thread(platform.running[name].stop)
        assert status in {0, -signal.SIGTERM}

        async def the_visitor_again(said: int = said) -> SocketClient:
            back = await visitor(platform, token, after=said, epoch=1)  # type: ignore[arg-type]
            resumed = await back.expect("resumed")
            assert (resumed["epoch"], resumed["gap"], resumed["state"]) == (1, False, "active")
            return back

        async def the_counsellor_again(said: int = said) -> SocketClient:
            back = await open_console(platform)  # type: ignore[arg-type]
            await back.send("hello", after={conversation: {"epoch": 1, "seq": said}})
            (snapshot,) = (await back.expect("welcome"))["conversations"]
            assert (snapshot["conversation"], snapshot["epoch"]) == (conversation, 1)
            return back

        someone, told = await once_told(someone, the_visitor_again)
        console, also = await once_told(console, the_counsellor_again)
        moved += told + also
        await talk(someone, console, conversation, first=said + 1)
        said += 2
        platform.start(name)
        if name == "web-1":
            await asyncio.to_thread(platform.wait_for, name)
    # After the second, whoever was on it is on the first again: at least that many came back.
    assert moved >= 2, "nobody was on a process that stopped"

    await console.send("close", conversation=conversation, classification={"theme": "orientation"})
    await someone.expect("closed", reason="counsellor_closed", outcome="served")
    eventually(lambda: platform.query(ENDED)[0][0] == rows + 1)
    eventually(lambda: platform.query("SELECT count(*) FROM chat_conversation") == [(0,)])


async def test_a_forwarded_address_from_outside_is_not_believed(platform: Platform) -> None:
    """Who is told apart by address is told apart by the one that Caddy saw; and nobody writes it down."""
    true, forged = "127.0.0.9", "203.0.113.77"
    console = await counsellor(platform)  # type: ignore[arg-type]
    socket = await connect(
        f"{platform.sockets}/visitor/",
        origin=platform.url,  # type: ignore[arg-type]
        additional_headers={"X-Forwarded-For": forged, "X-Real-IP": forged, "Forwarded": f"for={forged}"},
        host="127.0.0.1",
        local_addr=(true, 0),
        ssl=ssl.create_default_context(cafile=platform.authority),
        server_hostname="localhost",
    )
    someone = SocketClient(socket)
    token = new_token()
    await someone.send("hello", site="demo", lang="fr", token=token)
    await someone.expect("welcome")
    await someone.send("ask", theme="orientation", language="fr")
    conversation = (await someone.expect("waiting"))["conversation"]
    await console.expect("offer", conversation=conversation)
    with platform.redis() as redis:
        (salt,) = (redis.get(key) for key in redis.scan_iter("miti:salt:*"))
        kept = {redis.get(key) for key in redis.scan_iter("miti:from:*")}
    assert isinstance(salt, bytes)
    with override_settings(CONTENT_KEY=platform.secret("miti_content_key")):
        assert digest(true, salt).encode() in kept
        assert digest(forged, salt).encode() not in kept
    # As somebody does whose line is cut; and then they come back and leave.
    socket.transport.abort()
    back = await visitor(platform, token)  # type: ignore[arg-type]
    await back.send("leave")
    await back.expect("closed")
    eventually(lambda: platform.query("SELECT count(*) FROM chat_conversation") == [(0,)])
    written = platform.logs()
    assert true not in written
    assert forged not in written


def test_the_worker_runs_the_jobs_that_beat_sends(platform: Platform) -> None:
    """No web process does any of it here."""

    def done() -> set[str]:
        return {name for (name,) in platform.query("SELECT name FROM chat_lease WHERE holder = ''")}

    # The web processes have a job of their own, which is done by now or not yet.
    eventually(lambda: done() >= {job.name for job in JOBS})
    eventually(lambda: platform.healthy("worker") and platform.healthy("beat"))
    with platform.redis() as redis:
        keys = sorted(key.decode() for key in redis.scan_iter())
    assert any(key.startswith("miti:jobs:") for key in keys)
    # Celery's are declared like everything else that is in Redis.
    assert undeclared(keys, KEYS) == []


def test_pages_come_through_with_their_headers_and_over_tls_only(platform: Platform) -> None:
    page = f"{platform.url}/widget/demo/"
    with httpx.Client() as browser:
        through = browser.get(page)
        assert through.status_code == httpx.codes.OK
        own = browser.get(f"{direct(platform, 'web-1')}/widget/demo/", headers={"X-Forwarded-Proto": "https"})
        plain = browser.get(f"http://localhost:{platform.ports['http']}/widget/demo/")
    for header in (
        "content-security-policy",
        "strict-transport-security",
        "referrer-policy",
        "permissions-policy",
        "x-content-type-options",
        "cross-origin-resource-policy",
        "cache-control",
    ):
        # In any order: each process writes a policy in its own.
        assert set(through.headers[header].split("; ")) == set(own.headers[header].split("; "))
    assert "default-src 'none'" in through.headers["content-security-policy"]
    assert through.headers["referrer-policy"] == "no-referrer"
    for telling in ("server", "via", "set-cookie", "alt-svc"):
        assert telling not in through.headers
    assert plain.status_code in {httpx.codes.MOVED_PERMANENTLY, httpx.codes.PERMANENT_REDIRECT}
    # Where the composition publishes it.
    assert plain.headers["location"] == "https://localhost/widget/demo/"


@pytest.mark.parametrize(
    "path",
    [*("/metrics", "/metrics/", "//metrics", "/%6detrics", "/x/../metrics", "/METRICS"), "/health/ready"],
)
def test_operators_paths_are_not_served_to_the_outside(platform: Platform, path: str) -> None:
    asked = {"Authorization": f"Bearer {platform.secret('miti_metrics_token')}"}
    answer = httpx.get(f"{platform.url}{path}", headers=asked)
    # Caddy's own: no page of Miti's.
    assert (answer.status_code, answer.text) == (httpx.codes.NOT_FOUND, "")


def test_the_liveness_check_is_open_to_everybody(platform: Platform) -> None:
    assert httpx.get(f"{platform.url}/health/live").json() == {"status": "ok"}
