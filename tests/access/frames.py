"""Every frame of both sockets, with what becomes of it: the one list that the tests of the sockets go by.

A frame type that is not here fails a test.
"""

from dataclasses import dataclass, field
from typing import Any

from partners.models import Role
from tests.access.routes import COUNSELLORS, EVERYBODY, Roles
from tests.sealing import envelope

SOCKETS: dict[str, Roles] = {"visitor": EVERYBODY, "counsellor": COUNSELLORS}
"""Who may open each."""

ACCOUNTS: dict[Role | None, str | None] = {
    None: None,
    Role.COUNSELLOR: "conseillere.cdm",
    Role.COORDINATOR: "coordination",
    Role.PLATFORM: "plateforme",
    Role.ANALYST: "indicateurs",
    Role.ADMIN: "admin",
}


@dataclass(frozen=True)
class Action:
    """A frame and its answers: a frame's type, or `error CODE`, or "" for none."""

    fields: dict[str, Any] = field(default_factory=dict)
    own: str = ""
    """On one's own conversation, or where none is named."""
    theirs: str | None = "error not_found"
    """On somebody else's, as on one that does not exist; None where the frame names none."""
    before: str = "error bad_frame"
    """Before `hello`."""
    ends: bool = False
    """Afterwards the conversation is no longer one's own."""


SOMEBODY = 2**40
"""No counsellor has this key."""
KEY = "B" + "A" * 86
GRANT = {"for": 1, "to": KEY, "key": KEY, "generation": 1, "sealed": "A" * 60}
VISITOR: dict[str, Action] = {
    "hello": Action({"site": "demo", "lang": "fr", "token": "T"}, own="welcome", before="welcome"),
    "ask": Action({"theme": "orientation", "language": "fr"}, own="waiting", theirs=None),
    "say": Action({"client_id": "a", "body": envelope()}, own="message", theirs="error nobody_yet"),
    "typing": Action({"on": True}, theirs=""),
    "seen": Action({"seq": 1}, theirs=""),
    "grant": Action(GRANT, theirs=""),
    "unopened": Action({"count": 1}, theirs=""),
    "survey": Action({"rating": 5}, own="error not_allowed"),
    "leave": Action(own="closed", ends=True),
    "pong": Action(theirs=None, before=""),
}
"""`theirs` here: of somebody who has no conversation. No field names one: the token alone says whose it is."""
COUNSELLOR: dict[str, Action] = {
    "hello": Action(own="welcome", theirs=None, before="welcome"),
    "availability": Action({"state": "available", "capacity": 2}, own="availability", theirs=None),
    "active": Action(theirs=None),
    "pong": Action(theirs=None, before=""),
    "accept": Action(own="opened"),
    "take": Action(own="opened"),
    "refuse": Action(own="error not_found"),
    "say": Action({"client_id": "a", "body": envelope()}, own="message"),
    "note": Action({"client_id": "b", "body": envelope()}, own="note"),
    "typing": Action({"on": True}),
    "seen": Action({"seq": 1}),
    "grant": Action(GRANT),
    "grant_wanted": Action({"key": KEY}),
    "unopened": Action({"count": 1}),
    "invite": Action({"counsellor": SOMEBODY}, own="error not_allowed"),
    "withdraw": Action({"counsellor": SOMEBODY}, own="error not_allowed"),
    "transfer": Action({"to": {"theme": "formation"}}, own="released", ends=True),
    "close": Action({"classification": {"theme": "orientation"}}, own="closed", ends=True),
    "block": Action({"reason": "abuse"}, own="closed", ends=True),
}
