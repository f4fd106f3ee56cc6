"""The last act of somebody can be undone for ten minutes, by one press. It is kept in their session, which is encrypted."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from partners.permissions import signed_in
from partners.undo import Change, rows_of

KEPT_S = 600
SESSION_KEY = "undo"


@contextmanager
def offered(request: HttpRequest, action: str, words: str, *watched: "QuerySet[Any]") -> Iterator[None]:
    """Offer to undo what the block does to the rows that these queries find, before or after. `words` say what was done."""
    before = rows_of(watched)
    yield
    after = rows_of([query.all() for query in watched])
    if before == after:
        return
    person = signed_in(request)
    request.session[SESSION_KEY] = {
        "id": secrets.token_urlsafe(8),
        "until": timezone.now().timestamp() + KEPT_S,
        "action": action,
        "words": words,
        "before": before,
        "after": after,
        "as": [person.pk, person.role, person.partner_id],
    }


def last_act(request: HttpRequest) -> dict[str, Any] | None:
    """What can be undone now; nothing when it is too long ago, or the person's rights have changed since."""
    kept: dict[str, Any] | None = request.session.get(SESSION_KEY)
    person = signed_in(request)
    if kept is None or kept["until"] <= timezone.now().timestamp():
        return None
    return kept if kept["as"] == [person.pk, person.role, person.partner_id] else None


def change_of(kept: dict[str, Any]) -> Change:
    """The rows of what was kept."""
    return Change(before=kept["before"], after=kept["after"])


def forget(request: HttpRequest) -> None:
    """Nothing can be undone any more."""
    request.session.pop(SESSION_KEY, None)
