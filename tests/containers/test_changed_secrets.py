"""A changed secret arrives by the steps of docs/install.md, and everything is healthy afterwards."""

import asyncio

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


@pytest.mark.parametrize("secret", STEPS)
async def test_a_changed_secret_arrives(composition: Composition, secret: str) -> None:
    files, services = STEPS[secret]
    before = (composition.secrets / secret).read_text()
    for file in files:
        (composition.secrets / file).unlink()
    composition.make_missing_secrets()
    after = (composition.secrets / secret).read_text()
    assert after != before
    if secret == "database_password":
        statement = f"ALTER ROLE miti PASSWORD '{after.strip()}'".encode()
        composition.execute(
            "postgres", "psql", "-U", "miti", "-h", "/var/run/postgresql", "miti", given=statement
        )
    await asyncio.to_thread(composition.renew, *services)
    await asyncio.to_thread(composition.wait_for, "caddy")
    if secret == "miti_metrics_token":
        composition.execute("web-1", "python", "-c", READ_FIGURES.format(token=after.strip()))
    # A session may have ended with the secret.
    socket_clients._signed_in.clear()
    console = await counsellor(composition)  # type: ignore[arg-type]
    someone, conversation = await joined(composition, console, new_token())  # type: ignore[arg-type]
    await talk(someone, console, conversation, first=1)
    await console.send("close", conversation=conversation, classification={"theme": "orientation"})
    await someone.expect("closed")
    async with httpx.AsyncClient(base_url=composition.url) as browser:
        assert (await browser.get("/accounts/login/")).status_code == httpx.codes.OK
