"""Both kinds of sockets without a server: `sent` holds the frames that they sent, and tests can make the stores fail or be slow."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from chat import database, runtime
from chat.faults import Unreachable
from chat.frames.base import PROTOCOL
from chat.hub import Hub
from chat.models import Conversation, Duty, Party
from chat.sealing import digest_of_token
from chat.services import messages
from chat.socket import Socket
from chat.states import PartyRole, State
from chat.transcript.embedded import EmbeddedTranscripts
from chat.transcript.interface import PAGE, VISITOR, Appended, EntryKind, Page, PartyList, Unable
from chat.volatile import EmbeddedVolatile, Tombstone
from counsellor_console.consumer import CounsellorSocket
from partners import clock
from partners.models import Staff
from partners.sessions import SessionStore, digest_of
from routing_rules.models import Counsellor
from tests.chat.database_rows import conversation as new_conversation
from tests.sealing import envelope, text_of
from widget.consumer import VisitorSocket

TOKEN = "t" * 43
SESSION = digest_of("signed-in")
Frame = dict[str, Any]


class FailingTranscripts(EmbeddedTranscripts):
    """`meanwhile` runs once, in the middle of a read; the next `fails` reads fail."""

    meanwhile: Callable[[], Awaitable[None]] | None = None
    fails = 0

    async def read(self, conversation: str, *, kind: EntryKind, after: int, limit: int = PAGE) -> Page | None:
        if self.fails:
            self.fails -= 1
            raise Unreachable
        page = await super().read(conversation, kind=kind, after=after, limit=limit)
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            await act()
        return page


class FailingVolatile(EmbeddedVolatile):
    fails = 0

    async def tombstone(self, token_hash: str, *, now: float) -> Tombstone | None:
        if self.fails:
            self.fails -= 1
            raise Unreachable
        return await super().tombstone(token_hash, now=now)


@dataclass
class Stores:
    transcripts: FailingTranscripts
    volatile: FailingVolatile
    hub: Hub


@dataclass(frozen=True)
class OngoingConversation:
    """An open conversation of whoever has TOKEN, whom this counsellor could answer."""

    conversation: str
    counsellor: int
    staff: int

    async def say(self, body: str, *, author: int = VISITOR) -> Appended | Unable:
        return await messages.append(
            conversation=self.conversation,
            kind=EntryKind.MESSAGE,
            author=author,
            client_id=body,
            envelope=envelope(body),
            now=clock.now(),
        )

    async def accept(self) -> None:
        """As `offers.accept` leaves it."""
        await database.run(self._accept)

    def _accept(self) -> None:
        Conversation.objects.filter(pk=self.conversation).update(
            state=State.ACTIVE, party_version=1, parties_so_far=1, accepted_at=clock.now()
        )
        Party.objects.create(
            conversation_id=self.conversation,
            counsellor_id=self.counsellor,
            role=PartyRole.OWNER,
            number=1,
            joined_at=clock.now(),
        )


def create_counsellor() -> tuple[int, int]:
    """A counsellor on duty, signed in: the counsellor's id and the account's."""
    staff, _ = Staff.objects.get_or_create(username="claire", role="counsellor")
    person, _ = Counsellor.objects.get_or_create(staff=staff, languages=["fr"])
    Duty.objects.get_or_create(counsellor=person, on_duty=True, capacity=4)
    tomorrow = timezone.now() + timedelta(days=1)
    held = SessionStore().encode({HASH_SESSION_KEY: staff.get_session_auth_hash()})
    Session.objects.update_or_create(
        session_key=SESSION, defaults={"expire_date": tomorrow, "session_data": held}
    )
    return person.pk, staff.pk


async def start_conversation() -> OngoingConversation:
    """As `requests.ask` leaves it."""
    made = await database.run(create_conversation)
    await runtime.transcripts().open(made.conversation, epoch=1, parties=PartyList(), now_ms=0)
    return made


def create_conversation() -> OngoingConversation:
    counsellor, staff = create_counsellor()
    row = new_conversation()
    Conversation.objects.filter(pk=row.pk).update(token_hash=digest_of_token(TOKEN))
    return OngoingConversation(str(row.pk), counsellor, staff)


def _with_texts(frame: Frame) -> Frame:
    """The frame with texts in place of envelopes, so that a test can say what it expects."""
    for name in ("events", "messages", "notes", "conversations"):
        for one in frame.get(name) or ():
            _with_texts(one)
    if "body" in frame:
        frame["body"] = text_of(frame["body"])
    return frame


class SocketClient:
    """One socket, and the frames that it sent."""

    def __init__(self, socket: Socket[Any]) -> None:
        self.socket = socket
        self.sent: list[Frame] = []
        socket._send_now = self._write
        socket._send_queue.send = self._close
        socket.refresh_soon = self._ignore_refresh  # type: ignore[method-assign]
        runtime.hub().sockets.add(socket)

    def _ignore_refresh(self) -> None:
        """The test itself refreshes: see `refresh` below."""

    async def refresh(self) -> bool:
        """As `refresh_soon` does; whether it could be done."""
        try:
            await self.socket.refresh_now()
        except Unreachable:
            return False
        return True

    def _write(self, text: bytes) -> bool:
        self.sent.append(_with_texts(json.loads(text)))
        return True

    async def _close(self, event: Frame) -> None:
        self.sent.append({"type": "gone", "code": event["code"]})

    async def send(self, kind: str, /, **fields: Any) -> None:
        if "body" in fields:
            fields["body"] = envelope(fields["body"])
        if kind == "hello":
            fields = {"protocol": PROTOCOL} | fields
        await self.socket._received(json.dumps({"type": kind, **fields}))

    def kinds(self) -> list[str]:
        return [frame["type"] for frame in self.sent]

    def take(self) -> list[Frame]:
        taken, self.sent = self.sent, []
        return taken

    async def close(self) -> None:
        """Wait for what it still sends, and take it from the hub."""
        if self.socket._send_queue.task is not None:
            await self.socket._send_queue.task
        runtime.hub().sockets.discard(self.socket)


class VisitorClient(SocketClient):
    def __init__(self) -> None:
        super().__init__(VisitorSocket())

    async def hello(self, **back: int) -> None:
        await self.send("hello", site="essai", lang="fr", token=TOKEN, **back)


class CounsellorClient(SocketClient):
    def __init__(self, ongoing: OngoingConversation) -> None:
        socket = CounsellorSocket()
        socket._me, socket._staff, socket._name, socket._session = (
            ongoing.counsellor,
            ongoing.staff,
            "Claire",
            SESSION,
        )
        super().__init__(socket)


@pytest.fixture(name="stores")
def fresh_stores(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a process has, with nothing in it; nobody is rung."""
    before, hub = runtime.current, Hub()
    made = Stores(
        FailingTranscripts(publish=hub.publish_entry, most=100, expiry_s=900), FailingVolatile(), hub
    )
    runtime.start(runtime.Runtime(made.transcripts, made.volatile, hub))
    monkeypatch.setattr("chat.services.dispatch.request_dispatch", lambda: None)
    yield made
    runtime.current = before
