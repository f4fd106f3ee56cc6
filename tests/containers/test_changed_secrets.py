"""A changed secret arrives by the steps of docs/install.md, and everything is healthy afterwards."""

import asyncio
import os

import httpx
import pytest

from tests import socket_clients
from tests.containers.composition import Composition
from tests.live.test_two_processes import talk
from tests.socket_clients import counsellor, joined, new_token

pytestmark = pytest.mark.timeout(1_500)
WEB = ("web-1", "web-2")
JOBS = ("worker", "beat")
STEPS = {
    "redis_password": (["redis_password", "redis_url"], ("redis", *WEB, *JOBS)),
    "database_password": (["database_password", "database_url"], (*WEB, *JOBS)),
    "miti_secret_key": (["miti_secret_key"], (*WEB, *JOBS)),
    "miti_content_key": (["miti_content_key"], (*WEB, *JOBS)),
    "miti_metrics_token": (["miti_metrics_token"], WEB),
}
READ_FIGURES = """
from urllib.request import Request, urlopen
urlopen(Request("http://127.0.0.1:8000/metrics", headers={{"Authorization": "Bearer {token}"}}))
"""


ROUNDS = [(name,) for name in STEPS] if os.environ.get("EACH_SECRET") else [
    ("redis_password", "database_password"), ("miti_secret_key", "miti_content_key", "miti_metrics_token"),
]  # fmt: skip
"""Secrets that are changed at once: each restart takes a while. `make test-containers` changes one after the other."""


@pytest.mark.parametrize("secrets", ROUNDS, ids="+".join)
async def test_a_changed_secret_arrives(composition: Composition, secrets: tuple[str, ...]) -> None:
    before = {name: (composition.secrets / name).read_text() for name in secrets}
    for file in {file for name in secrets for file in STEPS[name][0]}:
        (composition.secrets / file).unlink()
    composition.make_missing_secrets()
    after = {name: (composition.secrets / name).read_text() for name in secrets}
    assert all(after[name] != before[name] for name in secrets)
    if password := after.get("database_password"):
        statement = f"ALTER ROLE miti PASSWORD '{password.strip()}'".encode()
        composition.execute(
            "postgres", "psql", "-U", "miti", "-h", "/var/run/postgresql", "miti", given=statement
        )
    services = {service: None for name in secrets for service in STEPS[name][1]}
    await asyncio.to_thread(composition.renew, *services)
    await asyncio.to_thread(composition.wait_for, "caddy")
    if token := after.get("miti_metrics_token"):
        composition.execute("web-1", "python", "-c", READ_FIGURES.format(token=token.strip()))
    # A session may have ended with the secret.
    socket_clients._signed_in.clear()
    console = await counsellor(composition)  # type: ignore[arg-type]
    someone, conversation = await joined(composition, console, new_token())  # type: ignore[arg-type]
    await talk(someone, console, conversation, first=1)
    await console.send("close", conversation=conversation, classification={"theme": "orientation"})
    await someone.expect("closed")
    async with httpx.AsyncClient(base_url=composition.url) as browser:
        assert (await browser.get("/accounts/login/")).status_code == httpx.codes.OK
