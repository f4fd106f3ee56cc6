"""`/metrics` of a real server: figures move when something happens, and say nothing of anybody."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import AsyncClient
from prometheus_client.parser import text_string_to_metric_families

from chat import database, runtime
from chat.hub import Hub
from chat.transcript.embedded import EmbeddedTranscripts
from chat.volatile import EmbeddedVolatile
from operations import metrics
from operations.jobs import JOBS, WEB_JOBS
from tests.live.database_file import eventually
from tests.server import ROOT, Server
from tests.socket_clients import counsellor, joined, new_token, open_console, visitor

TOKEN = "a-token-that-only-this-test-knows"
LABELS = {
    "periodic_job": {job.name for job in (*JOBS, *WEB_JOBS)},
    "author": {"visitor", "counsellor", "note"},
    "kind": {"visitor", "counsellor"},
    "state": {"waiting", "active", "closing"},
    "what": {"commands", "entries", "wake_ups"},
    "status": {"1xx", "2xx", "3xx", "4xx", "5xx"},
}
Figures = dict[str, float]


@pytest.fixture(scope="module")
def watched(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("watched")
    with Server(folder, prepared=prepared, MITI_METRICS_TOKEN=TOKEN) as running:
        yield running


def text_of(server: Server) -> str:
    answer = httpx.get(f"{server.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    assert "no-store" in answer.headers["cache-control"]
    assert "set-cookie" not in answer.headers
    return answer.text


def figures(server: Server) -> Figures:
    """By name, with the label's value where there is one; of a histogram its count. Once the database has answered in time."""
    found: Figures = {}

    def are_whole() -> bool:
        found.update(
            {
                f"{one.name}{''.join(f'/{value}' for value in one.labels.values())}": one.value
                for family in text_string_to_metric_families(text_of(server))
                for one in family.samples
                if not one.name.endswith("_bucket")
            }
        )
        return found["miti_database_up"] == 1

    eventually(are_whole)
    return found


def figures_of_nobody(server: Server) -> Figures:
    """Once the connections of the tests before have ended there too."""
    ends = ("miti_sockets/visitor", "miti_sockets/counsellor")
    eventually(lambda: not any(figures(server)[one] for one in ends))
    return figures(server)


def figures_after_a_tick(server: Server, before: Figures) -> Figures:
    ticks = "miti_tick_seconds_count"
    eventually(lambda: figures(server)[ticks] > before[ticks])
    return figures(server)


async def test_metrics_change_when_something_happens(watched: Server) -> None:
    before = await asyncio.to_thread(figures_of_nobody, watched)
    token = new_token()
    console = await counsellor(watched)
    someone, conversation = await joined(watched, console, token)
    for number in range(3):
        await someone.send("say", client_id=f"v{number}", body="bonjour")
        await console.expect("message", seq=number + 1)
    await someone.send("say", client_id="v0", body="bonjour")
    await someone.expect("message", seq=1)
    await console.send("say", conversation=conversation, client_id="c0", body="bonjour")
    await console.send("note", conversation=conversation, client_id="n0", body="une note")
    await console.expect("note")
    await someone.expect("message", seq=4)
    await someone.send("say", client_id="long", body="🙂" * 4_100)
    await someone.expect("error")
    back = await visitor(watched, token, after=1, epoch=1)
    await back.expect("resumed")
    elsewhere = await open_console(watched)
    await elsewhere.send("hello", after={conversation: {"epoch": 1, "seq": 2}})
    await elsewhere.expect("resumed")
    await elsewhere.leave()
    now = await asyncio.to_thread(figures, watched)

    def moved(name: str) -> float:
        return now.get(name, 0) - before.get(name, 0)

    assert moved("miti_sockets/visitor") == 2
    assert moved("miti_sockets/counsellor") >= 1
    assert (now["miti_conversations/active"], now["miti_conversations/waiting"]) == (1, 0)
    assert moved("miti_messages_total/visitor") == 3
    assert moved("miti_messages_total/counsellor") == 1
    assert moved("miti_messages_total/note") == 1
    assert moved("miti_messages_repeated_total") == 1
    assert moved("miti_relay_seconds_count") == 5
    assert moved("miti_ask_to_offer_seconds_count") == 1
    assert moved("miti_accept_to_joined_seconds_count") == 1
    assert moved("miti_resumes_total/visitor") == 1
    assert moved("miti_resumes_total/counsellor") == 1
    assert moved("miti_replayed_total") == 3 + 2
    assert moved("miti_refusals_total/too_long") == 1
    assert moved("miti_http_responses_total/2xx") >= 1
    for name in (
        "miti_relay_seconds_sum",
        "miti_ask_to_offer_seconds_sum",
        "miti_accept_to_joined_seconds_sum",
    ):
        assert 0 < moved(name) < 60, name
    assert moved("miti_dispatch_seconds_count") > 0
    assert now["miti_database_up"] == 1
    # All this may have taken less than a tick.
    ticked = await asyncio.to_thread(figures_after_a_tick, watched, before)
    assert ticked["miti_tick_lag_seconds_count"] > before["miti_tick_lag_seconds_count"]
    assert ticked["miti_tick_led_timestamp_seconds"] > 1_700_000_000
    await someone.leave()
    await back.send("leave")
    await console.expect("closed", conversation=conversation)
    await back.leave()
    await console.leave()
    # The server hears of a closed connection a moment later.
    eventually(lambda: figures(watched)["miti_conversations/active"] == 0)
    eventually(lambda: figures(watched)["miti_sockets/visitor"] == before["miti_sockets/visitor"])


