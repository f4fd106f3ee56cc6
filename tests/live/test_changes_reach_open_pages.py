"""What a coordinator saves reaches open consoles and visitors without a reload, and the next visitor."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.live.database_file import counsellor_id, read
from tests.server import Server
from tests.socket_clients import (
    asking,
    counsellor,
    joined,
    new_token,
    open_console,
    open_visitor,
    session_of,
    sign_in,
)

PATIENCE_S = 60.0
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture(scope="module")
def changing(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Its rules, people and words are these tests' to change."""
    with Server(tmp_path_factory.mktemp("changing"), prepared=prepared) as running:
        yield running


async def save(server: Server, account: str, path: str, form: dict[str, Any], *, page: str = "") -> None:
    """As whoever has this account does, in a browser; the form stands on `page`."""
    cookies = await asyncio.to_thread(session_of, server, account)
    async with httpx.AsyncClient(base_url=server.url, cookies=cookies, timeout=PATIENCE_S) as browser:
        shown = await browser.get(page or path)
        token = CSRF.search(shown.text)
        assert token is not None, shown.text
        answer = await browser.post(
            path, data={"csrfmiddlewaretoken": token[1], **form}, headers={"Origin": server.url}
        )
        assert answer.status_code == httpx.codes.FOUND, answer.text


def staff_id(server: Server, account: str) -> int:
    return int(read(server, "SELECT id FROM partners_staff WHERE username = ?", account)[0]["id"])


async def test_a_new_capacity_reaches_the_console_and_waiting_visitors(changing: Server) -> None:
    console = await counsellor(changing, "conseiller.cefo", capacity=1)
    await joined(changing, console, theme="orientation")
    waiting = await asking(changing, theme="orientation")
    second = (await waiting.expect("waiting"))["conversation"]
    await save(
        changing,
        "plateforme",
        f"/coordination/people/{staff_id(changing, 'conseiller.cefo')}/",
        {
            "first_name": "Karim",
            "pools": ["cefo", "demo-cefo"],
            "themes": ["orientation", "formation"],
            "languages": ["fr"],
            "capacity": "2",
        },
    )
    await console.expect("availability", capacity=2)
    await console.expect("offer", conversation=second)


async def test_a_new_name_reaches_the_colleagues_lists(changing: Server) -> None:
    await counsellor(changing, "conseiller.cefo")
    console = await counsellor(changing, "conseillere.cdm")
    karim = counsellor_id(changing, "conseiller.cefo")
    await save(
        changing,
        "plateforme",
        f"/coordination/people/{staff_id(changing, 'conseiller.cefo')}/",
        {
            "first_name": "Kamel",
            "pools": ["cefo", "demo-cefo"],
            "themes": ["orientation"],
            "languages": ["fr"],
            "capacity": "2",
        },
    )

    def has_the_name(frame: dict[str, Any]) -> bool:
        return any(one["id"] == karim and one["name"] == "Kamel" for one in frame["colleagues"])

    await console.expect("colleagues", where=has_the_name)


async def test_a_reply_and_a_theme_s_name_reach_an_open_console(changing: Server) -> None:
    console = await counsellor(changing, "conseillere.cdm")
    reply = {
        "title": "À tout de suite",
        "shortcut": "tout-de-suite",
        "language": "fr",
        "theme": "",
        "partner": "",
        "body": "À tout de suite.",
    }
    await save(changing, "plateforme", "/coordination/replies/new/", reply)
    await console.expect(
        "lists", where=lambda frame: "tout-de-suite" in {one["shortcut"] for one in frame["canned"]}
    )
    theme = {"label_fr": "Travail", "position": "3", "active": "on"}
    await save(changing, "plateforme", "/coordination/themes/emploi/", theme)
    await console.expect(
        "lists", where=lambda frame: "Travail" in {one["label"] for one in frame["codes"]["themes"]}
    )
    # What leaves them as they were is told to nobody.
    await save(changing, "plateforme", "/coordination/themes/emploi/", theme)
    await console.quiet("lists")


async def test_a_counsellor_who_opens_a_console_is_on_the_others_lists(changing: Server) -> None:
    console = await counsellor(changing, "conseillere.cdm")
    aline = counsellor_id(changing, "accueil")
    other = await open_console(changing, "accueil")
    await other.send("hello")
    await console.expect(
        "colleagues", where=lambda frame: any(one["id"] == aline for one in frame["colleagues"])
    )


async def test_somebody_whose_access_is_taken_away_is_out_of_an_open_console(changing: Server) -> None:
    cookies = await asyncio.to_thread(sign_in, changing, "conseillere.diores")
    console = await open_console(changing, cookies=cookies)
    await console.send("hello")
    await console.expect("welcome")
    key = staff_id(changing, "conseillere.diores")
    await save(
        changing,
        "plateforme",
        f"/coordination/people/{key}/deactivate",
        {},
        page=f"/coordination/people/{key}/",
    )
    assert await console.closed() == 4050
    await save(
        changing,
        "plateforme",
        f"/coordination/people/{key}/reactivate",
        {},
        page=f"/coordination/people/{key}/",
    )


async def test_an_administrator_who_disables_an_account_closes_its_console(changing: Server) -> None:
    cookies = await asyncio.to_thread(sign_in, changing, "conseillere.diores")
    console = await open_console(changing, cookies=cookies)
    await console.send("hello")
    await console.expect("welcome")
    # Not ticked: not active.
    changed = {
        "username": "conseillere.diores",
        "first_name": "Dounia",
        "email": "",
        "role": "counsellor",
        "partner": "",
    }
    path = f"/admin/partners/staff/{staff_id(changing, 'conseillere.diores')}/change/"
    await save(changing, "admin", path, changed)
    assert await console.closed() == 4050
    await save(changing, "admin", path, changed | {"is_active": "on"})


async def test_the_next_visitor_sees_a_new_notice_in_spite_of_the_cache(
    changing: Server,
) -> None:
    before = await greeted(changing)
    path = "/coordination/notices/opening/fr/"
    await save(changing, "plateforme", path, {"html": "<p>Nous fermons tôt.</p>"})
    written = [{"lines": [[{"text": "Nous fermons tôt."}]], "is_list": False}]
    assert before["notice_blocks"]["opening"] != written
    after = await greeted(changing)
    assert after["notice_blocks"]["opening"] == written
    # Pages of the release before read it there.
    assert after["notices"]["opening"] == "<p>Nous fermons tôt.</p>"


async def greeted(server: Server) -> dict[str, Any]:
    end = await open_visitor(server)
    await end.send("hello", site="demo", lang="fr", token=new_token())
    return await end.expect("welcome")
