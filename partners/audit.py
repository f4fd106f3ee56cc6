"""The audit log: what members of staff did. It never holds what anybody said, and never a visitor."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from partners.models import AuditEntry, Staff


def record(
    *, actor: Staff | None, action: str, subject: str = "", detail: dict[str, Any] | None = None
) -> AuditEntry:
    """Write one entry; `detail` holds codes, numbers and the names of things; no text that may say
    something about somebody."""
    return AuditEntry.objects.create(actor=actor, action=action, subject=subject[:200], detail=detail or {})


UNDONE = "undone"


class AlreadyUndoneError(Exception):
    """The act was undone before, as this entry tells: nothing was done."""

    def __init__(self, entry: AuditEntry) -> None:
        self.entry = entry
        super().__init__()


def record_undone(
    act: UUID, *, actor: Staff, action: str, subject: str = "", about: Mapping[str, Any] | None = None
) -> None:
    """Note that an act is undone. The entry has the act's key, so one of two who undo it at once writes it: the other waits for the
    first one's transaction, and is told.

    Raises:
        AlreadyUndoneError: nothing was written.
    """
    detail = {"act": action, **(about or {})}
    entry, first = AuditEntry.objects.get_or_create(
        pk=act, defaults={"actor": actor, "action": UNDONE, "subject": subject[:200], "detail": detail}
    )
    if not first:
        raise AlreadyUndoneError(entry)


def undone(act: UUID) -> AuditEntry | None:
    """The entry that tells by whom and when this act was undone."""
    return AuditEntry.objects.filter(pk=act, action=UNDONE).select_related("actor").first()
