"""A coordinator renames a theme and adds a sub-theme: whoever comes next reads today's names, on sockets and pages."""

import asyncio
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from tests.live.database_file import change, metric_rows, read
from tests.server import Server
from tests.socket_clients import counsellor, joined, new_token, open_console, open_visitor, sign_in

NAME = "Emploi et métiers"


@pytest.fixture
def as_before(server: Server) -> Iterator[None]:
    """The demo's words again, for the tests that come after."""
    (before,) = read(server, "SELECT labels FROM routing_rules_theme WHERE code = 'emploi'")
    yield
    change(server, "UPDATE routing_rules_theme SET labels = ? WHERE code = 'emploi'", before["labels"])
    change(server, "DELETE FROM routing_rules_subtheme WHERE code = 'job_fair'")


def send_forms(server: Server) -> None:
    """What the platform's coordinator types."""
    cookies = sign_in(server, "plateforme")
    with httpx.Client(base_url=server.url, cookies=cookies, timeout=60) as browser:
        for path, typed in (
            ("/coordination/themes/emploi/", {"label_fr": NAME, "position": "3", "active": "on"}),
            (
                "/coordination/themes/emploi/subthemes/new/",
                {"code": "job_fair", "label_fr": "Salon de l’emploi", "position": "9", "active": "on"},
            ),
        ):
            page = browser.get(path)
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
            assert token is not None, page.text
            typed["csrfmiddlewaretoken"] = token[1]
            answer = browser.post(path, data=typed, headers={"Origin": server.url})
            assert answer.status_code == httpx.codes.FOUND, answer.text


def labels(choices: list[dict[str, str]]) -> dict[str, str]:
    return {choice["code"]: choice["label"] for choice in choices}


async def welcomed(server: Server) -> dict[str, Any]:
    """What a visitor is told who comes now."""
    async with await open_visitor(server) as someone:
        await someone.send("hello", site="demo", lang="fr", token=new_token())
        return await someone.expect("welcome")


async def test_names_of_today_reach_the_console_the_widget_and_its_status(
    server: Server, as_before: None
) -> None:
    await asyncio.to_thread(send_forms, server)
    async with await open_console(server) as console:
        await console.send("hello")
        codes = (await console.expect("welcome"))["codes"]
    assert labels(codes["themes"])["emploi"] == NAME
    assert labels(codes["subthemes"]["emploi"])["job_fair"] == "Salon de l’emploi"
    status = await asyncio.to_thread(partial(httpx.get, f"{server.url}/widget/demo/status", timeout=60))
    assert labels(status.json()["themes"])["emploi"] == NAME
    # Whoever comes within a second shares an answer: the one before the change may be a second old.
    for _ in range(100):
        if labels((await welcomed(server))["themes"])["emploi"] == NAME:
            return
        await asyncio.sleep(0.1)
    pytest.fail("visitors are still told the old name")


async def test_a_conversation_is_closed_with_a_subtheme_of_today(server: Server, as_before: None) -> None:
    await asyncio.to_thread(send_forms, server)
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console)
        await console.send(
            "close", conversation=conversation, classification={"theme": "emploi", "subtheme": "job_fair"}
        )
        await console.expect("closed", conversation=conversation)
        await someone.expect("closed")
    rows = [row for row in metric_rows(server).values() if row["closed_subtheme"] == "job_fair"]
    assert [row["closed_theme"] for row in rows] == ["emploi"]
