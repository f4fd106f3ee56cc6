"""What a visitor can learn of who answers: nothing. What the server can learn of who asks: nothing."""

import json
import re
from collections.abc import Iterable

import httpx
import pytest

from demo import facts
from tests.live.database_file import change, counsellor_id, read
from tests.server import Server
from tests.socket_clients import SocketClient, counsellor, joined, new_token, visitor

# "accueil" is also what a visitor chooses: the theme "I don't know".
SHARED_WORDS = {"accueil"}


def identifying_words() -> list[str]:
    """Names and slugs of partners, networks, pools and people, as the demo has them."""
    people = [*facts.COUNSELLORS, *facts.VOLUNTEERS, *facts.OTHERS]
    first_names = [
        *(person[0] for person in (facts.COUNSELLORS | facts.VOLUNTEERS).values()),
        *(person[0] for person in facts.OTHERS.values()),
    ]
    words = {
        *facts.NETWORKS,
        *facts.NETWORKS.values(),
        *facts.PARTNERS,
        *(name for name, _ in facts.PARTNERS.values()),
        *facts.POOLS,
        *facts.DEMO_POOLS,
        *(name for name, _ in facts.POOLS.values()),
        *(name for name, _ in facts.DEMO_POOLS.values()),
        *(account for account in people if "." in account),
        *first_names,
    }
    return sorted(word for word in words if word.lower() not in SHARED_WORDS)


def given_away(texts: Iterable[str]) -> set[str]:
    whole = "\n".join(texts)
    return {
        word
        for word in identifying_words()
        if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", whole, re.IGNORECASE)
    }


def test_the_search_for_identifying_words_finds_them() -> None:
    assert given_away(['{"alias":"Claire"}', '{"pool":"demo-cefo"}', "x CDM Namur x"]) >= {
        "Claire",
        "demo-cefo",
        "CDM Namur",
    }
    assert given_away(["Bonjour, déclarer, marche, orientation"]) == set()


ALLOWED = {
    "welcome": {
        "protocol", "state", "label", "next_opening", "opening", "fresh_s", "themes", "languages", "contacts", "notices",
        "notice_blocks", "challenge", "limits", "codes", "storage_key",
    },
    "waiting": {"conversation", "epoch", "position", "estimate_s", "draft_key"},
    "requeued": {"position", "estimate_s"},
    "joined": {"alias", "at", "number", "key"},
    "grant_wanted": {"number", "key", "generation"},
    "left": {"alias", "at", "number"},
    "message": {"epoch", "seq", "author", "alias", "client_id", "body", "at", "number"},
    "typing": {"on", "alias"},
    "seen": {"seq"},
    "interrupted": {"alias", "grace_s"},
    "closing": {"in_s", "reason"},
    "closed": {"reason", "outcome", "survey"},
    "resumed": {
        "conversation", "epoch", "state", "position", "estimate_s", "alias", "aliases", "events", "more", "gap", "draft_key",
        "parties", "parties_so_far", "storage_key",
    },
    "error": {"code", "detail", "client_id", "retry_after_s", "conversation"},
}  # fmt: skip


