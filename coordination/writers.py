"""Who has written since a page was made: the audit log knows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from coordination.posted import whole
from partners.models import AuditEntry

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MOST: Final = 200
"""Of the acts since then, the latest: a page that is older than that many tells of no earlier one."""


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