async def test_a_waiting_visitor_is_in_the_metrics(watched: Server) -> None:
    async with await visitor(watched) as someone:
        console = await counsellor(watched)
        await someone.send("ask", theme="orientation", language="fr")
        await someone.expect("waiting")
        now = await asyncio.to_thread(figures, watched)
        assert now["miti_conversations/waiting"] == 1
        assert now["miti_longest_wait_seconds"] > 0
        await someone.send("leave")
        await someone.expect("closed")
        await console.leave()


def test_every_finished_job_is_in_the_metrics(watched: Server) -> None:
    for job in (*JOBS, *WEB_JOBS):
        eventually(lambda: figures(watched)[f"miti_job_done_timestamp_seconds/{job.name}"] > 1_700_000_000)  # noqa: B023  # called at once
        assert figures(watched)[f"miti_job_failures/{job.name}"] == 0


def test_no_label_can_tell_of_anybody(watched: Server) -> None:
    seen = set()
    for family in text_string_to_metric_families(text_of(watched)):
        for one in family.samples:
            for label, value in one.labels.items():
                seen.add(label)
                if label == "code":
                    assert re.fullmatch(r"[a-z_]+|\d{4}", value)
                elif label == "version":
                    assert re.fullmatch(r"[\d.]+(\.dev\d+)?", value)
                elif label != "le":
                    assert value in LABELS[label], label
    assert seen == {*LABELS, "le", "code", "version"}


@pytest.mark.parametrize(
    "header",
    [
        "",
        TOKEN,
        "Bearer",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN}x",
        f"Basic {TOKEN}",
        "Bearer é",
    ],
)
def test_metrics_are_refused_without_the_token(watched: Server, header: str) -> None:
    answer = httpx.get(f"{watched.url}/metrics", headers={b"Authorization": header.encode()})
    assert answer.status_code == 403
    assert "miti_" not in answer.text
    assert TOKEN not in answer.text


def test_the_token_is_not_taken_from_the_address(watched: Server) -> None:
    assert httpx.get(f"{watched.url}/metrics", params={"token": TOKEN}).status_code == 403


def test_metrics_are_refused_when_no_token_is_set(server: Server) -> None:
    for header in ("", "Bearer", "Bearer None"):
        answer = httpx.get(f"{server.url}/metrics", headers={"Authorization": header})
        assert answer.status_code == 403
        assert "MITI_METRICS_TOKEN" in answer.text


def test_every_figure_is_on_the_operators_page_and_no_other(watched: Server) -> None:
    there = {
        family.name
        for family in text_string_to_metric_families(text_of(watched))
        if family.name.startswith("miti_")
    }
    page = (ROOT / "docs" / "watching.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(miti_\w+)`", page, re.M))
    assert {name.removesuffix("_total") for name in told} == there


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> AsyncClient:
    """This process as a server, without sockets."""
    kept = EmbeddedTranscripts(publish=Hub().publish_entry, most=10, expiry_s=900)
    monkeypatch.setattr(runtime, "current", runtime.Runtime(transcripts=kept, volatile=EmbeddedVolatile()))
    monkeypatch.setattr(settings, "METRICS_TOKEN", TOKEN)
    return AsyncClient()


@pytest.mark.parametrize("answers", [True, False], ids=["refuses", "is silent"])
async def test_metrics_work_while_the_database_is_down(
    alone: AsyncClient, monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    async def run(_: Callable[[], Any]) -> Any:
        if answers:
            raise DatabaseError("password of postgresql://miti:secret@db.internal is wrong")
        await asyncio.Event().wait()

    monkeypatch.setattr(database, "run", run)
    monkeypatch.setattr(metrics, "PATIENCE_S", 0.05)
    answer = await alone.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "miti_database_up 0.0" in text
    assert 'miti_sockets{kind="visitor"} 0.0' in text
    assert "miti_conversations" not in text
    assert "secret" not in text
