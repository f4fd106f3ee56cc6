"""What somebody did can be undone for ten minutes, by one press. It is kept in their session, which is encrypted."""

import json
import secrets
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from partners.models import AuditEntry
from partners.permissions import signed_in
from partners.sessions import ACTS
from partners.undo import Change, change_between, rows_of

KEPT_S = 600
MOST_KEPT = 10
ABOUT = ("language", "institution", "valid_from", "pool")
"""Details by which the log tells the subject from others: they stand in the entry that the act was undone, too."""


@contextmanager
def offered(request: HttpRequest, action: str, words: str, *watched: "QuerySet[Any]") -> Iterator[None]:
    """Offer to undo what the block does to the rows that these queries find, before or after. `words` say what was done, `action` is
    its code in the log."""
    before, began = rows_of(watched), timezone.now()
    yield
    change = change_between(before, rows_of([query.all() for query in watched]))
    if change.before or change.after:
        _keep(request, action, words, {"change": _packed(change), "at": began.timestamp()})


def offer_plan(request: HttpRequest, action: str, words: str, *, brought: int, instead_of: int) -> None:
    """Offer to undo that plan `brought` came into force in the place of `instead_of`. A plan that was in force stays in the history, as
    visitors were served by it: undoing brings the earlier one's rules into force again."""
    _keep(request, action, words, {"plans": [brought, instead_of]})


def _keep(request: HttpRequest, action: str, words: str, how: dict[str, Any]) -> None:
    person = signed_in(request)
    logged = AuditEntry.objects.filter(actor=person, action=action).first()
    act = {
        "id": secrets.token_urlsafe(16),
        "until": timezone.now().timestamp() + KEPT_S,
        "action": action,
        "subject": logged.subject if logged else "",
        "about": {name: logged.detail[name] for name in ABOUT if name in logged.detail} if logged else {},
        "words": words,
        "as": [person.pk, person.role, person.partner_id],
        **how,
    }
    request.session[ACTS] = [act, *acts(request)][:MOST_KEPT]


def acts(request: HttpRequest) -> list[dict[str, Any]]:
    """What can be undone now, the latest first; nothing that is too long ago, and nothing once the person's rights have changed."""
    kept: list[dict[str, Any]] = request.session.get(ACTS, [])
    person, now = signed_in(request), timezone.now().timestamp()
    mine = [
        act for act in kept if act["until"] > now and act["as"] == [person.pk, person.role, person.partner_id]
    ]
    if len(mine) < len(kept):
        request.session[ACTS] = mine
    # Of requests that ran at once each has kept its own.
    return mine[:MOST_KEPT]


def taken(request: HttpRequest, act_id: str) -> dict[str, Any] | None:
    """The act with this id, which can be undone no more from now on; None if it cannot be undone."""
    found = next((act for act in acts(request) if act["id"] == act_id), None)
    if found is not None:
        request.session[ACTS] = [act for act in acts(request) if act["id"] != act_id]
    return found


def key_of(act_id: str) -> UUID:
    """The act's key in the log, once it is undone."""
    return uuid5(NAMESPACE_OID, f"act {act_id}")


def plans_of(act: dict[str, Any]) -> tuple[int, int] | None:
    """Of an act that brought a plan into force: its number, and that of the plan before."""
    if "plans" not in act:
        return None
    brought, before = act["plans"]
    return brought, before


def began(act: dict[str, Any]) -> datetime:
    """When an act that changed rows was done."""
    return datetime.fromtimestamp(act["at"], tz=UTC)


def change_of(act: dict[str, Any]) -> Change:
    """The rows of an act that was kept."""
    before, after = json.loads(zlib.decompress(b64decode(act["change"])))
    return Change(before=before, after=after)


def _packed(change: Change) -> str:
    return b64encode(zlib.compress(json.dumps([change.before, change.after]).encode())).decode()
