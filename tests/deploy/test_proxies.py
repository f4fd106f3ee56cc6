"""The samples for other proxies: their programs take them, and a conversation is held through each before a real Miti."""

import json
import os
import re
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import yaml

from server.http_protocol import MOST_HEADER_BYTES
from server.request_limits import MOST_BYTES
from tests.deploy.proxies import SAMPLES, WEB, HAProxy, Nginx, SampleProxy
from tests.live.test_two_processes import talk
from tests.server import ROOT, Server, free_port
from tests.socket_clients import PATIENCE_S, counsellor, joined, new_token, sign_in

KINDS, IDS = (Nginx, HAProxy), ("nginx", "haproxy")
each = pytest.mark.parametrize("kind", KINDS, ids=IDS)
FORGED = "203.0.113.77"
WITHIN = ("/metrics", "/metrics/", "//metrics", "/%6detrics", "/METRICS", "/health/ready", "/health/ready/")


class Echo(BaseHTTPRequestHandler):
    """Answers with the headers that arrived."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        told = json.dumps([[name.lower(), value] for name, value in self.headers.items()]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        # None is kept: a server that has ended answers nobody.
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> int:
    """One after the other listens there: the server knows one public address."""
    return free_port()


@pytest.fixture(scope="module")
def behind(prepared: Path, port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = {"MITI_PUBLIC_URL": f"https://localhost:{port}", "MITI_TRUSTED_PROXIES": "1"}
    with Server(tmp_path_factory.mktemp("behind"), prepared=prepared, **settings) as server:
        yield server


@pytest.fixture(scope="module", params=KINDS, ids=IDS)
def running(
    request: pytest.FixtureRequest, behind: Server, port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SampleProxy]:
    kind: type[SampleProxy] = request.param
    folder = tmp_path_factory.mktemp(kind.__name__)
    with (
        kind(folder, port=port, web=[behind.port, behind.port]) as running,
        pytest.MonkeyPatch.context() as trusted,
    ):
        # Both clients of the tests look there for whom to trust.
        trusted.setenv("SSL_CERT_FILE", str(running.certificate))
        yield running
    assert_nothing_is_told_of_anybody(running)


async def test_a_conversation_is_held_through_it(running: SampleProxy) -> None:
    console = await counsellor(running)  # type: ignore[arg-type]
    someone, conversation = await joined(running, console, new_token())  # type: ignore[arg-type]
    await talk(someone, console, conversation, first=1)
    await someone.send("leave")
    await console.expect("closed", conversation=conversation)
    await someone.leave()
    await console.leave()


@pytest.mark.parametrize("path", WITHIN)
def test_what_is_for_operators_is_not_served_to_the_outside(running: SampleProxy, path: str) -> None:
    assert httpx.get(f"{running.url}{path}").status_code == httpx.codes.NOT_FOUND


def test_a_page_comes_with_its_files_and_headers_and_over_tls_only(running: SampleProxy) -> None:
    page = httpx.get(f"{running.url}/widget/demo/")
    assert "strict-transport-security" in page.headers
    script = re.search(r'src="(/static/widget/[^"]+\.js)"', page.text)
    assert script is not None
    assert httpx.get(f"{running.url}{script[1]}").status_code == httpx.codes.OK
    plain = httpx.get(f"http://localhost:{running.plain_port}/widget/demo/?lang=fr")
    assert plain.status_code == httpx.codes.MOVED_PERMANENTLY
    assert plain.headers["location"].startswith("https://localhost")
    assert plain.headers["location"].endswith("/widget/demo/?lang=fr")


def test_what_is_too_large_is_refused(running: SampleProxy) -> None:
    answer = httpx.post(f"{running.url}/language/", content=b"x" * (MOST_BYTES + 1))
    assert answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    large = httpx.get(running.url, headers={"X-Large": "x" * MOST_HEADER_BYTES})
    assert large.status_code in {httpx.codes.BAD_REQUEST, httpx.codes.REQUEST_HEADER_FIELDS_TOO_LARGE}


@pytest.mark.parametrize("letters", [1_500, 20_000, 60_000])
def test_a_long_text_typed_when_the_session_had_ended_comes_through_it(
    running: SampleProxy, letters: int
) -> None:
    page, typed = "/coordination/exchange/", secrets.token_hex(letters // 2)
    with httpx.Client(base_url=running.url, timeout=PATIENCE_S) as browser:
        browser.cookies.update(sign_in(running, "plateforme"))  # type: ignore[arg-type]
        form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', browser.get(page).text))
        sessions = [one for one in browser.cookies.jar if one.name == "sessionid"]
        assert sessions
        for one in sessions:
            browser.cookies.jar.clear(one.domain, one.path, one.name)
        answer = browser.post(page, data=form | {"text": typed}, headers={"Referer": running.url + page})
        assert answer.status_code == httpx.codes.FOUND, answer.text
        browser.cookies.update(sign_in(running, "plateforme"))  # type: ignore[arg-type]
        assert typed in browser.get(page).text


@each
def test_what_a_visitor_says_of_their_address_is_written_anew(
    kind: type[SampleProxy], tmp_path: Path
) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as echo:
        threading.Thread(target=echo.serve_forever, daemon=True).start()
        here = echo.server_address[1]
        with kind(tmp_path, port=free_port(), web=[here, here]) as running:
            headers = {"X-Forwarded-For": FORGED, "Forwarded": f"for={FORGED}", "X-Forwarded-Proto": "http"}
            arrived = httpx.get(f"{running.url}/x", headers=headers, verify=False).json()
        echo.shutdown()
    assert [value for name, value in arrived if name == "x-forwarded-for"] == ["127.0.0.1"]
    assert [value for name, value in arrived if name == "x-forwarded-proto"] == ["https"]
    assert FORGED not in json.dumps(arrived)


@each
def test_nothing_is_written_of_who_asks_while_no_process_answers(
    kind: type[SampleProxy], tmp_path: Path
) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as echo:
        threading.Thread(target=echo.serve_forever, daemon=True).start()
        here = echo.server_address[1]
        with kind(tmp_path, port=free_port(), web=[here, here]) as running:
            echo.shutdown()
            echo.server_close()
            answer = httpx.get(f"{running.url}/widget/demo/", verify=False)
            assert answer.status_code in {502, 503}
    assert_nothing_is_told_of_anybody(running)


def test_the_samples_name_the_web_processes_of_the_units_and_our_limit() -> None:
    unit = (ROOT / "deploy" / "systemd" / "miti-web@.service").read_text(encoding="utf-8")
    for one in WEB:
        assert f"miti-web@{one.rpartition(':')[2]}" in unit
        for sample in ("nginx.conf", "haproxy.cfg", "traefik-miti.yml"):
            assert one in (SAMPLES / sample).read_text(encoding="utf-8")
    assert MOST_BYTES == 2**20
    assert "client_max_body_size 1m;" in (SAMPLES / "nginx.conf").read_text(encoding="utf-8")
    assert f"gt {MOST_BYTES} }}" in (SAMPLES / "haproxy.cfg").read_text(encoding="utf-8")


def test_caddys_file_takes_the_web_processes_of_two_hosts() -> None:
    guide = (ROOT / "docs" / "scaled.md").read_text(encoding="utf-8")
    web = re.search(r'`MITI_WEB="([^"]+)"`', guide)
    assert web is not None
    caddy = Path(sys.executable).parent / "caddy"
    adapted = subprocess.run(
        [caddy, "adapt", "--config", ROOT / "caddy" / "Caddyfile", "--adapter", "caddyfile"],
        env=os.environ | {"MITI_WEB": web[1]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.findall(r'"dial":"([^"]+)"', adapted.stdout) == web[1].split()


def test_the_sample_for_traefik_has_its_shape_and_says_that_it_was_not_tried() -> None:
    fixed, dynamic = (
        yaml.safe_load((SAMPLES / name).read_text(encoding="utf-8"))
        for name in ("traefik.yml", "traefik-miti.yml")
    )
    assert "accessLog" not in fixed
    assert not any("forwardedHeaders" in one for one in fixed["entryPoints"].values())
    router = dynamic["http"]["routers"]["miti"]
    assert set(router["entryPoints"]) <= set(fixed["entryPoints"])
    assert router["service"] in dynamic["http"]["services"]
    assert router["tls"]["certResolver"] in fixed["certificatesResolvers"]
    balancer = dynamic["http"]["services"]["miti"]["loadBalancer"]
    assert balancer["serversTransport"] in dynamic["http"]["serversTransports"]
    for name in ("traefik.yml", "traefik-miti.yml"):
        assert "NOT TRIED" in (SAMPLES / name).read_text(encoding="utf-8")


def assert_nothing_is_told_of_anybody(running: SampleProxy) -> None:
    told = running.written()
    for web in running.web:
        told = told.replace(f"127.0.0.1:{web}", "")
    assert "127.0.0.1:" not in told
    assert "/widget" not in told
