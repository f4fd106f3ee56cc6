"""Every role and nobody against both sockets and each of their frames, on one's own conversation and on somebody else's."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import pytest
import pytest_asyncio

from chat.frames.counsellor import client_frames as counsellor_frames
from chat.frames.visitor import client_frames as visitor_frames
from partners.models import Role
from tests.access.frames import ACCOUNTS, COUNSELLOR, SOCKETS, VISITOR, Action
from tests.live.test_socket_access import status_of
from tests.server import Server
from tests.socket_clients import (
    SocketClient,
    asking,
    counsellor,
    everybody_leaves,
    joined,
    new_token,
    open_console,
    open_visitor,
    session_of,
    visitor,
)

OTHER = "conseiller.cefo"
"""Of another institution."""


@pytest.fixture(scope="module")
def lively(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which nobody but these tests converses."""
    with Server(tmp_path_factory.mktemp("lively"), prepared=prepared) as running:
        yield running


@pytest_asyncio.fixture(autouse=True)
async def leave_afterwards() -> AsyncIterator[None]:
    yield
    await everybody_leaves()


def tags(union: Any) -> set[str]:
    return {str(frame.__struct_config__.tag) for frame in get_args(union)}


def test_every_frame_is_on_the_list() -> None:
    assert tags(visitor_frames.Frame) == set(VISITOR), "say in tests/access/frames.py what becomes of it"
    assert tags(counsellor_frames.Frame) == set(COUNSELLOR), (
        "say in tests/access/frames.py what becomes of it"
    )


@pytest.mark.parametrize("role", [None, *Role])
async def test_a_socket_opens_for_whom_it_is_granted_and_for_nobody_else(
    lively: Server, role: Role | None
) -> None:
    account = ACCOUNTS[role]
    cookies = session_of(lively, account) if account else None
    for socket, granted in SOCKETS.items():
        assert await status_of(lively, socket, lively.url, cookies) == (101 if role in granted else 403), (
            socket
        )


def about(action: Action, conversation: str | None) -> dict[str, Any]:
    return action.fields | (
        {} if conversation is None or action.theirs is None else {"conversation": conversation}
    )


async def answered(end: SocketClient, answer: str) -> None:
    """That frame comes; if none is named, no error comes before the answer to what is sent next."""
    kind, _, code = answer.partition(" ")
    if code:
        await end.expect(kind, code=code)
    elif kind:
        await end.expect(kind)
    else:
        await end.send("dance")
        await end.expect("error", code="unknown_type")
        assert end.count("error") == 0, end.frames


async def test_a_counsellor_does_nothing_with_somebody_elses_conversation(lively: Server) -> None:
    """Each answer is the one for a conversation that does not exist."""
    mine = await counsellor(lively, capacity=3)
    end, theirs = await joined(lively, mine)
    # Opened now: this console never showed the request.
    other = await open_console(lively, OTHER)
    await other.send("hello")
    await other.expect("welcome")
    for kind, action in COUNSELLOR.items():
        if action.theirs is None:
            continue
        told = []
        for conversation in (theirs, str(uuid4()), "nonsense"):
            await other.send(kind, **about(action, conversation))
            error = await other.expect("error")
            assert f"error {error['code']}" == action.theirs, kind
            told.append({name: value for name, value in error.items() if name != "conversation"})
        assert told[0] == told[1] == told[2], kind
    # Nothing of it arrived: the owner goes on, and neither end heard anything.
    await mine.send("say", conversation=theirs, client_id="after", body="x")
    await end.expect("message", author="counsellor")
    assert (end.count("message"), end.count("closed"), end.count("left")) == (0, 0, 0)
    assert (mine.count("note"), mine.count("released"), mine.count("closed")) == (0, 0, 0)


async def test_a_counsellor_does_each_thing_with_their_own(own_server: Server) -> None:
    """On a server of its own: blocking a visitor holds for all visitors of that address."""
    mine = await counsellor(own_server, capacity=2)
    _end, conversation = await joined(own_server, mine)
    for kind, action in sorted(COUNSELLOR.items(), key=lambda one: one[1].ends):
        if action.ends:
            _end, conversation = await joined(own_server, mine)
        await mine.send(kind, **about(action, conversation))
        await answered(mine, action.own)
        if action.ends:
            await mine.send("typing", conversation=conversation, on=True)
            await mine.expect("error", code="not_found")


async def test_before_hello_a_console_takes_hello_only(lively: Server) -> None:
    for kind, action in COUNSELLOR.items():
        end = await open_console(lively)
        await end.send(kind, **about(action, str(uuid4())))
        await answered(end, action.before)


async def test_a_visitor_does_each_thing_with_their_own_and_nothing_without_one(lively: Server) -> None:
    mine = await counsellor(lively, capacity=3)
    end, _conversation = await joined(lively, mine)
    stranger = await visitor(lively)
    for kind, action in VISITOR.items():
        if kind in {"hello", "ask"}:
            continue
        if action.theirs is not None and not action.ends and kind != "survey":
            await stranger.send(kind, **action.fields)
            await answered(stranger, action.theirs)
        await end.send(kind, **action.fields)
        if action.own:
            await answered(end, action.own)
    assert end.count("error") == 0, end.frames
    await stranger.send("leave")
    await stranger.expect("error", code="not_found")
    waiting = await asking(lively)
    await answered(waiting, VISITOR["ask"].own)


async def test_before_hello_a_visitors_socket_takes_hello_only(lively: Server) -> None:
    for kind, action in VISITOR.items():
        end = await open_visitor(lively)
        await end.send(kind, **(action.fields | ({"token": new_token()} if kind == "hello" else {})))
        await answered(end, action.before)