async def through_everything(server: Server) -> SocketClient:
    """A visitor who has met two partners, a guest, and every kind of frame that can be had in a second."""
    token = new_token()
    cefo = counsellor_id(server, "conseiller.cefo")
    first = await counsellor(server)
    someone, conversation = await joined(server, first, token)
    second = await counsellor(server, "conseiller.cefo")
    await first.send("say", conversation=conversation, client_id="a", body="bonjour")
    await first.send("typing", conversation=conversation, on=True)
    await someone.send("say", client_id="x", body="bonjour à vous")
    await first.expect("message", body="bonjour à vous")
    await first.send("seen", conversation=conversation, seq=2)
    await first.send("note", conversation=conversation, client_id="n", body="note de Claire, CDM Bruxelles")
    await first.send("invite", conversation=conversation, counsellor=cefo)
    await second.expect("offer", conversation=conversation)
    await second.send("accept", conversation=conversation)
    await second.expect("opened", conversation=conversation)
    await second.send("say", conversation=conversation, client_id="b", body="moi aussi")
    await first.send("withdraw", conversation=conversation, counsellor=cefo)
    await second.expect("released", conversation=conversation)
    await first.send(
        "transfer", conversation=conversation, to={"pool": "demo-cefo"}, note="pour Karim du CEFO Mons"
    )
    # Accepted before the visitor's page has looked, nobody would tell it of the queue.
    await someone.expect("requeued")
    await second.expect("offer", conversation=conversation)
    await second.send("accept", conversation=conversation)
    await second.expect("opened", conversation=conversation)
    await second.send("say", conversation=conversation, client_id="c", body="me voilà")
    await someone.expect("message", body="me voilà")
    back = await visitor(server, token, after=0, epoch=1)
    await back.expect("resumed")
    someone.raw += back.raw
    await second.send(
        "close", conversation=conversation, classification={"theme": "emploi", "given": "contact"}
    )
    await someone.expect("closed")
    await someone.send("say", client_id="y", body="trop tard")
    await someone.expect("error")
    await someone.send("survey", rating=5)
    await someone.expect("closed", survey=False)
    return someone


async def test_no_byte_that_a_visitor_gets_tells_who_answers_or_where_they_work(server: Server) -> None:
    someone = await through_everything(server)
    assert len(someone.raw) > 15
    assert given_away(someone.raw) == set()


async def test_frames_to_a_visitor_have_the_listed_fields_and_no_other(
    server: Server,
) -> None:
    someone = await through_everything(server)
    seen = set()
    for raw in someone.raw:
        frame = json.loads(raw)
        kind = frame.pop("type")
        seen.add(kind)
        assert set(frame) <= ALLOWED[kind], kind
    assert {"welcome", "waiting", "joined", "left", "requeued", "message", "resumed", "closed"} <= seen


async def test_two_partners_answers_differ_in_nothing_but_what_is_random(server: Server) -> None:
    def plain(raw: str) -> str:
        raw = re.sub(r'"(at|conversation|key|body)":"[^"]*"', r'"\1":""', raw)
        return re.sub(r'"estimate_s":(\d+|null)', '"estimate_s":0', raw)

    heard = []
    for account in ("conseillere.cdm", "conseiller.cefo"):
        async with await counsellor(server, account) as console:
            someone, conversation = await joined(server, console)
            await someone.send("say", client_id="a", body="bonjour")
            await console.expect("message")
            await console.send("say", conversation=conversation, client_id="b", body="bonjour à vous")
            await someone.expect("message", author="counsellor")
            await console.send("close", conversation=conversation, classification={"theme": "emploi"})
            await someone.expect("closed")
            frames = [
                raw for raw in someone.raw if json.loads(raw)["type"] in {"joined", "message", "closed"}
            ]
            heard.append([plain(raw) for raw in frames])
    assert heard[0] == heard[1]


PAGES = ("/widget.js", "/widget/demo/", "/widget/demo/status", "/widget/miti/", "/widget/ecole/status")


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_for_visitors_sets_a_cookie_or_names_anybody(server: Server, path: str) -> None:
    async with httpx.AsyncClient(base_url=server.url) as browser:
        for headers in (
            {},
            {"Accept-Language": "nl"},
            {"Cookie": f"sessionid={'x' * 32}; csrftoken={'y' * 32}"},
        ):
            answer = await browser.get(path, headers=headers)
            assert answer.status_code == 200
            assert "set-cookie" not in answer.headers
            assert "cookie" not in answer.headers.get("vary", "").lower()
            assert given_away([answer.text]) == set()


