"""What is true for a visitor now, as their socket shows it."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db import connection

from chat import database, runtime
from chat.models import Conversation
from chat.services import queue
from chat.services.queue import QueueView
from chat.shared_query import SharedQuery
from chat.states import State
from chat.volatile import Tombstone
from partners.prepared_query import PreparedQuery
from partners.wording import in_language

ALIASES = {
    "fr": "Conseiller·ère",
    "nl": "Adviseur",
    "en": "Counsellor",
    "de": "Berater·in",
    "uk": "Консультант",
    "ar": "مستشار·ة",
}
"""The only name by which a visitor knows a counsellor. The second one to join is number 2, whoever it is."""

ViewVersion = tuple[str, str, int, int, int]
"""The conversation, its state, its epoch, the version of its party list, and how many are on it."""

ENDING_TRIES, ENDING_TRY_S = 20, 0.05


@lru_cache(maxsize=256)
def alias(language: str, number: int) -> str:
    name = in_language(ALIASES, language)
    return name if number <= 1 else f"{name} {number}"


@dataclass(frozen=True, slots=True)
class VisitorView:
    conversation: str
    state: State
    epoch: int
    language: str
    position: int | None
    """In the queue, from 1; None for a visitor who does not wait."""
    estimate_s: int | None
    parties: dict[int, int]
    """Counsellor to number. The counsellor's id stays in the server."""
    party_version: int = 0
    parties_so_far: int = 0
    """The highest number that a counsellor was ever given."""
    joined_at: dict[int, datetime] = field(default_factory=dict)
    keys: dict[int, list[str]] = field(default_factory=dict)
    """Counsellor to the public keys of their browsers, the newest last."""

    def version(self) -> ViewVersion | None:
        """While this is the same, so is the whole view. None for a visitor who waits: other conversations change their position."""
        if self.state is not State.ACTIVE:
            return None
        return self.conversation, self.state.value, self.epoch, self.party_version, len(self.parties)

    def alias_of(self, counsellor: int) -> str:
        return alias(self.language, self.parties[counsellor])

    def has_key(self, number: int, key: str) -> bool:
        """Whether a browser of the counsellor of this number has this public key."""
        return any(key in self.keys.get(who, ()) for who, known in self.parties.items() if known == number)

    def aliases(self) -> list[str]:
        return [alias(self.language, number) for number in sorted(self.parties.values())]


async def load(
    token_hash: str, *, now: datetime, before: VisitorView | None = None, asked: bool = False
) -> VisitorView | Tombstone | None:
    """The open conversation of this token, or the tombstone of the one that ended, or nothing.

    `before`: the view of a moment ago. If that conversation is ending, this waits for its tombstone to be complete. `asked`: this token has
    just asked, so there is a conversation, which probably waits.
    """
    tombstone = None
    for _ in range(ENDING_TRIES):
        view, ending = await _see(token_hash, before, asked=asked)
        if view is not None:
            return view
        tombstone = await runtime.volatile().tombstone(token_hash, now=now.timestamp())
        settled = before is None or (tombstone is not None and tombstone.conversation == before.conversation)
        # A tombstone without a metric row gets it in a moment, unless the process that closed has died.
        settled = settled and (tombstone is None or tombstone.row is not None)
        if settled and not ending:
            return tombstone
        await asyncio.sleep(ENDING_TRY_S)
    return tombstone


READINGS = 3
"""A conversation that is in no queue is read again: then it waits no longer, or nobody can say at which position."""


async def _see(
    token_hash: str, before: VisitorView | None, *, asked: bool
) -> tuple[VisitorView | None, bool]:
    """The open conversation; if there is none, whether it is just being closed."""
    if asked:
        # Both at once: where it does not wait any more, or not yet in the queue that was read, it is read again.
        (view, ending), queued = await asyncio.gather(database.run(_read_view, token_hash), queue.now())
        if view is None or view.state is not State.WAITING:
            return view, ending
        if (found := placed(view, queued)) is not None:
            return found, False
    elif before is None or before.state is not State.WAITING:
        version = (await _versions.now(token_hash)).get(token_hash)
        if version is None:
            return None, False
        _, state, *_ = version
        if before is not None and version == before.version():
            return before, False
        if state == State.CLOSING:
            return None, True
    for _ in range(READINGS):
        view, ending = await database.run(_read_view, token_hash)
        if view is None or view.state is not State.WAITING:
            break
        if (found := await with_position(view)) is not None:
            return found, False
        # It was accepted or closed between the two reads; or no plan is in force, and the queue has no order.
    return view, ending


async def with_position(view: VisitorView) -> VisitorView | None:
    """The same view with its position in the queue as it is now; None when it waits no longer."""
    return placed(view, await queue.now())


def placed(view: VisitorView, queued: QueueView) -> VisitorView | None:
    """The same for a queue that was read already."""
    position = queued.positions.get(view.conversation)
    if position is None:
        return None
    return replace(view, position=position, estimate_s=queued.estimates[view.conversation])


def _version_of(token_hashes: Collection[str]) -> dict[str, ViewVersion]:
    """For newcomers, and for the many refreshes that find nothing changed, this is the only query. Through the ORM it took thirty times as
    long, which was half of a visitor's hello."""
    placeholders = ", ".join(["%s"] * len(token_hashes))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT token_hash, id, state, epoch, party_version,
                       (SELECT COUNT(*) FROM chat_party WHERE conversation_id = c.id)
                FROM chat_conversation c WHERE token_hash IN ({placeholders})""",  # noqa: S608  # only placeholders are put into it
            list(token_hashes),
        )
        # SQLite knows no UUID: it is text there, without dashes.
        return {one: (str(UUID(str(row))), *standing) for one, row, *standing in cursor.fetchall()}


_versions = SharedQuery(database.in_thread(_version_of))


# One statement: with a second one for the parties, a counsellor who joins between the two would be sent before the wait is.
_views = PreparedQuery(
    lambda token_hash: Conversation.objects.filter(token_hash=token_hash).values_list(
        "pk",
        "state",
        "epoch",
        "language",
        "party_version",
        "parties_so_far",
        "parties__counsellor_id",
        "parties__number",
        "parties__joined_at",
        "parties__public_keys",
    )
)


def _read_view(token_hash: str) -> tuple[VisitorView | None, bool]:
    found = _views.rows(token_hash)
    if not found or found[0][1] == State.CLOSING:
        return None, bool(found)
    row, state, epoch, language, version, so_far, *_ = found[0]
    here = [party for *_, who, number, came_at, keys in found if (party := (who, number, came_at, keys))[0]]
    view = VisitorView(
        conversation=str(row),
        state=State(state),
        epoch=epoch,
        language=language,
        position=None,
        estimate_s=None,
        parties={who: number for who, number, *_ in here},
        party_version=version,
        parties_so_far=so_far,
        joined_at={who: came_at for who, _, came_at, _ in here},
        keys={who: keys.split() for who, *_, keys in here},
    )
    return view, False
