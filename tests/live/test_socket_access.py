"""The door of both sockets: our own pages only, and the console for counsellors only."""

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.server import Server
from tests.socket_clients import SocketClient, new_token, open_console, session_of


async def status_of(
    server: Server, path: str, origin: str | None, cookies: dict[str, str] | None = None
) -> int:
    """101 when it was let in."""
    header = {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())} if cookies else {}
    try:
        socket = await connect(
            f"{server.sockets}/{path}/",
            origin=origin,  # type: ignore[arg-type]
            additional_headers=header,
        )
    except InvalidStatus as refused:
        return refused.response.status_code
    await socket.close()
    return 101


def foreign(server: Server) -> list[str | None]:
    return [
        None,
        "null",
        "",
        "https://evil.example",
        f"http://127.0.0.1:{server.port + 1}",
        "http://127.0.0.1",
        server.url.replace("http:", "https:"),
        server.url.replace("127.0.0.1", "localhost"),
        f"{server.url}.evil.example",
        f"{server.url}/",
    ]


async def test_a_visitors_socket_opens_for_our_own_page_only(server: Server) -> None:
    assert await status_of(server, "visitor", server.url) == 101
    for origin in foreign(server):
        assert await status_of(server, "visitor", origin) == 403, origin


async def test_a_console_opens_for_our_own_page_only(server: Server) -> None:
    cookies = session_of(server, "conseillere.cdm")
    assert await status_of(server, "counsellor", server.url, cookies) == 101
    for origin in foreign(server):
        assert await status_of(server, "counsellor", origin, cookies) == 403, origin


async def test_an_unknown_socket_path_is_refused_without_a_fault(server: Server) -> None:
    for path in ("nowhere", "visitor/more", "console"):
        assert await status_of(server, path, server.url) == 403, path


async def test_a_console_needs_somebody_who_is_signed_in(server: Server) -> None:
    assert await status_of(server, "counsellor", server.url) == 403
    for made_up in ("", "x", "a" * 32, "../../etc"):
        assert await status_of(server, "counsellor", server.url, {"sessionid": made_up}) == 403


@pytest.mark.parametrize("account", ["coordination", "plateforme", "indicateurs", "admin"])
async def test_nobody_but_counsellors_has_a_console(server: Server, account: str) -> None:
    assert await status_of(server, "counsellor", server.url, session_of(server, account)) == 403


@pytest.mark.parametrize("account", ["accueil", "conseillere.cdm", "conseiller.cefo", "conseillere.diores"])
async def test_every_counsellor_has_a_console(server: Server, account: str) -> None:
    assert await status_of(server, "counsellor", server.url, session_of(server, account)) == 101


async def test_a_visitors_cookie_is_of_no_use_to_a_visitor(server: Server) -> None:
    """Signed in or not: the token in the first frame says who it is, and nothing else does."""
    cookies = session_of(server, "conseillere.cdm")
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    socket = await connect(
        f"{server.sockets}/visitor/",
        origin=server.url,  # type: ignore[arg-type]
        additional_headers={"Cookie": header},
    )
    end = SocketClient(socket)
    await end.send("hello", site="demo", lang="fr", token=new_token())
    welcome = await end.expect("welcome")
    assert "colleagues" not in welcome


async def test_an_unknown_site_is_not_found_and_not_to_be_tried_again(server: Server) -> None:
    socket = await connect(f"{server.sockets}/visitor/", origin=server.url)  # type: ignore[arg-type]
    end = SocketClient(socket)
    await end.send("hello", site="nulle-part", lang="fr", token=new_token())
    await end.expect("error", code="not_found")
    assert await end.closed() == 4052


@pytest.mark.parametrize("path", ["", "visitor", "admin", "visitor/x"])
async def test_other_paths_accept_no_socket(server: Server, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"{server.sockets}/{path}", origin=server.url)  # type: ignore[arg-type]
    assert refused.value.response.status_code in {403, 404, 500}


async def test_a_page_is_not_a_socket_and_a_socket_is_not_a_page(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as browser:
        assert (await browser.get("/ws/visitor/")).status_code == 404
        assert (await browser.get("/console/")).status_code == 302


async def test_both_tabs_of_a_counsellor_get_the_offer_and_one_accepts(server: Server) -> None:
    one, other = await open_console(server), await open_console(server)
    for tab in (one, other):
        await tab.send("hello")
        await tab.expect("welcome")
    await one.send("availability", state="available", capacity=1)
    await one.expect("availability", state="available", capacity=1)
    await one.send("availability", state="finishing", capacity=3)
    for tab in (one, other):
        await tab.expect("availability", state="finishing", capacity=3)
    await other.send("availability", state="away", capacity=2)
    await one.expect("availability", state="away")
