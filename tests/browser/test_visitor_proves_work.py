"""A browser from which too much came does a sum before it may ask: beside the page, or in it where there are no workers."""

import json
import re
from typing import Any

import altcha
import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.browser.conftest import OpenPage
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import START, composer, open_widget, reason_shown, stop_waiting, until
from tests.server import Server

SECRET = "the test's own"
TRIES = 20_000


def suspicious(page: Page) -> list[dict[str, Any]]:
    """The real server, but one that takes no request without proof; every request as it was sent."""
    asked: list[dict[str, Any]] = []
    challenge = altcha.create_challenge("SHA-256", 1, counter=TRIES, hmac_secret=SECRET).to_dict()

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def to_server(text: str | bytes) -> None:
            frame = json.loads(text)
            if frame["type"] == "ask":
                asked.append(frame)
                if "proof" not in frame:
                    socket.send(json.dumps({"type": "error", "code": "proof_needed", "detail": ""}))
                    return
            server.send(text)

        def to_page(text: str | bytes) -> None:
            frame = json.loads(text)
            if frame["type"] == "welcome" and asked:
                frame["challenge"] = challenge
            socket.send(json.dumps(frame))

        socket.on_message(to_server)
        server.on_message(to_page)

    page.route_web_socket(re.compile("/ws/visitor/"), between)
    return asked


@pytest.mark.parametrize("workers", [True, False], ids=["in a worker", "in the page"])
def test_the_proof_of_work_runs_by_itself_and_is_announced(
    server: Server, open_page: OpenPage, workers: bool
) -> None:
    with SocketCounsellor(server):
        page = open_page("about:blank")
        if not workers:
            page.add_init_script("delete window.Worker")
        held: list[Route] = []
        page.context.route(re.compile("/packed/proof"), lambda route: held.append(route))
        asked = suspicious(page)
        page.goto("/demo/")
        widget = open_widget(page)
        assert held == []
        widget.get_by_role("radio", name="Orientation").press("Space")
        widget.get_by_role("button", name=START["fr"]).press("Enter")
        expect(widget.get_by_role("status").get_by_text("petit calcul")).to_be_visible()
        until(page, lambda: held)
        held[0].continue_()
        expect(composer(widget)).to_be_visible()
        assert [set(one) - {"type", "theme", "language"} for one in asked] == [set(), {"proof"}]
        assert altcha.verify_solution(asked[1]["proof"], SECRET).verified
        until(page, lambda: not page.workers)
        stop_waiting(widget)
        expect(reason_shown(widget, "Vous avez quitté la file.")).to_be_visible()