async def test_the_widgets_page_may_be_framed_by_its_sites_domains_and_nobody_else(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as browser:
        answer = await browser.get("/widget/ecole/")
        change(
            server,
            """UPDATE routing_rules_site SET domains = '["https://ecole.example"]' WHERE key = 'ecole'""",
        )
        narrowed = await browser.get("/widget/ecole/")
        change(server, "UPDATE routing_rules_site SET domains = '[]' WHERE key = 'ecole'")
        nobody = await browser.get("/widget/ecole/")
        change(server, """UPDATE routing_rules_site SET domains = ? WHERE key = 'ecole'""",
               '["http://127.0.0.1:*", "http://localhost:*"]')  # fmt: skip
    assert ancestors(answer) == "frame-ancestors http://127.0.0.1:* http://localhost:*"
    assert ancestors(narrowed) == "frame-ancestors https://ecole.example"
    assert ancestors(nobody) == "frame-ancestors 'none'"


async def test_a_page_that_may_not_frame_the_chat_shows_words_instead_of_an_empty_box(server: Server) -> None:
    framed = {"Sec-Fetch-Dest": "iframe", "Referer": "https://ailleurs.example/"}
    async with httpx.AsyncClient(base_url=server.url) as browser:
        answer = await browser.get("/widget/demo/", params={"lang": "fr"}, headers=framed)
        dutch = await browser.get("/widget/demo/", params={"lang": "nl"}, headers=framed)
        allowed = [
            await browser.get("/widget/demo/", headers=headers)
            for headers in (
                framed | {"Referer": "http://localhost:8080/page"},
                framed | {"Referer": f"{server.url}/demo/"},
                framed | {"Referer": "https://[bad"},
                {"Referer": "https://ailleurs.example/"},
                {"Sec-Fetch-Dest": "iframe"},
            )
        ]
    assert answer.status_code == 403
    assert "https://ailleurs.example ne figure pas parmi les adresses" in answer.text
    assert "op deze pagina niet getoond" in dutch.text
    assert ancestors(answer) == "frame-ancestors *"
    assert "script-src 'none'" in policy(answer)
    assert "<script" not in answer.text
    assert [one.status_code for one in allowed] == [200] * 5
    assert not any("frame-ancestors *" in one.headers["content-security-policy"] for one in allowed)


def policy(answer: httpx.Response) -> list[str]:
    return [part.strip() for part in answer.headers["content-security-policy"].split(";")]


def ancestors(answer: httpx.Response) -> str:
    (found,) = [part for part in policy(answer) if part.startswith("frame-ancestors")]
    return found


async def test_the_widgets_page_is_strict_and_leaves_no_trace(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as browser:
        answer = await browser.get("/widget/demo/")
    assert "x-frame-options" not in answer.headers
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "camera=()" in answer.headers["permissions-policy"]
    directives = policy(answer)
    assert "default-src 'none'" in directives
    assert "script-src 'self'" in directives
    assert "style-src 'self'" in directives
    assert any(part.startswith("require-trusted-types-for") for part in directives)
    assert not re.search(r"unsafe-(inline|eval)|(?<!data):\*? |https?:", " ".join(
        part for part in directives if not part.startswith("frame-ancestors")
    ))  # fmt: skip
    assert "<script>" not in answer.text
    assert not re.search(r"\sstyle=|\son\w+=", answer.text)


async def test_staff_pages_are_framed_by_nobody(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as browser:
        for path in ("/", "/accounts/login/"):
            answer = await browser.get(path)
            assert ancestors(answer) == "frame-ancestors 'none'"


async def test_the_status_and_the_loader_may_be_read_by_any_page(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as browser:
        status = await browser.get("/widget/demo/status", headers={"Origin": "https://partenaire.example"})
        loader = await browser.get("/widget.js")
    assert status.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in status.headers
    assert "public" in status.headers["cache-control"]
    assert loader.headers["cross-origin-resource-policy"] == "cross-origin"
    assert loader.headers["content-type"].startswith("text/javascript")


async def test_only_digests_of_tokens_are_kept_and_only_while_it_is_open(server: Server) -> None:
    token = new_token()
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console, token)
        (row,) = read(server, "SELECT * FROM chat_conversation")
        assert re.fullmatch(r"[0-9a-f]{64}", row["token_hash"])
        assert token not in repr(row)
        await console.send("close", conversation=conversation, classification={"theme": "emploi"})
        await someone.expect("closed")
    assert read(server, "SELECT * FROM chat_conversation") == []
