"""Lives of a request, each played through real sockets on a server whose time stands still but for what a life lets pass.

docs/worked-examples.md says what happens in each, and the rows that it leaves.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx

from tests.live.conftest import BLOCK_S, COUNSELLOR_GRACE_S, IDLE_CLOSE_S, LONGEST_WAIT_S, VISITOR_GRACE_S
from tests.live.database_file import advance_time, change, counsellor_id, read
from tests.server import TimedServer
from tests.socket_clients import (
    SocketClient,
    counsellor,
    new_token,
    open_visitor,
    session_of,
    visitor,
)

SILENCE_S = 45
"""After so long without a sign, a connection counts as lost."""
SURVEY_S, ASK_AGAIN_S = 900, 300
CLOSING = {"theme": "formation"}


class Play:
    """The steps that lives are made of."""

    def __init__(self, server: TimedServer) -> None:
        self.server = server
        self._said = 0

    async def wait(self, seconds: float) -> None:
        await advance_time(self.server, seconds)

    async def console(self, account: str = "conseillere.cdm") -> SocketClient:
        end = await counsellor(self.server, account)
        await end.send("active")
        return end

    async def page(self, token: str | None = None, **hello: Any) -> SocketClient:
        return await visitor(self.server, token, **hello)

    async def ask(self, page: SocketClient, **different: Any) -> str:
        """Ask and wait; returns the conversation."""
        await page.send("ask", **{"theme": "formation", "language": "fr", **different})
        return str((await page.expect("waiting"))["conversation"])

    async def refused(self, page: SocketClient, code: str, **different: Any) -> None:
        await page.send("ask", **{"theme": "formation", "language": "fr", **different})
        await page.expect("error", code=code)

    async def take(self, console: SocketClient, conversation: str) -> None:
        await console.expect("offer", conversation=conversation)
        await console.send("accept", conversation=conversation)
        await console.expect("opened", conversation=conversation)

    async def begin(self, **different: Any) -> tuple[SocketClient, SocketClient, str]:
        """A visitor whom a counsellor of CDM takes at once; the console, the page and the conversation."""
        console, page = await self.console(), await self.page()
        conversation = await self.ask(page, **different)
        await self.take(console, conversation)
        return console, page, conversation

    async def say(self, console: SocketClient, conversation: str) -> None:
        self._said += 1
        name = f"k{self._said}"
        await console.send("say", conversation=conversation, client_id=name, body="bonjour")
        await console.expect("message", client_id=name)

    async def reply(self, page: SocketClient) -> None:
        self._said += 1
        name = f"v{self._said}"
        await page.send("say", client_id=name, body="merci")
        await page.expect("message", client_id=name)

    async def close(self, console: SocketClient, conversation: str) -> None:
        await console.send("close", conversation=conversation, classification=CLOSING)
        await console.expect("closed", conversation=conversation)

    async def leave(self, page: SocketClient) -> None:
        await page.send("leave")
        await page.expect("closed")

    async def lose(self, console: SocketClient, page: SocketClient) -> None:
        """The console dies, and its grace passes."""
        await console.leave()
        await page.expect("interrupted")
        await self.wait(COUNSELLOR_GRACE_S)
        await page.expect("requeued")

    async def transfer(self, console: SocketClient, conversation: str, **to: Any) -> None:
        await console.send("transfer", conversation=conversation, to=to)
        await console.expect("released", conversation=conversation)


async def served(play: Play) -> None:
    console, page = await play.console(), await play.page()
    conversation = await play.ask(page)
    await play.wait(8)
    await play.take(console, conversation)
    await play.wait(3)
    await play.say(console, conversation)
    await play.reply(page)
    await play.wait(240)
    await play.say(console, conversation)
    await play.close(console, conversation)


async def two_themes(play: Play) -> None:
    console, page, conversation = await play.begin(theme="formation")
    await play.say(console, conversation)
    await play.reply(page)
    colleague = await play.console("conseiller.cefo")
    await play.transfer(console, conversation, theme="emploi")
    await play.take(colleague, conversation)
    await play.say(colleague, conversation)
    await play.close(colleague, conversation)


async def visitor_never_writes(play: Play) -> None:
    console, _, conversation = await play.begin()
    await play.say(console, conversation)
    await play.wait(60)
    await play.close(console, conversation)


async def visitor_writes_first_only(play: Play) -> None:
    console, page, conversation = await play.begin()
    await play.reply(page)
    await play.say(console, conversation)
    await play.close(console, conversation)


async def silent(play: Play) -> None:
    console, page, conversation = await play.begin()
    await play.reply(page)
    await play.wait(60)
    await play.close(console, conversation)


async def left_at_5(play: Play) -> None:
    await play.console()
    page = await play.page()
    await play.ask(page)
    await play.wait(5)
    await play.leave(page)


async def left_at_10(play: Play) -> None:
    await play.console()
    page = await play.page()
    await play.ask(page)
    await play.wait(10)
    await play.leave(page)


async def left_at_11(play: Play) -> None:
    await play.console()
    page = await play.page()
    await play.ask(page)
    await play.wait(11)
    await play.leave(page)


async def left_at_30(play: Play) -> None:
    await play.console()
    page = await play.page()
    await play.ask(page)
    await play.wait(30)
    await play.leave(page)


async def page_closed_at_3(play: Play) -> None:
    console = await play.console()
    page = await play.page()
    conversation = await play.ask(page)
    await console.expect("offer", conversation=conversation)
    await play.wait(3)
    await page.leave()
    await play.wait(VISITOR_GRACE_S)
    await console.expect("offer_gone", conversation=conversation)


async def page_closed_at_40(play: Play) -> None:
    console = await play.console()
    page = await play.page()
    conversation = await play.ask(page)
    await console.expect("offer", conversation=conversation)
    await play.wait(40)
    await page.leave()
    await play.wait(VISITOR_GRACE_S)
    await console.expect("offer_gone", conversation=conversation)


async def page_closed_before_given_up(play: Play) -> None:
    await play.console()
    page = await play.page()
    await play.ask(page)
    await play.wait(LONGEST_WAIT_S - 30)
    await page.leave()
    await play.wait(31)


async def longest_wait(play: Play) -> None:
    await play.console()
    page = await play.page()
    await play.ask(page)
    await play.wait(LONGEST_WAIT_S + 1)
    await page.expect("closed", reason="longest_wait")


async def full(play: Play) -> None:
    await play.refused(await play.page(), "full")


async def full_twice(play: Play) -> None:
    page = await play.page()
    await play.refused(page, "full")
    await play.wait(60)
    await play.refused(page, "full")


async def full_then_served(play: Play) -> None:
    page = await play.page()
    await play.refused(page, "full")
    await play.wait(60)
    console = await play.console()
    conversation = await play.ask(page)
    await play.wait(5)
    await play.take(console, conversation)
    await play.say(console, conversation)
    await play.close(console, conversation)


async def asked_all_the_same(play: Play) -> None:
    await play.console()
    # Nobody has used that console for two minutes.
    await play.wait(121)
    page = await play.page()
    await play.ask(page)
    await play.wait(20)
    await play.leave(page)


async def left_then_asked_again(play: Play) -> None:
    console, page = await play.console(), await play.page()
    await play.ask(page)
    await play.wait(12)
    await play.leave(page)
    await play.wait(6)
    conversation = await play.ask(page)
    await play.wait(2)
    await play.take(console, conversation)
    await play.say(console, conversation)
    await play.close(console, conversation)


async def asked_again_too_late(play: Play) -> None:
    await play.console()
    page = await play.page()
    await play.ask(page)
    await play.wait(12)
    await play.leave(page)
    await play.wait(ASK_AGAIN_S + 1)
    console = await play.console()
    other = await play.page()
    conversation = await play.ask(other)
    await play.take(console, conversation)
    await play.say(console, conversation)
    await play.close(console, conversation)


async def two_tabs(play: Play) -> None:
    console, token = await play.console(), new_token()
    page, other = await play.page(token), await play.page(token)
    conversation = await play.ask(page)
    await play.ask(other)
    await play.take(console, conversation)
    await play.say(console, conversation)
    await play.reply(page)
    await other.expect("message", author="visitor")
    await play.reply(other)
    await play.close(console, conversation)


async def page_loaded_anew(play: Play) -> None:
    console, token = await play.console(), new_token()
    page = await play.page(token)
    conversation = await play.ask(page)
    await play.take(console, conversation)
    await play.say(console, conversation)
    await page.leave()
    page = await play.page(token)
    await page.expect("resumed")
    await play.reply(page)
    await play.close(console, conversation)


async def silent_then_another(play: Play) -> None:
    console, page = await play.console(), await play.page()
    conversation = await play.ask(page)
    await play.wait(2)
    await play.take(console, conversation)
    await play.lose(console, page)
    colleague = await play.console("conseiller.cefo")
    await play.wait(3)
    await play.take(colleague, conversation)
    await play.wait(4)
    await play.say(colleague, conversation)
    await play.reply(page)
    await play.wait(60)
    await play.close(colleague, conversation)


async def answered_then_another(play: Play) -> None:
    console, page, conversation = await play.begin()
    await play.wait(4)
    await play.say(console, conversation)
    await play.lose(console, page)
    colleague = await play.console("conseiller.cefo")
    await play.take(colleague, conversation)
    await play.say(colleague, conversation)
    await play.reply(page)
    await play.close(colleague, conversation)


async def silent_transfer(play: Play) -> None:
    console, _, conversation = await play.begin()
    colleague = await play.console("conseiller.cefo")
    await play.transfer(console, conversation, pool="demo-cefo")
    await play.wait(15)
    await play.take(colleague, conversation)
    await play.say(colleague, conversation)
    await play.close(colleague, conversation)


async def transferred_once(play: Play) -> None:
    console, _, conversation = await play.begin()
    await play.say(console, conversation)
    colleague = await play.console("conseiller.cefo")
    await play.transfer(console, conversation, pool="demo-cefo")
    await play.wait(15)
    await play.take(colleague, conversation)
    await play.say(colleague, conversation)
    await play.close(colleague, conversation)


async def transferred_twice(play: Play) -> None:
    console, _, conversation = await play.begin()
    await play.say(console, conversation)
    colleague = await play.console("conseiller.cefo")
    await play.transfer(console, conversation, pool="demo-cefo")
    await play.take(colleague, conversation)
    await play.say(colleague, conversation)
    await play.transfer(colleague, conversation, pool="demo-cdm")
    await play.take(console, conversation)
    await play.say(console, conversation)
    await play.close(console, conversation)


async def transferred_and_left(play: Play) -> None:
    console, page, conversation = await play.begin()
    await play.say(console, conversation)
    await play.transfer(console, conversation, pool="demo-cefo")
    await play.wait(12)
    await play.leave(page)


async def silent_transfer_and_left(play: Play) -> None:
    console, page, conversation = await play.begin()
    await play.transfer(console, conversation, pool="demo-cefo")
    await play.wait(12)
    await play.leave(page)


async def counsellor_lost_for_good(play: Play) -> None:
    console, page, conversation = await play.begin()
    await play.say(console, conversation)
    await play.lose(console, page)
    await play.wait(LONGEST_WAIT_S + 1)
    await page.expect("closed", reason="longest_wait")


async def silent_counsellor_lost_for_good(play: Play) -> None:
    console, page, _ = await play.begin()
    await play.lose(console, page)
    await play.wait(LONGEST_WAIT_S + 1)
    await page.expect("closed", reason="longest_wait")


async def guest_answers_first(play: Play) -> None:
    console, _, conversation = await play.begin()
    guest = await play.console("conseiller.cefo")
    await play.wait(10)
    invited = counsellor_id(play.server, "conseiller.cefo")
    await console.send("invite", conversation=conversation, counsellor=invited)
    await play.take(guest, conversation)
    await play.wait(4)
    await play.say(guest, conversation)
    await play.close(console, conversation)


async def guest_takes_over(play: Play) -> None:
    console, page, conversation = await play.begin()
    guest = await play.console("conseiller.cefo")
    await play.wait(10)
    invited = counsellor_id(play.server, "conseiller.cefo")
    await console.send("invite", conversation=conversation, counsellor=invited)
    await play.take(guest, conversation)
    await console.leave()
    await page.expect("interrupted")
    await play.wait(COUNSELLOR_GRACE_S)
    await page.expect("left")
    await play.say(guest, conversation)
    await play.close(guest, conversation)


async def bonjour_to_nobody(play: Play) -> None:
    console, page, conversation = await play.begin()
    await page.leave()
    await console.expect("visitor", state="gone")
    await play.wait(3)
    await play.say(console, conversation)
    await play.wait(60)
    await play.close(console, conversation)


async def network_cut_before_bonjour(play: Play) -> None:
    console, page, conversation = await play.begin()
    page.answers_pings = False
    play.server.cut_network(conversation)
    await play.wait(5)
    await play.say(console, conversation)
    await play.wait(SILENCE_S + VISITOR_GRACE_S)
    await console.expect("closed", conversation=conversation, reason="visitor_gone")


async def back_to_find_bonjour(play: Play) -> None:
    console, token = await play.console(), new_token()
    page = await play.page(token)
    conversation = await play.ask(page)
    await play.take(console, conversation)
    await page.leave()
    await console.expect("visitor", state="gone")
    await play.wait(2)
    await play.say(console, conversation)
    await play.wait(60)
    page = await play.page(token)
    assert (await page.expect("resumed"))["events"]
    for _ in range(3):
        await play.reply(page)
    await play.close(console, conversation)


async def back_and_gone_again(play: Play) -> None:
    console, token = await play.console(), new_token()
    page = await play.page(token)
    conversation = await play.ask(page)
    await play.take(console, conversation)
    await page.leave()
    await console.expect("visitor", state="gone")
    await play.wait(2)
    await play.say(console, conversation)
    await play.wait(58)
    page = await play.page(token)
    await page.expect("resumed")
    await page.leave()
    await play.wait(VISITOR_GRACE_S)
    await console.expect("closed", conversation=conversation, reason="visitor_gone")


async def both_fall_silent(play: Play) -> None:
    console, page, conversation = await play.begin()
    await play.say(console, conversation)
    await play.wait(120)
    await play.reply(page)
    await play.wait(IDLE_CLOSE_S + 1)
    await page.expect("closed", reason="idle")


async def quiet_after_a_long_wait(play: Play) -> None:
    page = await play.page()
    console = await play.console("conseiller.cefo")
    await console.send("availability", state="away", capacity=2)
    await console.expect("availability", state="away")
    first = await play.console()
    conversation = await play.ask(page)
    await first.expect("offer", conversation=conversation)
    await play.wait(200)
    await console.send("active")
    await console.send("availability", state="available", capacity=2)
    await console.send("take", conversation=conversation)
    await console.expect("opened", conversation=conversation)
    await play.wait(250)
    await play.say(console, conversation)
    await play.close(console, conversation)


async def visitor_gone_in_the_middle(play: Play) -> None:
    console, page, conversation = await play.begin()
    await play.say(console, conversation)
    await play.reply(page)
    await play.wait(120)
    await page.leave()
    await play.wait(VISITOR_GRACE_S)
    await console.expect("closed", conversation=conversation, reason="visitor_gone")


async def closed_after_the_visitor_left(play: Play) -> None:
    console, page, conversation = await play.begin()
    await play.say(console, conversation)
    await play.reply(page)
    await play.wait(120)
    await page.leave()
    await console.expect("visitor", state="gone")
    await play.wait(VISITOR_GRACE_S - 30)
    await play.close(console, conversation)


async def blocked(play: Play) -> None:
    console, page, conversation = await play.begin()
    await play.reply(page)
    await console.send("block", conversation=conversation, reason="insults")
    assert (await page.expect("closed"))["survey"] is False
    # Every visitor of these tests has one address.
    await play.wait(BLOCK_S + 1)


async def _surveyed(play: Play) -> SocketClient:
    console, page, conversation = await play.begin()
    await play.say(console, conversation)
    await play.close(console, conversation)
    await page.expect("closed", survey=True)
    return page


async def survey(play: Play) -> None:
    page = await _surveyed(play)
    await page.send("survey", rating=4, helped="yes", status="student", age_band="18_24", gender="woman")
    await page.expect("closed", survey=False)


async def survey_in_two_parts(play: Play) -> None:
    page = await _surveyed(play)
    await page.send("survey", rating=2)
    await page.expect("closed", survey=False)
    await page.send("survey", rating=5, helped="no")
    await page.expect("closed", survey=False)
    await page.send("survey", rating=5)
    await page.expect("error", code="not_allowed")


async def survey_too_late(play: Play) -> None:
    page = await _surveyed(play)
    await play.wait(SURVEY_S + 1)
    await page.send("survey", rating=5)
    await page.expect("error", code="not_allowed")


async def survey_of_the_unserved(play: Play) -> None:
    await play.console()
    page = await play.page()
    await play.ask(page)
    await play.wait(12)
    await page.send("leave")
    assert (await page.expect("closed"))["survey"] is False
    await page.send("survey", rating=1, helped="no")
    await page.expect("error", code="not_allowed")


async def survey_then_another_question(play: Play) -> None:
    page = await _surveyed(play)
    await page.send("survey", rating=5, helped="yes")
    await page.expect("closed", survey=False)
    other = await play.page()
    await play.ask(other)
    await play.wait(4)
    await play.leave(other)


async def professional(play: Play) -> None:
    console, _, conversation = await play.begin(audience="professional")
    await play.say(console, conversation)
    await play.close(console, conversation)


async def school(play: Play) -> None:
    begun = play.server.now().replace(tzinfo=None, microsecond=0)
    (ended,) = read(
        play.server, "SELECT starts_at, ends_at FROM routing_rules_schoolbooking WHERE code = 'CLASSE6A'"
    )
    hours = "UPDATE routing_rules_schoolbooking SET starts_at = ?, ends_at = ? WHERE code = 'CLASSE6A'"
    change(play.server, hours, str(begun - timedelta(minutes=5)), str(begun + timedelta(minutes=50)))
    try:
        # What a process knows of classes holds for a second.
        await play.wait(2)
        console, _, conversation = await play.begin(school_code="CLASSE6A")
        await play.say(console, conversation)
        await play.close(console, conversation)
    finally:
        change(play.server, hours, ended["starts_at"], ended["ends_at"])


async def on_a_test_site(play: Play) -> None:
    change(play.server, "UPDATE routing_rules_site SET test = 1 WHERE key = 'demo'")
    try:
        # What a process knows of its sites holds for a second.
        await play.wait(2)
        console, _, conversation = await play.begin()
        await play.say(console, conversation)
        await play.close(console, conversation)
    finally:
        change(play.server, "UPDATE routing_rules_site SET test = 0 WHERE key = 'demo'")


async def _trial_page(play: Play) -> SocketClient:
    """A page that staff opened by the link to try it out."""
    cookies = session_of(play.server, "conseillere.cdm")
    async with httpx.AsyncClient(base_url=play.server.url, cookies=cookies) as browser:
        answer = await browser.get("/widget/demo/try/")
    page = await open_visitor(play.server, Cookie=f"miti_trial={answer.cookies['miti_trial']}")
    await page.send("hello", site="demo", lang="fr", token=new_token())
    await page.expect("welcome")
    return page


async def tried_out(play: Play) -> None:
    console, page = await play.console(), await _trial_page(play)
    conversation = await play.ask(page)
    await play.take(console, conversation)
    await play.say(console, conversation)
    await play.close(console, conversation)


async def tried_out_while_full(play: Play) -> None:
    await play.refused(await _trial_page(play), "full")


async def asked_while_closed(play: Play) -> None:
    page = await play.page(site="ecole")
    await play.refused(page, "closed_now")
    await play.refused(page, "closed_now")


LIVES: dict[str, Callable[[Play], Awaitable[None]]] = {
    name: life
    for name, life in list(globals().items())
    if getattr(life, "__module__", "") == __name__
    and callable(life)
    and not name.startswith("_")
    and name != "Play"
}
