"""Who has written since a page was made: the audit log knows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from coordination.posted import whole
from partners.models import AuditEntry, Staff

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MOST: Final = 200
"""Of the acts since then, the latest: a page that is older than that many tells of no earlier one."""


@dataclass(frozen=True, slots=True)
class LastWriter:
    """Who wrote: `name` is empty where it is whoever reads."""

    name: str
    at: datetime


def end_of_log() -> str:
    """Where the log ends now, for a page that is made now."""
    latest = AuditEntry.objects.order_by("-at").values_list("at", flat=True).first()
    return str((latest - EPOCH) // timedelta(microseconds=1)) if latest else "0"


def entries_since(end: str, concerns: Callable[[AuditEntry], bool]) -> list[AuditEntry]:
    """What was written to the log after it ended there, the latest first: those entries that concern the page. What nobody can tell,
    as the page says no place in the log, is nothing."""
    micros = whole(end)
    if not micros and end != "0":
        return []
    try:
        ended = EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        return []
    rows = AuditEntry.objects.filter(at__gt=ended).select_related("actor")
    return [one for one in rows.order_by("-at")[:MOST] if concerns(one)]


def writer_of(entries: Sequence[AuditEntry], reader: Staff | None) -> LastWriter | None:
    """Who wrote last of these, the latest first: somebody else before oneself; None where nobody can tell."""
    others = [one for one in entries if one.actor is not None and one.actor != reader]
    if others:
        return LastWriter(str(others[0].actor), others[0].at)
    if entries and all(one.actor is not None for one in entries):
        return LastWriter("", entries[0].at)
    return None
