"""docker-compose.yml in containers: it starts as the guide says, and people hold a conversation through Caddy."""

import gzip
import json
import re

import httpx
import pytest

from tests.containers.composition import Composition
from tests.live.database_file import eventually
from tests.live.test_two_processes import talk
from tests.socket_clients import counsellor, joined, new_token

# The first of them waits for the images.
pytestmark = pytest.mark.timeout(1_500)
STAY = ("web-1", "web-2", "worker", "beat", "caddy", "postgres", "redis")


async def test_a_conversation_is_held_through_caddy(composition: Composition) -> None:
    console = await counsellor(composition)  # type: ignore[arg-type]
    someone, conversation = await joined(composition, console, new_token())  # type: ignore[arg-type]
    await talk(someone, console, conversation, first=1)
    await console.send("close", conversation=conversation, classification={"theme": "orientation"})
    await someone.expect("closed", reason="counsellor_closed", outcome="served")


def test_every_page_has_its_files(composition: Composition) -> None:
    with httpx.Client(base_url=composition.url) as browser:
        for page in ("/", "/widget/demo/", "/accounts/login/", "/demo/"):
            answer = browser.get(page, follow_redirects=True)
            assert answer.status_code == httpx.codes.OK
            files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text))
            assert files, page
            assert {name: browser.get(name).status_code for name in files} == dict.fromkeys(
                files, httpx.codes.OK
            )


@pytest.mark.parametrize("name", STAY)
def test_every_service_is_healthy(composition: Composition, name: str) -> None:
    eventually(lambda: composition.is_healthy(name))


@pytest.mark.parametrize("name", STAY)
def test_no_service_is_root_or_writes_to_its_root(composition: Composition, name: str) -> None:
    status = composition.execute(name, "cat", "/proc/1/status").decode()
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert set(fields["Uid"].split()) == {composition.tree["services"][name]["user"].split(":")[0]}
    assert int(fields["CapEff"], 16) == 0
    assert fields["NoNewPrivs"] == "1"
    told = composition.inspect(name)
    assert told["HostConfig"]["ReadonlyRootfs"] is True
    assert told["HostConfig"]["Memory"] == told["HostConfig"]["MemorySwap"] > 0
    refused = composition.execute(
        name, "sh", "-c", "touch /srv/x /etc/x /usr/x 2>/dev/null && echo written || true"
    )
    assert refused.decode().strip() == ""


def test_nothing_leads_out_of_the_network_of_the_stores(composition: Composition) -> None:
    reach = "import socket; socket.create_connection(('192.0.2.1', 53), 2)"
    for name in ("worker", "beat"):
        told = composition.execute(name, "sh", "-c", f'python -c "{reach}" 2>&1 || true').decode()
        assert "unreachable" in told or "timed out" in told


def test_jobs_are_done_by_the_worker(composition: Composition) -> None:
    statement = (
        "SELECT count(*) FROM chat_lease WHERE name IN ('purge', 'publish_due_plans') AND done_at IS NOT NULL"
    )

    def done() -> bool:
        told = composition.execute(
            "postgres", "psql", "--host=/var/run/postgresql", "-U", "miti", "-tAc", statement, "miti"
        )
        return told.decode().strip() == "2"

    eventually(done)


def test_a_backup_comes_out_of_a_running_container(composition: Composition) -> None:
    saved = gzip.decompress(composition.execute("web-1", "python", "-m", "miti", "backup", "-")).splitlines()
    assert saved[0].startswith(b'{"miti":"backup"')
    assert json.loads(saved[-1])["rows"] == len(saved) - 2


@pytest.mark.parametrize("name", STAY)
def test_no_log_has_a_fault(composition: Composition, name: str) -> None:
    assert "Traceback" not in composition.log(name)
