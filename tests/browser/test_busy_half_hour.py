"""A busy half hour, played at speed: visitors come one after another, three counsellors answer, one of them in a real browser.

As a test it plays the beginning. `make busy-half-hour` plays all of it and keeps what the screen showed, on a desktop and a phone,
in light and dark, under var/pictures.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from playwright.sync_api import Page, expect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import be_available, conversations, message_field, offers, transcript
from tests.browser.socket_visitor import SocketVisitor
from tests.sealed_end import CounsellorEnd
from tests.server import Server
from tests.socket_clients import session_of

WHOLE = os.environ.get("BUSY_HALF_HOUR") == "whole"
CLAIRE, KARIM, SOFIA = "conseillere.cdm", "conseiller.cefo", "conseillere.diores"
LABELS = {
    "orientation": "Orientation",
    "formation": "Formation",
    "emploi": "Emploi",
    "mobilite": "Partir à l’étranger",
}
Visit = tuple[str, str, str, str]
"""Who takes it up, the theme, the first word, the answer."""
VISITORS: list[Visit] = [
    (CLAIRE, "orientation", "Bonjour, ma fille termine sa rhéto et ne sait pas quoi choisir.", "Qu’est-ce qui lui plaît ?"),
    (KARIM, "formation", "Je cherche une formation en soudure près de Mons.", "Avez-vous déjà une expérience ?"),
    (CLAIRE, "emploi", "Comment expliquer deux ans sans emploi dans un CV ?", "Que faisiez-vous pendant ces deux ans ?"),
    (SOFIA, "orientation", "Bac en droit ou haute école ?", "Qu’attendez-vous de vos études ?"),
    (CLAIRE, "mobilite", "Mon diplôme marocain vaut-il quelque chose ici ?", "Lequel avez-vous ?"),
    (KARIM, "creation", "Je veux ouvrir une friterie. Par où commencer ?", "Avez-vous un plan financier ?"),
    (SOFIA, "formation", "Existe-t-il des cours du soir en comptabilité ?", "Dans quelle région ?"),
    (CLAIRE, "orientation", "Je voudrais arrêter mes études, j’ai peur de le dire.", "C’est une vraie question. Depuis quand ?"),
    (KARIM, "emploi", "On me demande une lettre de motivation pour demain.", "Pour quel poste ?"),
    (SOFIA, "mobilite", "Peut-on garder le chômage pendant un stage à l’étranger ?", "De combien de temps ?"),
    (CLAIRE, "formation", "Une formation de langue gratuite, ça existe ?", "Quelle langue ?"),
    (KARIM, "orientation", "Je ne sais pas du tout.", "On peut commencer par ce que vous aimez."),
]  # fmt: skip
WAVES = [VISITORS[:6], VISITORS[6:]] if WHOLE else [VISITORS[:4]]


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("busy"), prepared=prepared) as running:
        yield running


@dataclass
class Colleague:
    """A counsellor without a browser: takes up what is meant for them, answers the first word, closes when told thanks."""

    server: Server
    account: str
    plan: dict[str, tuple[str, str]]
    """Conversation to who takes it up and what they answer; filled while visitors come."""

    def __enter__(self) -> Self:
        cookies = "; ".join(
            f"{name}={value}" for name, value in session_of(self.server, self.account).items()
        )
        self._open = ExitStack()
        self._socket = self._open.enter_context(
            connect(
                f"{self.server.sockets}/counsellor/",
                origin=Origin(self.server.url),
                additional_headers={"Cookie": cookies},
            )
        )
        self._end = CounsellorEnd()
        self._send("hello")
        self._send("availability", state="available", capacity=6)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()
        return self

    def _send(self, kind: str, /, **fields: Any) -> None:
        self._socket.send(json.dumps(self._end.sealed({"type": kind, **fields})))

    def _work(self) -> None:
        offered: set[str] = set()
        try:
            while True:
                try:
                    frame = json.loads(self._socket.recv(timeout=0.1))
                    for asked in self._end.received(frame):
                        self._socket.send(json.dumps(asked))
                except TimeoutError:
                    frame = {"type": "ping"}
                self._hear(frame, offered)
        except ConnectionClosed:
            return

    def _hear(self, frame: dict[str, Any], offered: set[str]) -> None:
        conversation = frame.get("conversation", "")
        match frame["type"]:
            case "ping":
                self._send("pong")
            case "offer":
                offered.add(conversation)
            case "offer_gone":
                offered.discard(conversation)
            case "opened":
                # The first word may have been there before it was opened here.
                for message in frame["messages"]:
                    self._hear({"conversation": conversation, **message}, offered)
            case "message" if frame["author"] == "visitor":
                if "merci" in frame["body"].lower():
                    self._send("close", conversation=conversation, classification={"theme": "orientation"})
                else:
                    answer = self.plan[conversation][1]
                    self._send("say", conversation=conversation, client_id=f"a-{conversation}", body=answer)
        for mine in [one for one in offered if self.plan.get(one, ("", ""))[0] == self.account]:
            offered.discard(mine)
            self._send("accept", conversation=mine)

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        self._thread.join(10)


def test_a_busy_half_hour(
    server: Server,
    sign_in: OpenPage,
    looks: Callable[[Page], Iterator[str]],
    picture: Callable[[Page, str], Path],
) -> None:
    plan: dict[str, tuple[str, str]] = {}
    console = be_available(sign_in, CLAIRE)

    def keep(moment: str, wave: int = 0) -> None:
        for name in looks(console) if WHOLE else ():
            picture(console, f"busy-{wave}-{moment}-{name}")

    with ExitStack() as colleagues:
        for account in (KARIM, SOFIA):
            colleagues.enter_context(Colleague(server, account, plan))
        for number, wave in enumerate(WAVES, 1):
            with ExitStack() as visitors:
                _play(server, console, wave, plan, visitors, partial(keep, wave=number))
        keep("quiet-again", wave=len(WAVES))


def _play(
    server: Server,
    console: Page,
    wave: Sequence[Visit],
    plan: dict[str, tuple[str, str]],
    visitors: ExitStack,
    keep: Callable[[str], None],
) -> None:
    mine: list[tuple[SocketVisitor, str, str]] = []
    theirs: list[tuple[SocketVisitor, str]] = []
    for who, theme, asks, answer in wave:
        someone = visitors.enter_context(SocketVisitor(server, theme=theme))
        conversation = someone.ask()
        if who == CLAIRE:
            # Rung at all three; the first to accept has it.
            rung = offers(console).filter(has_text=LABELS[theme])
            expect(rung).to_have_count(1)
            keep(f"rings-{len(mine) + 1}")
            rung.get_by_role("button", name="Accepter").click()
            mine.append((someone, asks, answer))
        else:
            plan[conversation] = (who, answer)
            theirs.append((someone, answer))
        someone.expect("joined")
        expect(offers(console)).to_have_count(0)
        someone.say(asks)
    for someone, answer in theirs:
        assert someone.expect("message", author="counsellor")["body"] == answer
    expect(conversations(console)).to_have_count(len(mine))
    expect(console.get_by_text("Vous attend depuis")).to_have_count(len(mine))
    keep("all-wait")

    for place, (someone, asks, answer) in enumerate(mine):
        conversations(console).nth(place).click()
        expect(transcript(console)).to_contain_text(asks)
        message_field(console).fill(answer)
        message_field(console).press("Enter")
        assert someone.expect("message", author="counsellor")["body"] == answer
        someone.say("Merci beaucoup, je vais y réfléchir.")
    keep("answered")
    for someone, _ in theirs:
        someone.say("Merci !")
        assert someone.expect("closed")["reason"] == "counsellor_closed"
    for left, (someone, _, _) in zip(reversed(range(len(mine))), mine, strict=True):
        conversations(console).first.click()
        console.keyboard.press("Alt+c")
        console.get_by_role("dialog").get_by_role("radio").first.check()
        console.keyboard.press("Enter")
        assert someone.expect("closed")["outcome"] == "served"
        expect(conversations(console)).to_have_count(left)
